from decimal import Decimal

from regbook.rules.kinds.percent import PERCENT

from .laws import accepts, refuses


def test_a_percentage_is_kept_in_hundredths():
    accepts(PERCENT, Decimal("12.50"), Decimal("12.5"))
    accepts(PERCENT, 100, Decimal("100"))


def test_invalid():
    refuses(PERCENT, "12%", "wants-number")
    refuses(PERCENT, Decimal("0.00001"), "number-decimals")
    refuses(PERCENT, True, "wants-number")


def test_typed_with_or_without_its_sign_is_the_same():
    assert PERCENT.typed("12.5%", {}) == PERCENT.typed("１２．５", {}) == Decimal("12.5")
    assert PERCENT.typed("60％", {}) == 60
    assert PERCENT.typed("很多%", {}) == "很多%"
    assert PERCENT.typed(" ", {}) is None


def test_shown():
    assert PERCENT.shown(Decimal("12.5"), {}) == "12.5%"
    assert PERCENT.shown(Decimal("60"), {"x-decimals": 1}) == "60.0%"

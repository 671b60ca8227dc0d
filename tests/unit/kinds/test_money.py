from decimal import Decimal

import pytest

from regbook.rules.kinds.money import MONEY

from .laws import accepts, refuses


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("1,234.5", "1234.50"),
        ("￥１,２３４.５０", "1234.50"),
        ("¥ 3", "3.00"),
        ("人民币100元", "100.00"),
        ("-0.00", "0.00"),
        ("-12.3", "-12.30"),
        ("12.3400", "12.34"),
        ("0012", "12.00"),
        (7, "7.00"),
        (Decimal("7.5"), "7.50"),
        ("9999999999999999.99", "9999999999999999.99"),
    ],
)
def test_an_amount_has_one_spelling(value, canonical):
    accepts(MONEY, value, canonical)


@pytest.mark.parametrize("bad", ["一百", "1,23", "1.2.3", "1e3", "NaN", "$$3", True, 1.5, [], "٣"])
def test_what_is_no_amount_is_refused(bad):
    refuses(MONEY, bad, "money-form")


def test_less_than_a_cent_and_more_than_the_store_holds():
    refuses(MONEY, "0.001", "money-decimals")
    refuses(MONEY, "10000000000000000", "number-long")


def test_bounds_are_of_the_amount_not_of_its_text():
    field = {"minimum": 0, "maximum": 50000}
    assert MONEY.check("9.00", field) == ()
    assert MONEY.check("50,000", field) == ()
    refuses(MONEY, "-0.01", "money-below", field)
    refuses(MONEY, "50000.01", "money-above", field)
    refuses(MONEY, "0", "money-not-above", {"exclusiveMinimum": 0})
    refuses(MONEY, "5", "money-not-below", {"exclusiveMaximum": Decimal("5.00")})
    assert "50,000.00" in MONEY.check("60000", field)[0].text("zh")


def test_shown_and_in_words():
    assert MONEY.shown("1234.50", {}) == "￥1,234.50"
    assert MONEY.shown("-1234.50", {}) == "-￥1,234.50"
    assert MONEY.shown("3.00", {"x-currency": "USD"}) == "US$3.00"
    assert MONEY.shown("3.00", {"x-currency": "CHF"}) == "CHF 3.00"
    assert MONEY.in_words is not None
    assert MONEY.in_words("1409.50", {}) == "人民币壹仟肆佰零玖元伍角整"
    assert MONEY.in_words("1409.50", {"x-currency": "USD"}) == ""
    assert MONEY.in_words(None, {}) == ""
    assert MONEY.scale == 2

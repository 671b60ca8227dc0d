from decimal import Decimal

import pytest

from regbook.rules.kinds.integer import INTEGER

from .laws import accepts, refuses


@pytest.mark.parametrize(
    ("value", "canonical"), [(12, 12), (-5, -5), (Decimal("4.00"), 4), (2**53 - 1, 2**53 - 1)]
)
def test_whole_numbers(value, canonical):
    accepts(INTEGER, value, canonical)


@pytest.mark.parametrize("bad", [Decimal("1.5"), "12", True, False, 1.0, []])
def test_nothing_else_is_whole(bad):
    refuses(INTEGER, bad, "wants-integer")


def test_what_a_browser_cannot_hold_is_too_long():
    refuses(INTEGER, 2**53, "number-long")
    refuses(INTEGER, -(2**63), "number-long")


def test_typed_and_shown():
    assert INTEGER.typed("１,２００", {}) == 1200
    assert isinstance(INTEGER.typed("12", {}), int)
    assert INTEGER.typed("1.5", {}) == Decimal("1.5")
    assert INTEGER.typed("十", {}) == "十"
    assert INTEGER.shown(1200, {"x-unit": "小时"}) == "1,200 小时"

from decimal import Decimal

import pytest

from regbook.rules.kinds.number import NUMBER

from .laws import accepts, refuses


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        (3, "3"),
        (Decimal("1.500"), "1.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.0"), "0"),
        (Decimal("0.000001"), "0.000001"),
        (999_999_999_999, "999999999999"),
    ],
)
def test_numbers_are_exact_decimals_without_needless_zeros(value, canonical):
    accepts(NUMBER, value, Decimal(canonical))
    assert str(NUMBER.canonical(value, {})) == canonical


@pytest.mark.parametrize("bad", ["3", True, 1.5, [], Decimal("NaN")])
def test_text_truth_and_floats_are_no_numbers(bad):
    refuses(NUMBER, bad, "wants-number")


def test_too_many_decimals_and_too_long():
    refuses(NUMBER, Decimal("0.0000001"), "number-decimals")
    refuses(NUMBER, Decimal("1.25"), "number-decimals", {"x-decimals": 1})
    refuses(NUMBER, 1_000_000_000_000, "number-long")


def test_typed():
    assert NUMBER.typed(" １,２３４.50 ", {}) == Decimal("1234.5")
    assert NUMBER.typed("−3", {}) == -3
    assert NUMBER.typed("", {}) is None
    for no_number in ("12,34", "1.2.3", "十", "1e5", "٣", "--1"):
        assert NUMBER.typed(no_number, {}) == no_number


def test_shown():
    assert NUMBER.shown(Decimal("1234567.5"), {}) == "1,234,567.5"
    assert NUMBER.shown(Decimal("3"), {"x-decimals": 2, "x-unit": "吨"}) == "3.00 吨"
    assert NUMBER.scale == 6

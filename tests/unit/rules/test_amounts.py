import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.rules.amounts import amount, canonical_amount, upper_amount

FIGURES = "零壹贰叁肆伍陆柒捌玖"
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("0.30", "叁角整"),
        ("100000000", "壹亿元整"),
        ("-1409.50", "负壹仟肆佰零玖元伍角整"),
        ("0", "零元整"),
        ("-0.00", "零元整"),
        ("0.05", "伍分"),
        ("10", "壹拾元整"),
        ("1000500", "壹佰万零伍佰元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("1000000000000", "壹万亿元整"),
        ("20030000", "贰仟零叁万元整"),
        ("1,234,567.89", "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
    ],
)
def test_amounts_in_capitals(figure, words):
    assert upper_amount(figure) == words


@pytest.mark.parametrize("nothing", [None, "", "ten", "0.001", "1e9", "10000000000000000", 1.5, True])
def test_what_is_no_amount_has_no_capitals(nothing):
    assert upper_amount(nothing) == ""


def group(words: str) -> int:
    total, figure = 0, 0
    for each in words:
        if each in PLACES:
            total, figure = total + figure * PLACES[each], 0
        else:
            figure = FIGURES.index(each)
    return total + figure


def read(words: str) -> Decimal:
    """The amount that capitals say, read the way a clerk does."""
    sign = -1 if words.startswith("负") else 1
    found = re.fullmatch(r"负?(?:(.*)元)?零?(?:(.)角)?零?(?:(.)分)?整?", words)
    assert found
    whole, dimes, cents = found.groups()
    high, _, low = (whole or "零").rpartition("亿")
    parts = [part for side in (high, low) for part in ((["", *side.split("万")])[-2:])]
    figures = [group(part) for part in parts]
    total = (figures[0] * 10**4 + figures[1]) * 10**8 + figures[2] * 10**4 + figures[3]
    return sign * (
        Decimal(total)
        + Decimal(FIGURES.index(dimes or "零")) / 10
        + Decimal(FIGURES.index(cents or "零")) / 100
    )


@settings(max_examples=300, deadline=None)
@given(
    st.integers(-(10**18) + 1, 10**18 - 1)
    | st.integers(-(10**6), 10**6)
    | st.integers(0, 9999).map(lambda n: n * 10**8)
)
def test_capitals_say_the_amount_and_no_other(cents):
    figure = Decimal(cents) / 100
    words = upper_amount(figure)
    assert read(words) == figure
    assert "零零" not in words
    assert "零元" not in words.removeprefix("零元整")


@settings(max_examples=100, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15))
def test_the_canonical_amount_is_the_same_amount(figure):
    text = canonical_amount(figure)
    assert amount(text) == figure
    assert amount(f"￥{Decimal(text):,}") == figure
    assert text != "-0.00"

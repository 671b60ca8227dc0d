import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.rules.kinds.identity_no import IDENTITY_NO, check_digit

from .laws import accepts, refuses

GOOD = "11010519491231002X"


@pytest.mark.parametrize(
    "value", [GOOD, "11010519491231002x", "110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_a_number_has_one_spelling(value):
    accepts(IDENTITY_NO, value, GOOD)


@pytest.mark.parametrize(
    "bad",
    [
        "110105194912310021",
        "11010519490229002" + check_digit("11010519490229002"),
        "11010519491331002" + check_digit("11010519491331002"),
        "99010519491231002" + check_digit("99010519491231002"),
        "110105491231002",
        "1101051949123100",
        "11010517491231002" + check_digit("11010517491231002"),
        "X" * 18,
    ],
)
def test_region_birth_date_and_check_digit_must_be_right(bad):
    refuses(IDENTITY_NO, bad, "identity-no-form")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["110105", "440305", "650102", "810000"]),
    st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)),
    st.integers(0, 999),
    st.integers(0, 17),
    st.integers(1, 9),
)
def test_one_wrong_digit_is_always_found(region, born, sequence, place, step):
    first = f"{region}{born:%Y%m%d}{sequence:03d}"
    number = first + check_digit(first)
    assert IDENTITY_NO.check(number, {}) == ()
    wrong = (
        "X"
        if number[place] != "X" and place == 17
        else str((int(number[place].replace("X", "0")) + step) % 10)
    )
    changed = number[:place] + wrong + number[place + 1 :]
    assert changed == number or IDENTITY_NO.check(changed, {})


def test_mask_keeps_six_and_two():
    assert IDENTITY_NO.mask is not None
    assert IDENTITY_NO.mask(GOOD) == "110105**********2X"
    assert IDENTITY_NO.personal
    assert IDENTITY_NO.shown(GOOD, {}) == GOOD
    refuses(IDENTITY_NO, 110105194912310021, "wants-text")

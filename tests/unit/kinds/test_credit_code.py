import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.rules.kinds.credit_code import ALPHABET, CREDIT_CODE, check_character

from .laws import accepts, refuses


@pytest.mark.parametrize("code", ["914403001922038216", "9144030071526726XG", "91330100799655058B"])
def test_codes_that_companies_bear(code):
    accepts(CREDIT_CODE, code, code)


def test_a_code_has_one_spelling():
    accepts(CREDIT_CODE, " 9144 0300 7152 6726 xg", "9144030071526726XG")
    accepts(CREDIT_CODE, "９１４４０３００１９２２０３８２１６", "914403001922038216")


@pytest.mark.parametrize(
    "bad", ["914403001922038217", "91440300192203821", "9144030O1922038216", "914403001922038216A", "公司"]
)
def test_form_and_check_character_must_be_right(bad):
    refuses(CREDIT_CODE, bad, "credit-code-form")


@settings(max_examples=60, deadline=None)
@given(st.text(ALPHABET, min_size=9, max_size=9), st.integers(0, 17), st.integers(1, 30))
def test_one_wrong_character_is_always_found(rest, place, step):
    first = "91440300" + rest
    code = first + check_character(first)
    assert CREDIT_CODE.check(code, {}) == ()
    wrong = ALPHABET[(ALPHABET.index(code[place]) + step) % 31]
    assert CREDIT_CODE.check(code[:place] + wrong + code[place + 1 :], {})


def test_mask_and_shown():
    assert CREDIT_CODE.mask is not None
    assert CREDIT_CODE.mask("914403001922038216") == "******"
    assert not CREDIT_CODE.personal
    assert CREDIT_CODE.shown("914403001922038216", {}) == "914403001922038216"
    refuses(CREDIT_CODE, 914403001922038216, "wants-text")

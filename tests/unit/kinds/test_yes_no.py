import pytest

from regbook.rules.kinds.yes_no import YES_NO

from .laws import accepts, refuses


@pytest.mark.parametrize("value", [True, False])
def test_true_and_false(value):
    accepts(YES_NO, value, value)


@pytest.mark.parametrize("bad", ["true", "是", 1, 0, []])
def test_nothing_else_is_an_answer(bad):
    refuses(YES_NO, bad, "wants-yes-no")


def test_typed():
    assert [YES_NO.typed(each, {}) for each in ("是", "ON", " 1 ", "否", "false", "0")] == [True] * 3 + [
        False
    ] * 3
    assert YES_NO.typed("也许", {}) == "也许"
    assert YES_NO.typed("", {}) is None


def test_shown():
    assert (YES_NO.shown(True, {}), YES_NO.shown(False, {}, "en")) == ("是", "No")

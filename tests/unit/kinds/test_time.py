import pytest

from regbook.rules.kinds.time import TIME

from .laws import accepts, refuses


@pytest.mark.parametrize("written", ["09:30", "9:30", "09:30:00", "０９：３０", " 09:30 "])
def test_a_time_has_one_spelling(written):
    accepts(TIME, written, "09:30")


@pytest.mark.parametrize("bad", ["24:00", "09:60", "09:30:15", "9", "上午九点", "09:30Z"])
def test_what_is_no_time_is_refused(bad):
    refuses(TIME, bad, "time-form")


def test_only_text_typed_and_shown():
    refuses(TIME, 930, "wants-text")
    assert TIME.typed("9:05", {}) == "09:05"
    assert TIME.shown("09:05", {}) == "09:05"

import pytest

from regbook.rules.kinds.long_text import LONG_TEXT

from .laws import accepts, refuses


def test_lines_end_in_line_feeds_and_blanks_inside_stay():
    accepts(LONG_TEXT, " 一、\r\n\t停用\r二、  更换\n\n", "一、\n\t停用\n二、  更换")


@pytest.mark.parametrize("bad", ["a\x00b", "a\x0bb", "\udfff", "a\u202eb", "a\x7f"])
def test_control_characters_are_refused(bad):
    refuses(LONG_TEXT, bad, "text-forbidden")


def test_only_text():
    refuses(LONG_TEXT, 3, "wants-text")


def test_bound_mask_and_shown():
    assert LONG_TEXT.schema({})["maxLength"] == 20_000
    assert LONG_TEXT.schema({"maxLength": 50_000})["maxLength"] == 50_000
    assert LONG_TEXT.mask is not None
    assert LONG_TEXT.mask("一\n二") == "******"
    assert LONG_TEXT.shown("一\n二", {}) == "一\n二"

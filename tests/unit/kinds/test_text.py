import pytest

from regbook.rules.kinds.text import TEXT

from .laws import accepts, refuses


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("打印机停用", "打印机停用"),
        ("  打印机\u3000停用 \n", "打印机\u3000停用"),
        ("e\u0301", "é"),
        ("１２３", "１２３"),
        ("𠮷野家 👩‍🔧", "𠮷野家 👩‍🔧"),
    ],
)
def test_text_is_nfc_and_trimmed(value, canonical):
    accepts(TEXT, value, canonical)


@pytest.mark.parametrize(
    "bad", ["a\x00b", "a\nb", "a\tb", "a\x1bb", "a\x85b", "\ud800", "a\u202eb", "a\u2066b", "\x1fa"]
)
def test_characters_that_hide_break_or_reverse_are_refused(bad):
    refuses(TEXT, bad, "text-forbidden")


@pytest.mark.parametrize("bad", [1, True, ["a"], {"a": 1}])
def test_only_text_is_text(bad):
    refuses(TEXT, bad, "wants-text")


def test_the_bound_is_the_fields_own_but_never_above_the_kinds():
    assert TEXT.schema({"maxLength": 20}) == {"type": "string", "maxLength": 20}
    assert TEXT.schema({}) == {"type": "string", "maxLength": 500}
    assert TEXT.schema({"maxLength": 9000})["maxLength"] == 500


def test_mask_and_shown():
    assert TEXT.mask is not None
    assert TEXT.mask("机密内容") == "******"
    assert TEXT.shown("打印机停用", {}) == "打印机停用"

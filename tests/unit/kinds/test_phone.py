import pytest

from regbook.rules.kinds.phone import PHONE

from .laws import accepts, refuses


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("13800138000", "13800138000"),
        ("１３８　００１３　８０００", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("86 13800138000", "13800138000"),
        ("01012345678".replace("1234", "6234"), "010-62345678"),
        ("(010) 6234-5678", "010-62345678"),
        ("0755-2345678", "0755-2345678"),
        ("075586234567", "0755-86234567"),
        ("021-62345678-801", "021-62345678-801"),
        ("021-62345678转801", "021-62345678-801"),
        ("021 6234 5678 ext.801".replace("6234 5678", "62345678"), "021-62345678-801"),
        ("+86 10 6234 5678", "010-62345678"),
        ("400-800-1234", "4008001234"),
    ],
)
def test_a_number_has_one_spelling(value, canonical):
    accepts(PHONE, value, canonical)


@pytest.mark.parametrize(
    "bad",
    [
        "12800138000",
        "1380013800",
        "138001380001",
        "62345678",
        "010-12345678",
        "110",
        "+1 202 555 0123",
        "电话",
        "13800138000-1",
    ],
)
def test_what_nobody_can_call_is_refused(bad):
    refuses(PHONE, bad, "phone-form")


def test_only_text():
    refuses(PHONE, 13800138000, "wants-text")
    refuses(PHONE, "138\x000013800", "text-forbidden")


def test_masks_keep_three_and_four_or_four_and_two():
    assert PHONE.mask is not None
    assert PHONE.mask("13800138000") == "138****8000"
    assert PHONE.mask("010-62345678") == "010-******78"
    assert PHONE.mask("1234567") == "*******"
    assert PHONE.personal
    assert PHONE.shown("13800138000", {}) == "13800138000"
    assert PHONE.typed("138 0013 8000", {}) == "13800138000"

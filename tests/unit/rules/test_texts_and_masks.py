import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.rules import masks, texts

ANY = st.text(st.characters(exclude_categories=()), max_size=30)


@settings(max_examples=100, deadline=None)
@given(ANY)
def test_one_line_is_nfc_and_stays(text):
    once = texts.one_line(text)
    assert texts.one_line(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert texts.narrow(texts.narrow(text)) == texts.narrow(text)


@settings(max_examples=100, deadline=None)
@given(ANY)
def test_trimming_never_takes_a_forbidden_character_with_it(text):
    inside = f"a{text}b"
    assert texts.forbidden_in_line(texts.one_line(inside)) == texts.forbidden_in_line(inside)
    if texts.forbidden_in_text(text.replace("\r", "")):
        assert texts.forbidden_in_text(texts.one_line(text))


@pytest.mark.parametrize(
    ("mask", "value", "left"),
    [
        ("phone", "13800138000", "138****8000"),
        ("phone", "0755-86234567", "0755*******67"),
        ("identity-no", "11010519491231002X", "110105**********2X"),
        ("bank", "6222021234567890123", "622202***********23"),
        ("plate", "粤B12345", "粤B1***5"),
        ("name", "欧阳修", "欧**"),
        ("name", "张", "*"),
        ("email", "zhang.wei@example.com", "z****@example.com"),
        ("all", "任何", "******"),
        ("all", "", ""),
    ],
)
def test_masks(mask, value, left):
    assert masks.MASKS[mask](value) == left


@pytest.mark.parametrize("mask", sorted(masks.MASKS))
@settings(max_examples=50, deadline=None)
@given(value=st.text("0123456789abc@", min_size=1, max_size=20))
def test_a_mask_always_hides_something(mask, value):
    assert "*" in masks.MASKS[mask](value)

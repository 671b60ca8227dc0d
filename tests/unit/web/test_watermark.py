"""A watermark is well-formed whatever people are called."""

from base64 import b64decode
from xml.etree import ElementTree

from regbook.web.watermark import watermark


def drawn(*words: str) -> str:
    return b64decode(watermark(words).partition("base64,")[2]).decode()


def test_it_says_who_and_when_on_every_tile():
    assert drawn("孟怀远 0417", "2026-11-21 14:32").count("孟怀远 0417") == 64


def test_names_are_text_never_markup():
    image = drawn('<script>"&\x00\u202e', "x" * 999)
    ElementTree.fromstring(image)
    assert "<script" not in image
    assert "\x00" not in image
    assert "x" * 61 not in image

"""Screen texts in the reader's language: Simplified Chinese as written, Traditional derived, English.

>>> text_of("not-found", "en")
'There is no such thing, or you may not see it.'
>>> traditional("记录已被他人修改")
'記錄已被他人修改'
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from flask import g
from markupsafe import Markup, escape
from opencc import OpenCC

from regbook.errors import catalogue

Language = Literal["zh-Hans", "zh-Hant", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")
DEFAULT: Language = "zh-Hans"


@cache
def _converter() -> Any:
    """OpenCC with the phrases of Taiwan; its dictionaries are read on first use."""
    return OpenCC("s2twp")


@cache
def traditional(text: str) -> str:
    """Simplified Chinese, written in Traditional. For titles and the catalogue, not for names."""
    return str(_converter().convert(text))


@cache
def text_of(code: str, language: Language) -> str:
    """The catalogue's sentence of a code with its braces still in it."""
    texts = catalogue()[code]
    if language == "zh-Hant":
        return texts.get("zh-Hant") or traditional(texts["zh"])
    return texts["en" if language == "en" else "zh"]


def said(code: str, values: Mapping[str, Any], language: Language) -> str:
    """The sentence of a code with its braces filled; a value that is missing leaves its place empty.

    >>> said("not-found", {}, "zh-Hant")
    '沒有此內容，或您無權檢視。'
    """
    return text_of(code, language).format_map(_Blank(values))


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def titled(chinese: str, english: str, language: Language) -> str:
    """A definition's title as its reader reads it; without English, the Chinese one."""
    if language == "en":
        return english or chinese
    return traditional(chinese) if language == "zh-Hant" else chinese


def language_now() -> Language:
    """The language of the request in hand, which the application keeps in ``flask.g.language``."""
    try:
        chosen: Language = g.language
    except (AttributeError, RuntimeError):  # nobody asks, or nothing was chosen yet
        return DEFAULT
    return chosen if chosen in LANGUAGES else DEFAULT


def t(code: str, **values: Any) -> str:
    """The sentence of a code in the language of the request: the templates' ``t``."""
    text = text_of(code, language_now())
    if not values and "{" not in text:
        return text
    return text.format_map({key: str(value) for key, value in values.items()})


def t_strong(code: str, **values: Any) -> Markup:
    """Like ``t``, with each value in bold: 今天有 **12** 项待办."""
    bold = {key: Markup("<b>{}</b>").format(value) for key, value in values.items()}
    return Markup(escape(text_of(code, language_now()))).format_map(bold)  # noqa: S704 - escaped here

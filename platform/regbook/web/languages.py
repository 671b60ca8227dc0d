"""Which language a request is answered in: what was chosen, else what the browser prefers, else Simplified.

>>> chosen("", "fr;q=0.9, zh-TW;q=0.8, en;q=0.1"), chosen("en", "zh-CN"), chosen("", "")
('zh-Hant', 'en', 'zh-Hans')
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from flask import g, request

from regbook.web.texts import DEFAULT, LANGUAGES, Language

COOKIE = "language"
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def keep_language() -> None:
    """Puts the language of the request in hand where ``t`` and the templates look for it."""
    g.language = chosen(request.cookies.get(COOKIE, ""), request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=1024)
def chosen(explicit: str, accepted: str) -> Language:
    """The language chosen in the office's own setting, else the first that the header prefers."""
    for language in LANGUAGES:
        if language == explicit:
            return language
    for tag in _preferred(accepted[:500]):
        if tag.startswith(_TRADITIONAL):
            return "zh-Hant"
        if tag.startswith("zh") or tag == "*":
            return "zh-Hans"
        if tag == "en" or tag.startswith("en-"):
            return "en"
    return DEFAULT


def _preferred(accepted: str) -> Iterator[str]:
    """The tags of an Accept-Language header, best first; what is not understood comes last."""
    weighed = []
    for place, part in enumerate(accepted.lower().split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        if tag and quality > 0:
            weighed.append((-quality, place, tag))
    return (tag for _, _, tag in sorted(weighed))


def engine_language(language: Language) -> str:
    """The language in which the engine's own texts are asked for: ``zh`` or ``en``."""
    return "en" if language == "en" else "zh"

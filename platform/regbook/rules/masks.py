"""Masks: how much of a personal value is left to a reader without the right to see it whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping

STAR = "*"


def kept(text: str, head: int, tail: int) -> str:
    """The first ``head`` and last ``tail`` characters, stars between; all stars if that would hide nothing.

    >>> kept("13800138000", 3, 4)
    '138****8000'
    """
    if len(text) <= head + tail:
        return STAR * len(text)
    return text[:head] + STAR * (len(text) - head - tail) + text[len(text) - tail :]


def phone(text: str) -> str:
    """A mobile keeps 3 and 4, a landline 4 and 2.

    >>> phone("010-12345678")
    '010-******78'
    """
    return kept(text, 4, 2) if text.startswith("0") else kept(text, 3, 4)


def identity_no(text: str) -> str:
    """Keeps 6 and 2: the region and the last two."""
    return kept(text, 6, 2)


def bank_card(text: str) -> str:
    """Keeps 6 and 2."""
    return kept(text, 6, 2)


def plate(text: str) -> str:
    """A number plate keeps 3 and 1."""
    return kept(text, 3, 1)


def name(text: str) -> str:
    """A person's name keeps the first character."""
    return kept(text, 1, 0)


def email(text: str) -> str:
    """The first letter and the domain stay.

    >>> email("zhang.wei@example.com")
    'z****@example.com'
    """
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}****{at}{domain}" if at and local else STAR * len(text)


def whole(text: str) -> str:
    """Nothing stays, not even the length."""
    return STAR * 6 if text else ""


MASKS: Mapping[str, Callable[[str], str]] = {
    "phone": phone,
    "identity-no": identity_no,
    "bank": bank_card,
    "plate": plate,
    "name": name,
    "email": email,
    "all": whole,
}
"""What a field's ``x-mask`` may name."""

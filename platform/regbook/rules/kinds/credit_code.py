"""A unified social credit code (GB 32100): 18 characters, the last of which checks the others."""

from __future__ import annotations

import re

from regbook.model.kind import Kind
from regbook.rules.kinds.common import code_check, shown_as_is, typed_as_is, unspaced
from regbook.rules.masks import whole

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capitals without I, O, S, V and Z."""

_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}\Z")
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def check_character(first_17: str) -> str:
    """The eighteenth character of a credit code.

    >>> check_character("91440300192203821")
    '6'
    """
    total = sum(ALPHABET.index(each) * weight for each, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def good(text: str) -> bool:
    """Whether form and check character are right."""
    return bool(_FORM.match(text)) and check_character(text[:17]) == text[17]


CREDIT_CODE = Kind(
    name="credit-code",
    storage="text",
    widget="credit_code",
    display="mono",
    schema=lambda field_schema: {"type": "string", "maxLength": 40},
    check=code_check("credit-code-form", unspaced, good),
    canonical=unspaced,
    typed=typed_as_is,
    shown=shown_as_is,
    mask=whole,
    sortable=True,
    searchable=True,
)

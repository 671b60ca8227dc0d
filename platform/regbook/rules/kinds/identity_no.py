"""A citizen's identity number (GB 11643): region, date of birth, sequence, check digit."""

from __future__ import annotations

import datetime as dt
import re

from regbook.model.kind import Kind
from regbook.rules import masks
from regbook.rules.kinds.common import code_check, shown_as_is, typed_as_is, unspaced

_FORM = re.compile(r"[1-8][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]\Z")
_REGIONS = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
) | {71, 81, 82, 83, 91}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def check_digit(first_17: str) -> str:
    """The eighteenth character of an identity number.

    >>> check_digit("11010519491231002")
    'X'
    """
    return _CHECKS[sum(int(each) * weight for each, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


def good(text: str) -> bool:
    """Whether region, date of birth and check digit are right."""
    if not _FORM.match(text) or int(text[:2]) not in _REGIONS:
        return False
    try:
        dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return check_digit(text[:17]) == text[17]


IDENTITY_NO = Kind(
    name="identity-no",
    storage="text",
    widget="identity_no",
    display="mono",
    schema=lambda field_schema: {"type": "string", "maxLength": 40},
    check=code_check("identity-no-form", unspaced, good),
    canonical=unspaced,
    typed=typed_as_is,
    shown=shown_as_is,
    mask=masks.identity_no,
    personal=True,
)

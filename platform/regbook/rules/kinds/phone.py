"""A telephone number of mainland China: mobile, landline with area code, or 400/800."""

from __future__ import annotations

import re
from typing import Any

from regbook.model.kind import FieldSchema, Kind
from regbook.rules import masks
from regbook.rules.kinds.common import code_check, narrow, shown_as_is, typed_by

_MOBILE = re.compile(r"1[3-9][0-9]{9}\Z")
_SERVICE = re.compile(r"[48]00[0-9]{7}\Z")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-8][0-9]{6,7})\Z")
_EXTENDED = re.compile(r"(.*?(?<![0-9])[0-9]{7,8}) ?(?:-|—|–|转|#|x|ext\.?) ?([0-9]{1,6})\Z", re.IGNORECASE)
_ABROAD = re.compile(r"(?:\+|00)86|86(?=1[3-9][0-9]{9}\Z)")
_APART = re.compile(r"[ ()\-—–.·]")


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """``13800138000``, ``010-12345678``, ``010-12345678-801``, ``4008001234``; no country code.

    A landline without its area code is not a number that others can call: it stays as typed.
    """
    text = narrow(value, field_schema)
    if not isinstance(text, str):
        return text
    plain = _plain(text)
    if _MOBILE.match(plain) or _SERVICE.match(plain):
        return plain
    extended = _EXTENDED.match(text)
    found = _LANDLINE.match(_plain(extended[1]) if extended else plain)
    if not found:
        return text
    return "-".join([found[1], found[2], *([extended[2]] if extended else [])])


def _plain(text: str) -> str:
    """The digits of a number, dialled at home: no country code, a landline's 0 put back."""
    digits = _APART.sub("", text)
    home = _ABROAD.sub("", digits, count=1) if _ABROAD.match(digits) else digits
    short = home != digits and not (home.startswith("0") or _MOBILE.match(home) or _SERVICE.match(home))
    return f"0{home}" if short else home


def good(text: str) -> bool:
    """Whether a canonical text is a number one can call."""
    area, _, rest = text.partition("-")
    whole = area + rest.partition("-")[0]
    return any(pattern.match(whole) for pattern in (_MOBILE, _SERVICE, _LANDLINE))


PHONE = Kind(
    name="phone",
    storage="text",
    widget="phone",
    display="text",
    schema=lambda field_schema: {"type": "string", "maxLength": 40},
    check=code_check("phone-form", canonical, good),
    canonical=canonical,
    typed=typed_by(canonical),
    shown=shown_as_is,
    mask=masks.phone,
    personal=True,
)

"""An e-mail address."""

from __future__ import annotations

import re
from typing import Any

from regbook.model.kind import FieldSchema, Kind
from regbook.rules import masks
from regbook.rules.kinds.common import code_check, narrow, shown_as_is, typed_as_is

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """ASCII widths, the domain in lower case; the part before @ keeps its case."""
    text = narrow(value, field_schema)
    if not isinstance(text, str):
        return text
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def good(text: str) -> bool:
    """Whether a canonical text is an address: a plain local part and a domain of two labels or more."""
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        len(text) <= 254
        and len(local) <= 64
        and bool(_LOCAL.match(local))
        and len(labels) >= 2
        and all(_LABEL.match(label) for label in labels)
        and not labels[-1].isdigit()
    )


EMAIL = Kind(
    name="email",
    storage="text",
    widget="email",
    display="text",
    schema=lambda field_schema: {"type": "string", "maxLength": 254},
    check=code_check("email-form", canonical, good),
    canonical=canonical,
    typed=typed_as_is,
    shown=shown_as_is,
    mask=masks.email,
    personal=True,
)

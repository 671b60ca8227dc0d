"""A time of day, to the minute: ``09:30``."""

from __future__ import annotations

import re
from typing import Any

from regbook.model.kind import FieldSchema, Kind
from regbook.rules import texts
from regbook.rules.kinds.common import code_check, shown_as_is, typed_by

_WRITTEN = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::00)?\Z")
_CANONICAL = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z")


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """``HH:MM``, also from ``9:30``, ``09:30:00`` and full-width digits."""
    if not isinstance(value, str):
        return value
    found = _WRITTEN.match(texts.narrow(value))
    return f"{int(found[1]):02d}:{found[2]}" if found else (texts.one_line(value) or None)


TIME = Kind(
    name="time",
    storage="time",
    widget="time",
    display="date",
    schema=lambda field_schema: {"type": "string", "maxLength": 12},
    check=code_check("time-form", canonical, lambda text: bool(_CANONICAL.match(text))),
    canonical=canonical,
    typed=typed_by(canonical),
    shown=shown_as_is,
    sortable=True,
)

"""A calendar date, without time and zone: ``2026-09-30``."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from regbook.model.kind import FieldSchema, Kind
from regbook.rules import texts
from regbook.rules.kinds.common import code_check, shown_as_is, typed_by
from regbook.rules.masks import whole

_WRITTEN = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)\Z"
)


def read(text: str) -> dt.date | None:
    """The date that a text means, or None: ``2026-9-3``, ``2026/9/3``, ``2026.9.3``, ``2026年9月3日``."""
    found = _WRITTEN.match(texts.narrow(text))
    if not found:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """``YYYY-MM-DD``."""
    if not isinstance(value, str):
        return value
    day = read(value)
    return day.isoformat() if day else (texts.one_line(value) or None)


DATE = Kind(
    name="date",
    storage="date",
    widget="date",
    display="date",
    schema=lambda field_schema: {"type": "string", "maxLength": 20},
    check=code_check("date-form", canonical, lambda text: read(text) is not None),
    canonical=canonical,
    typed=typed_by(canonical),
    shown=shown_as_is,
    mask=whole,
    sortable=True,
)

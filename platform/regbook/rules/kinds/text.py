"""One line of text."""

from __future__ import annotations

from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules.kinds.common import as_text, line_problems, shown_as_is, trimmed, typed_as_is
from regbook.rules.masks import whole

LONGEST = 500


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """Text without control characters; line ends are control characters here."""
    text = trimmed(value, field_schema)
    return () if text is None else line_problems(text, field_schema)


TEXT = Kind(
    name="text",
    storage="text",
    widget="text",
    display="text",
    schema=lambda field_schema: as_text(field_schema, LONGEST),
    check=check,
    canonical=trimmed,
    typed=typed_as_is,
    shown=shown_as_is,
    mask=whole,
    sortable=True,
    searchable=True,
)

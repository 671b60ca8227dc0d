"""Text of several lines: a field that says ``x-lines``, or whose ``maxLength`` is above 500."""

from __future__ import annotations

from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules import texts
from regbook.rules.kinds.common import as_text, refuse, shown_as_is, typed_as_is
from regbook.rules.masks import whole

LONGEST = 100_000
USUAL = 20_000
"""The bound of a field that names none."""


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """NFC, trimmed, line ends as line feeds; empty as None."""
    return (texts.many_lines(value) or None) if isinstance(value, str) else value


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """Text without control characters but line ends and tabs."""
    if value is None:
        return ()
    if not isinstance(value, str):
        return refuse("wants-text", field_schema)
    bad = texts.forbidden_in_text(texts.many_lines(value))
    return refuse("text-forbidden", field_schema, character=bad) if bad else ()


LONG_TEXT = Kind(
    name="long_text",
    storage="text",
    widget="long_text",
    display="long",
    schema=lambda field_schema: as_text({"maxLength": USUAL, **field_schema}, LONGEST),
    check=check,
    canonical=canonical,
    typed=typed_as_is,
    shown=shown_as_is,
    mask=whole,
    searchable=True,
)

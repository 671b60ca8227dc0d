"""A whole number."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules import numbers
from regbook.rules.kinds import number
from regbook.rules.kinds.common import blank, refuse

LARGEST = 2**53 - 1
"""What a browser's numbers hold exactly, too."""


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """An int, also from a Decimal without decimals."""
    figure = numbers.exact(value)
    if figure is None or figure != figure.to_integral_value():
        return None if blank(value) else value
    return int(figure)


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """A whole number that a browser holds exactly; bounds are JSON Schema's to check."""
    if blank(value):
        return ()
    whole = canonical(value, field_schema)
    if isinstance(whole, bool) or not isinstance(whole, int):
        return refuse("wants-integer", field_schema)
    return () if abs(whole) <= LARGEST else refuse("number-long", field_schema, most=15)


def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """``"1,234"`` in any width; what is no number stays text."""
    return canonical(number.typed(text, field_schema), field_schema)


INTEGER = Kind(
    name="integer",
    storage="int",
    widget="integer",
    display="number",
    schema=lambda field_schema: {"type": "integer"},
    check=check,
    canonical=canonical,
    typed=typed,
    shown=number.shown,
    sortable=True,
    summable=True,
)

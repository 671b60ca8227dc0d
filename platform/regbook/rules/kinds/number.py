"""A number: exact, with up to six decimals (fewer when the field says ``x-decimals``)."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules import numbers, texts
from regbook.rules.kinds.common import blank, refuse

SCALE = 6


def places(field_schema: FieldSchema, scale: int = SCALE) -> int:
    """How many decimals the field takes."""
    return min(int(field_schema.get("x-decimals", scale)), scale)


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """The Decimal without needless zeros."""
    number = numbers.exact(value)
    if number is None:
        return None if blank(value) else value
    return numbers.shortest(number)


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """A whole or decimal number that the store holds exactly; bounds are JSON Schema's to check."""
    return number_problems(value, field_schema, places(field_schema), SCALE)


def number_problems(value: Any, field_schema: FieldSchema, most: int, scale: int) -> tuple[Problem, ...]:
    """Not a number, more than ``most`` decimals, or too long for a store of that scale."""
    if blank(value):
        return ()
    number = numbers.exact(value)
    if number is None:
        return refuse("wants-number", field_schema)
    if numbers.decimals(number) > most:
        return refuse("number-decimals", field_schema, most=most)
    return (
        ()
        if numbers.fits(number, scale)
        else refuse("number-long", field_schema, most=numbers.DIGITS - scale)
    )


def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """``"1,234.5"`` in any width; what is no number stays text."""
    if not texts.one_line(text):
        return None
    number = numbers.figure(text)
    return text if number is None else numbers.shortest(number)


def shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """With thousands separators and the field's unit (``x-unit``): ``1,234.5 kg``."""
    number = numbers.exact(value)
    if number is None:
        return "" if value is None else str(value)
    fixed = field_schema.get("x-decimals")
    unit = field_schema.get("x-unit", "")
    return numbers.grouped(number, fixed) + (f" {unit}" if unit else "")


NUMBER = Kind(
    name="number",
    storage="decimal",
    scale=SCALE,
    widget="number",
    display="number",
    schema=lambda field_schema: {"type": "number"},
    check=check,
    canonical=canonical,
    typed=typed,
    shown=shown,
    sortable=True,
    summable=True,
)

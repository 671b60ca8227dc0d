"""A percentage, kept in hundredths: 12.5 is 12.5%, whether typed, sent or computed with."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules import numbers, texts
from regbook.rules.kinds import number

SCALE = 4


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """A number with up to four decimals; bounds (often 0 to 100) are the field's own."""
    return number.number_problems(value, field_schema, number.places(field_schema, SCALE), SCALE)


def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """``"12.5"`` and ``"12.5%"`` are the same."""
    figure = number.typed(texts.narrow(text).removesuffix("%"), field_schema)
    return text if isinstance(figure, str) else figure


def shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """``12.5%``."""
    figure = numbers.exact(value)
    if figure is None:
        return "" if value is None else str(value)
    return numbers.grouped(figure, field_schema.get("x-decimals")) + "%"


PERCENT = Kind(
    name="percent",
    storage="decimal",
    scale=SCALE,
    widget="percent",
    display="number",
    schema=lambda field_schema: {"type": "number"},
    check=check,
    canonical=number.canonical,
    typed=typed,
    shown=shown,
    sortable=True,
)

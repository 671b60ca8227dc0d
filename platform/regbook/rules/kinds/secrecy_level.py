"""A secrecy level as a value: 0 to 4, written and shown by the names of the office's scheme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem, say
from regbook.model.access import LEVELS
from regbook.model.kind import FieldSchema, Kind
from regbook.rules import numbers, texts
from regbook.rules.kinds.common import refuse


def scheme(field_schema: FieldSchema) -> Sequence[str]:
    """The names of the levels from 0 up: ``x-scheme``, else the default scheme."""
    return tuple(field_schema.get("x-scheme", LEVELS))


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """The number of the level, also from its name."""
    if isinstance(value, str):
        name = texts.narrow(value)
        names = scheme(field_schema)
        return names.index(name) if name in names else (name or None)
    figure = numbers.exact(value)
    return int(figure) if figure is not None and figure == figure.to_integral_value() else value


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """A level of the scheme."""
    level = canonical(value, field_schema)
    names = scheme(field_schema)
    whole = isinstance(level, int) and not isinstance(level, bool)
    if level is None or (whole and 0 <= level < len(names)):
        return ()
    return refuse("level-unknown", field_schema, names="、".join(names))


def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """The level, from its name or its figure."""
    figure = numbers.figure(text)
    return canonical(text if figure is None else figure, field_schema)


def shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """The level's name; the default scheme has English names too."""
    names = scheme(field_schema)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < len(names):
        return "" if value is None else str(value)
    return names[value] if names != LEVELS else say(f"level-{value}", {}, language)


SECRECY_LEVEL = Kind(
    name="secrecy-level",
    storage="int",
    widget="secrecy_level",
    display="secrecy",
    schema=lambda field_schema: {"type": "integer", "minimum": 0, "maximum": len(scheme(field_schema)) - 1},
    check=check,
    canonical=canonical,
    typed=typed,
    shown=shown,
    sortable=True,
)

"""One of several choices: ``oneOf`` of ``const`` (what is kept) and ``title`` (what is shown)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules import texts
from regbook.rules.kinds.common import line_problems, refuse, trimmed


def choices(field_schema: FieldSchema) -> Mapping[str, str]:
    """Titles by constant, in the definition's order."""
    return {each["const"]: each.get("title", each["const"]) for each in field_schema.get("oneOf", ())}


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """One of the constants."""
    chosen = trimmed(value, field_schema)
    if chosen is None:
        return ()
    found = line_problems(chosen, field_schema)
    if found:
        return found
    known = choices(field_schema)
    return (
        () if chosen in known else refuse("choice-unknown", field_schema, choices="、".join(known.values()))
    )


def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """The constant, whether it or its title was written."""
    word = texts.one_line(text)
    known = choices(field_schema)
    named = [const for const, title in known.items() if title == word]
    return word if word in known or len(named) != 1 else named[0]


def shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """The title of the choice; a retired constant shows itself."""
    return "" if value is None else str(choices(field_schema).get(value, value))


ONE_OF = Kind(
    name="one_of",
    storage="text",
    widget="one_of",
    display="badge",
    schema=lambda field_schema: {"type": "string"},
    check=check,
    canonical=trimmed,
    typed=typed,
    shown=shown,
    sortable=True,
)

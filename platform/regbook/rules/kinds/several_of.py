"""Several of the choices: an array whose ``items`` are ``oneOf``; kept in their order, each once."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules.kinds import one_of
from regbook.rules.kinds.common import blank, listed, refuse, titled, trimmed

_APART = re.compile(r"[,，、;；\n]")


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """The constants in the definition's order, each once; none as None."""
    if not isinstance(value, list):
        return None if blank(value) else value
    order = list(one_of.choices(field_schema.get("items", {})))
    chosen = [trimmed(each, field_schema) for each in value]
    if any(each not in order for each in chosen):
        return value
    return sorted(set(chosen), key=order.index) or None


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """A list of constants of the choices."""
    if blank(value):
        return ()
    if not isinstance(value, list):
        return refuse("wants-list", field_schema)
    item = titled(field_schema, field_schema.get("items", {}))
    return tuple(
        Problem(f"/{index}{problem.path}", problem.code, problem.values)
        for index, each in enumerate(value)
        for problem in (one_of.check(each, item) if each else refuse("choice-unknown", item, choices=""))
    )


def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """Constants or titles with commas or 、 between them."""
    words = [one_of.typed(each, field_schema.get("items", {})) for each in _APART.split(text)]
    return canonical([each for each in words if each], field_schema)


def shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """The titles, one after the other."""
    chosen = value if isinstance(value, list) else []
    return listed([one_of.shown(each, field_schema.get("items", {})) for each in chosen], language)


SEVERAL_OF = Kind(
    name="several_of",
    storage="json",
    widget="several_of",
    display="text",
    schema=lambda field_schema: {
        "type": "array",
        "items": {**field_schema.get("items", {}), "type": "string"},
    },
    check=check,
    canonical=canonical,
    typed=typed,
    shown=shown,
)

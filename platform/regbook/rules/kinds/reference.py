"""What kinds that hold ids share: one id as text, many as a list in which each stands once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind, Target
from regbook.rules import texts
from regbook.rules.kinds.common import (
    ID,
    as_text,
    blank,
    code_check,
    listed,
    refuse,
    shown_as_is,
    titled,
    trimmed,
    typed_as_is,
)

LONGEST = 140
MOST = 200
"""Most references of one field."""

Good = Callable[[str, FieldSchema], bool]
_APART = re.compile(r"[\s,，、;；]+")


def is_id(text: str, field_schema: FieldSchema) -> bool:
    """Whether the text is spelled like an id; whether someone bears it, the services know."""
    return bool(ID.match(text))


def check_one(value: Any, field_schema: FieldSchema, good: Good) -> tuple[Problem, ...]:
    """An id."""
    return code_check("reference-form", trimmed, lambda text: good(text, field_schema))(value, field_schema)


def canonical_many(value: Any, field_schema: FieldSchema) -> Any:
    """The ids in the order given, each once; none as None."""
    if not isinstance(value, list):
        return None if blank(value) else value
    if not all(isinstance(each, str) for each in value):
        return value
    return list(dict.fromkeys(filter(None, map(texts.one_line, value)))) or None


def reference(name: str, refers_to: Target, display: str, good: Good = is_id) -> Kind:
    """A kind whose value is one id."""
    return Kind(
        name=name,
        storage="id",
        widget=name,
        display=display,
        schema=lambda field_schema: as_text(field_schema, LONGEST),
        check=lambda value, field_schema: check_one(value, field_schema, good),
        canonical=trimmed,
        typed=typed_as_is,
        shown=shown_as_is,
        refers_to=refers_to,
    )


def references(
    name: str, refers_to: Target | None, display: str = "text", good: Good = is_id, most: int = MOST
) -> Kind:
    """A kind whose value is a list of ids; ``items`` holds what is said of each."""

    def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
        ids = canonical_many(value, field_schema)
        if ids is None:
            return ()
        if not isinstance(ids, list):
            return refuse("wants-list", field_schema)
        item = titled(field_schema, field_schema.get("items", {}))
        return tuple(
            Problem(f"/{index}", problem.code, problem.values)
            for index, each in enumerate(ids)
            for problem in check_one(each, item, good) or (refuse("reference-form", item) if not each else ())
        )

    return Kind(
        name=name,
        storage="json",
        widget=name,
        display=display,
        schema=lambda field_schema: {
            "type": "array",
            "maxItems": min(field_schema.get("maxItems", most), most),
            "items": {**field_schema.get("items", {}), "type": "string", "maxLength": LONGEST},
        },
        check=check,
        canonical=canonical_many,
        typed=_typed_many,
        shown=_shown_many,
        many=True,
        refers_to=refers_to,
    )


def _typed_many(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    return canonical_many(_APART.split(text), field_schema)


def _shown_many(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    return listed([str(each) for each in value], language) if isinstance(value, list) else ""

"""Lines (明细): a list of small records, each with its ``_id`` and fields of any kind but lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem, say
from regbook.model.kind import FieldSchema, Kind
from regbook.model.record import LINE_ID
from regbook.rules.kinds.common import ID, blank, refuse
from regbook.rules.pointers import pointer

MOST = 500

KindOf = Callable[[FieldSchema], Kind]


def fields(field_schema: FieldSchema) -> Mapping[str, FieldSchema]:
    """The fields of a line, by key."""
    properties: Mapping[str, FieldSchema] = field_schema.get("items", {}).get("properties", {})
    return properties


def lines_of(kind_of: KindOf) -> Kind:
    """The kind of lines whose fields are of the kinds that ``kind_of`` knows."""

    def canonical(value: Any, field_schema: FieldSchema) -> Any:
        if not isinstance(value, list):
            return None if blank(value) else value
        return [_canonical_line(each, field_schema, kind_of) for each in value] or None

    def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
        if blank(value):
            return ()
        if not isinstance(value, list):
            return refuse("wants-list", field_schema)
        ids = [each.get(LINE_ID) for each in value if isinstance(each, dict)]
        return tuple(
            problem
            for index, line in enumerate(value)
            for problem in _line_problems(f"/{index}", line, field_schema, kind_of)
        ) + tuple(_twice(ids, field_schema))

    def schema(field_schema: FieldSchema) -> FieldSchema:
        items = field_schema.get("items", {})
        properties = {
            key: {**each, **kind_of(each).schema(each)} for key, each in fields(field_schema).items()
        }
        return {
            "type": "array",
            "maxItems": min(field_schema.get("maxItems", MOST), MOST),
            "items": {
                "additionalProperties": False,
                **items,
                "type": "object",
                "properties": {**properties, LINE_ID: {"type": "string", "maxLength": 64}},
            },
        }

    return Kind(
        name="lines",
        storage="lines",
        widget="lines",
        display="text",
        schema=schema,
        check=check,
        canonical=canonical,
        typed=_typed,
        shown=_shown,
        many=True,
    )


def _canonical_line(line: Any, field_schema: FieldSchema, kind_of: KindOf) -> Any:
    """The line with every known field in its canonical spelling; the schema refuses unknown ones."""
    if not isinstance(line, dict):
        return line
    known = fields(field_schema)
    return {
        key: kind_of(known[key]).canonical(each, known[key]) if key in known else each
        for key, each in line.items()
    }


def _line_problems(path: str, line: Any, field_schema: FieldSchema, kind_of: KindOf) -> Iterator[Problem]:
    if not isinstance(line, dict):
        yield from refuse("wants-line", field_schema, path)
        return
    line_id = line.get(LINE_ID)
    if line_id is not None and not (isinstance(line_id, str) and ID.match(line_id)):
        yield from refuse("reference-form", field_schema, f"{path}/{LINE_ID}")
    for key, known in fields(field_schema).items():
        for problem in kind_of(known).check(line.get(key), known):
            yield Problem(f"{path}{pointer(key)}{problem.path}", problem.code, problem.values)


def _twice(ids: list[Any], field_schema: FieldSchema) -> Iterator[Problem]:
    known = [each for each in ids if isinstance(each, str)]
    for line_id in sorted({each for each in known if known.count(each) > 1}):
        yield from refuse("line-twice", field_schema, line=line_id)


def _typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """Lines are never typed as one text: only an empty one means something."""
    return text.strip() or None


def _shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    return say("lines-count", {"n": len(value)}, language) if isinstance(value, list) else ""

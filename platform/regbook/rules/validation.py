"""The one validator of records: form, API, import, bulk and jobs all end here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from regbook.errors import Problem
from regbook.model.definition import Definition, Field
from regbook.model.record import LINE_ID
from regbook.rules.kinds import kind_of
from regbook.rules.pointers import pointer

KEYWORDS = {
    "minLength": ("too-short", "limit"),
    "maxLength": ("too-long", "limit"),
    "minimum": ("too-small", "limit"),
    "maximum": ("too-large", "limit"),
    "exclusiveMinimum": ("not-above", "limit"),
    "exclusiveMaximum": ("not-below", "limit"),
    "multipleOf": ("not-a-multiple", "multipleOf"),
    "minItems": ("too-few", "limit"),
    "maxItems": ("too-many", "limit"),
    "uniqueItems": ("twice-the-same", ""),
    "pattern": ("wrong-form", "pattern"),
    "oneOf": ("not-a-choice", ""),
    "anyOf": ("not-a-choice", ""),
    "enum": ("not-a-choice", ""),
    "const": ("not-a-choice", ""),
    "type": ("wrong-type", ""),
    "format": ("wrong-form", ""),
}
"""JSON Schema keyword -> our code, and which of the keyword's values its sentence names."""


@dataclass(frozen=True, slots=True)
class Validators:
    """A definition's two validators: ``whole`` for submitted records, ``partial`` for drafts."""

    whole: jsonschema_rs.Draft202012Validator
    partial: jsonschema_rs.Draft202012Validator


def validators(definition: Definition) -> Validators:
    """The validators of a definition, compiled once; patterns match in linear time, nothing is fetched."""
    return Validators(_compile(definition, whole=True), _compile(definition, whole=False))


def _compile(definition: Definition, *, whole: bool) -> jsonschema_rs.Draft202012Validator:
    schema = _object(definition.fields.values(), whole=whole)
    if whole:
        entity = definition.raw["entity"]
        extra = {
            key: entity[key] for key in ("allOf", "if", "then", "else", "dependentRequired") if key in entity
        }
        schema |= extra
    return jsonschema_rs.Draft202012Validator(
        schema, offline=True, validate_formats=False, pattern_options=jsonschema_rs.RegexOptions()
    )


def _object(fields: Iterable[Field], *, whole: bool) -> dict[str, Any]:
    fields = tuple(fields)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {each.key: _value(each, whole=whole) for each in fields},
    }
    if whole:
        schema["required"] = [each.key for each in fields if each.required and not each.computed]
    return schema


def _value(field: Field, *, whole: bool) -> dict[str, Any]:
    own = {**field.schema, **kind_of(field.schema).schema(field.schema)}
    kept = {key: value for key, value in own.items() if not key.startswith("x-") and key != "format"}
    if field.lines:
        line = _object(field.lines.values(), whole=whole)
        kept["items"] = line
    if not whole:
        kept.pop("minItems", None)
        kept.pop("minLength", None)
    return kept


def canonical(fields: Mapping[str, Field], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are stored: every value in its kind's one spelling, empty ones None."""
    return {key: _canonical(fields[key], value) if key in fields else value for key, value in facts.items()}


def _canonical(field: Field, value: Any) -> Any:
    if field.lines and isinstance(value, list):
        return [canonical(field.lines, line) if isinstance(line, dict) else line for line in value] or None
    return kind_of(field.schema).canonical(value, field.schema)


def problems_in(
    definition: Definition, compiled: Validators, facts: Mapping[str, Any], *, draft: bool = False
) -> tuple[Problem, ...]:
    """Everything wrong with a record's facts, each at its JSON pointer; one problem a place."""
    found: dict[str, Problem] = {}
    for problem in _kind_problems(definition.fields, facts):
        found.setdefault(problem.path, problem)
    present = _without_nulls(facts)
    for error in (compiled.partial if draft else compiled.whole).iter_errors(present):
        for problem in _translated(definition, error):
            found.setdefault(problem.path, problem)
    return tuple(found.values())


def _kind_problems(fields: Mapping[str, Field], facts: Mapping[str, Any]) -> Iterable[Problem]:
    for key, value in facts.items():
        field = fields.get(key)
        if field is None:
            yield Problem(f"/{key}", "unknown-field", {"field": key})
        elif value is not None:
            for problem in kind_of(field.schema).check(value, field.schema):
                values = {"title": field.title, **problem.values}
                yield Problem(f"/{key}{problem.path}", problem.code, values)
            if field.lines and is_shaped(field, value):
                yield from (
                    Problem(f"/{key}/{n}/{name}", "unknown-field", {"field": name})
                    for n, line in enumerate(value)
                    for name in line
                    if name not in field.lines and name != LINE_ID
                )


def is_shaped(field: Field, value: Any) -> bool:
    """Whether rules may read the value: lines must be sets of fields with ids that are texts."""
    if not field.lines or value is None:
        return True
    return isinstance(value, list) and all(
        isinstance(each, dict) and isinstance(each.get(LINE_ID, ""), str | None) for each in value
    )


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value


def _translated(definition: Definition, error: jsonschema_rs.ValidationError) -> Iterable[Problem]:
    path = [str(each) for each in error.instance_path]
    keyword, facts = error.kind.name, error.kind.as_dict()
    if keyword == "required":
        path.append(facts["property"])
        yield Problem(pointer(*path), "required", {"title": _title(definition, path)})
        return
    code, named = KEYWORDS.get(keyword, ("invalid", ""))
    values = {"title": _title(definition, path)}
    if named:
        values["limit"] = facts.get(named, "")
    yield Problem(pointer(*path), code, values)


def _title(definition: Definition, path: list[str]) -> str:
    field: Field | None = definition.fields.get(path[0]) if path else None
    if field and field.lines and len(path) > 2:
        field = field.lines.get(path[2], field)
    return field.title if field else definition.title

"""The shape of a file: its keys, types and spellings, by the closed meta-schema."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import NoSuchResource

from regbook.errors import Problem, catalogue
from regbook.rules.checking.pointers import pointer

BOUNDS = {
    "minLength": "shape-too-short",
    "maxLength": "shape-too-long",
    "minItems": "shape-too-few",
    "maxItems": "shape-too-many",
    "minProperties": "shape-too-few",
    "maxProperties": "shape-too-many",
    "minimum": "shape-too-small",
    "maximum": "shape-too-large",
    "exclusiveMinimum": "shape-too-small",
    "uniqueItems": "shape-repeated",
}


def meta_schema(name: str) -> Mapping[str, Any]:
    """One of the schemas that the package ships: ``register`` or ``organisation``."""
    text = files("regbook.rules").joinpath("meta", f"{name}.schema.json").read_text("utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def shape_problems(raw: Any, schema: str = "register") -> tuple[Problem, ...]:
    """Everything in which the file is not of the meta-schema's shape, each at its place, once."""
    found: dict[tuple[str, str, str], Problem] = {}
    for error in validator_of(schema).iter_errors(raw):
        for problem in _problems(error):
            found.setdefault((problem.path, problem.code, str(problem.values.get("key"))), problem)
    return tuple(found.values())


def instance_problems(value: Any, schema: Mapping[str, Any], at: str) -> tuple[Problem, ...]:
    """Everything in which a value is not of a schema: a plugin's section of a definition, say."""
    errors = _Closed(schema, registry=_nothing_outside()).iter_errors(value)
    return tuple(
        Problem(at + problem.path, problem.code, problem.values)
        for error in errors
        for problem in _problems(error)
    )


def _whole_pattern(
    validator: Validator, pattern: str, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    # Python's $ also matches before a line end; a name must not smuggle one in.
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Closed: Any = extend(Draft202012Validator, {"pattern": _whole_pattern})  # type: ignore[no-untyped-call]


@cache
def validator_of(name: str) -> Any:
    """The validator of one of the schemas that the package ships; it asks for nothing outside."""
    return _Closed(meta_schema(name), registry=_nothing_outside())


def _nothing_outside() -> Registry[Any]:
    def refuse(uri: str) -> Any:
        raise NoSuchResource(uri)

    return Registry(retrieve=refuse)  # type: ignore[call-arg]


def of_a_name(error: ValidationError) -> bool:
    """Whether an error is of a key that is misspelt, not of a value."""
    return "propertyNames" in error.relative_schema_path


def _problems(error: ValidationError) -> Iterable[Problem]:
    at = pointer(*error.absolute_path)
    if of_a_name(error):
        form = error.schema.get("x-say", "form-key") if isinstance(error.schema, Mapping) else "form-key"
        return (Problem(at + pointer(str(error.instance)), form, {"value": str(error.instance)}),)
    rule = _RULES.get(str(error.validator), _other)
    return tuple(Problem(at + below, code, values) for below, code, values in rule(error))


Fault: TypeAlias = Any
"""A ValidationError whose schema, instance and value are there: every error that a validator yields."""

_Found = Iterable[tuple[str, str, Mapping[str, Any]]]


def _unknown_keys(error: Fault) -> _Found:
    allowed = [*error.schema.get("properties", {})]
    for key in (each for each in error.instance if each not in allowed):
        near = difflib.get_close_matches(key, allowed, 1)
        values = {"key": key, "allowed": "、".join(near or allowed)}
        yield pointer(key), "key-unknown", values


def _missing_keys(error: Fault) -> _Found:
    for key in (each for each in error.validator_value if each not in error.instance):
        yield "", "key-missing", {"key": key}


def _wrong_type(error: Fault) -> _Found:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    yield "", "shape-type", {"wanted": "、".join(wanted)}


def _wrong_value(error: Fault) -> _Found:
    allowed = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    values = {"value": _short(error.instance), "allowed": "、".join(_short(each) for each in allowed)}
    yield "", "value-unknown", values


def _wrong_form(error: Fault) -> _Found:
    said = str(error.schema.get("x-say", ""))
    code = said if said in catalogue() else "form-other"
    yield "", code, {"value": _short(error.instance), "form": str(error.validator_value)}


def _other(error: Fault) -> _Found:
    code = BOUNDS.get(str(error.validator), "shape-other")
    yield "", code, {"bound": _short(error.validator_value), "value": _short(error.instance)}


_RULES = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "type": _wrong_type,
    "enum": _wrong_value,
    "const": _wrong_value,
    "pattern": _wrong_form,
}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"

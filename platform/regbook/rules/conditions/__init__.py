"""Conditions on a record's facts: the short form becomes one JSON Schema, compiled once and asked often.

``{"state": ["handled", "closed"], "amount": {"minimum": 50000}, "due_at": {"before": "now"}}`` holds when
every part does. A field's value or list of values means: filled, and one of them (of a list field: one of
its members is); null means empty; ``"me"`` means the reader; an object means: filled, and as these words
say. ``anyOf``, ``allOf``, ``oneOf`` and ``not`` join conditions. An object with ``properties`` or
``required`` is JSON Schema as it stands: it asks of a field only what it says.

JSON Schema knows neither amounts written as text, nor time, nor readers. So the facts that are asked of are
laid out beside such answers (``amount@number``, ``due_at@before@now``, ``owner@me``) before the schema sees
them; no field's key has an ``@``.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from regbook.errors import DefinitionInvalid, Problem
from regbook.rules.conditions.moments import Bound, lies_within
from regbook.rules.conditions.reading import WORDS, Reader, Schema, validator_of
from regbook.rules.formulas.values import number_from

__all__ = (
    "WORDS",
    "CompiledCondition",
    "compile_condition",
    "condition_problems",
    "condition_schema",
    "holds",
)

Facts = Mapping[str, Any]
_KEPT: Final = 4096


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """A condition ready to be asked: its schema, the fields it reads, and what must be laid beside them."""

    schema: Schema = field(hash=False)
    fields: frozenset[str]
    numbers: frozenset[str]
    readers: frozenset[str]
    bounds: tuple[Bound, ...]
    is_valid: Callable[[Any], bool] = field(repr=False, compare=False)


def condition_schema(short: Mapping[str, Any]) -> Schema:
    """The JSON Schema that a condition means.

    >>> condition_schema({"state": {"const": "closed"}})["required"]
    ['state']
    """
    return compile_condition(short).schema


def compile_condition(short: Mapping[str, Any]) -> CompiledCondition:
    """The condition, ready to be asked; the same one is compiled once.

    Raises:
        DefinitionInvalid: the condition has problems.
    """
    return _compile(_Keyed(short))


def condition_problems(
    short: Any, known_fields: Container[str] | None = None, path: str = ""
) -> tuple[Problem, ...]:
    """Everything wrong with a condition; ``known_fields`` None lets every field pass."""
    reader = Reader(known_fields)
    reader.condition(short, path, 1)
    return tuple(reader.problems)


def holds(
    condition: CompiledCondition | Mapping[str, Any] | None,
    facts: Facts,
    now: datetime | None = None,
    me: str | None = None,
) -> bool:
    """Whether the condition holds for these facts; no condition always does.

    ``now`` is aware and bears the office's zone: dates without a time are compared with its date. ``me`` is
    the reader's id.

    Raises:
        ValueError: the condition asks of time and ``now`` is missing or has no zone.

    >>> holds({"amount": {"minimum": 50000}}, {"amount": "50000.00"}), holds({"amount": None}, {})
    (True, True)
    """
    if not condition:
        return True
    compiled = condition if isinstance(condition, CompiledCondition) else compile_condition(condition)
    laid = {name: facts[name] for name in compiled.fields if name in facts}
    for name in compiled.numbers:
        number = number_from(facts.get(name))
        if number is not None:
            laid[f"{name}@number"] = number
    for name in compiled.readers:
        fact = facts.get(name)
        laid[f"{name}@me"] = me is not None and (me in fact if isinstance(fact, list) else fact == me)
    for bound in compiled.bounds:
        laid[bound.name] = lies_within(bound, facts.get(bound.field), now)
    return compiled.is_valid(laid)


class _Keyed:
    """A condition that equals another of the same spelling: 1 is not true, and order matters."""

    __slots__ = ("key", "short")

    def __init__(self, short: Mapping[str, Any]) -> None:
        self.short = short
        self.key = _key(short)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.key == other.key


def _key(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((name, _key(each)) for name, each in value.items())
    return (list, *map(_key, value)) if isinstance(value, list | tuple) else (type(value), value)


@lru_cache(maxsize=_KEPT)
def _compile(keyed: _Keyed) -> CompiledCondition:
    reader = Reader(None)
    schema = {"type": "object", **reader.condition(keyed.short, "", 1)}
    if reader.problems:
        raise DefinitionInvalid(reader.problems)
    return CompiledCondition(
        schema=schema,
        fields=frozenset(reader.fields),
        numbers=frozenset(reader.numbers),
        readers=frozenset(reader.readers),
        bounds=tuple(sorted(reader.bounds, key=lambda each: each.name)),
        is_valid=validator_of(schema).is_valid,
    )

"""Conditions in a definition: the fields, states and choices that they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from regbook.errors import Problem
from regbook.model.workflow import DRAFT
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.subject import Raw, Subject, near
from regbook.rules.conditions import condition_problems

JOINS = ("anyOf", "allOf", "oneOf")


def problems_of_condition(subject: Subject, condition: Any, at: str) -> Iterator[Problem]:
    """Everything wrong with a condition on the register's facts; without one, nothing."""
    if condition is None:
        return
    yield from condition_problems(condition, subject.facts, at)
    yield from _value_problems(subject, condition, at)


def _value_problems(subject: Subject, condition: Any, at: str) -> Iterator[Problem]:
    if not isinstance(condition, Mapping):
        return
    for key, wanted in condition.items():
        if key in JOINS and isinstance(wanted, list):
            for index, each in enumerate(wanted):
                yield from _value_problems(subject, each, at + pointer(key, index))
        elif key in ("not", "properties") and isinstance(wanted, Mapping):
            yield from _value_problems(subject, wanted, at + pointer(key))
        else:
            yield from _unknown_values(subject, key, wanted, at + pointer(key))


def _unknown_values(subject: Subject, key: str, wanted: Any, at: str) -> Iterator[Problem]:
    known = _choices(subject, key)
    if known is None:
        return
    code = "state-nowhere" if key == "state" else "choice-nowhere"
    for place, value in _values(wanted):
        if value is not None and value not in known:
            yield Problem(at + place, code, near(str(value), [str(each) for each in known]))


def _choices(subject: Subject, key: str) -> list[Any] | None:
    if key == "state":
        return [*subject.states, DRAFT]
    schema = subject.fields.get(key, {})
    choices = schema.get("oneOf") or schema.get("items", {}).get("oneOf")
    return [each["const"] for each in choices] if choices else None


def _values(wanted: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(wanted, list):
        yield from ((pointer(index), each) for index, each in enumerate(wanted))
    elif isinstance(wanted, Mapping):
        if "const" in wanted:
            yield "/const", wanted["const"]
        yield from ((pointer("enum", index), each) for index, each in enumerate(_several(wanted)))
    else:
        yield "", wanted


def _several(wanted: Raw) -> list[Any]:
    enum = wanted.get("enum")
    return enum if isinstance(enum, list) else []


def states_of_condition(subject: Subject, condition: Any) -> set[str]:
    """The states in which a condition can hold, as far as it says; every state when it says nothing."""
    if not isinstance(condition, Mapping) or "state" not in condition:
        return {*subject.states}
    named = {value for _, value in _values(condition["state"]) if isinstance(value, str)}
    return named or {*subject.states}

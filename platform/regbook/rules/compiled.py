"""A definition made ready to run: validators, formulas in order, checks, each compiled once per revision."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from regbook.errors import Problem
from regbook.model.definition import Check, Definition, Field
from regbook.model.people import Actor, Directory
from regbook.model.record import Record, instant_text
from regbook.model.timing import Calendar
from regbook.rules.conditions import holds
from regbook.rules.formulas import Formula, compile_formula, evaluation_order, office_functions, to_fact
from regbook.rules.masking import masked, masked_keys
from regbook.rules.validation import Validators, validators

RESERVED_KINDS: Mapping[str, str] = {
    "number": "text",
    "state": "text",
    "owner": "person",
    "department": "department",
    "entered_at": "date-time",
    "submitted_at": "date-time",
    "amended_at": "date-time",
    "level": "integer",
    "declassify_on": "date-time",
}


@dataclass(frozen=True, eq=False)
class Compiled:
    """A definition, ready to run by this calendar; each part is made once, when it is first asked for.

    ``formulas`` and ``checks`` raise DefinitionInvalid when one cannot be read (``regbook check`` says so
    before publishing).
    """

    definition: Definition
    calendar: Calendar

    @cached_property
    def validators(self) -> Validators:
        """The validators of whole records and of drafts."""
        return validators(self.definition)

    @cached_property
    def formulas(self) -> tuple[tuple[str, Formula], ...]:
        """The formula of every computed field, each after those that it reads."""
        made = {
            key: compile_formula(text, {**self._kinds, **_line_kinds(self.definition, key)}, self._functions)
            for key, text in _formula_texts(self.definition)
        }
        return tuple((key, made[key]) for key in evaluation_order(made))

    @cached_property
    def checks(self) -> tuple[tuple[Check, Formula], ...]:
        """The definition's checks."""
        return tuple(
            (each, compile_formula(each.that, self._kinds, self._functions))
            for each in self.definition.checks
            if each.that
        )

    @cached_property
    def masked_keys(self) -> tuple[str, ...]:
        """The fields that are shown masked."""
        return masked_keys(self.definition)

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return kinds_of(self.definition)

    @cached_property
    def _functions(self) -> Mapping[str, Callable[..., Any]]:
        return office_functions(self.calendar)

    def masked(self, record: Record) -> Record:
        """The record as a reader has it who has not asked to see personal values whole."""
        return masked(self.definition.fields, self.masked_keys, record) if self.masked_keys else record


def kinds_of(definition: Definition) -> dict[str, str]:
    """The kind of every name that a formula of the definition may read."""
    kinds = {**RESERVED_KINDS}
    for field in definition.fields.values():
        kinds[field.key] = field.kind
        kinds |= {f"{field.key}.{key}": line.kind for key, line in field.lines.items()}
    return kinds


def _line_kinds(definition: Definition, key: str) -> dict[str, str]:
    lines = definition.fields[key.partition(".")[0]].lines if "." in key else {}
    return {name: field.kind for name, field in lines.items()}


def _formula_texts(definition: Definition) -> list[tuple[str, str]]:
    texts = []
    for field in definition.fields.values():
        if text := _formula_of(field):
            texts.append((field.key, text))
        texts += [(f"{field.key}.{key}", line.formula) for key, line in field.lines.items() if line.formula]
    return texts


def _formula_of(field: Field) -> str | None:
    """A field's formula; a roll-up over the record's own lines is one too."""
    if field.rollup is not None and "from" not in field.rollup:
        return f"{field.rollup['as']}({field.rollup['of']})"
    return field.formula


def derived(compiled: Compiled, flat: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Every computed field of a record, from its flat facts; lines come back whole."""
    facts = dict(flat)
    made: dict[str, Any] = {}
    for key, formula in compiled.formulas:
        name, _, column = key.partition(".")
        field = compiled.definition.fields[name]
        if column:
            kind = field.lines[column].kind
            facts[name] = [
                {**line, column: to_fact(formula.value({**facts, **line}, now), kind)}
                for line in facts.get(name) or ()
            ] or None
        else:
            facts[name] = to_fact(formula.value(facts, now), field.kind)
        made[name] = facts[name]
    return made


def check_problems(
    compiled: Compiled, flat: Mapping[str, Any], now: datetime, hidden: Collection[str] = ()
) -> tuple[Problem, ...]:
    """The definition's checks that are false; null passes, and so does one that reads a ``hidden`` field."""
    return tuple(
        Problem(check.at, "check", {"say": check.say})
        for check, formula in compiled.checks
        if not any(name in hidden or name.partition(".")[0] in hidden for name in _names_of(check, formula))
        and (check.when is None or holds(check.when, flat, now))
        and formula.value(flat, now) is False
    )


def checked_names(compiled: Compiled) -> frozenset[str]:
    """Every name that a check of the definition reads, ``lines.key`` for a part of lines."""
    return frozenset(name for check, formula in compiled.checks for name in _names_of(check, formula))


def _names_of(check: Check, formula: Formula) -> frozenset[str]:
    when = check.when or {}
    return frozenset((*formula.names, *when, *when.get("properties", ())))


def defaults(compiled: Compiled, actor: Actor, directory: Directory, now: datetime) -> dict[str, Any]:
    """What a new record begins with: constants, and ``{"now": true}``, ``{"me": true}`` and so on."""
    person = directory.people.get(actor.person or "")
    known = {
        "now": instant_text(now),
        "today": instant_text(now)[:10] if now else None,  # type: ignore[index]
        "me": actor.person,
        "unit": person.unit if person else None,
        "superior": directory.superior(actor.person) if actor.person else None,
    }
    made = {}
    for key, field in compiled.definition.fields.items():
        default = field.schema.get("x-default", field.schema.get("default"))
        if isinstance(default, Mapping):
            default = next((known.get(name) for name, on in default.items() if on), None)
        if default is not None:
            made[key] = default
    return made

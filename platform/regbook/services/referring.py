"""References: whether what a field points to is there for whoever fills it in, and what is copied from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regbook.errors import Problem
from regbook.model.access import unbounded
from regbook.model.definition import Definition, Field
from regbook.model.people import Actor
from regbook.model.record import LINE_ID, Record
from regbook.rules.conditions import holds
from regbook.services.edition import Edition
from regbook.store import Reading

PEOPLE = ("person", "people")
UNITS = ("department", "departments")
RECORDS = ("record", "records")


@dataclass
class References:
    """What one actor finds behind references at one instant; each record is read once."""

    edition: Edition
    reading: Reading
    actor: Actor
    now: datetime
    found: dict[tuple[str, str], Record | None] = dataclasses.field(default_factory=dict)

    def record(self, register: str, record_id: str) -> Record | None:
        """The record as the actor sees it; None for one that is not there or that she may not see."""
        key = (register, record_id)
        if key not in self.found:
            self.found[key] = self._read(register, record_id)
        return self.found[key]

    def _read(self, register: str, record_id: str) -> Record | None:
        if register not in self.edition.registers:
            return None
        definition = self.edition.definition(register)
        if self.actor.is_engine:
            scope = unbounded(register, "read", self.actor.kind)
        else:
            scope = self.edition.policy.scope(self.actor.person, definition, "read", self.now)
        return self.reading.records.one(definition, record_id, scope, self.now)


def pointed_to(field: Field, value: Any) -> tuple[str, str] | None:
    """The register and id that one reference names, as ``register/id`` or by the field's only target."""
    if not isinstance(value, str) or not value:
        return None
    register, slash, record_id = value.partition("/")
    if slash:
        return register, record_id
    return (field.targets[0], value) if field.targets else None


def copied(
    references: References, definition: Definition, facts: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The facts that fields with ``x-copy`` bring along, for those of them that were given.

    A person brings what she may read there; what she may not is left empty. What people fill themselves
    is not written over.
    """
    made: dict[str, Any] = {}
    for key in given:
        field = definition.fields.get(key)
        names = field.schema.get("x-copy") if field is not None else None
        if field is None or not names:
            continue
        source = _source(references, field, facts.get(key))
        made |= {
            ours: source.get(theirs)
            for theirs, ours in names.items()
            if ours in definition.fields and (definition.fields[ours].read_only or ours not in given)
        }
    return made


def _source(references: References, field: Field, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, str) or not value:
        return {}
    directory = references.edition.directory
    nouns: Mapping[str, Mapping[str, Any]] = {"person": directory.people, "department": directory.departments}
    if field.kind in nouns:
        found = nouns[field.kind].get(value)
        return {name: getattr(found, name) for name in found.__slots__} if found is not None else {}
    target = pointed_to(field, value)
    record = references.record(*target) if target is not None else None
    return record.flat() if record is not None else {}


def reference_problems(
    references: References, definition: Definition, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Problem]:
    """References that changed and lead to nobody, to nothing she may see, or to what may not be chosen now.

    What is not there and what she may not see are told alike. The engine's own references are its own.
    """
    if references.actor.is_engine:
        return
    for key, field in definition.fields.items():
        if field.lines:
            before = {each.get(LINE_ID): each for _, each in _lines(old.get(key))}
            for n, line in _lines(new.get(key)):
                for name, inner in field.lines.items():
                    was = before.get(line.get(LINE_ID), {}).get(name)
                    yield from _problems(references, inner, was, line.get(name), f"/{key}/{n}/{name}")
        elif not field.read_only:
            yield from _problems(references, field, old.get(key), new.get(key), f"/{key}")


def _lines(fact: Any) -> list[tuple[int, Mapping[str, Any]]]:
    """The lines of a fact by their places, but for what the field's kind refuses."""
    lines = fact if isinstance(fact, list) else []
    return [(n, each) for n, each in enumerate(lines) if isinstance(each, Mapping)]


def _problems(references: References, field: Field, was: Any, value: Any, path: str) -> Iterator[Problem]:
    if field.kind not in (*PEOPLE, *UNITS, *RECORDS):
        return
    many = isinstance(value, list)
    known = set(was) if isinstance(was, list) else {was}
    for n, each in enumerate(value if isinstance(value, list) else [value]):
        if not isinstance(each, str) or each in known:
            continue
        code = _wrong(references, field, each)
        if code is not None:
            yield Problem(f"{path}/{n}" if many else path, code, {"title": field.title})


def _wrong(references: References, field: Field, value: str) -> str | None:
    edition = references.edition
    if field.kind in PEOPLE:
        return None if _there(edition, "people", edition.directory.active(value)) else "reference-unknown"
    if field.kind in UNITS:
        there = value in edition.directory.departments
        return None if _there(edition, "departments", there) else "reference-unknown"
    target = pointed_to(field, value)
    record = references.record(*target) if target is not None else None
    if record is None:
        return "reference-unknown"
    items = field.schema.get("items", {})
    where = field.schema.get("x-where") or items.get("x-where")
    allowed = where is None or holds(where, record.flat(), references.now, references.actor.person)
    return None if allowed else "reference-not-now"


def _there(edition: Edition, noun: str, found: bool) -> bool:
    """Whether it was found, or the office keeps none and nobody can say."""
    return found or edition.binding(noun) is None

"""The sample office of scenarios: a reporting line, a peer, an outsider, whoever a definition names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from regbook.hooks import Hooks
from regbook.model.definition import Definition
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Query
from regbook.model.record import Record
from regbook.model.world import GIVEN_ROLES
from regbook.rules.reading import definition_from
from regbook.services import finding
from regbook.services.library import Library, content_hash
from regbook.services.loading import bindings
from regbook.services.office import Office
from regbook.services.publishing import office_files, switch
from regbook.store import Store, open_store, random_keyring

PEOPLE = {
    "gm": ("company", None, 4),
    "division_head": ("division", "gm", 3),
    "head": ("department", "division_head", 3),
    "staff": ("department", "head", 1),
    "peer": ("department", "head", 1),
    "other_division_head": ("other_division", "gm", 3),
    "other_head": ("other_department", "other_division_head", 3),
    "outsider": ("other_department", "other_head", 1),
    "process_admin": ("company", "gm", 1),
}
"""Each person's unit, superior and clearance."""

GRADES = {"gm": "executive", "division_head": "director", "head": "manager"}
"""The grades of those who are no plain staff."""

UNITS = {
    "company": (None, "centre", "gm"),
    "division": ("company", "division", "division_head"),
    "department": ("division", "department", "head"),
    "other_division": ("company", "division", "other_division_head"),
    "other_department": ("other_division", "department", "other_head"),
}
"""Each unit's parent, kind and head."""

_NAMED = re.compile(r"\b(role|post):([a-z][a-z0-9_]*)")
BEGINNING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


@dataclass
class Sample:
    """A sample office and its clock, which the scenario moves."""

    time: datetime = BEGINNING
    ids: Iterator[int] = field(default_factory=itertools.count)
    people: dict[str, str] = field(default_factory=dict)
    system: Actor = SYSTEM

    def __post_init__(self) -> None:
        self.office: Office

    def copied(self) -> Sample:
        """The same office again, at its beginning: what happens in one is not seen in the other."""
        twin = Sample(BEGINNING, itertools.count(next(self.ids)), self.people)
        twin.office = self.office.beside(
            self.office.store.copied(), lambda: twin.time, lambda: f"s{next(twin.ids):015x}"
        )
        return twin

    def person(self, name: str) -> str:
        """The id of the person whom scenarios call by this name, a post or a role."""
        return self.people.get(name, name)

    def called(self, person: str, wanted: Iterable[str] = ()) -> str:
        """What a scenario calls the person: the wanted name that means her, else her own."""
        return next((name for name in wanted if self.person(name) == person), person)

    def line(self, person: str | None) -> tuple[str, ...]:
        """The superiors of the person, nearest first."""
        with self.office.store.reading() as reading:
            return self.office.edition(reading).directory.line(person or "")

    def opened(self) -> dict[str, int]:
        """How many records every register holds, but for those of people, units and posts."""
        with self.office.store.reading() as reading:
            edition = self.office.edition(reading)
        nouns = {
            each.register
            for noun, each in edition.bound.items()
            if noun in ("people", "departments", "posts")
        }
        return {
            name: finding.count(self.office, self.system, name, Query()).number
            for name in edition.registers
            if name not in nouns
        }

    def told(self, register: str, record: str) -> set[str]:
        """Who was notified about the record."""
        with self.office.store.reading() as reading:
            return {
                person
                for person in self.people.values()
                for each in reading.notices.of(person, limit=200)
                if (each.register, each.record) == (register, record)
            }


def sample_office(
    library: Library,
    hooks: Hooks,
    register: str,
    store: Store | None = None,
    begun: datetime = BEGINNING,
) -> Sample:
    """A fresh office with the register, those it refers to and the people of the sample.

    It is in memory, or in an empty store that is given; its clock stands at ``begun``.
    """
    sample = Sample(begun)
    store = store or open_store("sqlite://", random_keyring())
    store.prepare()
    office = Office(store, hooks, lambda: sample.time, lambda: f"s{next(sample.ids):015x}")
    sample.office = office
    definitions = [definition_from(library.registers[each][1], 1) for each in _needed(library, register)]
    for each in definitions:
        store.migrate(store.plan(None, each))
    changed = [(None, each, content_hash(each.raw)) for each in definitions]
    with store.work() as work:
        switch(office, work, SYSTEM, changed, office_files(library))
        for definition, record in _records(library, definitions, register, sample):
            work.records.insert(definition, record, sample.time)
        work.bump_epoch()
    return sample


def _needed(library: Library, register: str) -> list[str]:
    """The register, every one that its definition names, and those that hold the engine's nouns."""
    text = str(library.registers[register][1])
    named = [each for each in library.registers if re.search(rf"'\*?{each}'|\b{each}\.", text)]
    bound = [each.register for each in bindings(library.organisation).values()]
    return [each for each in dict.fromkeys([register, *named, *bound]) if each in library.registers]


def _records(
    library: Library, definitions: Iterable[Definition], register: str, sample: Sample
) -> Iterator[tuple[Definition, Record]]:
    by_register = {each.register: each for each in definitions}
    bound = bindings(library.organisation)
    posts, roles = _names(library.registers[register][1], library.organisation.get("roles", {}))
    people: dict[str, tuple[str, str | None, int]] = dict(PEOPLE)
    people |= {name: ("department", "head", 3) for name in posts if name not in people}
    people |= {name: ("company", "gm", 3) for name in roles if name not in people}
    sample.people.update({name: name for name in people})
    rows: list[tuple[str, str, dict[str, Any]]] = []
    for unit, (parent, kind, head) in UNITS.items():
        rows.append(("departments", unit, {"name": unit, "parent": parent, "kind": kind, "head": head}))
    for post in posts:
        rows.append(("posts", post, {"name": post, "code": post, "roles": None}))
    for name, (unit, superior, clearance) in people.items():
        held = [name] if name in roles or name == "process_admin" else None
        facts = {"name": name, "account": name, "unit": unit, "superior": superior, "clearance": clearance}
        facts["grade"] = GRADES.get(name, "staff")
        rows.append(("people", name, {**facts, "post": name if name in posts else None, "roles": held}))
    for noun, record_id, facts in rows:
        binding = bound.get(noun)
        if binding is None or binding.register not in by_register:
            continue
        definition = by_register[binding.register]
        kept = {
            binding.key(key): value for key, value in facts.items() if binding.key(key) in definition.fields
        }
        yield definition, _present(definition, record_id, kept, sample.time)


def _present(definition: Definition, record_id: str, facts: dict[str, Any], at: datetime) -> Record:
    """A record in a state in which the person is at work, the unit open."""
    workflow = definition.workflow
    staying = [each for each in workflow.states if each != workflow.initial and workflow.leaving(each)]
    state = staying[0] if staying else workflow.initial
    return Record(
        definition.register,
        record_id,
        state,
        facts,
        department=facts.get("unit"),
        entered_at=at,
        submitted_at=at,
        amended_at=at,
    )


def _names(raw: Mapping[str, Any], known: Container[str]) -> tuple[list[str], list[str]]:
    """The posts and roles that a definition names, in who-texts, access rules and scenarios."""
    scenes = [scene for story in raw.get("scenarios", ()) for scene in story["steps"]]
    text = str(raw)
    posts = [name for kind, name in _NAMED.findall(text) if kind == "post"]
    roles = [name for kind, name in _NAMED.findall(text) if kind == "role"]
    posts += [each["post"] for each in raw.get("access", ()) if "post" in each]
    roles += [each["role"] for each in raw.get("access", ()) if "role" in each]
    roles += [scene["as"] for scene in scenes if scene.get("as") in known]
    given = set(GIVEN_ROLES)
    return list(dict.fromkeys(posts)), [each for each in dict.fromkeys(roles) if each not in given]

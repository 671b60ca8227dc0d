"""Everything that changes only with the epoch, read once: definitions, people, calendar, policy, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from regbook.access import Policy
from regbook.errors import NotFound
from regbook.model.clause import Clause
from regbook.model.definition import Definition
from regbook.model.people import Directory
from regbook.model.policy import PolicyRow
from regbook.model.record import Record
from regbook.model.timing import Calendar
from regbook.model.workflow import DRAFT
from regbook.rules import jsontext
from regbook.rules.clauses import clause_index, regulation_from
from regbook.rules.compiled import Compiled
from regbook.rules.promising import Earlier
from regbook.rules.who import PROCESS_ADMIN

DIRECTORY = ("people", "departments", "posts", "delegations", "access_rights")
"""The nouns that an edition's directory is made of."""
Past = dict[str, tuple[Compiled, Mapping[int, Earlier]]]
"""By register, its earlier revisions by number, and beside which current one they were read (cases.py)."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One of the engine's nouns, kept in a register: ``fields`` maps the noun's names to the register's.

    ``states`` are those in which a record counts; without them, every state that can still be left.
    """

    register: str
    fields: Mapping[str, str] = field(default_factory=dict)
    states: frozenset[str] = frozenset()

    def key(self, name: str) -> str:
        """The register's field that holds one of the noun's names."""
        return self.fields.get(name, name)


@dataclass(frozen=True, slots=True)
class Area:
    """Registers that belong together, under the title that menus show; ``english`` may be empty."""

    title: str
    english: str
    registers: tuple[str, ...]


Told = tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]
"""The newest revision of every register, and the newest edition of every office-wide file."""


@dataclass(frozen=True)
class Published:
    """What publishing alone changes: epochs that only people moved share it.

    ``books`` are the clause books as JSON texts, ``rows`` and ``model`` the policy's.
    """

    told: Told
    registers: Mapping[str, Compiled]
    calendar: Calendar
    bound: Mapping[str, Binding]
    settings: Mapping[str, Any]
    roles: Mapping[str, Any]
    books: tuple[str, ...]
    areas: tuple[Area, ...]
    rows: tuple[PolicyRow, ...]
    model: str
    past: Past = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Every clause of the published books by its number; the books are read when it is first asked."""
        return clause_index(regulation_from(jsontext.published(each)) for each in self.books)


@dataclass(frozen=True)
class Edition:
    """The office as one epoch has it, between two instants at which somebody's rights begin or end.

    A request keeps the edition it began with.
    """

    epoch: int
    published: Published
    directory: Directory
    policy: Policy
    settings: Mapping[str, Any]
    since: datetime | None = None
    until: datetime | None = None
    known: dict[tuple[str | None, str], tuple[Any, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What readers were found to know of registers (services/knowing.py), with the scopes it came from."""
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What screens prepared under this edition, by what it depends on (web/pages/desk.py)."""

    @property
    def registers(self) -> Mapping[str, Compiled]:
        """The registers, compiled."""
        return self.published.registers

    @property
    def calendar(self) -> Calendar:
        """The office's calendar."""
        return self.published.calendar

    @property
    def bound(self) -> Mapping[str, Binding]:
        """Where each of the engine's nouns is kept."""
        return self.published.bound

    @property
    def roles(self) -> Mapping[str, Any]:
        """The roles, as the organisation names them; ``english`` is a title's translation."""
        return self.published.roles

    @property
    def past(self) -> Past:
        """The earlier revisions that are at hand."""
        return self.published.past

    @property
    def areas(self) -> tuple[Area, ...]:
        """The registers by area."""
        return self.published.areas

    @property
    def clauses(self) -> Mapping[str, Clause]:
        """Every clause of the published books by its number."""
        return self.published.clauses

    def holds(self, now: datetime) -> bool:
        """Whether people's rights are still those of this edition: none began or ended meanwhile."""
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)

    def compiled(self, register: str) -> Compiled:
        """The register's definition, compiled.

        Raises:
            NotFound: there is no such register.
        """
        found = self.registers.get(register)
        if found is None:
            raise NotFound
        return found

    def definition(self, register: str) -> Definition:
        """The register's current definition."""
        return self.compiled(register).definition

    def earlier(self, register: str) -> Mapping[int, Earlier]:
        """The earlier revisions of a register that are at hand."""
        kept = self.past.get(register)
        return kept[1] if kept is not None and kept[0] is self.registers.get(register) else {}

    def shown(self, record: Record) -> Definition:
        """The definition that a record which was read reads under: its states are those of its case."""
        known = self.earlier(record.register).get(record.revision)
        return self.ruling(record, known.compiled if known else self.compiled(record.register)).definition

    def ruling(self, record: Record, case: Compiled) -> Compiled:
        """The case of a record, as long as it runs: a draft has none, and one that ended is over."""
        current = self.compiled(record.register)
        workflow = case.definition.workflow
        ended = record.state in current.definition.workflow.states and not workflow.leaving(record.state)
        return current if record.state == DRAFT or ended else case

    @cached_property
    def process_admins(self) -> tuple[str, ...]:
        """Who gets what nobody else may take."""
        return self.directory.holders_of_role(PROCESS_ADMIN)

    @cached_property
    def pointing(self) -> Mapping[str, tuple[tuple[Definition, str, bool], ...]]:
        """By register, the fields of others whose ``x-back`` names the records that point to it.

        Each with its definition, its key, and whether its values name the register too.
        """
        found: dict[str, list[tuple[Definition, str, bool]]] = {}
        for compiled in self.registers.values():
            for each in compiled.definition.fields.values():
                if each.kind == "record" and "x-back" in each.schema:
                    for target in each.targets:
                        place = (compiled.definition, each.key, len(each.targets) > 1)
                        found.setdefault(target, []).append(place)
        return {register: tuple(places) for register, places in found.items()}

    def binding(self, noun: str) -> Binding | None:
        """Where a noun is kept, or None while its register is not there."""
        found = self.bound.get(noun)
        return found if found is not None and found.register in self.registers else None

    def person_name(self, person: str | None) -> str:
        """A person's name, for sentences; her id when she is unknown."""
        found = self.directory.people.get(person or "")
        return found.name if found else (person or "")

    def clearance(self, person: str | None, now: datetime) -> int:
        """The highest level the person may see; nobody's is 0."""
        found = self.directory.people.get(person or "")
        return found.clearance if found and found.active else 0

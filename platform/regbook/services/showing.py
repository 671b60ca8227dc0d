"""One record with everything that its page shows: one snapshot, a small and constant number of questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from regbook.errors import NotFound
from regbook.model.definition import Definition, Opening
from regbook.model.office import StoredFile
from regbook.model.people import Actor
from regbook.model.promises import Timer
from regbook.model.query import Filter, Query, Sort
from regbook.model.record import Assignment, Entry, Record
from regbook.model.workflow import DRAFT, Step, Transition
from regbook.rules import approvals, moves
from regbook.rules.compiled import Compiled
from regbook.rules.conditions import holds
from regbook.services import allowing, finding, recalling
from regbook.services.cases import remember
from regbook.services.edition import Edition
from regbook.services.forming import attachable
from regbook.services.office import Office
from regbook.services.persons import makers_of
from regbook.services.planning import Plan
from regbook.store import Reading

MOST_ENTRIES = 50
MOST_RELATED = 10
DEEDS = ("amend", "move", "withdraw")
"""What a record's page may offer; attaching besides where a field holds files."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An approval that waits: the transition, its step, whose decision it waits for, since when."""

    transition: Transition
    step: Step
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class Shown:
    """One record as one reader sees it: what it holds, what may be done, what was done, what is promised.

    ``attachable`` names the file fields that she may add to, ``masked`` the fields that are masked,
    ``personal`` those of them that she may see whole; ``related`` are records that point here.
    """

    record: Record
    definition: Definition
    etag: str
    verbs: frozenset[str]
    transitions: tuple[Transition, ...]
    openings: tuple[Opening, ...]
    asked: tuple[Asked, ...]
    assignments: tuple[Assignment, ...]
    timers: tuple[Timer, ...]
    entries: tuple[Entry, ...]
    files: tuple[StoredFile, ...]
    attachable: frozenset[str]
    masked: frozenset[str]
    personal: frozenset[str]
    related: tuple[tuple[Definition, Record], ...]


def show(office: Office, actor: Actor, register: str, record_id: str) -> Shown:
    """One record with everything its page shows.

    Raises:
        NotFound: there is none of that id that she may see.
    """
    now = office.now()
    with office.store.reading() as reading:
        edition = office.edition(reading)
        plan = Plan(office, reading, edition, actor, now)
        compiled = edition.compiled(register)
        eyes = recalling.eyes_of(edition, actor, register, now)
        record = finding.in_scope(reading, edition, register, record_id, eyes.read, now)
        assignments = reading.assignments.of(register, record_id, open_only=False)
        verbs, personal = _rights(plan, compiled, record)
        case = plan.case(record).definition
        ruled = plan.ruling(record).definition
        deadlines = (*case.deadlines, *ruled.deadlines)
        timers = reading.timers.of(register, record_id, open_only=False) if deadlines else ()
        waiting = _waiting(ruled, record, assignments)
        held = {each.transition.name for each in waiting}
        transitions = tuple(
            each
            for each in moves.offered(ruled, record, plan.now)
            if "move" in verbs
            and each.name not in held
            and actor.person
            in makers_of(
                edition,
                ruled,
                record,
                each,
                tuple(one for one in assignments if one.closed_at is None),
                now,
            )
        )
        return Shown(
            finding.shown_to(actor, compiled, record),
            ruled,
            finding.etag(office, actor, compiled, record),
            verbs,
            transitions,
            _openings(edition, actor, record, ruled, plan.now),
            (*waiting, *_in_stead(ruled, record, assignments, timers, now)),
            assignments,
            timers,
            recalling.told(edition, reading, compiled, record, eyes, MOST_ENTRIES),
            reading.files.of(register, record_id) if _holds_files(compiled.definition) else (),
            attachable(plan, compiled, record) if "attach" in verbs else frozenset(),
            frozenset(compiled.masked_keys),
            personal,
            _related(reading, edition, actor, record, now),
        )


def _rights(plan: Plan, compiled: Compiled, record: Record) -> tuple[frozenset[str], frozenset[str]]:
    """What the actor may do to the record, and the personal fields she may see whole."""
    deeds = (*DEEDS, "attach") if _holds_files(compiled.definition) else DEEDS
    verbs = {each for each in deeds if allowing.may_seem(plan, compiled, record, each)}
    if record.state == DRAFT and record.owner == plan.actor.person:
        verbs.add("amend")
    personal = frozenset(
        key
        for key in finding.personal_in(compiled, record)
        if allowing.may_seem(plan, compiled, record, "unmask", key)
    )
    return frozenset(verbs), personal


def _waiting(
    definition: Definition, record: Record, assignments: tuple[Assignment, ...]
) -> tuple[Asked, ...]:
    """The approvals that the record waits for now."""
    steps = {
        approvals.source_of(transition, step): (transition, step)
        for transition in definition.workflow.leaving(record.state)
        for step in transition.steps
    }
    return tuple(
        Asked(*steps[each.source], each)
        for each in assignments
        if each.kind == "step" and each.closed_at is None and each.source in steps
    )


def _in_stead(
    definition: Definition,
    record: Record,
    assignments: tuple[Assignment, ...],
    timers: tuple[Timer, ...],
    now: datetime,
) -> Iterator[Asked]:
    """The approvals that whoever was climbed to decides in the place of those who are late."""
    for each in assignments:
        found = approvals.stead(definition, each, assignments, timers, now)
        if found is not None and each.person != record.owner:
            yield Asked(found.transition, found.step, each)


def _openings(
    edition: Edition, actor: Actor, record: Record, definition: Definition, now: datetime
) -> tuple[Opening, ...]:
    """The next records of the chain that the actor may begin from here now."""
    if record.state == DRAFT:
        return ()
    enterable = edition.policy.registers(actor.person, "enter")
    by_itself = {name for each in definition.workflow.transitions for name in each.opens}
    by_itself |= {name for each in definition.deadlines for name in each.opens}
    return tuple(
        each
        for each in definition.openings
        if each.register in enterable
        and each.register in edition.registers
        and each.name not in by_itself
        and (each.when is None or holds(each.when, record.flat(), now, actor.person))
    )


def _holds_files(definition: Definition) -> bool:
    return any(each.kind == "file" for each in definition.fields.values())


def _related(
    reading: Reading, edition: Edition, actor: Actor, record: Record, now: datetime
) -> tuple[tuple[Definition, Record], ...]:
    """Records that point here by a field that names the other side, as far as the actor sees them."""
    found: list[tuple[Definition, Record]] = []
    readable = edition.policy.registers(actor.person, "read")
    for definition, key, many in pointing_at(edition, record.register):
        if definition.register not in readable:
            continue
        try:
            scope = finding.scope_of(edition, actor, definition.register, "read", now)
        except NotFound:
            continue
        if not scope.knows(key):
            continue
        value = f"{record.register}/{record.id}" if many else record.id
        query = Query(
            filters=(Filter(key, "eq", value),), sort=(Sort("entered_at", True),), limit=MOST_RELATED
        )
        page = reading.records.page(definition, query, scope, now)
        remember(edition, reading, page.records)
        found += [(edition.shown(each), each) for each in page.records]
    return tuple(found)


def pointing_at(edition: Edition, register: str) -> tuple[tuple[Definition, str, bool], ...]:
    """The fields of other registers that say ``x-back``: those whose records this one's page shows."""
    found: Mapping[str, tuple[tuple[Definition, str, bool], ...]] = edition.pointing
    return found.get(register, ())

"""A person's inbox: what waits for her, what she did, what she began, her drafts, what she was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from regbook.errors import NotFound
from regbook.model.definition import Definition
from regbook.model.office import Notice
from regbook.model.people import Actor
from regbook.model.query import Filter, Query, Sort
from regbook.model.record import Assignment, Record
from regbook.model.workflow import DRAFT
from regbook.services import finding
from regbook.services.cases import remember
from regbook.services.edition import Edition
from regbook.services.office import Office
from regbook.store import Reading

BOXES = ("todo", "done")
FACTS = 3
"""How many facts of a record its card shows."""


@dataclass(frozen=True, slots=True)
class Item:
    """One card of the inbox: the assignment, the record as the reader sees it, when it is due."""

    assignment: Assignment
    record: Record
    definition: Definition
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Box:
    """A page of the inbox; ``after`` is the cursor of the next one."""

    items: tuple[Item, ...]
    after: str | None


def inbox(
    office: Office, actor: Actor, box: str = "todo", *, after: str | None = None, limit: int = 25
) -> Box:
    """What waits for the actor, soonest due first (``todo``), or what she did, latest first (``done``).

    An assignment whose record she may no longer see is left out.
    """
    now = office.now()
    with office.store.reading() as reading:
        edition = office.edition(reading)
        found = reading.assignments.inbox(
            actor.person or "", open_ones=box == "todo", limit=limit, after=after
        )
        records = _records(
            reading, edition, actor, ((each.register, each.record) for each in found.assignments), now
        )
        items = tuple(
            Item(each, record, edition.shown(record), each.due)
            for each in found.assignments
            if (record := records.get((each.register, each.record))) is not None
        )
        return Box(items, found.after)


def begun(
    office: Office, actor: Actor, *, drafts: bool = False, limit: int = 25
) -> tuple[tuple[Definition, Record], ...]:
    """What the actor entered, latest first: her ``drafts``, or what she submitted.

    A question for each register that she may enter in: for a page of its own, not for every page.
    """
    now = office.now()
    found: list[tuple[Definition, Record]] = []
    with office.store.reading() as reading:
        edition = office.edition(reading)
        known = edition.policy.registers(actor.person, "enter") & edition.registers.keys()
        for register in sorted(known):
            try:
                scope = finding.scope_of(edition, actor, register, "read", now)
            except NotFound:
                continue
            definition = edition.definition(register)
            filters = (Filter("owner", "eq", actor.person), Filter("state", "eq" if drafts else "ne", DRAFT))
            query = Query(filters=filters, sort=(Sort("entered_at", True),), limit=limit)
            page = reading.records.page(definition, query, scope, now)
            remember(edition, reading, page.records)
            found += [(edition.shown(each), each) for each in page.records]
    found.sort(key=lambda each: (each[1].entered_at or now, each[1].id), reverse=True)
    return tuple(found[:limit])


def unread(office: Office, actor: Actor) -> tuple[int, bool]:
    """How many notices of those that she is shown the actor has not read, up to 100; whether that is all."""
    with office.glance() as (reading, edition):
        cleared = edition.clearance(actor.person, office.now())
        found = reading.notices.unread(actor.person or "", cleared=cleared)
        return found.number, found.exact


def waiting(office: Office, actor: Actor) -> tuple[int, bool]:
    """How many assignments wait for the actor, counted up to 100, and whether that is all."""
    with office.store.reading() as reading:
        found = reading.assignments.inbox_count(actor.person or "")
        return found.number, found.exact


def notices(
    office: Office, actor: Actor, *, unread_only: bool = False, limit: int = 50, before: str | None = None
) -> tuple[Notice, ...]:
    """What the actor was told, latest first; what lies above her clearance by now is left out.

    Of a record that she may no longer see nothing is said but that there was a notice. ``before`` is the id
    of the last one of the page before.
    """
    now = office.now()
    with office.store.reading() as reading:
        edition = office.edition(reading)
        cleared = edition.clearance(actor.person, now)
        told = reading.notices.of(
            actor.person or "", unread_only=unread_only, limit=limit, before=before, cleared=cleared
        )
        places = [(each.register, each.record) for each in told if each.register and each.record]
        seen = _records(reading, edition, actor, places, now)
        return tuple(
            each if not each.record or (each.register, each.record) in seen else _covered(each)
            for each in told
        )


def _covered(notice: Notice) -> Notice:
    """A notice without a word of what it spoke of."""
    return replace(notice, code="notice-covered", values={}, register=None, record=None)


def mark_read(office: Office, actor: Actor, ids: Iterable[str] | None = None) -> None:
    """Notices count as read: those named, or all that the actor is shown."""
    now = office.now()
    with office.store.reading() as reading:
        cleared = office.edition(reading).clearance(actor.person, now)
    with office.store.work() as work:
        work.notices.mark_read(actor.person or "", ids, now, cleared=cleared)


def _records(
    reading: Reading, edition: Edition, actor: Actor, places: Iterable[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], Record]:
    """The records of these registers and ids as the reader sees them, a statement a register."""
    wanted: dict[str, set[str]] = {}
    for register, record_id in places:
        wanted.setdefault(register, set()).add(record_id)
    found = {}
    for register, ids in wanted.items():
        if register not in edition.registers:
            continue
        try:
            scope = finding.scope_of(edition, actor, register, "read", now)
        except NotFound:
            continue
        for record in reading.records.among(edition.definition(register), ids, scope, now):
            found[register, record.id] = edition.compiled(register).masked(record)
    remember(edition, reading, found.values())
    return found

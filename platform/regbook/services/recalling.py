"""A record's journal as one reader may know it: without what only tells of things hidden from her."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from regbook.model.access import Granted, Reach, Scope
from regbook.model.people import Actor
from regbook.model.record import Entry, Record
from regbook.rules.compiled import Compiled
from regbook.services import finding
from regbook.services.edition import Edition
from regbook.services.office import Office
from regbook.services.telling import entries_seen
from regbook.store import Reading

CHANGING = ("amend", "attach")
"""Verbs that say nothing but that something changed: without a change that she sees there is no entry."""
ABOUT_A_FIELD = ("unmask",)
"""Verbs whose entries name the field they are about."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """What one reader sees of a register: her scope, and the fields that she may see whole.

    That a masked value changed is told to whoever may see it whole, though the masks look the same.
    """

    read: Scope
    whole: frozenset[str]


def history(
    office: Office, actor: Actor, register: str, record_id: str, *, limit: int = 100
) -> tuple[Entry, ...]:
    """The record's entries, newest first, without the fields that the actor may not see.

    Raises:
        NotFound: there is no such record that she may see.
    """
    now = office.now()
    with office.store.reading() as reading:
        edition = office.edition(reading)
        compiled = edition.compiled(register)
        eyes = eyes_of(edition, actor, register, now)
        record = finding.in_scope(reading, edition, register, record_id, eyes.read, now)
        return told(edition, reading, compiled, record, eyes, limit)


def eyes_of(edition: Edition, actor: Actor, register: str, now: datetime) -> Eyes:
    """What the actor reads of the register, and what of it she may see whole.

    Raises:
        NotFound: there is nothing in it that she could ever see.
    """
    read = finding.scope_of(edition, actor, register, "read", now)
    definition = edition.definition(register)
    whole = edition.policy.scope(actor.person, definition, "unmask", now)
    roles = replace(whole, records=_without_grants(whole.records))
    return Eyes(
        read, frozenset(key for key in definition.fields if not roles.records.nothing and whole.knows(key))
    )


def _without_grants(reach: Reach) -> Reach:
    given = tuple(term for term in reach.allow if not any(isinstance(atom, Granted) for atom in term))
    return Reach(given, reach.deny)


def told(
    edition: Edition, reading: Reading, compiled: Compiled, record: Record, eyes: Eyes, limit: int
) -> tuple[Entry, ...]:
    """The newest entries that the reader is told of; ``record`` is as she sees it."""
    found: list[Entry] = []
    last: str | None = None
    while len(found) < limit:
        entries = reading.journal.of(record.register, record.id, limit=limit, before=last)
        found += shown_of(edition, reading, compiled, record, eyes, entries)
        if len(entries) < limit:
            break
        last = entries[-1].id
    return tuple(found[:limit])


def shown_of(
    edition: Edition,
    reading: Reading,
    compiled: Compiled,
    record: Record,
    eyes: Eyes,
    entries: tuple[Entry, ...],
) -> Iterator[Entry]:
    """Those of the entries that the reader is told of, as she sees them."""
    seen = entries_seen(edition, reading, compiled, record, eyes.read, entries)
    for entry, each in zip(entries, seen, strict=True):
        # What looks the same before and after is no change, but for whoever may see it whole.
        changes = {key: pair for key, pair in each.changes.items() if pair[0] != pair[1] or key in eyes.whole}
        about_hidden = entry.verb in ABOUT_A_FIELD and bool(entry.values.get("field")) and not each.values
        if not about_hidden and not (entry.verb in CHANGING and entry.changes and not changes):
            yield replace(each, changes=changes)

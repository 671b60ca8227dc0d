"""A record's history, page by page: of one person or about one field where that is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.record import Entry, Record
from regbook.services import finding, recalling
from regbook.services.edition import Edition
from regbook.services.office import Office
from regbook.services.planning import Plan
from regbook.store import Reading

PAGE = 30
BATCH = 100
MOST_LOOKED_AT = 1_000
"""How many entries one page looks through for those that are asked for."""


@dataclass(frozen=True, slots=True)
class Past:
    """One page of a record's entries, newest first; ``earlier`` is the id after which the next one begins.

    ``people`` are those who did something to the record that she is told of.
    """

    record: Record
    definition: Definition
    entries: tuple[Entry, ...]
    earlier: str | None
    people: tuple[str, ...]


def look_back(
    office: Office,
    actor: Actor,
    register: str,
    record_id: str,
    *,
    people: Collection[str] = (),
    fields: Collection[str] = (),
    before: str | None = None,
) -> Past:
    """A page of the record's entries as she sees them, of the named ``people``, about the named ``fields``.

    Raises:
        NotFound: there is no such record that she may see.
    """
    with office.store.reading() as reading:
        edition = office.edition(reading)
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        eyes = recalling.eyes_of(edition, actor, register, plan.now)
        record = finding.in_scope(reading, edition, register, record_id, eyes.read, plan.now)

        def told(last: str | None) -> Iterator[Entry]:
            after = reading.journal.one(last) if last is not None else None
            if last is not None and not _is_told(edition, reading, record, eyes, after):
                return
            while batch := reading.journal.of(register, record_id, limit=BATCH, before=last):
                yield from recalling.shown_of(edition, reading, compiled, record, eyes, batch)
                last = batch[-1].id

        found: list[Entry] = []
        actors = dict.fromkeys(each.actor for each in islice(told(None), MOST_LOOKED_AT))
        looked_at, earlier = "", None
        for n, each in enumerate(told(before)):
            asked = _is_asked(each, people, fields)
            if n == MOST_LOOKED_AT or (asked and len(found) == PAGE):
                earlier = looked_at
                break
            looked_at = each.id
            if asked:
                found.append(each)
        shown = finding.shown_to(actor, compiled, record)
        return Past(shown, compiled.definition, tuple(found), earlier, tuple(sorted(actors)))


def _is_told(
    edition: Edition, reading: Reading, record: Record, eyes: recalling.Eyes, entry: Entry | None
) -> bool:
    """Whether she is told of the entry: any other is as one that never was."""
    if entry is None or (entry.register, entry.record) != (record.register, record.id):
        return False
    compiled = edition.compiled(record.register)
    return any(recalling.shown_of(edition, reading, compiled, record, eyes, (entry,)))


def _is_asked(entry: Entry, people: Collection[str], fields: Collection[str]) -> bool:
    if people and entry.actor not in people:
        return False
    return not fields or any(each in entry.changes or each == entry.values.get("field") for each in fields)

"""A record's history, page by page: of one person or about one field where that is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.record import Entry, Record
from regbook.services import allowing, finding
from regbook.services.office import Office
from regbook.services.planning import Plan
from regbook.services.telling import entries_seen

PAGE = 30
BATCH = 100
MOST_LOOKED_AT = 1_000
"""How many entries one page looks through for those that are asked for."""


@dataclass(frozen=True, slots=True)
class Past:
    """One page of a record's entries, newest first; ``earlier`` is the id after which the next one begins.

    ``people`` are those who ever did something to the record.
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
        record = allowing.seen(plan, compiled, record_id)
        scope = finding.scope_of(edition, actor, register, "read", plan.now)

        def entries() -> Iterator[Entry]:
            last = before
            while batch := reading.journal.of(register, record_id, limit=BATCH, before=last):
                yield from entries_seen(edition, reading, compiled, record, scope, batch)
                last = batch[-1].id

        found: list[Entry] = []
        looked_at, earlier = "", None
        for n, each in enumerate(entries()):
            asked = _is_asked(each, people, fields)
            if n == MOST_LOOKED_AT or (asked and len(found) == PAGE):
                earlier = looked_at
                break
            looked_at = each.id
            if asked:
                found.append(each)
        shown = finding.shown_to(actor, compiled, record)
        actors = reading.journal.actors(register, record_id)
        return Past(shown, compiled.definition, tuple(found), earlier, actors)


def _is_asked(entry: Entry, people: Collection[str], fields: Collection[str]) -> bool:
    if people and entry.actor not in people:
        return False
    return not fields or any(each in entry.changes or each == entry.values.get("field") for each in fields)

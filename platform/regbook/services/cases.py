"""Which revision a record's case runs under: its promises are those of the revision under which it began.

What earlier revisions promised is read once, when the first record asks for it, and stays with the current
revision of the register: a request that comes later asks nothing of the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from regbook.model.definition import Definition
from regbook.model.record import Record
from regbook.model.workflow import DRAFT
from regbook.rules.compiled import Compiled
from regbook.rules.promising import Earlier
from regbook.services.edition import Edition, Past
from regbook.store import Reading


def case_of(edition: Edition, reading: Reading, record: Record) -> Compiled:
    """Today's definition with the promises of the revision that the record bears."""
    return case_among(edition.past, reading, edition.compiled(record.register), record.revision)


def ruling(edition: Edition, reading: Reading, record: Record) -> Compiled:
    """What the record may do next is said by its case; a draft has none, and one that ended is over.

    A case has ended where its promises let nobody lead it further; then the current revision says whether
    somebody may.
    """
    return edition.ruling(record, case_of(edition, reading, record))


def case_among(past: Past, reading: Reading, current: Compiled, revision: int) -> Compiled:
    """Today's definition with the promises of that revision; the current one where it is not known."""
    if revision == current.definition.revision:
        return current
    found = earlier_of(past, reading, current).get(revision)
    return found.compiled if found is not None else current


def earlier_of(past: Past, reading: Reading, current: Compiled) -> Mapping[int, Earlier]:
    """The earlier revisions of a register by number, beside the current one."""
    register = current.definition.register
    kept = past.get(register)
    if kept is None or kept[0] is not current:
        number = current.definition.revision
        stored = reading.revisions.of(register) if number > 1 else ()
        found = {each.revision: Earlier(current, each.raw, each.revision) for each in stored}
        kept = past[register] = (current, {each: one for each, one in found.items() if each < number})
    return kept[1]


def remember(edition: Edition, reading: Reading, records: Iterable[Record]) -> None:
    """Has the earlier revisions of these records at hand, so that whoever shows them need not ask."""
    for each in records:
        current = edition.registers.get(each.register)
        if current is not None and each.state != DRAFT and each.revision != current.definition.revision:
            earlier_of(edition.past, reading, current)


def every_case(edition: Edition, reading: Reading, current: Compiled) -> tuple[Definition, ...]:
    """The register's definition under each revision whose promises may still run, the current one first."""
    earlier = earlier_of(edition.past, reading, current).values()
    found = {id(each): each for each in (current, *(one.compiled for one in earlier))}
    return tuple(each.definition for each in found.values())

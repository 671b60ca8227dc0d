"""Finding anything by what it is called, in characters or pinyin; and records in every register at once."""

from __future__ import annotations

from regbook.errors import NotFound, RequestInvalid
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.query import Query
from regbook.model.record import Record
from regbook.services import finding
from regbook.services.office import Office
from regbook.store.search import spellings

EACH = 3
"""How many records of one register are found."""
MOST = 7
SHORTEST = 2


def is_called(text: str, *names: str) -> bool:
    """Whether every word of the text is in one of the names, in its pinyin or its first letters.

    >>> is_called("xj wenti", "新建部门内部问题"), is_called("问题 seal", "部门内部问题", "issue")
    (True, False)
    """
    keys = [key for name in names for key in (name.casefold(), *spellings(name))]
    return all(any(word in key for key in keys) for word in text.casefold().split())


def anywhere(office: Office, actor: Actor, text: str) -> tuple[tuple[Definition, Record], ...]:
    """The records that the actor finds by these words in any register; that of this number first.

    A statement for each register that she may read.
    """
    if len(text.strip()) < SHORTEST:
        return ()
    now = office.now()
    found: list[tuple[Definition, Record]] = []
    with office.store.reading() as reading:
        edition = office.edition(reading)
        known = edition.policy.registers(actor.person, "read") & edition.registers.keys()
        for register in sorted(known):
            compiled = edition.compiled(register)
            try:
                scope = finding.scope_of(edition, actor, register, "read", now)
                uses = finding.uses_of(edition, actor, register, now)
                query = Query(search=text, limit=EACH)
                page = reading.records.page(compiled.definition, query, scope, now, uses)
            except (NotFound, RequestInvalid):
                continue
            found += [(compiled.definition, finding.shown_to(actor, compiled, each)) for each in page.records]
    wanted = text.strip().casefold()
    found.sort(key=lambda each: (each[1].number or "").casefold() != wanted)
    return tuple(found[:MOST])

"""Seeing a masked value whole: a right of its own, with a reason, and an entry before the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from regbook.errors import NotFound, Problem, RecordInvalid
from regbook.model.people import Actor
from regbook.model.record import Entry
from regbook.services.edition import Edition
from regbook.services.finding import for_verb, seen
from regbook.services.office import Office, attempt
from regbook.services.planning import Plan
from regbook.store import Reading, Work


def unmask(office: Office, actor: Actor, register: str, record_id: str, key: str, reason: str) -> Any:
    """A masked value, whole; the entry that says who saw it and why is written first.

    Raises:
        NotFound: no such record or field for this actor.
        Denied: she may read it masked only.
        RecordInvalid: no reason is given.
    """

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], Any]:
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        visible = seen(plan, compiled, record_id)
        if key not in visible.facts or key not in compiled.masked_keys:
            raise NotFound
        _, rule = for_verb(plan, compiled, record_id, "unmask")
        if not reason.strip():
            raise RecordInvalid([Problem("/reason", "unmask-reason")])
        entry = Entry(
            id=office.make_id(),
            register=register,
            record=record_id,
            at=plan.now,
            actor=actor.name,
            verb="unmask",
            values={"field": key, "reason": reason.strip()[:200]},
            rule=rule,
            revision=compiled.definition.revision,
        )

        def write(work: Work) -> Any:
            work.journal.write(entry)
            return visible.facts[key]

        return write

    return attempt(office, decide)

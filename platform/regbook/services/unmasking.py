"""Seeing a masked value whole: a right of its own, with a reason, and an entry before the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from regbook.errors import Denied, NotFound, Problem, RecordInvalid
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.record import Entry, Record
from regbook.services.allowing import for_verb, seen, ties_of
from regbook.services.edition import Edition
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
        whole, rule = for_verb(plan, compiled, record_id, "unmask")
        _may_see(plan, compiled.definition, whole, key)
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


def _may_see(plan: Plan, definition: Definition, record: Record, key: str) -> None:
    """Refuses a field that a rule of its own keeps from her, though she may see others whole."""
    if plan.actor.is_engine:
        return
    relations, grants = ties_of(plan, record)
    policy, person = plan.edition.policy, plan.actor.person
    if not policy.may(person, definition, record, "unmask", plan.now, relations, grants, field=key).allowed:
        raise Denied

"""What one actor may do to one record: each deed asks here, and whatever a page offers.

A deed asks casbin itself; what a page shows goes by the scopes, which the equivalence test holds to casbin.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from regbook.errors import Denied, NotFound, Problem, StaleRecord
from regbook.model.access import unbounded
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.policy import HeldGrant, Relation, Verdict
from regbook.model.record import Assignment, Record
from regbook.model.workflow import DRAFT, Transition
from regbook.rules import moves
from regbook.rules.compiled import Compiled
from regbook.rules.reach import holds
from regbook.services.finding import etag, found_by, scope_of, shown_to
from regbook.services.office import Office
from regbook.services.persons import makers_of
from regbook.services.planning import Plan

T = TypeVar("T")


class OnDemand(Collection[T]):
    """A collection that is read when it is first looked into."""

    def __init__(self, read: Callable[[], tuple[T, ...]]) -> None:
        self._read = read
        self._found: tuple[T, ...] | None = None

    def _all(self) -> tuple[T, ...]:
        if self._found is None:
            self._found = self._read()
        return self._found

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, each: object) -> bool:
        return each in self._all()


@dataclass(frozen=True, slots=True)
class Sight:
    """One record as one reader sees it, with what she may do to it now."""

    record: Record
    definition: Definition
    etag: str
    amendable: bool
    transitions: tuple[Transition, ...]
    assignments: tuple[Assignment, ...]


def look(office: Office, actor: Actor, register: str, record_id: str) -> Sight:
    """One record with everything its page shows: etag, open transitions, who must act.

    Raises:
        NotFound: there is none of that id that she may see.
    """
    now = office.now()
    with office.store.reading() as reading:
        edition = office.edition(reading)
        record = found_by(reading, edition, actor, register, record_id, now)
        compiled = edition.compiled(register)
        assignments = reading.assignments.of(register, record_id)
        plan = Plan(office, reading, edition, actor, now)
        may_move = _may(plan, compiled, record, "move").allowed
        may_amend = _may(plan, compiled, record, "amend").allowed
        definition = plan.ruling(record).definition
        offered = [
            each
            for each in moves.offered(definition, record, now)
            if may_move and actor.person in makers_of(edition, definition, record, each, assignments, now)
        ]
        return Sight(
            shown_to(actor, compiled, record),
            definition,
            etag(office, actor, compiled, record),
            may_amend,
            tuple(offered),
            assignments,
        )


def seen(plan: Plan, compiled: Compiled, record_id: str) -> Record:
    """The record as the plan's actor sees it."""
    register = compiled.definition.register
    return found_by(plan.reading, plan.edition, plan.actor, register, record_id, plan.now)


def may_seem(plan: Plan, compiled: Compiled, record: Record, verb: str, field: str | None = None) -> bool:
    """Whether the actor's scope for the verb holds the record (and the field): what casbin would say.

    For what a page offers and shows: scopes are made already, and nothing is read for them but what a
    term asks of. A deed asks casbin itself, when it is done.
    """
    person, now = plan.actor.person, plan.now
    if record.state == DRAFT and record.owner != person:
        return False
    scope = plan.edition.policy.scope(person, compiled.definition, verb, now)
    relations, grants = ties_of(plan, record)
    reaches = [scope.records] if field is None else [scope.records, scope.fields.get(field, scope.records)]
    return all(holds(each, record, relations, grants, now) for each in reaches)


def compare(plan: Plan, compiled: Compiled, record_id: str, given: str | None) -> None:
    """Refuses a deed that was decided on an older sight of the record; ``given`` None compares nothing.

    Raises:
        StaleRecord: the record as the actor sees it has another etag now.
    """
    if given is not None and given != etag(
        plan.office, plan.actor, compiled, seen(plan, compiled, record_id)
    ):
        raise StaleRecord


def for_verb(plan: Plan, compiled: Compiled, record_id: str, verb: str) -> tuple[Record, str]:
    """The whole record, and the rule that lets the actor do the verb to it.

    Raises:
        NotFound: she may not see it.
        Denied: she may see it but not do that.
    """
    definition = compiled.definition
    scope = scope_of(plan.edition, plan.actor, definition.register, "read", plan.now)
    engine = unbounded(definition.register, "read", "plan")
    whole = plan.reading.records.one(definition, record_id, scope, plan.now, engine)
    if whole is None:
        raise NotFound
    drafted = whole.state == DRAFT and verb == "amend"
    verdict = _may(plan, compiled, whole, "enter" if drafted else verb)
    if not verdict.allowed:
        raise Denied
    return whole, verdict.rule


def may_fill(plan: Plan, compiled: Compiled, record: Record | None, verb: str, keys: Iterable[str]) -> None:
    """Refuses fields that the actor may not enter (``record`` None) or amend, though she may the record.

    Raises:
        Denied: every such field is named; one that she may not even read is unknown to her.
    """
    if plan.actor.is_engine:
        return
    person, definition, now = plan.actor.person, compiled.definition, plan.now
    policy = plan.edition.policy
    scope = policy.scope(person, definition, verb, now)
    asked = [key for key in keys if key in definition.fields and key in scope.fields]
    if not asked:
        return
    relations, grants = ties_of(plan, record)
    known = policy.scope(person, definition, "read", now)
    problems = [
        Problem(f"/{key}", "field-not-yours", {"title": definition.fields[key].title})
        if known.knows(key) or record is None
        else Problem(f"/{key}", "unknown-field", {"name": key})
        for key in asked
        if not policy.may(person, definition, record, verb, now, relations, grants, field=key)
    ]
    if problems:
        raise Denied(problems)


def ties_of(plan: Plan, record: Record | None) -> tuple[Collection[Relation], Collection[HeldGrant]]:
    """What ties people to the record; read when a rule first asks, which most rules never do."""
    if record is None:
        return (), ()
    key = (record.register, record.id)
    found = plan.ties.get(key)
    if found is None:
        relations: OnDemand[Relation] = OnDemand(lambda: plan.reading.relations.of(*key))
        found = plan.ties[key] = (relations, OnDemand(lambda: plan.reading.grants.of(*key)))
    return found


def _may(plan: Plan, compiled: Compiled, record: Record, verb: str) -> Verdict:
    if plan.actor.is_engine:
        return Verdict(True, "engine")
    relations, grants = ties_of(plan, record)
    return plan.edition.policy.may(
        plan.actor.person, compiled.definition, record, verb, plan.now, relations, grants
    )

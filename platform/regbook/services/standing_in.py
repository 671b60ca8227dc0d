"""Standing in: while a delegation is in force, whoever stands in has what waits for the one who is away."""

from __future__ import annotations

from collections.abc import Iterator

from regbook.model import effects as fx
from regbook.model.people import Delegation
from regbook.model.record import Assignment, Record
from regbook.rules.approvals import step_of
from regbook.services.becoming import Change, Deed
from regbook.services.edition import Edition
from regbook.services.loading import delegation_of
from regbook.services.persons import apart, approvers_themselves, themselves, unfit, who_may_know

PAGE = 200


def hand_over(deed: Deed, made: Change, depth: int) -> None:
    """Hands over what is open as a delegation comes into force, and what still is back as it ends."""
    binding = deed.edition.binding("delegations")
    was = made.old.state if made.old is not None else None
    if binding is None or binding.register != made.new.register or was == made.new.state:
        return
    delegation = delegation_of(binding, made.new)
    if delegation is None:
        return
    if delegation.start <= deed.now < delegation.end and made.new.state in binding.states:
        _give(deed, delegation, f"{made.new.register}/{made.new.id}", depth)
    elif was in binding.states and made.new.state not in binding.states:
        _give_back(deed, delegation, f"{made.new.register}/{made.new.id}", depth)


def _give(deed: Deed, delegation: Delegation, source: str, depth: int) -> None:
    """What waits for whoever is away is assigned to whoever stands in beside her."""
    people, name = (delegation.taker,), deed.edition.person_name(delegation.giver)
    for each, target in _open(deed, delegation.giver):
        if _covers(deed.edition, delegation, target) and not _has(deed, each, delegation.taker):
            told = fx.Notify(people, "delegated", {"giver": name})
            given = fx.Assign(people, each.kind, each.source, source)
            _tell(deed, delegation, target, "delegate", (given, told), source, depth)


def _give_back(deed: Deed, delegation: Delegation, source: str, depth: int) -> None:
    """What still waits for whoever stood in, and is not hers, waits for whoever was away."""
    for each, target in _open(deed, delegation.taker):
        wanted = _wanted(deed, each, target)
        stood_in = delegation.giver in wanted and delegation.taker not in wanted
        if each.reason == source or stood_in:
            effects: list[fx.Effect] = [fx.Release(each.kind, each.source, (delegation.taker,))]
            if stood_in and not _has(deed, each, delegation.giver):
                effects.append(fx.Assign((delegation.giver,), each.kind, each.source))
            _tell(deed, delegation, target, "hand_back", tuple(effects), source, depth)


def _tell(
    deed: Deed,
    delegation: Delegation,
    target: Record,
    verb: str,
    effects: tuple[fx.Effect, ...],
    source: str,
    depth: int,
) -> None:
    values = {"giver": delegation.giver, "taker": delegation.taker, "source": source}
    deed.change(target, target, verb, effects=effects, values=values, depth=depth + 1)


def _wanted(deed: Deed, assignment: Assignment, record: Record) -> frozenset[str]:
    """Whom a state or a step of the record names, standing in for nobody."""
    definition = deed.edition.definition(record.register)
    state = definition.workflow.states.get(record.state)
    if assignment.kind == "state" and state is not None:
        kept = apart(deed.edition, record, state.never, deed.now)
        named = themselves(deed.edition, record, forbidden=kept)(state.assign)
        return frozenset(who_may_know(deed.edition, definition, record, named, deed.now, kept))
    steps = (step_of(each, assignment.source) for each in definition.workflow.transitions)
    step = next((each for each in steps if each is not None), None)
    if assignment.kind == "step" and step is not None:
        return approvers_themselves(deed.edition, record, step)
    return frozenset()


def _covers(edition: Edition, delegation: Delegation, record: Record) -> bool:
    named = delegation.registers is None or record.register in delegation.registers
    if not named or edition.definition(record.register).private:
        return False
    return delegation.taker not in unfit(edition, record, delegation.start)


def _has(deed: Deed, assignment: Assignment, person: str) -> bool:
    there = deed.reading.assignments.of(assignment.register, assignment.record)
    key = (assignment.kind, assignment.source)
    return any(each.person == person and (each.kind, each.source) == key for each in there)


def _open(deed: Deed, person: str) -> Iterator[tuple[Assignment, Record]]:
    """What waits for a person, with its record."""
    after: str | None = None
    while True:
        page = deed.reading.assignments.inbox(person, limit=PAGE, after=after)
        for each in page.assignments:
            record = deed.find(each.register, each.record)
            if record is not None:
                yield each, record
        if page.after is None:
            return
        after = page.after

"""What a state gives: need-to-know of records that it points to, while it lasts and until an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from regbook.errors import Problem, TransitionRefused
from regbook.model import effects as fx
from regbook.model.definition import Definition
from regbook.model.policy import HeldGrant
from regbook.model.record import Record, instant_text
from regbook.model.workflow import Giving
from regbook.rules.clocks import moment
from regbook.services.becoming import Change, Deed
from regbook.services.cases import case_of
from regbook.services.persons import resolver
from regbook.services.referring import pointed_to


def give_and_take(deed: Deed, made: Change, depth: int) -> None:
    """Grants what the state that the record comes into gives; ends what the one that it leaves gave.

    Raises:
        TransitionRefused: whoever brings it there may not do all of it herself, or it would be for nobody.
    """
    before = case_of(deed.edition, deed.reading, made.old).definition if made.old is not None else None
    gave, gives = _giving(before, made.old), _giving(made.definition, made.new)
    if made.old is not None and gave == gives and _same(gives, made.old, made.new):
        return
    if gave is not None:
        _take(deed, made, depth)
    if gives is not None:
        _give(deed, made, gives, depth)


def _giving(definition: Definition | None, record: Record | None) -> Giving | None:
    state = definition.workflow.states.get(record.state) if definition and record is not None else None
    return state.gives if state is not None else None


def _same(giving: Giving | None, old: Record, new: Record) -> bool:
    """Whether the record gives what it gave: the same state, and nothing changed in what says it."""
    if giving is None:
        return True
    keys = (giving.of, giving.until, giving.verbs, giving.fields)
    same = all(old.facts.get(each) == new.facts.get(each) for each in keys if isinstance(each, str))
    return same and old.state == new.state


def _source(made: Change) -> str:
    return f"{made.new.register}/{made.new.id}"


def _take(deed: Deed, made: Change, depth: int) -> None:
    """Ends every grant that this record gave and that has not ended."""
    for register, record_id, person in deed.reading.grants.given_for(_source(made), deed.now):
        target = deed.find(register, record_id)
        if target is not None:
            effects = (fx.Revoke(person, _source(made)),)
            values = {"person": person, "source": _source(made)}
            deed.change(target, target, "revoke", effects=effects, values=values, depth=depth + 1)


def _give(deed: Deed, made: Change, giving: Giving, depth: int) -> None:
    facts = made.new.flat()
    end = moment(facts.get(giving.until))
    people = resolver(deed.edition, made.new, deed.now)(giving.to)
    verbs = facts.get(giving.verbs) or () if isinstance(giving.verbs, str) else giving.verbs
    fields = facts.get(giving.fields or "") or ()
    if not isinstance(end, datetime) or end <= deed.now:
        raise TransitionRefused([Problem(f"/{giving.until}", "grant-over", {})])
    for target in _targets(deed, made, giving):
        definition = deed.edition.definition(target.register)
        known = tuple(each for each in fields if each in definition.fields)
        for person in people:
            grant = fx.Grant(person, tuple(verbs), _source(made), end, known)
            _proper(deed, definition, target, grant, giving)
            values: dict[str, Any] = {"person": person, "until": instant_text(end), "source": _source(made)}
            values |= {"verbs": list(verbs), "fields": list(known)}
            deed.change(target, target, "grant", effects=(grant,), values=values, depth=depth + 1)


def _targets(deed: Deed, made: Change, giving: Giving) -> Iterator[Record]:
    field = made.definition.fields[giving.of]
    value = made.new.facts.get(giving.of)
    for each in value if isinstance(value, list) else [value]:
        to = pointed_to(field, each)
        target = deed.find(*to) if to else None
        if target is not None:
            yield target


def _proper(deed: Deed, definition: Definition, target: Record, grant: fx.Grant, giving: Giving) -> None:
    """Nobody gives more than she may do herself, and nobody gets what her clearance keeps from her."""
    giver = deed.actor.person or ""
    held = HeldGrant(
        *("", target.register, target.id, grant.person, frozenset(grant.verbs), deed.now, giver),
        *(grant.reason, grant.end, frozenset(grant.fields)),
    )
    relations = deed.reading.relations.of(target.register, target.id)
    grants = deed.reading.grants.of(target.register, target.id)
    if not deed.edition.policy.may_give(definition, target, held, deed.now, relations, grants):
        raise TransitionRefused([Problem(f"/{giving.of}", "grant-exceeds", {})])
    if deed.edition.clearance(grant.person, deed.now) < target.level_at(deed.now):
        name = deed.edition.person_name(grant.person)
        raise TransitionRefused([Problem(f"/{giving.of}", "grant-uncleared", {"person": name})])

"""What a state decides about secrecy: the level and term of the record that its record points to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from regbook.errors import Problem, TransitionRefused
from regbook.model.record import Record, instant_text
from regbook.model.workflow import Classifying
from regbook.rules import worktime
from regbook.rules.clocks import moment
from regbook.services.becoming import Change, Deed
from regbook.services.referring import pointed_to


def classify(deed: Deed, made: Change, depth: int) -> None:
    """Gives the record that this one points to the level and term that the state decides.

    Raises:
        TransitionRefused: it would be lowered, or end sooner, where the state may not, or is out of sight.
    """
    state = made.definition.workflow.states.get(made.new.state)
    came = made.old is None or made.old.state != made.new.state
    if state is None or state.classifies is None or not came:
        return
    deciding, facts = state.classifies, made.new.flat()
    to = pointed_to(made.definition.fields[deciding.of], facts.get(deciding.of))
    target = deed.find(*to) if to else None
    if target is None:
        return
    level, end = int(facts.get(deciding.level) or 0), _end(deed, facts.get(deciding.until))
    _allowed(deed, target, deciding, level, end)
    new = replace(target, level=level, declassify_on=end, amended_at=deed.now)
    values = {"from": target.level_at(deed.now), "to": level, "until": end and instant_text(end)}
    values |= {"source": f"{made.new.register}/{made.new.id}"}
    deed.change(target, new, "classify", values=values, depth=depth + 1)


def _end(deed: Deed, fact: Any) -> datetime | None:
    """The end of the term: an instant, or the close of a date."""
    found = moment(fact)
    if found is None or isinstance(found, datetime):
        return found
    return worktime.end_of_day(found, deed.edition.calendar)


def _allowed(
    deed: Deed,
    target: Record,
    deciding: Classifying,
    level: int,
    end: datetime | None,
) -> None:
    present, term = target.level_at(deed.now), target.declassify_on
    sooner = level == present and end is not None and (term is None or end < term)
    if not deciding.lowers and (level < present or sooner):
        raise TransitionRefused([Problem(f"/{deciding.level}", "classify-lowers", {})])
    relations = deed.reading.relations.of(target.register, target.id)
    grants = deed.reading.grants.of(target.register, target.id)
    policy, definition = deed.edition.policy, deed.edition.definition(target.register)
    if not policy.may(deed.actor.person, definition, target, "read", deed.now, relations, grants):
        raise TransitionRefused([Problem(f"/{deciding.of}", "grant-exceeds", {})])

"""What a record may do next and what follows from it: transitions, assignments, sections that show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from regbook.errors import Problem
from regbook.model.definition import Definition, Section
from regbook.model.effects import Assign, Effect, Notify, Release
from regbook.model.record import Assignment, Record
from regbook.model.workflow import DRAFT, Transition, Who
from regbook.rules.conditions import holds

Resolve = Callable[[Who], tuple[str, ...]]
"""Reads who-texts for one record: the people they name now, in order."""


def filled(value: Any) -> bool:
    """Whether a fact counts as filled in: neither null, nor empty text, nor an empty list.

    >>> filled(0), filled(False), filled(""), filled([])
    (True, True, False, False)
    """
    return value is not None and value != "" and value != []


def is_open(transition: Transition, record: Record, now: datetime) -> bool:
    """Whether the transition starts in the record's state and its condition holds."""
    if record.state not in transition.origins:
        return False
    return transition.when is None or holds(transition.when, record.flat(), now)


def offered(definition: Definition, record: Record, now: datetime) -> tuple[Transition, ...]:
    """The transitions a screen offers: those of the state whose condition holds or may yet be filled in.

    A condition on fields that the transition itself asks for cannot be judged before they are filled.
    """
    return tuple(
        each
        for each in definition.workflow.leaving(record.state)
        if each.when is None or set(each.when) & set(each.needs) or holds(each.when, record.flat(), now)
    )


def transition_problems(
    definition: Definition, record: Record, transition: Transition, now: datetime
) -> tuple[Problem, ...]:
    """Why the record cannot make the transition now; ``record`` already has what was filled in with it."""
    if record.state not in transition.origins:
        state = definition.workflow.states.get(record.state)
        values = {"transition": transition.title, "state": state.title if state else record.state}
        return (Problem("/state", "not-from-here", values),)
    flat = record.flat()
    missing = [
        Problem(f"/{key}", "needs", {"title": definition.fields[key].title, "transition": transition.title})
        for key in transition.needs
        if not filled(flat.get(key))
    ]
    if not missing and transition.when is not None and not holds(transition.when, flat, now):
        missing.append(Problem("/when", "condition-fails", {"transition": transition.title}))
    return tuple(missing)


def makers(
    definition: Definition, transition: Transition, assignments: tuple[Assignment, ...], resolve: Resolve
) -> frozenset[str]:
    """Who may make the transition: those it names, and whoever a rung of a deadline of theirs reached."""
    climbed = {
        each.person
        for each in assignments
        if each.kind == "rung"
        and each.closed_at is None
        and any(d.name == each.source and _same(d.of, transition.by) for d in definition.deadlines)
    }
    return frozenset(resolve(transition.by)) | climbed


def _same(of: Who, by: Who) -> bool:
    return bool(set(of) & set(by)) or "assignee" in by


def handed_on(
    definition: Definition, old: Record | None, new: Record, people: tuple[str, ...]
) -> tuple[Effect, ...]:
    """The assignments that a change of state ends and makes; ``people`` are those of the new state."""
    if old is not None and old.state == new.state:
        return ()
    effects: list[Effect] = []
    # A draft has an assignment only where an obligation entered it.
    if old is not None and (old.state != DRAFT or definition.obligations):
        effects.append(Release())
    if people and new.state != DRAFT:
        state = definition.workflow.states[new.state]
        values = {"register": definition.title, "number": new.number or "", "state": state.title}
        effects += [Assign(people, "state", new.state), Notify(people, "assigned", values)]
    return tuple(effects)


def sections_shown(definition: Definition, facts: Mapping[str, Any], now: datetime) -> tuple[Section, ...]:
    """The sections of the form that show for these facts; ``facts`` are flat, reserved ones included."""
    return tuple(each for each in definition.form if each.when is None or holds(each.when, facts, now))


def fields_shown(definition: Definition, facts: Mapping[str, Any], now: datetime) -> tuple[str, ...]:
    """The keys of the fields that show for these facts, in the order of the form."""
    if not definition.form:
        return tuple(definition.fields)
    shown = sections_shown(definition, facts, now)
    return tuple(key for section in shown for row in section.rows for key in row)

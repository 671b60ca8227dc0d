"""Making transitions: who may, what it needs, what it brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from regbook.errors import Denied, NotFound, Problem, RecordInvalid, TransitionRefused
from regbook.model.definition import Field
from regbook.model.people import Actor
from regbook.model.record import Record
from regbook.model.workflow import Step, Transition
from regbook.rules import approvals, moves
from regbook.rules.compiled import Compiled
from regbook.rules.masking import without_echoes
from regbook.services import allowing
from regbook.services.becoming import fact_problems, recomputed
from regbook.services.edition import Edition
from regbook.services.office import Office, attempt
from regbook.services.opening import passed
from regbook.services.persons import makers_of, makers_themselves, on_behalf_of
from regbook.services.planning import Plan
from regbook.services.writing import write
from regbook.store import Reading, Work


def move(
    office: Office,
    actor: Actor,
    register: str,
    record_id: str,
    name: str,
    facts: Mapping[str, Any] | None = None,
    *,
    etag: str | None = None,
) -> Record:
    """Makes a transition, filling in the fields it needs on the way.

    Raises:
        NotFound: no such record or transition for this actor.
        Denied: somebody else makes it; the problem names who.
        TransitionRefused: the record's state, condition or needs do not let it be made, or a plugin refuses.
        RecordInvalid: what was filled in has problems.
        StaleRecord: ``etag`` is not that of the record as she sees it now.
    """

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], Record]:
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        old, rule = allowing.for_verb(plan, compiled, record_id, "move")
        allowing.compare(plan, compiled, record_id, etag)
        compiled = plan.ruling(old)
        transition = compiled.definition.workflow.transition(name)
        if transition is None:
            raise NotFound([Problem("/transition", "no-such-transition", {"name": name})])
        _authorise(plan, compiled, old, transition)
        new = fill(plan, compiled, old, transition, facts or {})
        first = approvals.step_after(transition, None, new, plan.now)
        if first is not None:
            _ask(plan, compiled, old, new, transition, first, rule)
            return lambda work: write(work, plan)[0]
        settle(plan, compiled, old, new, transition, rule)
        return lambda work: write(work, plan)[0]

    return attempt(office, decide)


def settle(
    plan: Plan,
    compiled: Compiled,
    old: Record,
    new: Record,
    transition: Transition,
    rule: str | None,
    *,
    verb: str = "move",
    reason: str | None = None,
    values: Mapping[str, Any] | None = None,
    decided: str = "approved",
) -> None:
    """Adds the made transition to the plan; a refused approval (``decided``) needs nothing filled in.

    Raises:
        TransitionRefused: the definition or a plugin refuses it.
    """
    found = list(moves.transition_problems(compiled.definition, new, transition, plan.now))
    if decided == "rejected":
        found = []
    found += plan.office.hooks.all(
        "check_transition",
        definition=compiled.definition,
        record=new,
        transition=transition,
        actor=plan.actor,
    )
    if found:
        raise TransitionRefused(found)
    run = f"{old.register}/{old.id}:{transition.name}:{plan.office.make_id()}"
    moved, brought = passed(plan.edition, compiled.definition, new, transition, plan.now, run)
    plan.change(
        old,
        moved,
        verb,
        transition=transition,
        reason=reason,
        rule=rule,
        values=values,
        effects=brought,
    )


def _ask(
    plan: Plan,
    compiled: Compiled,
    old: Record,
    new: Record,
    transition: Transition,
    step: Step,
    rule: str | None,
) -> None:
    """A transition with steps is asked for: its first approvers get it; asked already, it is refused."""
    waiting = plan.reading.assignments.of(old.register, old.id)
    sources = {approvals.source_of(transition, each) for each in transition.steps}
    found = list(moves.transition_problems(compiled.definition, new, transition, plan.now))
    if any(each.source in sources for each in waiting):
        found.append(Problem("/transition", "asked-already", {"transition": transition.title}))
    if found:
        raise TransitionRefused(found)
    plan.change(old, new, "ask", transition=transition, rule=rule, effects=plan.asking(transition, step, new))


def _authorise(plan: Plan, compiled: Compiled, record: Record, transition: Transition) -> None:
    if plan.actor.is_engine:
        return
    assignments = plan.reading.assignments.of(record.register, record.id)
    makers = makers_of(plan.edition, compiled.definition, record, transition, assignments, plan.now)
    if plan.actor.person in makers:
        own = makers_themselves(plan.edition, compiled.definition, record, transition, assignments, plan.now)
        plan.actor = on_behalf_of(plan.edition, record, plan.actor, own, plan.now)
    else:
        names = "、".join(plan.edition.person_name(each) for each in sorted(makers))
        raise Denied([Problem("/transition", "not-yours", {"transition": transition.title, "people": names})])


def _owned(field: Field, transition: Transition) -> bool:
    """Whether the engine alone fills the field in, on this way as on every other."""
    return field.computed or (field.read_only and field.key not in transition.needs)


def fill(
    plan: Plan, compiled: Compiled, old: Record, transition: Transition, facts: Mapping[str, Any]
) -> Record:
    """The record with what was filled in on the way.

    A transition carries the right to fill the fields that it needs, and those that show in the state.
    """
    definition = compiled.definition
    led = replace(old, revision=definition.case)
    if not facts:
        return led
    shown = set(moves.fields_shown(definition, old.flat(), plan.now)) | set(transition.needs)
    problems = [
        Problem(f"/{key}", "server-owned", {"title": definition.fields[key].title})
        for key in facts
        if key in definition.fields and _owned(definition.fields[key], transition)
    ]
    problems += [
        Problem(f"/{key}", "not-editable-now", {"title": definition.fields[key].title})
        for key in facts
        if key in definition.fields and key not in shown
    ]
    new = recomputed(plan, compiled, led, without_echoes(definition, old, facts))
    problems += fact_problems(plan, compiled, old, new)
    if problems:
        raise RecordInvalid(problems)
    return new

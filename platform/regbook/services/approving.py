"""Deciding approvals: an assignment of a step is agreed to or refused, and the transition follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from regbook.errors import NotFound, Problem, TransitionRefused
from regbook.model import effects as fx
from regbook.model.people import Actor
from regbook.model.record import Assignment, Record
from regbook.model.workflow import Step, Transition
from regbook.rules import approvals
from regbook.rules.compiled import Compiled
from regbook.rules.moves import filled
from regbook.services import finding
from regbook.services.edition import Edition
from regbook.services.moving import fill, settle
from regbook.services.office import Office, attempt
from regbook.services.planning import Plan
from regbook.services.writing import write
from regbook.store import Reading, Work

VERDICTS = {"approve": "approved", "reject": "rejected"}


def decide(
    office: Office,
    actor: Actor,
    assignment: str,
    verb: str,
    *,
    opinion: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Record:
    """Agrees to (``approve``) or refuses (``reject``) what an assignment asks.

    Raises:
        NotFound: no such open assignment of this actor.
        TransitionRefused: the step asks for an opinion, or the transition cannot be made.
        RecordInvalid: what was filled in has problems.
    """

    def choose(reading: Reading, edition: Edition) -> Callable[[Work], Record]:
        plan = Plan(office, reading, edition, actor, office.now())
        asked = reading.assignments.one(assignment)
        if asked is None or asked.closed_at is not None or asked.kind != "step":
            raise NotFound
        if asked.person != actor.person:
            raise NotFound
        compiled = edition.compiled(asked.register)
        old, rule = finding.for_verb(plan, compiled, asked.record, "move")
        transition, step = _asked(compiled, asked)
        _opinion(step, verb, opinion)
        closed = replace(asked, closed_at=plan.now, verdict=VERDICTS[verb], opinion=opinion)
        _go_on(plan, compiled, old, transition, step, closed, facts or {}, rule)

        def apply(work: Work) -> Record:
            if not work.assignments.decide(asked.id, plan.now, VERDICTS[verb], opinion):
                raise NotFound
            return write(work, plan)[0]

        return apply

    return attempt(office, choose)


def _asked(compiled: Compiled, asked: Assignment) -> tuple[Transition, Step]:
    for transition in compiled.definition.workflow.transitions:
        step = approvals.step_of(transition, asked.source)
        if step is not None:
            return transition, step
    raise NotFound


def _opinion(step: Step, verb: str, opinion: str | None) -> None:
    wanted = step.options.get("opinion", "never")
    if not filled(opinion) and (wanted == "always" or (wanted == "reject" and verb == "reject")):
        raise TransitionRefused([Problem("/opinion", "opinion-needed", {"step": step.title or step.name})])


def _go_on(
    plan: Plan,
    compiled: Compiled,
    old: Record,
    transition: Transition,
    step: Step,
    closed: Assignment,
    facts: Mapping[str, Any],
    rule: str | None,
) -> None:
    """What this decision makes of the step: it waits, the next begins, or the transition is decided."""
    new = fill(plan, compiled, old, transition, facts)
    source = approvals.source_of(transition, step)
    everyone = plan.reading.assignments.of(old.register, old.id, open_only=False)
    before = [each for each in everyone if each.source == source and each.id != closed.id]
    people = plan.approvers(transition, step, new)
    verdict = approvals.verdict_of(step, [*before, closed], people)
    verb = {"approved": "approve", "rejected": "reject"}[str(closed.verdict)]
    if verdict is None:
        asked = {each.person for each in (*before, closed)}
        later = tuple(each for each in people if each not in asked)[:1] if step.mode == "order" else ()
        effects = (fx.Assign(later, "step", source),) if later else ()
        plan.change(old, new, verb, rule=rule, effects=effects, values=_values(step, closed))
        return
    release = fx.Release(kind="step")
    following = approvals.step_after(transition, step, new, plan.now) if verdict == "approved" else None
    if following is not None:
        ask = plan.asking(transition, following, new)
        plan.change(old, new, verb, rule=rule, effects=(release, *ask), values=_values(step, closed))
        return
    target = transition.target if verdict == "approved" else transition.reject
    if target is None:
        target = compiled.definition.workflow.initial
    made = replace(transition, target=target)
    settle(plan, compiled, old, new, made, rule, verb=verb, values=_values(step, closed), decided=verdict)


def _values(step: Step, closed: Assignment) -> dict[str, Any]:
    return {"step": step.title or step.name, "opinion": closed.opinion or ""}

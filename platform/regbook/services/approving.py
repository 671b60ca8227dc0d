"""Deciding approvals: an assignment of a step is agreed to or refused, and the transition follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from regbook.errors import NotFound, Problem, TransitionRefused
from regbook.model import effects as fx
from regbook.model.people import Actor
from regbook.model.record import Assignment, Record
from regbook.model.workflow import Step, Transition
from regbook.rules import approvals
from regbook.rules.compiled import Compiled
from regbook.rules.moves import filled
from regbook.services import allowing
from regbook.services.edition import Edition
from regbook.services.moving import fill, settle
from regbook.services.office import Office, attempt
from regbook.services.persons import approvers_themselves, on_behalf_of
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

    Whoever was climbed to decides by the assignment of her rung, in the place of everyone who is late with
    the step; never on a record of her own.

    Raises:
        NotFound: no such open assignment of this actor.
        TransitionRefused: the step asks for an opinion, or the transition cannot be made.
        RecordInvalid: what was filled in has problems.
    """

    def choose(reading: Reading, edition: Edition) -> Callable[[Work], Record]:
        plan = Plan(office, reading, edition, actor, office.now())
        asked = reading.assignments.one(assignment)
        if asked is None or asked.closed_at is not None or asked.kind not in ("step", "rung"):
            raise NotFound
        if asked.person != actor.person:
            raise NotFound
        compiled = edition.compiled(asked.register)
        old, rule = allowing.for_verb(plan, compiled, asked.record, "move")
        compiled = plan.ruling(old)
        transition, step, late = _asked(plan, compiled, old, asked)
        _opinion(step, verb, opinion)
        if not late:
            own = approvers_themselves(edition, old, step)
            plan.actor = on_behalf_of(edition, old, actor, own, plan.now)
        closed = tuple(
            replace(each, closed_at=plan.now, verdict=VERDICTS[verb], opinion=opinion)
            for each in late or (asked,)
        )
        decision = _Decision(transition, step, closed, facts or {}, rule, _values(plan, step, opinion, late))
        _go_on(plan, compiled, old, decision)

        def apply(work: Work) -> Record:
            for each in (*late, asked):
                if not work.assignments.decide(each.id, plan.now, VERDICTS[verb], opinion):
                    raise NotFound
            return write(work, plan)[0]

        return apply

    return attempt(office, choose)


@dataclass(frozen=True, slots=True)
class _Decision:
    """One verdict on a step: the assignments that it closes, what was filled in, what its entry says."""

    transition: Transition
    step: Step
    closed: tuple[Assignment, ...]
    facts: Mapping[str, Any]
    rule: str | None
    values: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        """approved or rejected."""
        return str(self.closed[0].verdict)

    @property
    def reason(self) -> str | None:
        """Why she decides whom nobody asked: those whom it is for are late."""
        return "decided-for-late" if "late" in self.values else None


def _asked(
    plan: Plan, compiled: Compiled, record: Record, asked: Assignment
) -> tuple[Transition, Step, tuple[Assignment, ...]]:
    """The step that the assignment decides, and for a rung the late ones in whose place it does."""
    definition = compiled.definition
    if asked.kind == "rung":
        assignments = plan.reading.assignments.of(record.register, record.id)
        timers = plan.reading.timers.of(record.register, record.id, open_only=False)
        found = approvals.stead(definition, asked, assignments, timers, plan.now)
        if found is None or record.owner == asked.person:
            raise NotFound
        return found.transition, found.step, found.late
    for transition in definition.workflow.transitions:
        step = approvals.step_of(transition, asked.source)
        if step is not None:
            return transition, step, ()
    raise NotFound


def _opinion(step: Step, verb: str, opinion: str | None) -> None:
    wanted = step.options.get("opinion", "never")
    if not filled(opinion) and (wanted == "always" or (wanted == "reject" and verb == "reject")):
        raise TransitionRefused([Problem("/opinion", "opinion-needed", {"step": step.title or step.name})])


def _go_on(plan: Plan, compiled: Compiled, old: Record, made: _Decision) -> None:
    """What this decision makes of the step: it waits, the next begins, or the transition is decided."""
    transition, step = made.transition, made.step
    new = fill(plan, compiled, old, transition, made.facts)
    source = approvals.source_of(transition, step)
    everyone = plan.reading.assignments.of(old.register, old.id, open_only=False)
    decided = {each.id for each in made.closed}
    before = [each for each in everyone if each.source == source and each.id not in decided]
    people = plan.approvers(transition, step, new)
    verdict = approvals.verdict_of(step, [*before, *made.closed], people)
    verb = {"approved": "approve", "rejected": "reject"}[made.verdict]
    told: dict[str, Any] = {"rule": made.rule, "values": made.values, "reason": made.reason}
    if verdict is None:
        asked = {each.person for each in (*before, *made.closed)}
        later = tuple(each for each in people if each not in asked)[:1] if step.mode == "order" else ()
        effects = (fx.Assign(later, "step", source),) if later else ()
        plan.change(old, new, verb, effects=effects, **told)
        return
    release = fx.Release(kind="step")
    following = approvals.step_after(transition, step, new, plan.now) if verdict == "approved" else None
    if following is not None:
        ask = plan.asking(transition, following, new)
        plan.change(old, new, verb, effects=(release, *ask), **told)
        return
    target = transition.target if verdict == "approved" else transition.reject
    if target is None:
        target = compiled.definition.workflow.initial
    settle(plan, compiled, old, new, replace(transition, target=target), verb=verb, decided=verdict, **told)


def _values(plan: Plan, step: Step, opinion: str | None, late: tuple[Assignment, ...]) -> dict[str, Any]:
    values = {"step": step.title or step.name, "opinion": opinion or ""}
    if late:
        values["late"] = "、".join(plan.edition.person_name(each.person) for each in late)
    return values

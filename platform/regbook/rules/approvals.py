"""Approval steps: who decides next, when a step is through, what the whole comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from regbook.model.definition import Definition
from regbook.model.effects import Assign, Effect, Release
from regbook.model.promises import Timer
from regbook.model.record import Assignment, Record
from regbook.model.workflow import Step, Transition
from regbook.rules.conditions import holds


def source_of(transition: Transition, step: Step) -> str:
    """What the assignments of a step name as their source."""
    return f"{transition.name}/{step.name}"


def step_of(transition: Transition, source: str | None) -> Step | None:
    """The step that a source names."""
    return next((each for each in transition.steps if source_of(transition, each) == source), None)


def step_after(transition: Transition, step: Step | None, record: Record, now: datetime) -> Step | None:
    """The next step whose condition holds: the first without a step before; None past the last."""
    names = [each.name for each in transition.steps]
    start = names.index(step.name) + 1 if step else 0
    for each in transition.steps[start:]:
        if each.when is None or holds(each.when, record.flat(), now):
            return each
    return None


@dataclass(frozen=True, slots=True)
class Stead:
    """Whoever was climbed to decides a step in the place of those who are late with it."""

    transition: Transition
    step: Step
    late: tuple[Assignment, ...]


def stead(
    definition: Definition,
    rung: Assignment,
    assignments: Iterable[Assignment],
    timers: Iterable[Timer],
    now: datetime,
) -> Stead | None:
    """In whose place the holder of a rung decides: None when its deadline is no step's or nobody is late."""
    deadline = definition.deadline(rung.source or "") if rung.kind == "rung" else None
    if deadline is None or not isinstance(deadline.start, Mapping) or rung.closed_at is not None:
        return None
    name = deadline.start.get("step")
    due = {
        each.person
        for each in timers
        if (each.deadline, each.kind) == (deadline.name, "due") and each.due <= now
    }
    for transition in definition.workflow.transitions:
        for step in (each for each in transition.steps if each.name == name):
            source = source_of(transition, step)
            late = tuple(
                each
                for each in assignments
                if each.source == source and each.closed_at is None and each.person in due - {rung.person}
            )
            if late:
                return Stead(transition, step, late)
    return None


def begun(effects: Iterable[Effect]) -> dict[str, tuple[str, ...]]:
    """The steps that begin with these effects (or go on to the next person), and whom they ask."""
    return {
        each.source.partition("/")[2]: each.people
        for each in effects
        if isinstance(each, Assign) and each.kind == "step" and each.source
    }


def decided(effects: Iterable[Effect]) -> bool:
    """Whether the steps that ran before these effects are over."""
    return any(isinstance(each, Release) and each.kind in (None, "step") for each in effects)


def asked_first(step: Step, people: tuple[str, ...]) -> tuple[str, ...]:
    """Whom the step asks as it begins: one after the other in ``order``, else all at once."""
    return people[:1] if step.mode == "order" else people


def verdict_of(step: Step, decided: Iterable[Assignment], people: tuple[str, ...]) -> str | None:
    """``approved`` or ``rejected`` once the step is through, None while it waits.

    all: everyone agrees, one refusal ends it. any: the first decision counts, or with ``rejects: all``
    only everyone's refusal refuses. order: as all, one after the other. ratio:r: at least that share of
    all agree. weight:w: the agreeing share in per cent exceeds w.
    """
    verdicts = [each.verdict for each in decided if each.verdict in ("approved", "rejected")]
    agreed, refused = verdicts.count("approved"), verdicts.count("rejected")
    total = max(len(people), len(verdicts))
    needed = _needed(step.mode, total)
    if agreed >= needed:
        return "approved"
    patient = step.options.get("rejects", "first") == "all"
    if refused and (not patient or total - refused < needed):
        return "rejected"
    return None


def _needed(mode: str, total: int) -> int:
    name, _, figure = mode.partition(":")
    if name == "any":
        return 1
    if name == "ratio":
        return next((n for n in range(1, total + 1) if n / total >= float(figure)), total)
    if name == "weight":
        return next((n for n in range(1, total + 1) if 100 * n / total > float(figure)), total)
    return total

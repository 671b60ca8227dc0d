"""States, transitions and steps: what they name exists, every state is reached, someone can start."""

from __future__ import annotations

from collections.abc import Iterator

from regbook.errors import Problem
from regbook.model.workflow import DRAFT
from regbook.rules.checking.conditions import problems_of_condition
from regbook.rules.checking.people import who_problems
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.subject import Raw, Subject, fields_of, listed, named_twice, near, unknown


def flow_problems(subject: Subject) -> Iterator[Problem]:
    """Everything wrong with the workflow."""
    if "workflow" in subject.raw:
        yield from _state_problems(subject)
        yield from named_twice(subject.transitions, "workflow/transitions")
        for index, each in enumerate(subject.transitions):
            yield from _transition_problems(subject, index, each)
        yield from _unreachable(subject)
    yield from _start_problems(subject)


def _state_problems(subject: Subject) -> Iterator[Problem]:
    workflow = subject.raw["workflow"]
    yield from unknown(
        "state-nowhere", [workflow["initial"]], subject.states, ("workflow", "initial"), indexed=False
    )
    for name, state in subject.states.items():
        at = ("workflow", "states", name)
        if name == DRAFT:
            yield Problem(pointer(*at), "state-reserved", {"name": name})
        if not state.get("title"):
            yield Problem(pointer(*at), "title-missing", {"name": name})
        for key in ("assign", "never"):
            yield from who_problems(subject, state.get(key), pointer(*at, key))
        for register, wanted in state.get("waits_for", {}).items():
            yield from _waits_for_problems(subject, register, wanted, (*at, "waits_for", register))
        ways = [each for each in subject.transitions if name in listed(each["from"])]
        if "waits_for" in state and all("steps" in each for each in ways):
            yield Problem(pointer(*at, "waits_for"), "waits-no-way", {"state": state.get("title", name)})


def _waits_for_problems(
    subject: Subject, register: str, wanted: str, at: tuple[str, ...]
) -> Iterator[Problem]:
    if register not in subject.world.registers:
        yield Problem(pointer(*at), "register-nowhere", near(register, subject.world.registers))
        return
    raw = subject.world.registers[register]
    states = raw.get("workflow", {}).get("states", {})
    if wanted not in states:
        yield from unknown("state-nowhere", [wanted], states, at, indexed=False)
        return
    fields = fields_of(raw).values()
    pointing = [listed(each.get("x-to") or each.get("items", {}).get("x-to")) for each in fields]
    if not any({subject.raw["register"], "*"} & {*targets} for targets in pointing):
        yield Problem(pointer(*at), "waits-for-nothing", {"register": register})


def _transition_problems(subject: Subject, index: int, each: Raw) -> Iterator[Problem]:
    at = ("workflow", "transitions", index)
    if not each.get("title"):
        yield Problem(pointer(*at), "title-missing", {"name": each["name"]})
    many = isinstance(each["from"], list)
    yield from unknown("state-nowhere", listed(each["from"]), subject.states, (*at, "from"), indexed=many)
    for key in ("to", "reject"):
        if key in each:
            yield from unknown("state-nowhere", [each[key]], subject.states, (*at, key), indexed=False)
    for key in ("by", "never"):
        yield from who_problems(subject, each.get(key), pointer(*at, key))
    yield from unknown("field-nowhere", each.get("needs", ()), subject.fields, (*at, "needs"))
    yield from unknown("opening-nowhere", each.get("opens", ()), subject.openings, (*at, "opens"))
    yield from problems_of_condition(subject, each.get("when"), pointer(*at, "when"))
    if "steps" in each and "reject" not in each:
        yield Problem(pointer(*at), "reject-missing", {"name": each["name"]})
    yield from _step_problems(subject, each, at)


def _step_problems(subject: Subject, transition: Raw, at: tuple[str | int, ...]) -> Iterator[Problem]:
    steps = transition.get("steps", ())
    names = [each["name"] for each in steps]
    for index, step in enumerate(steps):
        here = (*at, "steps", index)
        if step["name"] in names[:index]:
            yield Problem(pointer(*here, "name"), "name-twice", {"name": step["name"]})
        if not step.get("title"):
            yield Problem(pointer(*here), "title-missing", {"name": step["name"]})
        yield from who_problems(subject, step["of"], pointer(*here, "of"))
        yield from unknown("step-nowhere", step.get("apart", ()), names, (*here, "apart"))
        yield from problems_of_condition(subject, step.get("when"), pointer(*here, "when"))


def reached(subject: Subject) -> set[str]:
    """The states that a record can come to from the initial one."""
    if "workflow" not in subject.raw:
        return {*subject.states}
    seen: set[str] = set()
    ahead = [subject.raw["workflow"]["initial"]]
    while ahead:
        here = ahead.pop()
        if here in seen:
            continue
        seen.add(here)
        for each in subject.transitions:
            if here in listed(each["from"]):
                ahead += [each["to"], *([each["reject"]] if "reject" in each else [])]
    return seen


def _unreachable(subject: Subject) -> Iterator[Problem]:
    if subject.raw["workflow"]["initial"] not in subject.states:
        return
    arrived = reached(subject)
    for name in subject.states:
        if name not in arrived and name != DRAFT:
            yield Problem(pointer("workflow", "states", name), "state-unreachable", {"name": name})


def _start_problems(subject: Subject) -> Iterator[Problem]:
    rules = subject.raw.get("access", ())
    enters = any("enter" in each["do"] for each in rules) or subject.raw.get("obligations")
    if not enters and not subject.written_by_engine:
        yield Problem("/access", "nobody-enters", {"register": subject.raw["register"]})
    if not any("read" in each["do"] for each in rules):
        yield Problem("/access", "nobody-reads", {"register": subject.raw["register"]})

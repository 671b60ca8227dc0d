"""Deadlines and obligations: from what, within what, until what; and the records that move them."""

from __future__ import annotations

from collections.abc import Iterator

from regbook.errors import Problem
from regbook.model.who import (
    Assignee,
    Chosen,
    DivisionHead,
    FieldPerson,
    Head,
    Owner,
    Responsible,
    Superior,
    terms_in,
)
from regbook.rules.checking.conditions import problems_of_condition, states_of_condition
from regbook.rules.checking.flow import reached
from regbook.rules.checking.people import who_problems
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.subject import (
    INSTANTS,
    Raw,
    Subject,
    fields_of,
    listed,
    named_twice,
    near,
    unknown,
)
from regbook.rules.periods import problems_of_period
from regbook.rules.who import parse_who

MOMENTS = ("date", "date-time")


def deadline_problems(subject: Subject) -> Iterator[Problem]:
    """Everything wrong with the deadlines."""
    deadlines = subject.raw.get("deadlines", ())
    yield from named_twice(deadlines, "deadlines")
    for index, each in enumerate(deadlines):
        at = ("deadlines", index)
        if not each.get("title"):
            yield Problem(pointer(*at), "title-missing", {"name": each["name"]})
        yield from who_problems(subject, each["of"], pointer(*at, "of"))
        yield from _start_problems(subject, each, at)
        for key in ("when", "until"):
            yield from problems_of_condition(subject, each.get(key), pointer(*at, key))
        yield from unknown("state-nowhere", each.get("pause", ()), subject.states, (*at, "pause"))
        yield from unknown("opening-nowhere", each.get("opens", ()), subject.openings, (*at, "opens"))
        yield from _then_problems(subject, each, (*at, "then"))
        yield from _end_problems(subject, each, pointer(*at, "until"))
        yield from _mover_problems(subject, each, pointer(*at, "moved_by"))


def _start_problems(subject: Subject, deadline: Raw, at: tuple[str | int, ...]) -> Iterator[Problem]:
    start = deadline["from"]
    if isinstance(start, str):
        moments = [key for key in subject.fields if subject.kinds[key] in MOMENTS]
        if start not in (*moments, *INSTANTS, "period"):
            known = start in subject.facts
            code = "field-not-moment" if known else "field-nowhere"
            yield Problem(pointer(*at, "from"), code, near(start, (*moments, *INSTANTS)))
        elif start == "period" and not subject.raw.get("obligations"):
            yield Problem(pointer(*at, "from"), "period-without-obligation", {})
        return
    if "state" in start:
        yield from unknown(
            "state-nowhere", [start["state"]], subject.states, (*at, "from", "state"), indexed=False
        )
    if "step" in start:
        yield from unknown(
            "step-nowhere", [start["step"]], subject.steps, (*at, "from", "step"), indexed=False
        )


def _then_problems(subject: Subject, deadline: Raw, at: tuple[str | int, ...]) -> Iterator[Problem]:
    """A transition that the record could not make by itself: it is not there, or somebody decides it."""
    wanted = deadline.get("then")
    if wanted is None:
        return
    able = [each["name"] for each in subject.transitions if "steps" not in each]
    yield from unknown("transition-nowhere", [wanted], able, at, indexed=False)


def _end_problems(subject: Subject, deadline: Raw, at: str) -> Iterator[Problem]:
    """A deadline whose ``until`` names only states that no record comes to."""
    wanted = states_of_condition(subject, deadline["until"])
    if wanted <= {*subject.states} and not wanted & reached(subject):
        yield Problem(at, "deadline-never-ends", {"name": deadline["name"]})


def _mover_problems(subject: Subject, deadline: Raw, at: str) -> Iterator[Problem]:
    """A register said to move the deadline, none of whose states sets the field that it counts from."""
    mover = deadline.get("moved_by")
    if mover is None:
        return
    if mover not in subject.world.registers:
        yield Problem(at, "register-nowhere", near(mover, subject.world.registers))
        return
    raw = subject.world.registers[mover]
    fields = fields_of(raw)
    for state in raw.get("workflow", {}).get("states", {}).values():
        for target in state.get("sets", {}):
            reference, _, field = target.partition(".")
            points_to = listed(fields.get(reference, {}).get("x-to"))
            if subject.raw["register"] in points_to and field == deadline["from"]:
                return
    yield Problem(at, "mover-moves-nothing", {"register": mover, "field": str(deadline["from"])})


def _owner_problems(who: str | list[str], at: tuple[str | int, ...]) -> Iterator[Problem]:
    """People who can only be found from a record, which is not there yet."""
    for text in listed(who):
        for term in terms_in(parse_who(text)):
            starts = isinstance(term, Head | DivisionHead | Superior) and term.start is None
            if starts or isinstance(term, Owner | Assignee | Responsible | Chosen | FieldPerson):
                yield Problem(pointer(*at, "for"), "obligation-who", {"who": str(term)})


def _draft_problems(subject: Subject, obligation: Raw, at: str) -> Iterator[Problem]:
    """A record that would be entered as a draft though a deadline is to run on it."""
    fields = subject.fields
    given = {*obligation.get("fill", {}), *(key for key in fields if "x-default" in fields[key])}
    required = subject.raw["entity"].get("required", ())
    missing = [key for key in required if key in fields and key not in given]
    running = [each for each in subject.raw.get("deadlines", ()) if each["from"] == "period"]
    if missing and running:
        names = "、".join(str(fields[key].get("title", key)) for key in missing)
        deadline = running[0].get("title", running[0]["name"])
        yield Problem(at, "obligation-draft", {"fields": names, "deadline": deadline})


def obligation_problems(subject: Subject) -> Iterator[Problem]:
    """Everything wrong with the obligations."""
    obligations = subject.raw.get("obligations", ())
    yield from named_twice(obligations, "obligations")
    for index, each in enumerate(obligations):
        at = ("obligations", index)
        if not each.get("title"):
            yield Problem(pointer(*at), "title-missing", {"name": each["name"]})
        yield from problems_of_period(
            each["every"], each.get("on"), each.get("holiday", "after"), pointer(*at)
        )
        unreadable = tuple(who_problems(subject, each["for"], pointer(*at, "for")))
        yield from unreadable or _owner_problems(each["for"], at)
        yield from _draft_problems(subject, each, pointer(*at, "fill"))
        for key in each.get("fill", {}):
            if key not in subject.fields:
                yield Problem(pointer(*at, "fill", key), "field-nowhere", near(key, subject.fields))

"""Scenarios: the people, transitions, fields and deadlines that they name."""

from __future__ import annotations

from collections.abc import Iterator

from regbook.errors import Problem
from regbook.rules.checking.people import roles
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.subject import Raw, Subject, fields_of, named_twice, near, states_of, unknown

SAMPLE = ("staff", "head", "division_head", "gm", "peer", "outsider", "process_admin")
"""The people of the sample office, beside one holder of each post and role."""

DEEDS = ("enter", "do", "amend", "sees")
FACTS = ("enter", "with", "amend", "sees")


def scenario_problems(subject: Subject) -> Iterator[Problem]:
    """Everything that a scenario names and that is not there."""
    scenarios = subject.raw.get("scenarios", ())
    yield from named_twice(scenarios, "scenarios")
    for index, each in enumerate(scenarios):
        for n, scene in enumerate(each["steps"]):
            yield from _scene_problems(subject, scene, ("scenarios", index, "steps", n))
        yield from _outcome_problems(subject, each.get("then", {}), ("scenarios", index, "then"))


def _scene_problems(subject: Subject, scene: Raw, at: tuple[str | int, ...]) -> Iterator[Problem]:
    deeds = [each for each in DEEDS if each in scene]
    if len(deeds) > 1:
        yield Problem(pointer(*at), "scene-many-deeds", {"deeds": "、".join(deeds)})
    if deeds and "as" not in scene:
        yield Problem(pointer(*at), "key-missing", {"key": "as"})
    known = [*SAMPLE, *roles(subject), *sorted(subject.world.posts or ())]
    if "as" in scene and subject.world.roles is not None:
        yield from unknown("person-nowhere", [scene["as"]], known, (*at, "as"), indexed=False)
    raw = subject.raw
    if "in" in scene:
        others = subject.world.registers
        yield from unknown("register-nowhere", [scene["in"]], others, (*at, "in"), indexed=False)
        raw = others.get(scene["in"], {})
    if raw:
        yield from _named_in(raw, scene, at)


def _named_in(raw: Raw, scene: Raw, at: tuple[str | int, ...]) -> Iterator[Problem]:
    moves = [each["name"] for each in raw.get("workflow", {}).get("transitions", ())]
    if "do" in scene:
        yield from unknown("transition-nowhere", [scene["do"]], moves, (*at, "do"), indexed=False)
    fields = fields_of(raw)
    for key in FACTS:
        facts = scene.get(key)
        for name in facts if isinstance(facts, dict) else ():
            if name not in fields and "refused" not in scene:
                yield Problem(pointer(*at, key, name), "field-nowhere", near(name, fields))


def _outcome_problems(subject: Subject, then: Raw, at: tuple[str | int, ...]) -> Iterator[Problem]:
    if "state" in then:
        known = [*states_of(subject.raw), "draft"]
        yield from unknown("state-nowhere", [then["state"]], known, (*at, "state"), indexed=False)
    deadlines = [each["name"] for each in subject.raw.get("deadlines", ())]
    for part in ("due", "penalty"):
        for name in then.get(part, {}):
            if name not in deadlines:
                yield Problem(pointer(*at, part, name), "deadline-nowhere", near(name, deadlines))
    for name in then.get("opened", {}):
        if name not in subject.world.registers:
            values = near(name, subject.world.registers)
            yield Problem(pointer(*at, "opened", name), "register-nowhere", values)
    for name in then.get("facts", {}):
        if name not in subject.facts:
            yield Problem(pointer(*at, "facts", name), "field-nowhere", near(name, subject.facts))

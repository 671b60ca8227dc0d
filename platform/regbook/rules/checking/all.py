"""Runs every check of a definition: size, shape, references, then what each part says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from regbook.errors import Problem
from regbook.model.world import World
from regbook.rules.checking.entity import field_problems, pattern_problems, reference_problems
from regbook.rules.checking.figures import check_problems, formula_field_problems, rollup_problems
from regbook.rules.checking.flow import flow_problems
from regbook.rules.checking.links import (
    classifying_problems,
    clause_problems,
    giving_problems,
    opening_problems,
    plugin_problems,
    retention_problems,
    secrecy_problems,
    set_problems,
    setting_problems,
)
from regbook.rules.checking.mending import mended
from regbook.rules.checking.people import access_problems, whom_problems
from regbook.rules.checking.pointers import depth, steps
from regbook.rules.checking.screens import form_problems, print_problems, view_problems
from regbook.rules.checking.shape import shape_problems
from regbook.rules.checking.stories import scenario_problems
from regbook.rules.checking.subject import Subject
from regbook.rules.checking.texts import text_problems
from regbook.rules.checking.time import deadline_problems, obligation_problems

LARGEST = 500 * 1024
DEEPEST = 20


def definition_problems(raw: Any, world: World) -> tuple[Problem, ...]:
    """Every problem of a register's parsed file, each with its JSON pointer; empty when it may be published.

    Where the shape is wrong, or a reference leads astray, the rest is judged as if something stood there.
    """
    if found := _size_problems(raw):
        return found
    problems = list(shape_problems(raw))
    if not isinstance(raw, Mapping):
        return tuple(problems)
    whole = mended(raw)
    astray = tuple(whole.told(reference_problems(Subject(whole.raw, world))))
    for each in astray:
        # A field of no kind in particular, so that what rests on the fields can be read.
        whole.put(steps(each.path)[:-1], {"type": "string", "title": "x"})
    subject = Subject(whole.raw, world)
    found = tuple(each for check in CHECKS for each in check(subject))
    return (*problems, *astray, *whole.told(found))


Check = Callable[[Subject], Iterable[Problem]]

CHECKS: tuple[Check, ...] = (
    pattern_problems,
    field_problems,
    formula_field_problems,
    rollup_problems,
    check_problems,
    form_problems,
    view_problems,
    print_problems,
    flow_problems,
    access_problems,
    whom_problems,
    deadline_problems,
    obligation_problems,
    opening_problems,
    set_problems,
    giving_problems,
    classifying_problems,
    secrecy_problems,
    retention_problems,
    plugin_problems,
    clause_problems,
    setting_problems,
    text_problems,
    scenario_problems,
)
"""Every check of what stands in a file of the right shape."""


def _size_problems(raw: Any) -> tuple[Problem, ...]:
    if depth(raw) > DEEPEST:
        return (Problem("", "file-too-deep", {"most": DEEPEST}),)
    size = len(json.dumps(raw, ensure_ascii=False, default=str).encode())
    if size > LARGEST:
        return (Problem("", "file-too-large", {"most": LARGEST // 1024, "size": size // 1024}),)
    return ()

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
from regbook.rules.checking.people import access_problems, whom_problems
from regbook.rules.checking.pointers import depth
from regbook.rules.checking.screens import form_problems, print_problems, view_problems
from regbook.rules.checking.shape import shape_problems
from regbook.rules.checking.stories import scenario_problems
from regbook.rules.checking.subject import Subject
from regbook.rules.checking.texts import NAMED, text_problems
from regbook.rules.checking.time import deadline_problems, obligation_problems

LARGEST = 500 * 1024
DEEPEST = 20
MOST_FIELDS = 1_000


def definition_problems(raw: Any, world: World) -> tuple[Problem, ...]:
    """Every problem of a register's parsed file, each with its JSON pointer; empty when it may be published.

    A part whose shape is wrong is not looked at further; the other parts are.
    """
    if found := _size_problems(raw):
        return found
    problems = list(shape_problems(raw))
    if not isinstance(raw, Mapping):
        return tuple(problems)
    broken = {each.path.split("/")[1] if each.path else "" for each in problems}
    subject = Subject(raw, world)
    for parts, check in CHECKS:
        if not broken & {"", *parts}:
            found = tuple(check(subject))
            problems += found
            # What rests on a field cannot be judged while references lead astray.
            broken |= {"entity"} if found and check is reference_problems else set()
    return tuple(problems)


Check = Callable[[Subject], Iterable[Problem]]

CHECKS: tuple[tuple[tuple[str, ...], Check], ...] = (
    (("entity",), reference_problems),
    (("entity",), pattern_problems),
    (("entity",), field_problems),
    (("entity",), formula_field_problems),
    (("entity", "workflow"), rollup_problems),
    (("entity", "checks"), check_problems),
    (("entity", "workflow", "form"), form_problems),
    (("entity", "workflow", "titles", "list", "views"), view_problems),
    (("entity", "print"), print_problems),
    (("entity", "workflow", "access", "opens"), flow_problems),
    (("entity", "access"), access_problems),
    (("entity", "workflow", "deadlines", "opens"), deadline_problems),
    (("entity", "obligations"), obligation_problems),
    (("entity", "workflow", "opens"), opening_problems),
    (("entity", "workflow"), set_problems),
    (("entity",), whom_problems),
    (("entity", "workflow"), giving_problems),
    (("entity", "workflow"), classifying_problems),
    (("entity", "secrecy"), secrecy_problems),
    (("entity", "workflow", "records"), retention_problems),
    (("plugins",), plugin_problems),
    (("clauses",), clause_problems),
    (("deadlines", "plugins", "secrecy"), setting_problems),
    (("title", "entity", "workflow", "translations", "checks", *NAMED), text_problems),
    (("entity", "workflow", "deadlines", "scenarios"), scenario_problems),
)
"""The parts that a check reads, and the check."""


def _size_problems(raw: Any) -> tuple[Problem, ...]:
    if depth(raw) > DEEPEST:
        return (Problem("", "file-too-deep", {"most": DEEPEST}),)
    size = len(json.dumps(raw, ensure_ascii=False, default=str).encode())
    if size > LARGEST:
        return (Problem("", "file-too-large", {"most": LARGEST // 1024, "size": size // 1024}),)
    return ()

"""What people see: form, list, views, prints. Every field and column exists and everything has its title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regbook.errors import Problem
from regbook.rules.checking.conditions import problems_of_condition
from regbook.rules.checking.people import who_problems
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.subject import Raw, Subject, named_twice, near, unknown

COLUMN_NOT = ("lines",)
BOARD = ("one_of", "yes_no", "person", "department")
CALENDAR = ("date", "date-time")
CHART = re.compile(
    r"(?:(day|week|month|quarter|year)\()?([a-z][a-z0-9_]*)\)?(?::(count|sum:[a-z0-9_]+|avg:[a-z0-9_]+))?"
)


def form_problems(subject: Subject) -> Iterator[Problem]:
    """Sections without a title, with fields that are not there, or with a field that stands twice."""
    sections = subject.raw.get("form", ())
    yield from named_twice(sections, "form")
    seen: set[str] = set()
    for index, section in enumerate(sections):
        at = ("form", index)
        if not section.get("title"):
            yield Problem(pointer(*at), "title-missing", {"name": section["name"]})
        yield from problems_of_condition(subject, section.get("when"), pointer(*at, "when"))
        for n, row in enumerate(section["rows"]):
            yield from unknown("field-nowhere", row, subject.fields, (*at, "rows", n))
            for m, key in enumerate(row):
                if key in seen:
                    yield Problem(pointer(*at, "rows", n, m), "field-twice", {"name": key})
                seen.add(key)
    if sections:
        for key in subject.raw["entity"].get("required", ()):
            if key in subject.fields and key not in seen and not subject.fields[key].get("readOnly"):
                yield Problem("/form", "required-not-in-form", {"name": key})


def view_problems(subject: Subject) -> Iterator[Problem]:
    """Columns, filters and orders that are not there or that a secret field does not allow."""
    yield from unknown("field-nowhere", subject.raw.get("titles", ()), subject.fields, ("titles",))
    if "list" in subject.raw:
        yield from _columns(subject, subject.raw["list"], ("list",))
    views = subject.raw.get("views", ())
    yield from named_twice(views, "views")
    for index, view in enumerate(views):
        at = ("views", index)
        if not view.get("title"):
            yield Problem(pointer(*at), "title-missing", {"name": view["name"]})
        yield from _columns(subject, view, at)
        yield from problems_of_condition(subject, view.get("where"), pointer(*at, "where"))
        yield from who_problems(subject, view.get("for"), pointer(*at, "for"))
        yield from _shape_problems(subject, view.get("as", "table"), pointer(*at, "as"))


def _columns(subject: Subject, view: Raw, at: tuple[str | int, ...]) -> Iterator[Problem]:
    yield from unknown("field-nowhere", view.get("columns", ()), subject.facts, (*at, "columns"))
    yield from unknown("field-nowhere", view.get("filters", ()), subject.facts, (*at, "filters"))
    for index, key in enumerate(view.get("filters", ())):
        if subject.encrypted(key) and not subject.fields[key].get("x-match"):
            yield Problem(pointer(*at, "filters", index), "secret-column", {"name": key})
    order = view.get("sort", "").removeprefix("-")
    if order:
        yield from unknown("field-nowhere", [order], subject.facts, (*at, "sort"), indexed=False)
        if subject.encrypted(order):
            yield Problem(pointer(*at, "sort"), "secret-column", {"name": order})
        elif subject.kinds.get(order) in COLUMN_NOT:
            yield Problem(pointer(*at, "sort"), "lines-not-sorted", {"name": order})


def _shape_problems(subject: Subject, shape: str, at: str) -> Iterator[Problem]:
    sort, _, rest = shape.partition(":")
    if sort == "chart":
        match = CHART.fullmatch(rest.replace(" ", ""))
        if match is None:
            yield Problem(at, "form-view", {"value": shape})
            return
        names = [match[2], *(match[3] or "count").split(":")[1:]]
        missing = [each for each in names if each not in subject.facts]
        yield from (Problem(at, "field-nowhere", near(each, subject.facts)) for each in missing)
        return
    wanted = {"board": BOARD, "calendar": CALENDAR}.get(sort)
    if wanted is not None and subject.kinds.get(rest) not in wanted:
        fitting = [key for key in subject.facts if subject.kinds.get(key) in wanted]
        yield Problem(at, "view-by-wrong-kind", near(rest, fitting))


def print_problems(subject: Subject) -> Iterator[Problem]:
    """Prints without a title or of fields that are not there."""
    prints = subject.raw.get("print", ())
    yield from named_twice(prints, "print")
    for index, each in enumerate(prints):
        if not each.get("title"):
            yield Problem(pointer("print", index), "title-missing", {"name": each["name"]})
        for n, row in enumerate(each.get("rows", ())):
            yield from unknown("field-nowhere", row, subject.facts, ("print", index, "rows", n))

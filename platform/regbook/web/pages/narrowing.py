"""The chips above a list: what it may be narrowed by, and what is chosen now, read as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from regbook.model.access import LEVELS
from regbook.model.definition import Definition, Field
from regbook.model.workflow import DRAFT
from regbook.web import views as v
from regbook.web.pages.asked import Asked, filter_kind, filterable
from regbook.web.pages.cells import column_title
from regbook.web.pages.desk import Desk
from regbook.web.texts import t

MOST_CHOICES = 30
MOST_PEOPLE = 12
ICONS = {"people": "user", "range": "calendar", "state": "circle-dashed", "level": "shield"}


def filters_shown(desk: Desk, definition: Definition, asked: Asked) -> tuple[v.Filter, ...]:
    """One chip for each field that the list may be narrowed by."""
    chips = (_chip(desk, definition, asked, each) for each in filterable(definition, asked.view, asked.known))
    return tuple(each for each in chips if each is not None)


def _chip(desk: Desk, definition: Definition, asked: Asked, name: str) -> v.Filter | None:
    field = definition.fields.get(name)
    kind = filter_kind(field, name)
    label = column_title(desk, definition, name)
    icon = ICONS.get(name) or ICONS.get(kind, "")
    if kind == "range":
        low, high = asked.one(f"{name}.from"), asked.one(f"{name}.to")
        words = t("pages-between", low=low or "…", high=high or "…") if low or high else ""
        return _cleared(asked, v.Filter(name, label, "range", words, low=low, high=high, icon=icon))
    if kind == "text":
        text = asked.one(name)
        return _cleared(asked, v.Filter(name, label, "text", text, text=text, icon=icon))
    chosen = asked.all(name)
    offered = _choices(desk, definition, field, name, kind, chosen)
    if not offered:
        return None
    typed = asked.one(f"{name}.name")
    words = "、".join([each.label for each in offered if each.chosen] + ([typed] if typed else []))
    named = f"{name}.name" if kind == "people" else ""
    return _cleared(
        asked, v.Filter(name, label, "choices", words, offered, text=typed, icon=icon, text_name=named)
    )


def _cleared(asked: Asked, chip: v.Filter) -> v.Filter:
    return replace(chip, clear_href=asked.without(chip.name)) if chip.words else chip


def _choices(
    desk: Desk, definition: Definition, field: Field | None, name: str, kind: str, chosen: tuple[str, ...]
) -> tuple[v.Choice, ...]:
    if kind == "people":
        return _people(desk, chosen)
    offer = _OFFERED.get(name) if field is None or field.kind == "serial" else _BY_KIND.get(field.kind)
    pairs = offer(desk, definition, field) if offer else []
    return tuple(v.Choice(value, label, value in chosen) for value, label in pairs[:MOST_CHOICES])


def _people(desk: Desk, chosen: tuple[str, ...]) -> tuple[v.Choice, ...]:
    """Herself, then the people near her; anybody else is found by name."""
    directory = desk.edition.directory
    me = directory.people.get(desk.me)
    near = [each for each in directory.people.values() if me and each.active and each.unit == me.unit]
    named = [directory.people[each] for each in chosen if each in directory.people]
    shown = {each.id: each for each in (*named, *sorted(near, key=lambda each: each.name)[:MOST_PEOPLE])}
    shown.pop(desk.me, None)
    myself = (v.Choice("me", t("pages-me"), "me" in chosen or desk.me in chosen),) if desk.me else ()
    return (*myself, *(v.Choice(each.id, each.name, each.id in chosen) for each in shown.values()))


Pairs = list[tuple[str, str]]


def _states(desk: Desk, definition: Definition, _: Field | None) -> Pairs:
    return [(each, desk.state(definition, each)) for each in (*definition.workflow.states, DRAFT)]


def _levels(desk: Desk, _: Definition, __: Field | None) -> Pairs:
    clearance = desk.edition.clearance(desk.me, desk.now)
    return [(str(rank), desk.level(rank).label) for rank in range(min(clearance + 1, len(LEVELS)))]


def _departments(desk: Desk, _: Definition, __: Field | None) -> Pairs:
    return [(each.id, each.name) for each in desk.edition.directory.departments.values()]


def _field_choices(desk: Desk, definition: Definition, field: Field | None) -> Pairs:
    if field is None:
        return []
    return [(str(each), desk.choice(definition, field, each)) for each in field.choices]


def _yes_no(_: Desk, __: Definition, ___: Field | None) -> Pairs:
    return [("true", t("web-yes")), ("false", t("pages-no"))]


def _posts(desk: Desk, _: Definition, field: Field | None) -> Pairs:
    """References to posts, which are in memory; others are chosen from the record they point to."""
    posts = desk.edition.binding("posts")
    if field is None or posts is None or field.targets != (posts.register,):
        return []
    return [(each.id, each.name) for each in desk.edition.directory.posts.values()]


_OFFERED: Mapping[str, Callable[[Desk, Definition, Any], Pairs]] = {
    "state": _states,
    "level": _levels,
    "department": _departments,
}
_BY_KIND: Mapping[str, Callable[[Desk, Definition, Any], Pairs]] = {
    "one_of": _field_choices,
    "several_of": _field_choices,
    "yes_no": _yes_no,
    "secrecy-level": _levels,
    "department": _departments,
    "departments": _departments,
    "record": _posts,
    "records": _posts,
}

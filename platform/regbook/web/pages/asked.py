"""What a list's address asks for: view, words, filters, order, page; and addresses that ask for else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request

from regbook.model.definition import Definition, Field, View
from regbook.model.query import Filter, Query, Sort
from regbook.rules.compiled import kinds_of
from regbook.rules.kinds import mask_of
from regbook.rules.narrowing import filters_of
from regbook.services.finding import readable
from regbook.services.naming_people import called
from regbook.web.pages.desk import Desk

PAGE = 25
LONGEST = 200
OWN = ("view", "q", "sort", "after", "open")
PEOPLE = ("person", "people")
INSTANTS = ("entered_at", "submitted_at", "amended_at")
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A list's question as its address has it; ``given`` are the parameters that mean something here."""

    path: str
    view: View
    known: frozenset[str]
    given: Pairs

    def one(self, name: str) -> str:
        """The last value of a parameter."""
        return next((value for key, value in reversed(self.given) if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter."""
        return tuple(value for key, value in self.given if key == name)

    def href(self, **changed: str) -> str:
        """The same list with other parameters; an empty one is left out, and with it the page."""
        drop = {*changed, "open", *(() if changed.keys() <= {"open"} else ("after",))}
        pairs = [(key, value) for key, value in self.given if key not in drop]
        pairs += [(key, value) for key, value in changed.items() if value]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    @property
    def narrowing(self) -> Pairs:
        """What is asked but for the page and the open record: it decides all that stands above the rows."""
        return tuple(each for each in self.given if each[0] not in ("after", "open"))

    def opening(self) -> str:
        """What the id of a record stands behind in the address of the same list with that record open."""
        href = self.href(open="x")
        return href[: -len("x")]

    def without(self, field: str) -> str:
        """The same list without a field's filter."""
        names = {field, f"{field}.from", f"{field}.to", f"{field}.name"}
        pairs = [(key, value) for key, value in self.given if key not in names | {"after", "open"}]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


def asked_of(desk: Desk, definition: Definition, path: str) -> Asked:
    """The question of the request in hand; names that are nothing to this reader are left out."""
    known = readable(desk.edition, desk.actor, definition, desk.now)
    views = {each.name: each for each in views_for(desk, definition, known)}
    view = views.get(request.args.get("view", ""), definition.list)
    fields = filterable(definition, view, known)
    names = {*OWN, *(f"{each}{end}" for each in fields for end in ("", ".from", ".to", ".name"))}
    pairs = [
        (key, value[:LONGEST]) for key, value in request.args.items(multi=True) if key in names and value
    ]
    if view is definition.list:
        pairs = [(key, value) for key, value in pairs if key != "view"]
    return Asked(path, view, known, tuple((key, value) for key, value in pairs))


def filterable(definition: Definition, view: View, known: frozenset[str]) -> tuple[str, ...]:
    """The fields that a list is narrowed by: those its view names and the reader may read."""
    names = dict.fromkeys((*(view.filters or definition.list.filters),))
    return tuple(each for each in names if each in known and not _closed(definition.fields.get(each)))


def _closed(field: Field | None) -> bool:
    """Whether a field is kept encrypted or shown masked: lists are not narrowed by it."""
    return field is not None and (field.encrypted or mask_of(field.schema) is not None)


def views_for(desk: Desk, definition: Definition, known: frozenset[str]) -> tuple[View, ...]:
    """The views that are tables, are for this reader, and ask nothing of what she may not read."""
    roles = desk.edition.directory.roles(desk.me)
    kinds = kinds_of(definition)
    return tuple(
        each
        for each in definition.views
        if each.shown_as == "table"
        and set(each.where or {}) <= known
        and (not each.shown_to or any(who.removeprefix("role:") in roles for who in each.shown_to))
        and filters_of(each.where, kinds, desk.now, desk.me) is not None
    )


def query_of(desk: Desk, definition: Definition, asked: Asked, columns: Iterable[str]) -> Query:
    """The question as the store takes it."""
    names = {*columns, *definition.titles, "number", "assignee", "owner", "department"} & asked.known
    return Query(
        fields=tuple(sorted(names)),
        filters=(*where_of(desk, definition, asked.view), *_chosen(desk, definition, asked)),
        sort=_sort(definition, asked),
        search=asked.one("q"),
        limit=PAGE,
        after=asked.one("after") or None,
    )


def where_of(desk: Desk, definition: Definition, view: View) -> tuple[Filter, ...]:
    """What a view itself asks."""
    return filters_of(view.where, kinds_of(definition), desk.now, desk.me) or ()


def _sort(definition: Definition, asked: Asked) -> tuple[Sort, ...]:
    text = asked.one("sort") or asked.view.sort or definition.list.sort
    name = text.removeprefix("-")
    return (Sort(name, text.startswith("-")),) if sortable(definition, name, asked.known) else ()


def sortable(definition: Definition, name: str, known: frozenset[str]) -> bool:
    """Whether a column heads an order: what people sort by, and the reader may."""
    field = definition.fields.get(name)
    if name not in known or (field is not None and field.encrypted):
        return False
    if field is None or field.kind == "serial":
        return name in ("number", "state", *INSTANTS)
    return field.kind in SORTED


SORTED = ("text", "date", "date-time", "time", "number", "integer", "percent", "money", "one_of", "yes_no")


def _chosen(desk: Desk, definition: Definition, asked: Asked) -> tuple[Filter, ...]:
    found = [
        made
        for name in filterable(definition, asked.view, asked.known)
        for made in _filter(desk, name, definition.fields.get(name), asked)
    ]
    return tuple(found)


def filter_kind(field: Field | None, name: str) -> str:
    """How a field is narrowed: ``choices``, ``range`` of dates, ``people`` or ``text``."""
    kind = field.kind if field is not None and field.kind != "serial" else _RESERVED.get(name, "text")
    return _NARROWED.get(kind, "text")


_RESERVED: Mapping[str, str] = {
    "state": "one_of",
    "level": "secrecy-level",
    "owner": "person",
    "assignee": "person",
    "department": "department",
    **dict.fromkeys(INSTANTS, "date-time"),
}
_NARROWED: Mapping[str, str] = {
    **dict.fromkeys(("one_of", "several_of", "yes_no", "secrecy-level"), "choices"),
    **dict.fromkeys(("department", "departments"), "choices"),
    **dict.fromkeys(("date", "date-time"), "range"),
    **dict.fromkeys(PEOPLE, "people"),
    **dict.fromkeys(("record", "records"), "choices"),
}


def _filter(desk: Desk, name: str, field: Field | None, asked: Asked) -> list[Filter]:
    kind = filter_kind(field, name)
    if kind == "range":
        return _range(desk, name, field, asked)
    values: list[Any] = list(asked.all(name))
    if kind == "people" and (typed := asked.one(f"{name}.name")):
        values += [each.id for each in called(desk.edition.directory, typed, 50)] or [""]
    if not values:
        return []
    if kind == "text":
        textual = field is None or field.kind in ("text", "long_text", "serial")
        return [Filter(name, "contains", values[-1])] if textual else [Filter(name, "eq", values[-1])]
    return [Filter(name, "in", tuple(_fact(desk, field, name, each) for each in values))]


def _fact(desk: Desk, field: Field | None, name: str, text: str) -> Any:
    if name == "level" or (field is not None and field.kind == "secrecy-level"):
        return int(text) if text.isascii() and text.isdigit() else 0
    if field is not None and field.kind == "yes_no":
        return text == "true"
    return desk.me if text == "me" else text


def _range(desk: Desk, name: str, field: Field | None, asked: Asked) -> list[Filter]:
    days = field is not None and field.kind == "date"
    found = []
    for end, op, later in (("from", "ge", 0), ("to", "le" if days else "lt", 0 if days else 1)):
        try:
            day = datetime.strptime(asked.one(f"{name}.{end}"), "%Y-%m-%d").replace(tzinfo=desk.zone)
        except ValueError:
            continue
        at = (day + timedelta(days=later)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        found.append(Filter(name, op, day.strftime("%Y-%m-%d") if days else at))
    return found

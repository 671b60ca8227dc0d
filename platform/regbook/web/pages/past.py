"""`/r/<register>/<record>/history`: what happened to a record, by person or field, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Response, request

from regbook.services.looking_back import Past, look_back
from regbook.web import views as v
from regbook.web.pages.cells import references_in, title_of
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import draw, page
from regbook.web.pages.history import entry_views
from regbook.web.pages.listing import named
from regbook.web.pages.registers import guarded
from regbook.web.texts import t

MOST_CHOSEN = 20
LONGEST = 200
ENGINE = frozenset({"system", "clock"})
"""Who acts where nobody does: one name to the reader."""


def past(desk: Desk, register: str, record: str) -> Response:
    """A page of the record's history, narrowed by what the address asks for."""
    asked = {name: tuple(request.args.getlist(name)[:MOST_CHOSEN]) for name in ("person", "field")}
    before = request.args.get("before", "")[:LONGEST] or None
    people, fields = frozenset(asked["person"]), frozenset(asked["field"])
    if people & ENGINE:
        people |= ENGINE
    found = look_back(desk.office, desk.actor, register, record, people=people, fields=fields, before=before)
    definition, seen = found.definition, found.record
    titles = named(desk, references_in(definition, [seen]))
    place = f"/r/{register}/{record}"
    here = f"{place}/history"
    pairs = [(name, each) for name, chosen in asked.items() for each in chosen]
    view = v.HistoryView(
        subject=title_of(desk, definition, seen, titles),
        number=seen.number or "",
        href=here,
        entries=entry_views(desk, definition, found.entries, titles, len(found.entries)),
        filters=_filters(desk, found, asked, here),
        clear_href=here if pairs else "",
        newest_href=f"{here}?{urlencode(pairs)}" if before else "",
        earlier_href=f"{here}?{urlencode([*pairs, ('before', found.earlier)])}" if found.earlier else "",
        empty=v.Empty(t("pages-past-none"), t("pages-past-none-hint"), "history"),
    )
    path = f"/r/{register}/"
    crumbs = (v.Link(desk.title(definition), path), v.Link(seen.number or view.subject, place))
    more = guarded(desk, seen)
    frame = page(desk, t("web-history"), path, layout="bg", back=place, crumbs=crumbs, **more)
    return draw("history.html", page=frame, view=view)


def _filters(desk: Desk, found: Past, asked: dict[str, tuple[str, ...]], here: str) -> tuple[v.Filter, ...]:
    """By whom, and which field: those who did something, and the fields that exist for the reader."""
    definition = found.definition
    acted = [each for each in found.people if each not in ENGINE]
    people = [(each, desk.person(each).name) for each in acted]
    people += [("system", t("pages-engine"))] if len(acted) < len(found.people) else []
    fields = [
        (key, desk.field_title(definition, each))
        for key, each in definition.fields.items()
        if key in found.record.facts and each.kind != "serial"
    ]
    return (
        _filter("person", t("pages-past-person"), people, asked, here, "user"),
        _filter("field", t("pages-past-field"), fields, asked, here, "pencil"),
    )


def _filter(
    name: str,
    label: str,
    offered: Iterable[tuple[str, str]],
    asked: dict[str, tuple[str, ...]],
    here: str,
    icon: str,
) -> v.Filter:
    choices = tuple(v.Choice(value, title, value in asked[name]) for value, title in offered)
    words = "、".join(each.label for each in choices if each.chosen)
    others = [(each, value) for each, chosen in asked.items() if each != name for value in chosen]
    clear = f"{here}?{urlencode(others)}" if words else ""
    return v.Filter(name, label, words=words, choices=choices, icon=icon, clear_href=clear)

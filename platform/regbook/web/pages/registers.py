"""``/r/``: the registers by area, a register's list with its drawer, a record's own page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, request

from regbook.errors import NotFound
from regbook.model.definition import Definition
from regbook.model.query import Query
from regbook.model.record import Record
from regbook.services import finding, showing
from regbook.services.knowing import known_registers
from regbook.web import look
from regbook.web import views as v
from regbook.web.pages.asked import Asked, asked_of, query_of, views_for, where_of
from regbook.web.pages.desk import Desk
from regbook.web.pages.entrance import own_path
from regbook.web.pages.frame import by_area, draw, icon_of, page
from regbook.web.pages.listing import list_view, neighbours
from regbook.web.pages.showing import Around, record_view
from regbook.web.texts import t, titled
from regbook.web.watermark import watermark

MOST_COUNTED = 1_000
GUARDED = 2
"""The level from which a page bears its reader's name."""


def registers(desk: Desk) -> Response:
    """Every register the reader may open, by area; with ``?new=1`` those she may enter records in."""
    entering = "new" in request.args
    known = known_registers(desk.edition, desk.actor, desk.now)
    if entering:
        known = tuple(each for each in known if "enter" in each.verbs)
    groups = tuple(
        (
            title,
            tuple(
                v.Link(
                    desk.title(each.definition),
                    f"/r/{each.definition.register}/{'new' if entering else ''}",
                    icon_of(each.definition),
                    note=_description(desk, each.definition),
                )
                for each in inside
            ),
        )
        for title, inside in by_area(desk, known)
    )
    view = v.RegistersView(groups, v.Empty(t("pages-no-registers"), t("pages-no-registers-hint"), "lock"))
    title = t("pages-new-what") if entering else t("pages-registers")
    return draw("registers.html", page=page(desk, title, "/r/", layout="bg"), view=view)


def _description(desk: Desk, definition: Definition) -> str:
    text = str(definition.raw.get("description", ""))
    return desk.text(definition, "description", text)


def register_list(desk: Desk, register: str) -> Response:
    """A list with its filters; ``?open=`` draws a record beside it."""
    definition = desk.edition.definition(register)
    path = f"/r/{register}/"
    asked = asked_of(desk, definition, path)
    view = list_view(desk, definition, asked)
    opened = asked.one("open")
    if opened and (look.is_partial("drawer") or not look.is_partial("list")):
        view = replace(view, drawer=_drawer(desk, register, opened, view, asked))
    if look.is_partial("drawer"):
        if view.drawer is None:
            raise NotFound
        return draw("record_drawer.html", record=view.drawer)
    if look.is_partial("list"):
        return draw("register_list_part.html", view=view)
    frame = page(
        desk,
        view.title,
        path,
        layout="fixed",
        crumbs=_crumbs(desk, register),
        actions=_list_actions(desk, definition),
    )
    return draw("register_list.html", page=frame, view=view)


def _drawer(desk: Desk, register: str, record: str, view: v.ListView, asked: Asked) -> v.RecordView | None:
    """The open record; one that is not (or no longer) to be seen leaves the list alone."""
    try:
        shown = showing.show(desk.office, desk.actor, register, record)
    except NotFound:
        return None
    before, after = neighbours(view, record)
    around = Around(before, after, asked.href(open=""), asked.href(open=record))
    return record_view(desk, shown, around)


def _list_actions(desk: Desk, definition: Definition) -> tuple[v.Button, ...]:
    if "enter" not in desk.edition.policy.verbs(desk.me, definition):
        return ()
    label = t("pages-new-of", register=desk.title(definition))
    return (v.Button(label, "primary", "plus", f"/r/{definition.register}/new"),)


def _crumbs(desk: Desk, register: str) -> tuple[v.Link, ...]:
    for area in desk.edition.areas:
        if register in area.registers:
            return (v.Link(titled(area.title, area.english, desk.language), "/r/"),)
    return ()


def counts_of_list(desk: Desk, register: str) -> Response:
    """How many records the list and each of its views hold, counted up to a bound, after first paint."""
    definition = desk.edition.definition(register)
    asked = asked_of(desk, definition, f"/r/{register}/")
    queries = {"list": replace(query_of(desk, definition, asked, ()), after=None), "view-all": Query()}
    for each in views_for(desk, definition, asked.known):
        queries[f"view-{each.name}"] = Query(filters=where_of(desk, definition, each))
    found = finding.counts(desk.office, desk.actor, register, tuple(queries.values()), MOST_COUNTED)
    texts = tuple(f"{each.number:,}" + ("" if each.exact else "+") for each in found)
    return draw("counts.html", view=v.CountsView(tuple(zip(queries, texts, strict=True))))


def record(desk: Desk, register: str, record: str) -> Response:
    """A record's own page."""
    return record_page(desk, register, record)


def record_page(
    desk: Desk, register: str, record: str, problem: str = "", said: str = "", status: int = 200
) -> Response:
    """The page, with what kept a decision from being made beside the bar that it was made in."""
    shown = showing.show(desk.office, desk.actor, register, record)
    view = record_view(desk, shown, Around(problem=problem, said=said))
    frame = page(
        desk,
        view.number or view.title,
        f"/r/{register}/",
        layout="bg",
        kind="record",
        back=f"/r/{register}/",
        crumbs=(v.Link(view.register_title, f"/r/{register}/"),),
        actions=tuple(each for each in view.actions if each.href or each.post),
        **guarded(desk, shown.record),
    )
    return draw("record.html", status, page=frame, record=view)


def guarded(desk: Desk, record: Record) -> dict[str, Any]:
    """What the frame of a guarded record's page bears: its level, and its reader's name."""
    level = record.level_at(desk.now)
    return {"banner": desk.level(level), "watermark": _mark(desk)} if level >= GUARDED else {}


def _mark(desk: Desk) -> str:
    person = desk.person(desk.me).name if desk.me else desk.caller.account
    return watermark(
        (f"{person} {desk.caller.account}", f"{desk.local(desk.now)} {request.remote_addr or ''}")
    )


def back_to(register: str, record: str) -> str:
    """Where a decision leads: the list it was made beside, else the record's page."""
    given = request.args.get("back", "")
    return own_path(given, f"/r/{register}/{record}")

"""``/``: what is due for the reader today, and the registers she works in."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response

from regbook.services import inbox as boxes
from regbook.services.accounts import ADMINISTRATOR
from regbook.services.knowing import known_registers
from regbook.web import views as v
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import draw, icon_of, page
from regbook.web.pages.inbox import record_card, todo_items
from regbook.web.pages.showing import NEAR
from regbook.web.texts import t

MOST_TODO = 8
MOST_MINE = 5
MOST_COUNTED = 50
MOST_SHORTCUTS = 10
EVENING, NOON = 18, 12


def workbench(desk: Desk) -> Response:
    """The first page after signing in."""
    items, more, due = todo_items(desk, limit=MOST_COUNTED)
    late = sum(1 for each in due if each is not None and each < desk.now)
    near = sum(1 for each in due if each is not None and timedelta(0) <= each - desk.now <= NEAR)
    count = f"{len(items)}+" if more else str(len(items))
    known = known_registers(desk.edition, desk.actor, desk.now)
    entered = [each.definition for each in known if "enter" in each.verbs]
    view = v.WorkbenchView(
        greeting=_greeting(desk),
        summary=t("pages-summary", count=count, late=late, near=near) if items else t("pages-summary-none"),
        figures=_figures(desk, count, late, near),
        todo=items[:MOST_TODO],
        todo_href="/inbox/",
        shortcuts=tuple(
            v.Link(desk.title(each), f"/r/{each.register}/", icon_of(each))
            for each in (entered or [each.definition for each in known])[:MOST_SHORTCUTS]
        ),
        all_href="/r/",
        mine_later="/mine" if entered else "",
        empty=v.Empty(t("pages-empty-todo"), t("pages-empty-todo-hint"), "circle-check"),
        start=_start(desk),
    )
    actions = (v.Button(t("web-new"), "primary", "plus", "/r/?new=1"),) if entered else ()
    return draw(
        "workbench.html", page=page(desk, t("web-workbench"), "/", layout="bg", actions=actions), view=view
    )


def _start(desk: Desk) -> tuple[v.Link, ...]:
    """What to do first in an office where its administrator is alone, each leading to where it is done."""
    directory = desk.edition.directory
    here = [each for each in directory.people.values() if each.active]
    if len(here) > 1 or ADMINISTRATOR not in directory.roles(desk.me):
        return ()
    steps = []
    for noun, icon in (("departments", "building-2"), ("posts", "badge-check"), ("people", "users")):
        if (bound := desk.edition.binding(noun)) is not None:
            steps.append(v.Link(t(f"pages-start-{noun}"), f"/r/{bound.register}/", icon))
    return (*steps, v.Link(t("pages-start-accounts"), "/accounts/", "key-round"))


def mine(desk: Desk) -> Response:
    """What the reader began last, after first paint: a question for each register she enters in."""
    found = boxes.begun(desk.office, desk.actor, limit=MOST_MINE)
    items = tuple(record_card(desk, "mine", *each) for each in found)
    return draw("workbench_mine.html", items=items, href="/inbox/?box=mine")


def counts(desk: Desk) -> Response:
    """The counters of the navigation, after first paint."""
    shown = []
    for key, (number, exact) in (
        ("inbox", boxes.waiting(desk.office, desk.actor)),
        ("told", boxes.unread(desk.office, desk.actor)),
    ):
        if number:
            text = f"{number}" if exact else f"{number}+"
            shown += [(key, text), ("bell", text)] if key == "told" else [(key, text)]
    return draw("counts.html", view=v.CountsView(tuple(shown)))


def _greeting(desk: Desk) -> str:
    name = desk.person(desk.me).name if desk.me else desk.caller.account
    return t(_part_of_day(desk.now), name=name)


def _part_of_day(now: datetime) -> str:
    if now.hour >= EVENING:
        return "pages-evening"
    return "pages-afternoon" if now.hour >= NOON else "pages-morning"


def _figures(desk: Desk, count: str, late: int, near: int) -> tuple[v.Figure, ...]:
    told, exact = boxes.unread(desk.office, desk.actor)
    return (
        v.Figure(t("pages-figure-todo"), count, "inbox", "/inbox/"),
        v.Figure(t("pages-figure-near"), str(near), "clock", "/inbox/", t("pages-four-hours"), "amber"),
        v.Figure(
            t("pages-figure-late"), str(late), "alarm-clock", "/inbox/", tone="red" if late else "green"
        ),
        v.Figure(t("pages-figure-told"), f"{told}" if exact else f"{told}+", "at-sign", "/inbox/?box=told"),
    )

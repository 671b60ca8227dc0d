"""``/inbox/``: what waits for the reader, what she did, began and was told; one of them open beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Response, request

from regbook.errors import NotFound, catalogue
from regbook.model.definition import Definition
from regbook.model.office import Notice
from regbook.model.record import Record
from regbook.services import inbox as boxes
from regbook.services import showing
from regbook.web import look
from regbook.web import views as v
from regbook.web.pages.cells import status_of, title_of
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import draw, page
from regbook.web.pages.showing import NEAR, Around, record_view
from regbook.web.pages.spans import length_of
from regbook.web.pages.telling import go
from regbook.web.texts import said, t

PATH = "/inbox/"
BOXES = ("todo", "done", "mine", "drafts", "told")
MOST = 25
UNDER_BELL = 8
LONGEST = 200


def inbox(desk: Desk) -> Response:
    """The box that the address names, and the record that is open."""
    box = request.args.get("box", "todo")
    if box not in BOXES:
        raise NotFound
    opened = request.args.get("open", "")
    if look.is_partial("drawer"):
        shown = _record(desk, box, opened)
        if shown is None:
            raise NotFound
        return draw("record_drawer.html", record=shown)
    items, after = _LISTED[box](desk)
    view = v.InboxView(
        _tabs(box),
        tuple(replace(each, open=each.id == _row_id(opened)) for each in items),
        v.Pager(next_href=f"{PATH}?box={box}&after={quote(after)}") if after else v.Pager(),
        _record(desk, box, opened) if opened else None,
        _empty(box),
    )
    actions: tuple[v.Button, ...] = ()
    if box == "told" and items:
        actions = (v.Button(t("pages-mark-read"), icon="check", post=f"{PATH}read"),)
    current = f"{PATH}?box=told" if box == "told" else PATH
    frame = page(
        desk, t("pages-told" if box == "told" else "pages-inbox"), current, layout="fixed", actions=actions
    )
    return draw("inbox.html", page=frame, view=view)


def read(desk: Desk) -> Response:
    """Notices of the reader's count as read: the named one, which may lead to its record, or all."""
    named = request.form.get("notice", "")[:LONGEST]
    boxes.mark_read(desk.office, desk.actor, [named] if named else None)
    if look.is_partial("notices"):
        return Response(status=204)
    opened = request.form.get("open", "")[:LONGEST]
    place = f"&open={quote(opened)}" if named and opened else ""
    return go(f"{PATH}?box=told{place}", "" if place else "read")


def bell(desk: Desk) -> Response:
    """What the reader was told last, under the bell."""
    told = boxes.notices(desk.office, desk.actor, limit=UNDER_BELL)
    items = tuple(
        v.NoticeView(each.id, _notice(desk, each), _place(each), each.read_at is None) for each in told
    )
    return draw("notices.html", items=items, read_href=f"{PATH}read", all_href=f"{PATH}?box=told")


def todo_items(
    desk: Desk, box: str = "todo", limit: int = MOST, after: str | None = None
) -> tuple[tuple[v.InboxItem, ...], str | None, tuple[datetime | None, ...]]:
    """The cards of what waits or was done, the cursor of the next page, and when each is due."""
    found = boxes.inbox(desk.office, desk.actor, box, after=after, limit=limit)
    items = tuple(_card(desk, box, each) for each in found.items)
    return items, found.after, tuple(each.due for each in found.items)


def _assigned(box: str) -> Callable[[Desk], tuple[tuple[v.InboxItem, ...], str | None]]:
    def listed(desk: Desk) -> tuple[tuple[v.InboxItem, ...], str | None]:
        items, after, _ = todo_items(desk, box, after=request.args.get("after"))
        return items, after

    return listed


def _begun(drafts: bool) -> Callable[[Desk], tuple[tuple[v.InboxItem, ...], str | None]]:
    def listed(desk: Desk) -> tuple[tuple[v.InboxItem, ...], str | None]:
        found = boxes.begun(desk.office, desk.actor, drafts=drafts, limit=MOST)
        box = "drafts" if drafts else "mine"
        return tuple(record_card(desk, box, *each) for each in found), None

    return listed


def _told(desk: Desk) -> tuple[tuple[v.InboxItem, ...], str | None]:
    before = request.args.get("after", "")[:LONGEST] or None
    found = boxes.notices(desk.office, desk.actor, limit=MOST + 1, before=before)
    after = found[MOST - 1].id if len(found) > MOST else None
    return tuple(_notice(desk, each) for each in found[:MOST]), after


_LISTED: Mapping[str, Callable[[Desk], tuple[tuple[v.InboxItem, ...], str | None]]] = {
    "todo": _assigned("todo"),
    "done": _assigned("done"),
    "mine": _begun(False),
    "drafts": _begun(True),
    "told": _told,
}


def _card(desk: Desk, box: str, item: boxes.Item) -> v.InboxItem:
    card = record_card(desk, box, item.definition, item.record)
    at = item.assignment
    if box == "done":
        return replace(card, note=t("pages-done-at", when=desk.lately(at.closed_at)), waiting="")
    waiting, tone = due_words(desk, item.due, at.opened_at)
    return replace(card, waiting=waiting, tone=tone, note=t(f"pages-kind-{at.kind}"))  # type: ignore[arg-type]


def due_words(desk: Desk, due: datetime | None, since: datetime) -> tuple[str, str]:
    """How much time is left, and the colour that says so; without a deadline, how long it has waited."""
    if due is None:
        return t("pages-waited", length=length_of(desk.now - since)), ""
    left = due - desk.now
    if left < timedelta(0):
        return t("pages-due-late", length=length_of(-left)), "red"
    return t("pages-due-left", length=length_of(left)), "amber" if left <= NEAR else ""


def record_card(desk: Desk, box: str, definition: Definition, record: Record) -> v.InboxItem:
    """A record as a card of the inbox."""
    level = record.level_at(desk.now)
    return v.InboxItem(
        id=_row_id(f"{record.register}/{record.id}"),
        href=f"{PATH}?box={box}&open={record.register}/{record.id}",
        who=desk.person(record.owner),
        register_title=desk.title(definition),
        title=title_of(desk, definition, record, {}),
        waiting=desk.lately(record.submitted_at or record.entered_at),
        secrecy=desk.level(level) if level else None,
        status=status_of(desk, definition, record.state),
        note=record.number or "",
    )


def _notice(desk: Desk, notice: Notice) -> v.InboxItem:
    definition = desk.edition.registers.get(notice.register or "")
    title = desk.title(definition.definition) if definition else ""
    return v.InboxItem(
        id=f"n-{notice.id}",
        href=f"{PATH}?box=told&open={place}" if (place := _place(notice)) else f"{PATH}?box=told",
        who=desk.person("system"),
        register_title=title,
        title=notice_words(desk, notice, title),
        waiting=desk.lately(notice.at),
        status=None if notice.read_at else v.Status(t("pages-unread"), "blue"),
        unread="" if notice.read_at else notice.id,
    )


def _place(notice: Notice) -> str:
    return f"{notice.register}/{notice.record}" if notice.record else ""


def notice_words(desk: Desk, notice: Notice, register: str) -> str:
    """What somebody is told, in her language."""
    if notice.code not in catalogue():
        return register or notice.code
    values: dict[str, Any] = {**notice.values}
    if register and "register" in values:
        values["register"] = register
    return said(notice.code, values, desk.language)


def _row_id(opened: str) -> str:
    return opened.replace("/", "-")


def _record(desk: Desk, box: str, opened: str) -> v.RecordView | None:
    register, _, record = opened.partition("/")
    try:
        shown = showing.show(desk.office, desk.actor, register, record)
    except NotFound:
        return None
    here = f"{PATH}?box={box}"
    return record_view(desk, shown, Around(close=here, back=here))


def _tabs(box: str) -> tuple[v.Link, ...]:
    return tuple(
        v.Link(t(f"pages-box-{each}"), f"{PATH}?box={each}" if each != "todo" else PATH, current=each == box)
        for each in BOXES
    )


def _empty(box: str) -> v.Empty:
    hint = "pages-empty-todo-hint" if box == "todo" else "pages-empty-hint"
    return v.Empty(t(f"pages-empty-{box}"), t(hint), "circle-check" if box == "todo" else "inbox")

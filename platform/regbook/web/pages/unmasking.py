"""Seeing a personal value whole: a reason is asked, it shows once, and the record's history says who."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from regbook.errors import Denied, NotFound, RecordInvalid
from regbook.model.definition import Definition, Field
from regbook.services import showing, unmasking
from regbook.services.showing import Shown
from regbook.web import look
from regbook.web import views as v
from regbook.web.pages.cells import field_cell, title_of
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import draw, page
from regbook.web.pages.registers import guarded
from regbook.web.pages.showing import lines_table
from regbook.web.texts import t

LONGEST = 200


def ask(desk: Desk, register: str, record: str, field: str) -> Response:
    """Asks for the reason."""
    shown, found = _masked(desk, register, record, field)
    return _page(desk, shown, found)


def unmask(desk: Desk, register: str, record: str, field: str) -> Response:
    """Shows the value whole, for this answer alone."""
    shown, found = _masked(desk, register, record, field)
    reason = request.form.get("reason", "")[:LONGEST]
    try:
        value = unmasking.unmask(desk.office, desk.actor, register, record, field, reason)
    except RecordInvalid as invalid:
        problem = " ".join(desk.problem(each) for each in invalid.problems)
        return _page(desk, shown, found, problem=problem, status=invalid.status)
    return _page(desk, shown, found, value)


def _masked(desk: Desk, register: str, record: str, field: str) -> tuple[Shown, Field]:
    """The record and its masked field, which the reader has the right to see whole.

    Raises:
        NotFound: there is no such value for her.
        Denied: she may read it masked only.
    """
    shown = showing.show(desk.office, desk.actor, register, record)
    found = shown.definition.fields.get(field)
    if found is None or not shown.record.facts.get(field) or field not in shown.masked:
        raise NotFound
    if field not in shown.personal:
        raise Denied
    return shown, found


def _page(
    desk: Desk, shown: Shown, field: Field, value: Any = None, problem: str = "", status: int = 200
) -> Response:
    definition, record = shown.definition, shown.record
    place = f"/r/{record.register}/{record.id}"
    label = desk.field_title(definition, field)
    view = v.UnmaskView(
        label=label,
        subject=title_of(desk, definition, record, {}),
        action=f"{place}/unmask/{field.key}",
        back=place,
        problem=problem,
        **_whole(desk, definition, field, value),
    )
    if look.is_partial("sheet"):
        return draw("unmask_sheet.html", status, view=view)
    path = f"/r/{record.register}/"
    crumbs = (v.Link(desk.title(definition), path), v.Link(record.number or view.subject, place))
    more = guarded(desk, record)
    frame = page(desk, t("pages-unmask", field=label), path, layout="bg", back=place, crumbs=crumbs, **more)
    return draw("unmask.html", status, page=frame, view=view)


def _whole(desk: Desk, definition: Definition, field: Field, value: Any) -> dict[str, Any]:
    """The value as it is drawn: a cell, or a table of lines; nothing before it was asked for."""
    if value is None:
        return {}
    if field.kind == "lines":
        return {"lines": lines_table(desk, definition, field, value, {}, whole=True)}
    return {"cell": field_cell(desk, definition, field, value, {}, whole=True)}

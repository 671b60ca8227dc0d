"""Files added to a record on its page, by whoever may do that and need not amend it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from regbook.errors import Problem, RecordInvalid, RegbookError
from regbook.services import forming, recording
from regbook.services.forming import Sheet
from regbook.web import views as v
from regbook.web.pages.cells import title_of
from regbook.web.pages.desk import Desk
from regbook.web.pages.filling import REFUSED, facts_in, form_page
from regbook.web.pages.registers import back_to
from regbook.web.pages.sheets import Place
from regbook.web.pages.telling import go
from regbook.web.texts import t


def attach(desk: Desk, register: str, record: str) -> Response:
    """The form of the files to be added."""
    return _page(desk, forming.to_attach(desk.office, desk.actor, register, record, {}))


def attach_sent(desk: Desk, register: str, record: str) -> Response:
    """Adds the files to those that are there."""
    added = {key: ids for key, ids in facts_in(desk, register).items() if isinstance(ids, list) and ids}
    sheet = forming.to_attach(desk.office, desk.actor, register, record, added)
    kept = sheet.kept.facts if sheet.kept else {}
    given = {key: [*(kept.get(key) or ()), *ids] for key, ids in added.items() if key in sheet.only}
    try:
        if not given:
            raise RecordInvalid([Problem(f"/{min(sheet.only)}", "pages-no-file")])
        recording.amend(desk.office, desk.actor, register, record, given)
    except REFUSED as error:
        return _page(desk, sheet, error)
    return go(back_to(register, record), "attached")


def _page(desk: Desk, sheet: Sheet, error: RegbookError | None = None) -> Response:
    record = sheet.record
    back = back_to(record.register, record.id)
    path = f"/r/{record.register}/{record.id}/attach?back={quote(back, safe='')}"
    buttons = (v.Button(t("pages-attach"), "primary", "paperclip", name="_do", value="attach"),)
    title = t("pages-attach-to", title=title_of(desk, sheet.definition, sheet.kept or record, {}))
    return form_page(desk, sheet, Place(path, "", ""), title, buttons, back, error)

"""Filling forms: a new record, amending one, what a transition needs. Nothing typed is ever lost."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, jsonify, request

from regbook.errors import (
    Denied,
    NotFound,
    Problem,
    RecordInvalid,
    RegbookError,
    StaleRecord,
    TransitionRefused,
)
from regbook.model.record import Record
from regbook.model.workflow import DRAFT
from regbook.services import finding, forming, moving, recalling, recording
from regbook.services.forming import Sheet
from regbook.services.repeating import once_of
from regbook.web import look
from regbook.web import views as v
from regbook.web.pages.cells import title_of
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import draw, page
from regbook.web.pages.history import changes_shown, what
from regbook.web.pages.registers import back_to
from regbook.web.pages.sheets import Place, form_view
from regbook.web.pages.telling import go
from regbook.web.posted import facts_of
from regbook.web.problems import sentence
from regbook.web.texts import t

REFUSED = (RecordInvalid, TransitionRefused, StaleRecord, Denied)
"""What keeps a form from being taken and is said in the form itself."""
MOST_CHANGES = 8


def new(desk: Desk, register: str) -> Response:
    """An empty form, or one that another record opened."""
    sheet = forming.to_enter(desk.office, desk.actor, register, {}, _given(desk, register))
    return _new_page(desk, sheet, f"new:{secrets.token_hex(12)}")


def new_sent(desk: Desk, register: str) -> Response:
    """What a new form holds: kept as a draft or submitted, once however often it is sent."""
    facts, token = facts_in(desk, register), request.form.get("_token", "")
    drafting = request.form.get("_do") == "draft"
    try:
        record = _entered(desk, register, facts, token, drafting)
    except REFUSED as error:
        return _new_page(desk, _sheet_of_new(desk, register, facts, token), token, error)
    if drafting:
        return go(f"/r/{register}/{record.id}/edit", "draft")
    return go(_entered_place(desk, register, record), "submitted")


def _entered_place(desk: Desk, register: str, record: Record) -> str:
    """The new record's page; for whoever entered above her clearance, the list."""
    try:
        finding.read(desk.office, desk.actor, register, record.id)
    except NotFound:
        return f"/r/{register}/"
    return f"/r/{register}/{record.id}"


def _entered(desk: Desk, register: str, facts: dict[str, Any], token: str, drafting: bool) -> Record:
    kind, _, rest = token.partition(":")
    if kind == "draft":
        record_id = rest.partition(":")[0]
        if drafting:
            return recording.amend(desk.office, desk.actor, register, record_id, facts)
        return recording.submit(desk.office, desk.actor, register, record_id, facts)
    given = {**_fillable(desk, register), **facts}
    once = once_of(desk.office, desk.actor, token, (register, drafting, given)) if rest else None
    return recording.enter(desk.office, desk.actor, register, given, draft=drafting, once=once)


def _fillable(desk: Desk, register: str) -> dict[str, Any]:
    """What another record's opening fills in, as far as people may fill it."""
    fields = desk.edition.definition(register).fields
    given = _given(desk, register) or {}
    return {
        key: value
        for key, value in given.items()
        if key in fields and not fields[key].computed and not fields[key].read_only
    }


def _given(desk: Desk, register: str) -> dict[str, Any] | None:
    """The facts that the opening named by the address fills in."""
    source, name = request.args.get("from", ""), request.args.get("by", "")
    if not source or not name:
        return None
    opening, facts = forming.opened_with(desk.office, desk.actor, source, name)
    if opening.register != register:
        raise NotFound
    return facts


def new_refreshed(desk: Desk, register: str) -> Response:
    """The new form as it would be drawn for what is typed now."""
    facts, token = facts_in(desk, register), request.form.get("_token", "")
    return _part(desk, _sheet_of_new(desk, register, facts, token))


def _sheet_of_new(desk: Desk, register: str, facts: dict[str, Any], token: str) -> Sheet:
    """A new form with what was typed; once it was kept, with what its draft holds besides."""
    kind, _, rest = token.partition(":")
    if kind == "draft":
        return forming.to_amend(desk.office, desk.actor, register, rest.partition(":")[0], facts)
    return forming.to_enter(desk.office, desk.actor, register, facts, _given(desk, register))


def new_kept(desk: Desk, register: str) -> Response:
    """Keeps what is typed as a draft of its own; what cannot be read yet waits in the form."""
    facts, token = facts_in(desk, register), request.form.get("_token", "")
    kind, _, rest = token.partition(":")
    if kind == "draft":
        record_id = rest.partition(":")[0]
        _kept(desk, register, record_id, facts)
    else:
        record_id = _begun(desk, register, facts, token)
    return jsonify(saved=desk.now.strftime("%H:%M"), token=f"draft:{record_id}")


def _begun(desk: Desk, register: str, facts: dict[str, Any], token: str) -> str:
    """The id of the draft that a form begins: the same one, however often it is sent."""
    given = {**_fillable(desk, register), **facts}
    once = once_of(desk.office, desk.actor, f"{token}:draft", (register,))
    try:
        record = recording.enter(desk.office, desk.actor, register, given, draft=True, once=once)
    except RecordInvalid as invalid:
        sound = _without(given, invalid.problems)
        record = recording.enter(desk.office, desk.actor, register, sound, draft=True, once=once)
    if not record.facts:
        _kept(desk, register, record.id, facts)
    return record.id


def _kept(desk: Desk, register: str, record_id: str, facts: dict[str, Any]) -> None:
    try:
        recording.amend(desk.office, desk.actor, register, record_id, facts)
    except RecordInvalid as invalid:
        sound = _without(facts, invalid.problems)
        recording.amend(desk.office, desk.actor, register, record_id, sound)


def _without(facts: Mapping[str, Any], problems: Sequence[Problem]) -> dict[str, Any]:
    bad = {each.path.strip("/").split("/")[0] for each in problems}
    return {key: value for key, value in facts.items() if key not in bad}


def edit(desk: Desk, register: str, record: str) -> Response:
    """The form of a stored record, or of a draft."""
    sheet = forming.to_amend(desk.office, desk.actor, register, record, {})
    return _edit_page(desk, sheet, _token(desk, sheet.etag))


def edit_sent(desk: Desk, register: str, record: str) -> Response:
    """What an amended form holds; of a record that changed meanwhile, what changed is said first."""
    facts = facts_in(desk, register)
    sheet = forming.to_amend(desk.office, desk.actor, register, record, facts)
    token, doing = request.form.get("_token", ""), request.form.get("_do", "")
    try:
        if sheet.is_draft and doing == "submit":
            recording.submit(desk.office, desk.actor, register, record, facts)
            return go(f"/r/{register}/{record}", "submitted")
        etag = None if sheet.is_draft else token.partition(".")[0]
        recording.amend(desk.office, desk.actor, register, record, _changed(sheet, facts), etag=etag)
    except REFUSED as error:
        stale = isinstance(error, StaleRecord)
        return _edit_page(desk, sheet, _token(desk, sheet.etag) if stale else token, error, token)
    place = f"/r/{register}/{record}"
    return go(f"{place}/edit" if sheet.is_draft else place, "draft" if sheet.is_draft else "amended")


def edit_refreshed(desk: Desk, register: str, record: str) -> Response:
    """The form as it would be drawn for what is typed now."""
    return _part(desk, forming.to_amend(desk.office, desk.actor, register, record, facts_in(desk, register)))


def edit_kept(desk: Desk, register: str, record: str) -> Response:
    """Keeps what is typed in a draft."""
    facts = facts_in(desk, register)
    if not forming.to_amend(desk.office, desk.actor, register, record, {}).is_draft:
        raise NotFound
    _kept(desk, register, record, facts)
    return jsonify(saved=desk.now.strftime("%H:%M"), token=request.form.get("_token", ""))


def move(desk: Desk, register: str, record: str, name: str) -> Response:
    """What a transition needs, to be filled in on the way."""
    sheet = forming.to_move(desk.office, desk.actor, register, record, name, {})
    return _move_page(desk, sheet, _token(desk, sheet.etag))


def move_sent(desk: Desk, register: str, record: str, name: str) -> Response:
    """Makes the transition with what was filled in."""
    facts = facts_in(desk, register)
    sheet = forming.to_move(desk.office, desk.actor, register, record, name, facts)
    token = request.form.get("_token", "")
    try:
        etag = token.partition(".")[0] or None
        changed = _changed(sheet, facts)
        moving.move(desk.office, desk.actor, register, record, name, changed, etag=etag)
    except REFUSED as error:
        stale = isinstance(error, StaleRecord)
        return _move_page(desk, sheet, _token(desk, sheet.etag) if stale else token, error, token)
    return go(back_to(register, record), "moved")


def move_refreshed(desk: Desk, register: str, record: str, name: str) -> Response:
    """The transition's form as it would be drawn for what is typed now."""
    return _part(
        desk, forming.to_move(desk.office, desk.actor, register, record, name, facts_in(desk, register))
    )


def facts_in(desk: Desk, register: str) -> dict[str, Any]:
    """What the form that was sent holds, as facts of the register."""
    fields = desk.edition.definition(register).fields
    return facts_of(request.form.items(multi=True), fields, desk.zone)


def _changed(sheet: Sheet, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from what is stored: a field that nobody touched is nobody's change."""
    kept = sheet.kept.facts if sheet.kept else {}
    return {key: value for key, value in facts.items() if kept.get(key) != value}


def _token(desk: Desk, etag: str) -> str:
    """What a form saw: the record's etag and when it was drawn."""
    return f"{etag}.{int(desk.now.timestamp())}"


def _part(desk: Desk, sheet: Sheet) -> Response:
    view = form_view(desk, sheet, Place("", "", ""), "", ())
    return draw("parts/form_body.html", form=view)


def _new_page(desk: Desk, sheet: Sheet, token: str, error: RegbookError | None = None) -> Response:
    definition = sheet.definition
    path = f"/r/{definition.register}/new"
    kept = {each: request.args[each] for each in ("from", "by") if each in request.args}
    query = f"?{urlencode(kept)}" if kept else ""
    place = Place(f"{path}{query}", token, f"{path}/refresh{query}", f"{path}/draft{query}")
    title = t("pages-new-of", register=desk.title(definition))
    return form_page(desk, sheet, place, title, _drafting(), f"/r/{definition.register}/", error)


def _drafting() -> tuple[v.Button, ...]:
    """The buttons of a form that is not submitted yet."""
    return (
        v.Button(t("pages-save-draft"), name="_do", value="draft"),
        v.Button(t("pages-submit"), "primary", name="_do", value="submit"),
    )


def _edit_page(
    desk: Desk, sheet: Sheet, token: str, error: RegbookError | None = None, seen: str = ""
) -> Response:
    record = sheet.record
    path = f"/r/{record.register}/{record.id}"
    draft = f"{path}/edit/draft" if sheet.is_draft else ""
    place = Place(f"{path}/edit", token, f"{path}/edit/refresh", draft)
    buttons = (
        _drafting()
        if record.state == DRAFT
        else (v.Button(t("pages-save"), "primary", name="_do", value="save"),)
    )
    named = record.number or title_of(desk, sheet.definition, sheet.kept or record, {})
    title = t("pages-form-edit", title=named)
    return form_page(desk, sheet, place, title, buttons, path, error, seen)


def _move_page(
    desk: Desk, sheet: Sheet, token: str, error: RegbookError | None = None, seen: str = ""
) -> Response:
    record, name = sheet.record, sheet.transition.name if sheet.transition else ""
    path = f"/r/{record.register}/{record.id}"
    back = back_to(record.register, record.id)
    place = Place(f"{path}/do/{name}?back={quote(back, safe='')}", token, f"{path}/do/{name}/refresh")
    label = desk.transition(sheet.definition, name)
    buttons = (v.Button(label, "primary", "check", name="_do", value="move"),)
    named = title_of(desk, sheet.definition, sheet.kept or record, {})
    title = t("pages-form-move", transition=label, title=named)
    return form_page(desk, sheet, place, title, buttons, back, error, seen)


def form_page(
    desk: Desk,
    sheet: Sheet,
    place: Place,
    title: str,
    buttons: tuple[v.Button, ...],
    back: str,
    error: RegbookError | None = None,
    seen: str = "",
) -> Response:
    """A form on a page of its own, or over the record that it is about."""
    definition = sheet.definition
    problems = error.problems if error is not None else ()
    notices = _notices(desk, sheet, error, seen)
    view = form_view(desk, sheet, place, title, buttons, problems, notices)
    status = error.status if error is not None else 200
    if look.is_partial("sheet"):
        return draw("form_sheet.html", status, form=view)
    path = f"/r/{definition.register}/"
    frame = page(desk, title, path, layout="bg", back=back, crumbs=(v.Link(desk.title(definition), path),))
    return draw("form.html", status, page=frame, form=view)


def _notices(desk: Desk, sheet: Sheet, error: RegbookError | None, seen: str) -> tuple[str, ...]:
    """What is said above the form besides its fields' problems: what others changed meanwhile."""
    if error is None or (error.problems and not isinstance(error, StaleRecord)):
        return ()
    if not isinstance(error, StaleRecord):
        return (sentence(error, desk.language),)
    return (t("pages-stale"), *_changes_since(desk, sheet, seen.partition(".")[2]))


def _changes_since(desk: Desk, sheet: Sheet, drawn: str) -> tuple[str, ...]:
    since = datetime.fromtimestamp(int(drawn) if drawn.isascii() and drawn.isdigit() else 0, UTC)
    record, definition = sheet.record, sheet.definition
    found: list[str] = []
    for entry in recalling.history(desk.office, desk.actor, record.register, record.id, limit=10):
        if entry.at < since:
            continue
        who, when = desk.person(entry.actor).name, desk.lately(entry.at)
        changes = changes_shown(desk, definition, entry, {})
        if entry.verb != "amend":
            found.append(t("pages-changed-by", who=who, when=when, what=what(desk, definition, entry)))
        found += [
            t(
                "pages-changed-field",
                who=who,
                when=when,
                field=each.label,
                before=each.before or t("pages-nothing"),
                after=each.after or t("pages-nothing"),
            )
            for each in changes
        ]
    return tuple(found[:MOST_CHANGES])

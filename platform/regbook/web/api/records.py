"""``/api/v1/registers/<register>/records``: lists, records, and what may be done to them."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from regbook.errors import Problem, RequestInvalid
from regbook.model.record import Record
from regbook.services import allowing, finding, moving, recalling, recording, unmasking
from regbook.services.accounts import Caller
from regbook.services.office import Office
from regbook.services.repeating import once_of
from regbook.web.api import bodies
from regbook.web.api.answers import (
    answer,
    assignment_shape,
    entry_shape,
    href,
    nothing,
    receipt_shape,
    record_shape,
)
from regbook.web.api.query_language import in_parameters, read_parameters, read_query, typed_query

MOST_COUNTED = 10_000
MOST_COUNTED_EXACTLY = 100_000_000
MOST_ENTRIES = 200


def list_records(office: Office, caller: Caller, register: str) -> Response:
    """One page, or counts by a field's values."""
    asked = read_query(request.query_string)
    try:
        query = typed_query(asked.query, caller.edition.definition(register))
    except RequestInvalid:
        finding.must_know(office, caller.actor, register)
        raise
    try:
        if query.group is not None:
            groups = finding.group(office, caller.actor, register, query)
            return answer({"groups": [{"value": value, "number": number} for value, number in groups]})
        page = finding.page(office, caller.actor, register, query)
        found: dict[str, Any] = {
            "records": [record_shape(each, query.fields) for each in page.records],
            "after": page.after,
            "before": page.before,
        }
        if asked.count != "none":
            most = MOST_COUNTED_EXACTLY if asked.count == "exact" else MOST_COUNTED
            count = finding.count(office, caller.actor, register, query, most)
            found["count"] = {"number": count.number, "exact": count.exact}
    except RequestInvalid as error:
        raise in_parameters(error, asked) from None
    return answer(found)


def enter(office: Office, caller: Caller, register: str) -> Response:
    """Enters a record and submits it, or leaves it as a draft (``?draft=true``)."""
    draft = _draft_asked()
    key = bodies.idempotency_key()
    facts = bodies.facts_in(needed=True)
    once = once_of(office, caller.actor, key, (register, draft, facts)) if key else None
    record = recording.enter(office, caller.actor, register, facts, draft=draft, once=once)
    return answer(receipt_shape(record), 201, {"Location": href(register, record.id)})


def read(office: Office, caller: Caller, register: str, record: str) -> Response:
    """One record with its ETag; ``?expand=may`` adds what may be done with it now and who must act."""
    expand = read_parameters(request.query_string, ("expand",)).get("expand")
    if expand not in (None, "may"):
        raise RequestInvalid([Problem("/expand", "query-choice", {"name": "expand", "known": "may"})])
    if expand is not None:
        return _tagged(*_sight(office, caller, register, record))
    found = finding.read(office, caller.actor, register, record)
    return _tagged(record_shape(found), _tag(office, caller, register, found))


def amend(office: Office, caller: Caller, register: str, record: str) -> Response:
    """Changes the fields that the body names; If-Match says on which sight of the record."""
    tag = bodies.needed_tag()
    facts = bodies.facts_in(needed=True)
    recording.amend(office, caller.actor, register, record, facts, etag=tag)
    return _now(office, caller, register, record)


def discard(office: Office, caller: Caller, register: str, record: str) -> Response:
    """Removes a draft that was never submitted."""
    bodies.nothing_in()
    recording.discard(office, caller.actor, register, record)
    return nothing()


def submit(office: Office, caller: Caller, register: str, record: str) -> Response:
    """Submits a draft, with what the body changes last."""
    facts = bodies.facts_in(needed=False)
    return answer(receipt_shape(recording.submit(office, caller.actor, register, record, facts)))


def withdraw(office: Office, caller: Caller, register: str, record: str) -> Response:
    """Takes a submitted record back to a draft."""
    bodies.nothing_in()
    recording.withdraw(office, caller.actor, register, record)
    return _now(office, caller, register, record)


def move(office: Office, caller: Caller, register: str, record: str, name: str) -> Response:
    """Makes a transition, filling in the fields of the body on the way."""
    tag = bodies.expected_tag()
    facts = bodies.facts_in(needed=False)
    moved = moving.move(office, caller.actor, register, record, name, facts, etag=tag)
    return answer(receipt_shape(moved))


def unmask(office: Office, caller: Caller, register: str, record: str) -> Response:
    """A masked value, whole: the body names the field and the reason, which the journal keeps."""
    asked = bodies.facts_in(needed=True)
    if set(asked) != {"field", "reason"} or not all(isinstance(each, str) for each in asked.values()):
        raise RequestInvalid([Problem("", "unmask-body")])
    value = unmasking.unmask(office, caller.actor, register, record, asked["field"], asked["reason"])
    return answer({"field": asked["field"], "value": value})


def entries(office: Office, caller: Caller, register: str, record: str) -> Response:
    """The record's journal, newest first, as far as the caller may see its fields."""
    read_parameters(request.query_string, ())
    found = recalling.history(office, caller.actor, register, record, limit=MOST_ENTRIES)
    return answer({"entries": [entry_shape(each) for each in found]})


def _tag(office: Office, caller: Caller, register: str, record: Record) -> str:
    return finding.etag(office, caller.actor, caller.edition.compiled(register), record)


def _now(office: Office, caller: Caller, register: str, record: str) -> Response:
    """The record as the caller sees it after her deed."""
    found = finding.read(office, caller.actor, register, record)
    return _tagged(record_shape(found), _tag(office, caller, register, found))


def _sight(office: Office, caller: Caller, register: str, record: str) -> tuple[dict[str, Any], str]:
    sight = allowing.look(office, caller.actor, register, record)
    may = {"amend": sight.amendable, "transitions": [each.name for each in sight.transitions]}
    waiting = [assignment_shape(each) for each in sight.assignments]
    return {**record_shape(sight.record), "may": may, "assignments": waiting}, sight.etag


def _tagged(shape: dict[str, Any], etag: str) -> Response:
    """The record under its ETag, or the word that the caller has it already."""
    tag = f'"{etag}"'
    if request.method != "PATCH" and tag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers={"ETag": tag})
    return answer(shape, 200, {"ETag": tag})


def _draft_asked() -> bool:
    given = read_parameters(request.query_string, ("draft",)).get("draft", "false")
    if given not in ("true", "false"):
        raise RequestInvalid([Problem("/draft", "query-choice", {"name": "draft", "known": "true, false"})])
    return bool(given == "true")

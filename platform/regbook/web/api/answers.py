"""What the interface answers: records as JSON, written once and fast."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import orjson
from flask import Response

from regbook.model.record import Assignment, Entry, Record
from regbook.web.problems import JSON_MEDIA

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_PASSTHROUGH_DATACLASS
"""Instants come out as facts have them: 2026-09-30T08:00:00Z."""


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(encoded(value), status, headers, content_type=JSON_MEDIA)


def encoded(value: Any) -> bytes:
    """A value as JSON text."""
    return orjson.dumps(value, default=_other, option=_OPTIONS)


def nothing() -> Response:
    """The answer that has nothing to say."""
    return Response(status=204)


def _other(value: Any) -> Any:
    """What orjson does not know: exact numbers stay exact."""
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | frozenset | set):
        return list(value)
    raise TypeError(f"not a JSON value: {type(value).__name__}")


def record_shape(record: Record, fields: Collection[str] = ()) -> dict[str, Any]:
    """A record as its reader sees it: what every record has, and its facts.

    Who must act on it is asked with it, unless a list asks for other ``fields`` alone: then it is not said.
    """
    shape = {
        "register": record.register,
        "id": record.id,
        "number": record.number,
        "state": record.state,
        "owner": record.owner,
        "department": record.department,
        "assignees": record.assignees,
        "level": record.level,
        "declassify_on": record.declassify_on,
        "entered_at": record.entered_at,
        "submitted_at": record.submitted_at,
        "amended_at": record.amended_at,
        "facts": record.facts,
    }
    if fields and "assignee" not in fields:
        del shape["assignees"]
    return shape


def receipt_shape(record: Record) -> dict[str, Any]:
    """What someone gets for a record she entered: it says nothing that she did not bring or may not know."""
    return {
        "register": record.register,
        "id": record.id,
        "number": record.number,
        "state": record.state,
        "entered_at": record.entered_at,
        "submitted_at": record.submitted_at,
        "href": href(record.register, record.id),
    }


def href(register: str, record_id: str) -> str:
    """The address of a record."""
    return f"/api/v1/registers/{register}/records/{record_id}"


def entry_shape(entry: Entry) -> dict[str, Any]:
    """An entry of a record's journal."""
    return {
        "id": entry.id,
        "at": entry.at,
        "actor": entry.actor,
        "on_behalf_of": entry.on_behalf_of,
        "verb": entry.verb,
        "transition": entry.transition,
        "before": entry.before,
        "after": entry.after,
        "changes": {key: {"old": old, "new": new} for key, (old, new) in entry.changes.items()},
        "reason": entry.reason,
        "clause": entry.clause,
        "revision": entry.revision,
    }


def assignment_shape(assignment: Assignment) -> dict[str, Any]:
    """Someone who must act, and by when."""
    return {
        "id": assignment.id,
        "register": assignment.register,
        "record": assignment.record,
        "person": assignment.person,
        "kind": assignment.kind,
        "source": assignment.source,
        "due": assignment.due,
        "opened_at": assignment.opened_at,
        "closed_at": assignment.closed_at,
        "verdict": assignment.verdict,
        "href": href(assignment.register, assignment.record),
    }

"""What is decided on a record's page: transitions, approvals, taking back, throwing a draft away."""

from __future__ import annotations

from flask import Response, request

from regbook.errors import NotFound, RecordInvalid, RegbookError, StaleRecord, TransitionRefused
from regbook.services import approving, moving, recording
from regbook.web import problems
from regbook.web.pages.desk import Desk
from regbook.web.pages.registers import back_to, record_page
from regbook.web.pages.telling import go

LONGEST_OPINION = 500
VERDICTS = {"approve": "approved", "reject": "rejected"}


def decide(desk: Desk, register: str, record: str) -> Response:
    """The pressed button of the decision bar: a transition by its name, or an approval's verdict."""
    pressed = request.form.get("transition", "")
    opinion = request.form.get("opinion", "")[:LONGEST_OPINION].strip()
    try:
        deed = _decided(desk, register, record, pressed, opinion)
    except (TransitionRefused, RecordInvalid, StaleRecord) as error:
        return record_page(desk, register, record, _why(desk, register, error), opinion, error.status)
    return go(back_to(register, record), deed)


def _decided(desk: Desk, register: str, record: str, pressed: str, opinion: str) -> str:
    kind, _, rest = pressed.partition(":")
    verb, _, assignment = rest.partition(":")
    if kind == "step" and verb in VERDICTS:
        approving.decide(desk.office, desk.actor, assignment, verb, opinion=opinion or None)
        return VERDICTS[verb]
    if not pressed:
        raise NotFound
    etag = request.form.get("token") or None
    moving.move(desk.office, desk.actor, register, record, pressed, etag=etag)
    return "moved"


def _why(desk: Desk, register: str, error: RegbookError) -> str:
    """What kept it from being done, in sentences."""
    definition = desk.edition.definition(register)
    told = [desk.problem(each, definition) for each in error.problems]
    return " ".join(told) or problems.sentence(error, desk.language)


def withdraw(desk: Desk, register: str, record: str) -> Response:
    """Takes a submitted record back to a draft."""
    recording.withdraw(desk.office, desk.actor, register, record)
    return go(f"/r/{register}/{record}/edit", "withdrawn")


def discard(desk: Desk, register: str, record: str) -> Response:
    """Throws away a draft that was never submitted."""
    recording.discard(desk.office, desk.actor, register, record)
    return go(f"/r/{register}/", "discarded")

"""``/api/v1/assignments``: what waits for the caller, and deciding it."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from regbook.errors import NotFound, Problem, RequestInvalid
from regbook.services import approving
from regbook.services.accounts import Caller
from regbook.services.inbox import BOXES, Item, inbox
from regbook.services.office import Office
from regbook.web.api import bodies
from regbook.web.api.answers import answer, assignment_shape, receipt_shape
from regbook.web.api.query_language import read_parameters

DECISION = ("opinion", "facts")


def list_assignments(office: Office, caller: Caller) -> Response:
    """What waits for the caller, soonest due first, or (``?box=done``) what she did, latest first."""
    asked = read_parameters(request.query_string, ("box", "limit", "after"))
    box = asked.pop("box", "todo")
    if box not in BOXES:
        raise RequestInvalid([Problem("/box", "query-choice", {"name": "box", "known": ", ".join(BOXES)})])
    found = inbox(office, caller.actor, box, **asked)
    return answer({"assignments": [_item_shape(each) for each in found.items], "after": found.after})


def decide(office: Office, caller: Caller, assignment: str, verb: str) -> Response:
    """Approves or rejects what an assignment asks, with an opinion and what is filled in on the way."""
    body = bodies.keys_in(DECISION)
    if verb not in approving.VERDICTS:
        raise NotFound
    opinion, facts = body.get("opinion"), body.get("facts", {})
    if not isinstance(opinion, str | None) or not isinstance(facts, dict):
        raise RequestInvalid([Problem("", "body-object")])
    decided = approving.decide(office, caller.actor, assignment, verb, opinion=opinion, facts=facts)
    return answer(receipt_shape(decided))


def _item_shape(item: Item) -> dict[str, Any]:
    return {**assignment_shape(item.assignment), "number": item.record.number, "state": item.record.state}

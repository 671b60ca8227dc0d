"""``/api/v1/openapi.json``: the interface in OpenAPI 3.1, as far as its caller knows the registers."""

from __future__ import annotations

from flask import Response, g, request

from regbook.services.accounts import Caller
from regbook.services.knowing import known_registers
from regbook.services.office import Office
from regbook.web.api.answers import answer
from regbook.web.api.openapi import document
from regbook.web.api.query_language import read_parameters


def describe(office: Office, caller: Caller) -> Response:
    """The interface as the caller knows it: her registers, their fields and transitions, and no others."""
    read_parameters(request.query_string, ())
    known = known_registers(caller.edition, caller.actor, office.now())
    return answer(document(known, g.language))

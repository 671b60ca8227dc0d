"""``/api/v1/registers``: the registers that the caller knows."""

from __future__ import annotations

from typing import Any

from flask import Response, g

from regbook.services.accounts import Caller
from regbook.services.knowing import Known, known_registers
from regbook.services.office import Office
from regbook.web.api.answers import answer
from regbook.web.texts import titled


def list_registers(office: Office, caller: Caller) -> Response:
    """Every register that she may read or enter in, with what some rule lets her do there."""
    known = known_registers(caller.edition, caller.actor, office.now())
    return answer({"registers": [_register_shape(each) for each in known]})


def _register_shape(known: Known) -> dict[str, Any]:
    definition = known.definition
    english = definition.translations.get("en", {}).get("title", "")
    return {
        "register": definition.register,
        "title": titled(definition.title, english, g.language),
        "revision": definition.revision,
        "verbs": sorted(known.verbs),
        "fields": known.fields,
        "href": f"/api/v1/registers/{definition.register}/records",
    }

"""``/api/v1/registers/<register>/files``: files are brought here, and fetched from their records."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from regbook.errors import Problem, RequestInvalid
from regbook.model.office import StoredFile
from regbook.services import attaching
from regbook.services.accounts import Caller
from regbook.services.office import Office
from regbook.web.api import bodies
from regbook.web.api.answers import answer
from regbook.web.api.query_language import read_parameters


def upload(office: Office, caller: Caller, register: str) -> Response:
    """Keeps one file for ``?field=``; ``record=`` names the record when it is amended or moved."""
    return answer(file_shape(received(office, caller, register)), 201)


def received(office: Office, caller: Caller, register: str) -> StoredFile:
    """The file of the request in hand, kept for its caller.

    Raises:
        RequestInvalid: the address or the body does not say what file for what field.
    """
    asked = read_parameters(request.query_string, ("field", "record"))
    if not asked.get("field"):
        raise RequestInvalid([Problem("/field", "file-field")])
    name, content = bodies.file_in(attaching.largest(caller.edition))
    record = asked.get("record") or None
    return attaching.attach(office, caller.actor, register, record, asked["field"], name, content)


def file_shape(file: StoredFile) -> dict[str, Any]:
    """What is known of a file."""
    return {
        "id": file.id,
        "register": file.register,
        "field": file.field,
        "name": file.name,
        "media": file.media,
        "size": file.size,
        "at": file.at,
    }

"""An error as an answer: the one JSON shape of every problem, in the manner of RFC 9457."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from regbook.errors import (
    MethodRefused,
    NotFound,
    Problem,
    RegbookError,
    RequestInvalid,
    StaleRecord,
    TooLarge,
    WrongMedia,
)
from regbook.web.texts import Language, said

MEDIA = "application/problem+json"
JSON_MEDIA = "application/json"

log = logging.getLogger("regbook.web")

_OF_HTTP: Mapping[int, type[RegbookError]] = {
    404: NotFound,
    405: MethodRefused,
    413: TooLarge,
    415: WrongMedia,
}

_HEADERS: Mapping[int, dict[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="regbook"'},
    503: {"Retry-After": "1"},
}


def of_http(error: HTTPException) -> RegbookError:
    """The error of the family that stands for one of the framework's own."""
    kind = _OF_HTTP.get(error.code or 500, RequestInvalid)
    return kind(method=request.method, wanted=JSON_MEDIA)


def status_of(error: RegbookError, conditional: bool) -> int:
    """The status of an answer; a stale record is a failed precondition when If-Match asked for it."""
    return 412 if conditional and isinstance(error, StaleRecord) else error.status


def headers_of(error: Exception, known: RegbookError) -> dict[str, str]:
    """The headers that an error's status asks for."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return {"Allow": ", ".join(sorted(error.valid_methods))}
    return _HEADERS.get(known.status, {})


def shape(error: RegbookError, status: int, language: Language) -> dict[str, Any]:
    """The one JSON shape: what happened, where, and what to do.

    A fault of the engine's own is told by a reference number alone; the log holds the rest.
    """
    found: dict[str, Any] = {
        "type": f"urn:regbook:problem:{error.code}",
        "title": said(type(error).code, error.values, language),
        "status": status,
        "code": error.code,
        "detail": said(error.code, error.values, language),
    }
    if status == 500:
        found["reference"] = _logged(error)
        return found
    found["problems"] = [problem_shape(each, language) for each in error.problems]
    return found


def sentence(error: RegbookError, language: Language) -> str:
    """What happened and what to do, in one sentence."""
    return said(error.code, error.values, language)


def unexpected(error: Exception) -> RegbookError:
    """An exception outside the family as its head, which says nothing of it."""
    fault = RegbookError()
    fault.__cause__ = error
    return fault


def problem_shape(problem: Problem, language: Language) -> dict[str, str]:
    """One thing wrong at one place."""
    message = said(problem.code, problem.values, language)
    return {"path": problem.path, "code": problem.code, "message": message}


def _logged(error: RegbookError) -> str:
    reference = secrets.token_hex(6)
    log.error("fault %s", reference, exc_info=error.__cause__ or error)
    return reference

"""What a request brings: its JSON body, idempotency key and precondition, read strictly."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from regbook.errors import PreconditionMissing, Problem, RequestInvalid, TooLarge, WrongMedia
from regbook.rules.jsontext import loads
from regbook.web.problems import JSON_MEDIA

MOST_BYTES = 1_048_576
FORM_BYTES = 16_384
"""What the parts of a form take beside the file."""
FORM_MEDIA = "multipart/form-data"
LONGEST_KEY = 200

_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
_TAG = re.compile(r'"([0-9a-f]{1,64})"\Z')


def facts_in(*, needed: bool) -> dict[str, Any]:
    """The body as a record's facts; where it is not ``needed``, no body is no facts.

    Raises:
        WrongMedia: it is not ``application/json``.
        TooLarge: it is larger than any record.
        RequestInvalid: it is no JSON object, or one that could be understood in two ways.
    """
    body = _body()
    if not body and not needed:
        return {}
    if request.mimetype != JSON_MEDIA or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise WrongMedia(wanted=JSON_MEDIA)
    value = loads(body, max_bytes=MOST_BYTES)
    if not isinstance(value, dict):
        raise RequestInvalid([Problem("", "body-object")])
    return value


def keys_in(known: Collection[str]) -> dict[str, Any]:
    """A body that may hold only the known keys, or none at all.

    Raises:
        RequestInvalid: it holds others.
    """
    value = facts_in(needed=False)
    unknown = [each for each in value if each not in known]
    if unknown:
        names = ", ".join(known)
        raise RequestInvalid(
            [
                Problem(f"/{each[:80]}", "body-unknown", {"name": each[:80], "known": names})
                for each in unknown
            ]
        )
    return value


def nothing_in() -> None:
    """Refuses a body where none is read.

    Raises:
        RequestInvalid: there is one.
    """
    if _body():
        raise RequestInvalid([Problem("", "body-none")])


def idempotency_key() -> str | None:
    """The key under which a repeated request is answered as the first was.

    Raises:
        RequestInvalid: it is empty, too long or holds what is not visible.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.match(key):
        raise RequestInvalid([Problem("/Idempotency-Key", "key-form", {"most": LONGEST_KEY})])
    return key


def needed_tag() -> str | None:
    """The ETag that If-Match names, or nothing for ``*``: a change says which, or that it does not matter.

    Raises:
        PreconditionMissing: there is no If-Match.
        RequestInvalid: it names something else than one strong tag.
    """
    if "If-Match" not in request.headers:
        raise PreconditionMissing
    return expected_tag()


def expected_tag() -> str | None:
    """The ETag that If-Match names; ``*`` and none at all ask nothing.

    Raises:
        RequestInvalid: it names something else than one strong tag.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    found = _TAG.match(given.strip())
    if not found:
        raise RequestInvalid([Problem("/If-Match", "tag-form")])
    return found[1]


def file_in(most: int) -> tuple[str, bytes]:
    """The name and bytes of the one file of a form, called ``file``, of at most ``most`` bytes.

    Raises:
        WrongMedia: the body is no ``multipart/form-data``.
        TooLarge: it is larger than that.
        RequestInvalid: it holds no file, several, or something else.
    """
    if request.mimetype != FORM_MEDIA:
        raise WrongMedia(wanted=FORM_MEDIA)
    request.max_content_length = most + FORM_BYTES
    try:
        files = request.files.getlist("file")
        others = [*request.form, *(name for name in request.files if name != "file")]
    except RequestEntityTooLarge:
        raise TooLarge from None
    if len(files) != 1 or others:
        raise RequestInvalid([Problem("/file", "file-one")])
    return files[0].filename or "", files[0].stream.read()


def _body() -> bytes:
    try:
        return request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise TooLarge from None

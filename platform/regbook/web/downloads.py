"""A file as an answer: always a download, in a sandbox, under its own name (RFC 6266)."""

from __future__ import annotations

import re
from unicodedata import normalize
from urllib.parse import quote

from flask import Response, request

from regbook.model.office import StoredFile
from regbook.services import attaching
from regbook.services.accounts import Caller
from regbook.services.office import Office

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
_UNFIT = re.compile(r"[^ !#$&+\-.\w@^`{}~()]|[^\x20-\x7e]")


def download(office: Office, caller: Caller, register: str, record: str, file: str) -> Response:
    """The file's bytes, or for HEAD what is known of them."""
    if request.method == "HEAD":
        found = attaching.about(office, caller.actor, register, record, file)
        return _answer(found, b"")
    return _answer(*attaching.fetch(office, caller.actor, register, record, file))


def disposition(name: str) -> str:
    """The header that has a browser save what it gets under this name, whatever its characters.

    >>> disposition('照片 "1".png')
    "attachment; filename=\\"__ _1_.png\\"; filename*=UTF-8''%E7%85%A7%E7%89%87%20%221%22.png"
    """
    plain = _UNFIT.sub("_", normalize("NFC", name))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _answer(file: StoredFile, content: bytes) -> Response:
    answer = Response(content, content_type=file.media)
    answer.headers["Content-Length"] = str(file.size)
    answer.headers["Content-Disposition"] = disposition(file.name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer

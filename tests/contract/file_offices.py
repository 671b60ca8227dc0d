"""A sample office whose issues have files: open ones, secret ones, and one in each measure."""

from __future__ import annotations

import copy
import zipfile
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import web_offices
from web_offices import REGISTER, Web, library, web_office
from werkzeug.test import TestResponse

from regbook.services.library import Library
from regbook.store import Store

UPLOAD = f"/api/v1/registers/{REGISTER}/files"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@cache
def with_files() -> Library:
    file, raw = library().registers[REGISTER]
    ours: Any = copy.deepcopy(dict(raw))
    fields = ours["entity"]["properties"]
    fields["evidence"] = {"type": "array", "format": "file", "title": "证据", "maxItems": 3}
    fields["secret_files"] = {
        "type": "array",
        "format": "file",
        "title": "密件",
        "x-secrecy": "秘密",
        "x-accept": ["pdf"],
        "x-max-size": 1,
    }
    ours["form"][0]["rows"].append(["evidence"])
    fields["measures"]["items"]["properties"]["photo"] = {
        "type": "array",
        "format": "file",
        "title": "照片",
        "x-accept": ["png", "jpg"],
    }
    return replace(library(), registers={**library().registers, REGISTER: (file, ours)})


def office_with_files(store: Store, monkeypatch: Any) -> Web:
    monkeypatch.setattr(web_offices, "library", with_files)
    return web_office(store)


def uploads(
    web: Web,
    person: str,
    content: bytes = PDF,
    name: str = "照片 1.pdf",
    field: str = "evidence",
    **asked: Any,
) -> TestResponse:
    query = {"field": field, **asked}
    data = {"file": (BytesIO(content), name)}
    return web.asks(person, "POST", UPLOAD, data=data, query_string=query)


def uploaded(web: Web, person: str, *args: Any, **more: Any) -> str:
    answer = uploads(web, person, *args, **more)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def packed(*names: str, size: int = 10) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, bytes(size))
    return out.getvalue()


def entries(web: Web, verb: str) -> list[Any]:
    with web.sample.office.store.reading() as reading:
        found = reading.journal.of(REGISTER, None, limit=200)
    return [each for each in found if each.verb == verb]

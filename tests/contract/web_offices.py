"""A sample office with people who can sign in, and clients of its web application."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from regbook.hooks import Hooks, load_plugins
from regbook.model.people import SYSTEM
from regbook.services import accounts
from regbook.services.library import Library, read_library
from regbook.services.sample import Sample, sample_office
from regbook.store import Store
from regbook.store.secrets import hash_password
from regbook.web.application import Application, create_app

ROOT = Path(__file__).resolve().parents[2]
REGISTER = "department_issue"
RECORDS = f"/api/v1/registers/{REGISTER}/records"
PASSWORD = "九月三十日下午四点整打印机停用"
PEOPLE = ("staff", "head", "division_head", "gm", "outsider", "peer")
ISSUE = {"subject": "打印机停用", "occurred_at": "2026-09-30T16:00:00+08:00"}


@cache
def library() -> Library:
    return read_library(ROOT / "definitions")


@cache
def plugins() -> Hooks:
    return load_plugins(ROOT / "plugins")


@cache
def hashed() -> str:
    """The password's hash, made once: it is meant to be slow."""
    return hash_password(PASSWORD)


@dataclass
class Web:
    """The sample office, its application, and a token for each person."""

    sample: Sample
    app: Application
    tokens: dict[str, str] = field(default_factory=dict)

    def asks(
        self, person: str, method: str, path: str, *, json: Any = None, headers: Any = None, **more: Any
    ) -> TestResponse:
        """What the interface answers the person, who brings her token; a change says what it is made on."""
        whatever = {"If-Match": "*"} if method == "PATCH" else {}
        given = {"Authorization": f"Bearer {self.tokens[person]}", **whatever, **(headers or {})}
        return self.app.test_client().open(path, method=method, json=json, headers=given, **more)

    def enters(self, person: str = "staff", **facts: Any) -> str:
        """The id of a record that the person entered."""
        answer = self.asks(person, "POST", RECORDS, json={**ISSUE, **facts})
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def browser(self, person: str | None = None) -> FlaskClient:
        """A browser, signed in as the person if there is one."""
        client = self.app.test_client()
        if person is not None:
            answer = sign_in(client, person, PASSWORD)
            assert answer.status_code == 303, answer.text
        return client


def sign_in(client: FlaskClient, account: str, password: str, **more: Any) -> TestResponse:
    """What the sign-in form is answered."""
    page = client.get("/sign-in").text
    mark = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
    assert mark is not None
    data = {"csrf_token": mark[1], "account": account, "password": password, "next": "/"}
    return client.post("/sign-in", data=data | more)


def mark_of(client: FlaskClient) -> str:
    """The token that a page of the browser's session sends back."""
    found = re.search(r'name="csrf-token" content="([0-9a-f]+)"', client.get("/nothing-here").text)
    assert found is not None
    return found[1]


def web_office(store: Store) -> Web:
    """The sample office on an empty store, with an account and a token for everybody."""
    sample = sample_office(library(), plugins(), REGISTER, store)
    sample.time = datetime(2026, 9, 30, 8, tzinfo=UTC)
    return opened(sample)


def opened(sample: Sample) -> Web:
    """The screens of a sample office, with an account and a token for everybody."""
    app = create_app(sample.office, production=False, secret=b"s" * 32, base_url="http://localhost")
    app.testing = True
    web = Web(sample, app)
    for person in PEOPLE:
        with sample.office.store.work() as work:
            work.accounts.add(person, hashed(), person, sample.time)
        web.tokens[person] = accounts.issue_token(sample.office, SYSTEM, person, "test")
    return web


def problem(answer: TestResponse) -> dict[str, Any]:
    """The problem that was answered, in the one shape."""
    assert answer.content_type == "application/problem+json", answer.text
    found: dict[str, Any] = json.loads(answer.data)
    assert {"type", "title", "status", "code", "detail"} <= set(found)
    assert found["status"] == answer.status_code
    return found

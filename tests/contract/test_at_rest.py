"""What is secret lies nowhere in the open: not in a database's files, not in any column of any table."""

import base64
import copy
import json
from dataclasses import replace
from io import BytesIO

import psycopg
import pytest
import web_offices
from file_offices import PDF, UPLOAD
from psycopg import sql
from web_offices import RECORDS, REGISTER, library, web_office

from regbook.model import effects as fx
from regbook.rules.jsontext import canonical_hash

SECRET = "机密金丝雀七七四一 canary"
NAME = "canary-file-9917"
KEY = "once-and-no-more-1"
ISSUE = {"subject": "打印机停用公开话", "occurred_at": "2026-09-30T16:00:00+08:00"}


@pytest.fixture
def web(store, monkeypatch):
    file, raw = library().registers[REGISTER]
    ours = copy.deepcopy(dict(raw))
    fields = ours["entity"]["properties"]
    fields["plan"] = {"type": "string", "title": "方案", "x-secrecy": "秘密"}
    fields["home"] = {"type": "string", "title": "住址", "x-personal": True}
    fields["seen"] = {"type": "string", "title": "所见", "x-secrecy": "秘密", "x-match": True}
    fields["papers"] = {"type": "array", "format": "file", "title": "密件", "x-secrecy": "秘密"}
    fields["measures"]["items"]["properties"]["aside"] = {
        "type": "string",
        "title": "旁注",
        "x-secrecy": "机密",
    }
    ours["form"][0]["rows"] += [["plan"], ["home"], ["seen"], ["papers"]]
    with_secrets = replace(library(), registers={**library().registers, REGISTER: (file, ours)})
    monkeypatch.setattr(web_offices, "library", lambda: with_secrets)
    return web_office(store)


def lying(store_url, folder):
    """Everything that lies on the disk of an office's database, as bytes."""
    if store_url.startswith("sqlite"):
        return b"\n".join(each.read_bytes() for each in folder.glob("office.db*"))
    found = []
    with psycopg.connect(store_url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            for row in connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))):
                found += [bytes(cell) if isinstance(cell, bytes) else written(cell) for cell in row]
    return b"\n".join(found)


def written(cell):
    said = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False, default=str)
    return said.encode()


def spellings(text):
    """A text in every spelling in which it might lie somewhere."""
    plain = text.encode()
    return {
        plain,
        text.encode("utf-16-le"),
        text.encode("gbk"),
        base64.b64encode(plain)[:-4],
        plain.hex().encode(),
        json.dumps(text).strip('"').encode(),
    }


def assert_nowhere(text, lies):
    for each in spellings(text):
        assert each not in lies, (text, each)


def test_what_is_secret_is_nowhere_in_the_open(web, store_url, tmp_path):
    brought = web.asks(
        "head",
        "POST",
        UPLOAD,
        data={"file": (BytesIO(PDF), f"{NAME}.pdf")},
        query_string={"field": "papers"},
    )
    assert brought.status_code == 201, brought.text
    facts = {
        **ISSUE,
        **dict.fromkeys(("plan", "home", "seen"), SECRET),
        "papers": [brought.json["id"]],
        "measures": [{"what": "换机", "aside": SECRET}],
    }
    once = {"Idempotency-Key": KEY}
    made = web.asks("head", "POST", RECORDS, json=facts, headers=once)
    assert made.status_code == 201, made.text
    again = web.asks("head", "POST", RECORDS, json=facts, headers=once)
    assert again.json == made.json
    record = f"{RECORDS}/{made.json['id']}"
    changed = web.asks("head", "PATCH", record, json={"plan": SECRET * 2, "home": SECRET * 3})
    assert changed.status_code == 200, changed.text
    assert web.asks("head", "GET", f"{RECORDS}?seen={SECRET}").status_code in (200, 400)
    draft = web.asks("head", "POST", f"{RECORDS}?draft=true", json={**ISSUE, "plan": SECRET}, headers={})
    assert web.asks("head", "DELETE", f"{RECORDS}/{draft.json['id']}").status_code == 204
    lies = lying(store_url, tmp_path)
    assert ISSUE["subject"].encode() in lies  # the search finds what lies open
    for text in (SECRET, NAME, KEY):
        assert_nowhere(text, lies)
    # Nor can whoever has the database try one value after the other: no hash of it is without a key.
    assert_nowhere(canonical_hash([REGISTER, False, facts]), lies)


def test_a_notice_keeps_what_its_words_need_and_nothing_that_a_plugin_adds(
    web, store_url, tmp_path, monkeypatch
):
    """A plugin that quotes a secret in a notice tells it to nobody."""
    office = web.sample.office
    asked = office.hooks.effects

    def chatty(name, **values):
        found = asked(name, **values)
        if name != "transition_made":
            return found
        people = ("staff", "head")
        return [*found, fx.Notify(people, "escalated", {"plan": values["record"].facts["plan"], "n": 1})]

    monkeypatch.setattr(office.hooks, "effects", chatty)
    made = web.asks("head", "POST", RECORDS, json={**ISSUE, "plan": SECRET})
    moved = web.asks(
        "head",
        "POST",
        f"{RECORDS}/{made.json['id']}/transitions/handle",
        json={"measures": [{"what": "换机"}]},
    )
    assert moved.status_code == 200, moved.text
    with office.store.reading() as reading:
        told = reading.notices.of("staff", limit=10)
    assert [each.code for each in told] == ["escalated"]
    assert SECRET not in repr(told)
    assert_nowhere(SECRET, lying(store_url, tmp_path))

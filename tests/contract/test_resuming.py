"""A session that ends under a form loses nothing that was typed, and sends nothing that nobody typed."""

import html
import json
import re
from datetime import timedelta

import pytest
from web_offices import PASSWORD, REGISTER, mark_of, web_office

from regbook.model.query import Query
from regbook.services import finding

NEW = f"/r/{REGISTER}/new"
TYPED = "停水了，三楼打印机也停用 <b>&\"'"
LATER = timedelta(hours=3)


@pytest.fixture
def web(store):
    return web_office(store)


def typing(web, client):
    """The fields of a form that was opened while the session lasted, and what was typed into it."""
    page = client.get(NEW).text
    token = re.search(r'name="_token" value="([^"]*)"', page)[1]
    return {
        "csrf_token": mark_of(client),
        "_token": html.unescape(token),
        "subject": TYPED,
        "occurred_at": "2026-09-30T16:00",
    }


def hidden(page):
    """The hidden fields of a page, by name."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def records(web):
    page = finding.page(web.sample.office, web.sample.system, REGISTER, Query())
    return [each.facts["subject"] for each in page.records]


def signing_in(client, fields, password=PASSWORD, person="staff"):
    return client.post("/sign-in", data={**fields, "account": person, "password": password})


def test_what_was_typed_comes_along_through_signing_in_and_is_sent_once(web):
    client = web.browser("staff")
    sent = typing(web, client)
    web.sample.time += LATER
    ended = client.post(NEW, data=sent)
    assert ended.status_code == 401
    assert TYPED not in ended.text  # nothing typed stands in the page unescaped
    fields = hidden(ended.text)
    assert ["subject", TYPED] in json.loads(fields["kept"])
    wrong = signing_in(client, fields, "not the password")
    assert wrong.status_code == 401
    again = signing_in(client, hidden(wrong.text))
    assert again.status_code == 200
    assert records(web) == []  # nothing is sent before she says so
    resent = client.post(NEW, data=hidden(again.text))
    assert resent.status_code == 303, resent.text
    assert records(web) == [TYPED]


def test_it_lies_nowhere_on_the_server(web):
    client = web.browser("staff")
    sent = typing(web, client)
    web.sample.time += LATER
    client.post(NEW, data=sent)
    other = web.browser("staff")
    assert TYPED not in html.unescape(other.get(NEW).text)
    with web.sample.office.store.reading() as reading:
        assert TYPED not in repr(reading.journal.by("staff", limit=100))


@pytest.mark.parametrize(
    "change",
    [
        {"csrf_token": "0" * 64},  # a form that this browser's pages did not have
        {"csrf_token": ""},
        None,  # a browser without any cookie
    ],
)
def test_a_form_that_another_site_made_up_is_not_taken_along(web, change):
    client = web.browser("staff")
    sent = typing(web, client)
    web.sample.time += LATER
    if change is None:
        client = web.app.test_client()
    ended = client.post(NEW, data={**sent, **(change or {})})
    assert ended.status_code == 401
    assert "kept" not in hidden(ended.text)
    assert "打印机" not in ended.text


def test_a_form_sent_from_another_site_is_not_taken_along(web):
    client = web.browser("staff")
    sent = typing(web, client)
    web.sample.time += LATER
    ended = client.post(NEW, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert ended.status_code == 401
    assert "打印机" not in ended.text


def test_a_password_is_never_taken_along(web):
    client = web.browser("staff")
    sent = {"csrf_token": mark_of(client), "old": PASSWORD, "new": "another long sentence", "again": "x"}
    web.sample.time += LATER
    ended = client.post("/account/password", data=sent)
    assert ended.status_code == 401
    assert PASSWORD not in ended.text
    assert "another long sentence" not in ended.text


@pytest.mark.parametrize("kept", ["", "no json", "1", "[1]", '[["a"]]', "null"])
@pytest.mark.parametrize("path", [NEW, "/account/password", "//evil.example/r/"])
def test_what_makes_no_sense_is_left_out_and_she_is_signed_in_all_the_same(web, kept, path):
    client = web.app.test_client()
    fields = {**hidden(client.get("/sign-in").text), "next": path, "kept": kept}
    answer = signing_in(client, fields)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith("//")
    assert client.get("/").status_code == 200

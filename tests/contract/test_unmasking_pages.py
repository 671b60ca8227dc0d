"""A masked value on its record's page: whoever may gives a reason, sees it once, is remembered."""

import re

import pytest
import web_offices
from web_offices import PASSWORD, hashed, mark_of, sign_in, web_office

from regbook.model.people import Actor
from regbook.services import finding, recording

IDENTITY, SHOWN = "11010519491231002X", "110105**********2X"
PLACE = "/r/person/staff"
WAY = f"{PLACE}/unmask/identity_no"
SHEET = {"HX-Request-Type": "partial", "HX-Target": "dialog#sheet"}


@pytest.fixture
def web(store, monkeypatch):
    monkeypatch.setattr(web_offices, "REGISTER", "person")
    web = web_office(store)
    recording.amend(web.sample.office, Actor("person", "hr"), "person", "staff", {"identity_no": IDENTITY})
    with store.work() as work:
        work.accounts.add("hr", hashed(), "hr", web.sample.time)
    return web


@pytest.fixture
def hr(web):
    client = web.app.test_client()
    assert sign_in(client, "hr", PASSWORD).status_code == 303
    return client


def unmasked(web):
    with web.sample.office.store.reading() as reading:
        return [each for each in reading.journal.of("person", "staff") if each.verb == "unmask"]


def test_the_button_leads_to_a_reason_and_the_value_shows_once(web, hr):
    page = hr.get(PLACE).text
    assert SHOWN in page
    assert f'href="{WAY}" data-sheet' in page
    asked = hr.get(WAY)
    assert asked.status_code == 200
    assert 'name="reason"' in asked.text
    assert IDENTITY not in asked.text
    data = {"csrf_token": mark_of(hr), "reason": "办理社保"}
    whole = hr.post(WAY, data=data, headers=SHEET)
    assert whole.status_code == 200
    assert IDENTITY in whole.text
    assert "<html" not in whole.text
    assert whole.headers["Cache-Control"] == "no-store"
    assert IDENTITY in hr.post(WAY, data=data).text
    assert [(each.actor, each.values["reason"]) for each in unmasked(web)] == [("hr", "办理社保")] * 2
    for path in (PLACE, WAY, "/r/person/?open=staff"):
        assert IDENTITY not in hr.get(path).text
    assert "查看了受保护的个人信息" in hr.get(PLACE).text


@pytest.mark.parametrize("headers", [{}, SHEET])
def test_without_a_reason_nothing_shows_and_nothing_is_written(web, hr, headers):
    refused = hr.post(WAY, data={"csrf_token": mark_of(hr), "reason": "  "}, headers=headers)
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert IDENTITY not in refused.text
    assert hr.post(WAY, data={"reason": "办理社保"}).status_code == 403
    assert unmasked(web) == []


def test_whoever_has_not_the_right_finds_no_button_and_no_way(web):
    for person in ("staff", "head", "gm", "outsider"):
        client = web.browser(person)
        page = client.get(PLACE)
        assert "unmask" not in page.text
        assert IDENTITY not in page.text
        data = {"csrf_token": mark_of(client), "reason": "好奇"}
        for answer in (
            client.get(WAY),
            client.post(WAY, data=data),
            client.post(WAY, data=data, headers=SHEET),
        ):
            assert answer.status_code in (403, 404), person
            assert IDENTITY not in answer.text
    assert unmasked(web) == []


def test_what_is_not_masked_or_not_there_is_not_found(hr):
    for field in ("name", "nothing", "home_address", "__class__"):
        assert hr.get(f"{PLACE}/unmask/{field}").status_code == 404, field
    assert hr.get("/r/person/nobody/unmask/identity_no").status_code == 404


def test_a_form_shows_the_mask_and_keeps_what_is_under_it(web, hr):
    form = hr.get(f"{PLACE}/edit").text
    assert SHOWN in form
    assert IDENTITY not in form
    token = re.search(r'name="_token" value="([^"]*)"', form)[1]
    data = {"csrf_token": mark_of(hr), "_token": token, "_do": "save", "identity_no": SHOWN}
    again = hr.post(f"{PLACE}/edit", data={**data, "name": ""})
    assert again.status_code == 422
    assert IDENTITY not in again.text
    assert hr.post(f"{PLACE}/edit", data={**data, "name": "史密"}).status_code == 303
    office = web.sample.office
    whole = finding.read(office, web.sample.system, "person", "staff").facts
    assert (whole["identity_no"], whole["name"]) == (IDENTITY, "史密")
    assert unmasked(web) == []

"""The bell: what one was told, read by opening it; of what one may no longer see it says nothing."""

import re

import pytest
from web_offices import REGISTER, mark_of, web_office

from regbook.model.people import Actor
from regbook.services import inbox, recording

HEAD = Actor("person", "head")
PART = {"HX-Request-Type": "partial", "HX-Target": "div#notices"}


@pytest.fixture
def web(store):
    return web_office(store)


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def read(client, headers=None, **fields):
    return client.post("/inbox/read", data={"csrf_token": mark_of(client), **fields}, headers=headers or {})


def unread(web, actor=HEAD):
    return inbox.unread(web.sample.office, actor)[0]


def test_the_bell_lists_what_was_told_and_opening_one_reads_it(web):
    record = web.enters()
    web.enters(subject="另一件")
    head = web.browser("head")
    assert 'hx-get="/notices"' in head.get("/").text
    assert 'id="count-bell" hx-swap-oob="true">2<' in head.get("/counts").text
    told = head.get("/notices")
    assert "WT-202609-0001" in words(told)
    assert "<html" not in told.text
    first = next(each for each in inbox.notices(web.sample.office, HEAD) if each.record == record)
    opened = read(head, notice=first.id, open=f"{REGISTER}/{record}")
    assert opened.headers["Location"] == f"/inbox/?box=told&open={REGISTER}/{record}"
    assert unread(web) == 1
    assert f'data-unread="{first.id}"' not in head.get("/inbox/?box=told").text
    assert read(head).status_code == 303
    assert unread(web) == 0
    assert "count-bell" not in head.get("/counts").text


def test_nobody_reads_off_what_another_was_told(web):
    web.enters()
    (told,) = inbox.notices(web.sample.office, HEAD)
    staff = web.browser("staff")
    assert read(staff, PART, notice=told.id).status_code == 204
    assert (
        read(staff, notice=told.id, open="//evil.example").headers["Location"].startswith("/inbox/?box=told")
    )
    assert unread(web) == 1
    assert web.browser("head").post("/inbox/read", data={"notice": told.id}).status_code == 403
    assert "WT-202609" not in staff.get("/notices").text


def test_of_a_record_that_one_may_no_longer_see_nothing_is_said(web):
    record = web.enters(subject="只有自己人知道的事")
    head = web.browser("head")
    assert "WT-202609-0001" in words(head.get("/notices"))
    office = web.sample.office
    recording.withdraw(office, Actor("person", "staff"), REGISTER, record)
    for page in (head.get("/notices"), head.get("/inbox/?box=told")):
        assert page.status_code == 200
        assert "您已不能查看" in words(page)
        for secret in ("WT-202609-0001", record, "自己人", REGISTER + "/" + record):
            assert secret not in page.text
    (told,) = inbox.notices(office, HEAD)
    assert (told.register, told.record, dict(told.values)) == (None, None, {})


def test_what_was_told_long_ago_is_on_the_next_page(web):
    for at in range(27):
        web.enters(subject=f"第 {at} 件")
    head = web.browser("head")
    page = head.get("/inbox/?box=told")
    assert page.text.count("data-row") == 25
    earlier = re.search(r'href="(/inbox/\?box=told&amp;after=[^"]*)"', page.text)[1].replace("&amp;", "&")
    assert head.get(earlier).text.count("data-row") == 2

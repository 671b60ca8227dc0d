"""A record's history page by page: all of it, by person or field, and nothing that the reader may not see."""

import re

import pytest
from web_offices import RECORDS, REGISTER, web_office

from regbook.model.people import Actor
from regbook.services import looking_back, recording
from regbook.services.looking_back import PAGE, look_back

HEAD, STAFF = Actor("person", "head"), Actor("person", "staff")


@pytest.fixture
def web(store):
    return web_office(store)


@pytest.fixture
def record(web):
    """A record that its head amended often enough for three pages."""
    made = web.enters()
    for at in range(2 * PAGE):
        recording.amend(web.sample.office, HEAD, REGISTER, made, {"detail": f"第 {at} 次补充"})
    recording.amend(web.sample.office, HEAD, REGISTER, made, {"subject": "打印机又停用"})
    return made


def pages(web, record, actor=STAFF, **asked):
    found, before = [], None
    while True:
        past = look_back(web.sample.office, actor, REGISTER, record, before=before, **asked)
        found.append(past.entries)
        if past.earlier is None:
            return found
        before = past.earlier


def test_every_entry_is_on_one_page_newest_first(web, record):
    found = pages(web, record)
    assert [len(each) for each in found] == [PAGE, PAGE, 2]
    ids = [each.id for page in found for each in page]
    assert len(set(ids)) == 2 * PAGE + 2
    assert found[0][0].changes["subject"] == ("打印机停用", "打印机又停用")
    assert found[-1][-1].verb == "enter"


def test_it_is_narrowed_by_person_and_by_field(web, record, monkeypatch):
    assert [each.verb for page in pages(web, record, people={"staff"}) for each in page] == ["enter"]
    assert len(pages(web, record, fields={"detail"})) == 2
    both = pages(web, record, people={"head"}, fields={"subject"})
    assert [each.verb for page in both for each in page] == ["amend"]
    assert pages(web, record, people={"nobody"}) == [()]
    monkeypatch.setattr(looking_back, "BATCH", 10)
    monkeypatch.setattr(looking_back, "MOST_LOOKED_AT", 20)
    slow = pages(web, record, people={"staff"})
    assert [len(each) for each in slow] == [0, 0, 0, 1], "a page looks only so far, the next one further"


def test_the_page_shows_leads_on_and_narrows(web, record):
    staff, place = web.browser("staff"), f"/r/{REGISTER}/{record}"
    assert f'href="{place}/history"' in staff.get(place).text
    page = staff.get(f"{place}/history").text
    assert "第 59 次补充" in page
    earlier = re.search(r'href="([^"]*before=[^"]*)"', page)[1].replace("&amp;", "&")
    second = staff.get(earlier).text
    assert "第 59 次补充" not in second
    assert "第 10 次补充" in second
    assert "回到最新" in second
    narrowed = staff.get(f"{place}/history?person=staff").text
    assert "登记了此记录" in narrowed
    assert "次补充" not in narrowed
    nothing = staff.get(f"{place}/history?field=nothing&before=nothing")
    assert nothing.status_code == 200
    assert "没有符合条件的履历" in nothing.text


def test_strangers_find_no_history_and_no_field_that_is_not_theirs(web, record):
    for person in ("peer", "outsider"):
        assert web.browser(person).get(f"/r/{REGISTER}/{record}/history").status_code == 404
    fields = web.asks("staff", "GET", f"{RECORDS}/{record}").json["facts"]
    offered = re.findall(
        r'name="field" value="(\w+)"', web.browser("staff").get(f"/r/{REGISTER}/{record}/history").text
    )
    assert set(offered) <= set(fields)

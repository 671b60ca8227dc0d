"""Going anywhere by typing: what is found by characters, pinyin and number; and what nobody finds."""

import re

import pytest
from web_offices import REGISTER, web_office

PART = {"HX-Request-Type": "partial", "HX-Target": "div#palette-found"}


@pytest.fixture
def web(store):
    return web_office(store)


def found(web, person, text):
    """What the palette offers, by address."""
    answer = web.browser(person).get("/find", query_string={"q": text}, headers=PART)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    offered = re.findall(r'<a role="option"[^>]* href="([^"]*)">(.*?)</a>', answer.text)
    return {href: re.sub(r"<[^>]*>", " ", words) for href, words in offered}


def test_a_record_is_found_by_number_characters_pinyin_and_first_letters(web):
    place = f"/r/{REGISTER}/{web.enters(subject='打印机停用')}"
    for text in ("WT-202609-0001", "wt-202609-0001", "打印", "打印机 停用", "dayinji", "dyjty"):
        assert "打印机停用" in found(web, "staff", text).get(place, ""), text
    assert place in found(web, "head", "打印")
    assert place not in found(web, "staff", "打")
    assert place not in found(web, "staff", "复印")


def test_nobody_finds_what_she_may_not_see(web):
    web.enters(subject="只有自己人知道的事")
    for person in ("peer", "outsider"):
        for text in ("WT-202609-0001", "只有自己", "zhiyouziji"):
            answer = web.browser(person).get("/find", query_string={"q": text})
            assert "自己人知道" not in answer.text
            assert not any(href.startswith(f"/r/{REGISTER}/s") for href in found(web, person, text))


def test_registers_new_records_pages_and_people_are_found(web):
    new, register = f"/r/{REGISTER}/new", f"/r/{REGISTER}/"
    for text in (
        "新建 部门内部问题",
        "xinjian wenti",
        "xjbmnbwt",
        "new department issue",
        "department issue",
    ):
        assert new in found(web, "staff", text), text
    for text in ("部门内部", "bmnbwt", "bumenneibu", "department"):
        assert register in found(web, "staff", text), text
    assert "/r/person/new" not in found(web, "staff", "人员"), "she may not enter people"
    assert "/inbox/" in found(web, "staff", "daiban")
    assert "/account" in found(web, "staff", "password")
    assert any("peer" in words for words in found(web, "staff", "peer").values())
    assert "/operations/" not in found(web, "staff", "operations")
    assert found(web, "staff", "什么也不是") == {}
    assert {register, new, "/"} <= found(web, "staff", "").keys()


def test_it_is_a_page_too_and_says_what_was_typed_as_text(web):
    staff = web.browser("staff")
    page = staff.get("/find", query_string={"q": '"><script>alert(1)</script>'})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "没有找到" in page.text
    assert f'href="/r/{REGISTER}/new"' in staff.get("/find").text
    assert 'data-find="' in staff.get("/").text
    assert web.app.test_client().get("/find?q=x").status_code == 303

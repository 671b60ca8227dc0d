"""The pages of a register on a real office: list, form, record, decision, inbox; and what is not shown."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from web_offices import ISSUE, REGISTER, Web, mark_of, web_office
from werkzeug.test import TestResponse

from regbook.store import Store

LIST = f"/r/{REGISTER}/"


@pytest.fixture
def web(store: Store) -> Web:
    return web_office(store)


def token_in(page: str) -> str:
    found = re.search(r'name="_token" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def send(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    return browser.post(path, data={"csrf_token": mark_of(browser), **fields})


def words(answer: TestResponse) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def raise_issue(browser: FlaskClient, subject: str = "打印机停用") -> str:
    """The address of a record that was entered in the form."""
    form = browser.get(f"{LIST}new")
    assert form.status_code == 200
    fields = {"subject": subject, "occurred_at": "2026-09-30 16:00", "urgency": "normal", "_do": "submit"}
    answer = send(browser, f"{LIST}new", _token=token_in(form.text), **fields)
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["Location"])


def test_a_form_becomes_a_record_that_its_head_handles(web: Web) -> None:
    staff, head = web.browser("staff"), web.browser("head")
    place = raise_issue(staff)
    page = staff.get(place)
    assert "打印机停用" in page.text
    assert "已提出" in words(page)
    assert "2026-09-30 16:00" in page.text
    assert 'id="decision"' not in page.text
    assert "打印机停用" in words(head.get("/inbox/"))

    drawer = head.get(f"{LIST}?open={place.rsplit('/', 1)[1]}")
    assert f'href="{place}/do/handle' in drawer.text
    form = head.get(f"{place}/do/handle")
    assert 'name="measures' in form.text
    refused = send(head, f"{place}/do/handle", _token=token_in(form.text), measures="", effect="none")
    assert refused.status_code == 409
    assert "f-measures" in refused.text
    done = send(
        head,
        f"{place}/do/handle",
        _token=token_in(form.text),
        **{"measures/0/what": "更换硒鼓", "measures/0/_id": "", "effect": "effective"},
    )
    assert done.status_code == 303
    history = words(head.get(place))
    assert "更换硒鼓" in history
    assert "办理了“处理”" in history
    assert "已处理" in history
    assert words(head.get("/inbox/?box=done")).count("打印机停用") >= 1

    closed = send(head, f"{place}/do/close", _token=token_in(head.get(f"{place}/do/close").text))
    assert closed.status_code == 303
    assert "已关闭" in words(head.get(place))


SHEET = {"HX-Request-Type": "partial", "HX-Target": "dialog#sheet"}


def test_what_a_transition_needs_is_asked_over_the_record_too(web: Web) -> None:
    staff, head = web.browser("staff"), web.browser("head")
    place = raise_issue(staff)
    path = f"{place}/do/handle"
    assert f'href="{path}" data-sheet' in head.get(place).text
    form = head.get(path, headers=SHEET)
    assert 'id="sheet-body"' in form.text
    assert "<html" not in form.text
    data = {"csrf_token": mark_of(head), "_token": token_in(form.text), "measures": ""}
    refused = head.post(path, data={**data, "effect": "none"}, headers=SHEET)
    assert refused.status_code == 409
    assert 'id="sheet-body"' in refused.text
    assert 'id="f-measures-error"' in refused.text
    assert re.search(r'value="none"[^>]* (checked|selected)', refused.text)
    assert "已提出" in words(head.get(place))
    assert staff.get(path, headers=SHEET).status_code in (403, 404)
    done = head.post(path, data={**data, "measures/0/what": "更换硒鼓", "measures/0/_id": ""}, headers=SHEET)
    assert (done.status_code, done.headers["HX-Redirect"], done.data) == (204, place, b"")
    page = head.get(place)
    assert "已处理" in words(page)
    assert "已办理。" in words(page)


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(web: Web) -> None:
    staff = web.browser("staff")
    form = staff.get(f"{LIST}new")
    typed = {"subject": "", "occurred_at": "昨天下午", "detail": "很长的经过", "urgency": "blocking"}
    answer = send(staff, f"{LIST}new", _token=token_in(form.text), _do="submit", **typed)
    assert answer.status_code == 422
    assert 'id="f-subject-error"' in answer.text
    assert 'id="f-occurred_at-error"' in answer.text
    assert 'href="#f-subject"' in answer.text
    assert "昨天下午" in answer.text
    assert "很长的经过" in answer.text
    assert re.search(r'value="blocking"[^>]* checked', answer.text)
    assert token_in(answer.text) == token_in(form.text)
    assert web.asks("staff", "GET", f"/api/v1/registers/{REGISTER}/records").json["records"] == []


def test_a_form_that_is_sent_twice_makes_one_record(web: Web) -> None:
    staff = web.browser("staff")
    token = token_in(staff.get(f"{LIST}new").text)
    fields = {"subject": "停电", "occurred_at": "2026-09-30 16:00", "_do": "submit", "_token": token}
    first, second = send(staff, f"{LIST}new", **fields), send(staff, f"{LIST}new", **fields)
    assert first.headers["Location"] == second.headers["Location"]


def test_a_draft_is_kept_as_one_types_and_is_nobody_elses(web: Web) -> None:
    staff, head = web.browser("staff"), web.browser("head")
    token = token_in(staff.get(f"{LIST}new").text)
    kept = send(staff, f"{LIST}new/draft", _token=token, subject="停", occurred_at="不知道")
    assert kept.status_code == 200
    assert kept.json["token"].startswith("draft:")
    again = send(staff, f"{LIST}new/draft", _token=kept.json["token"], subject="停水了")
    assert again.json["token"] == kept.json["token"]
    record = kept.json["token"].removeprefix("draft:")
    assert "停水了" in words(staff.get("/inbox/?box=drafts"))
    assert head.get(f"{LIST}{record}").status_code == 404
    sent = send(
        staff,
        f"{LIST}new",
        _token=again.json["token"],
        _do="submit",
        subject="停水了",
        occurred_at="2026-09-30 16:00",
    )
    assert sent.headers["Location"].endswith(record)
    assert head.get(f"{LIST}{record}").status_code == 200


def test_nobody_sees_what_she_may_not(web: Web) -> None:
    staff, peer, outsider = web.browser("staff"), web.browser("peer"), web.browser("outsider")
    place = raise_issue(staff, "只有自己人知道的事")
    for stranger in (peer, outsider):
        assert stranger.get(place).status_code == 404
        assert stranger.get(f"{place}/edit").status_code == 404
        assert stranger.get(f"{place}/do/handle").status_code == 404
        assert send(stranger, f"{place}/decide", transition="handle").status_code == 404
        assert "只有自己人知道的事" not in stranger.get(LIST).text
        assert "只有自己人知道的事" not in stranger.get(f"{LIST}?open={place.rsplit('/', 1)[1]}").text
        assert "只有自己人知道的事" not in stranger.get(f"{LIST}?q=只有自己").text
        assert ">1<" not in stranger.get(f"{LIST}counts").text
    assert "/edit" not in staff.get(place).text
    assert staff.get(f"{place}/edit").status_code == 403


def test_a_change_without_the_pages_token_is_refused(web: Web) -> None:
    staff = web.browser("staff")
    place = raise_issue(staff)
    for path in (
        f"{LIST}new",
        f"{LIST}new/draft",
        f"{place}/decide",
        f"{place}/withdraw",
        "/account/password",
    ):
        assert staff.post(path, data={"subject": "x"}).status_code == 403, path
    assert "已提出" in words(staff.get(place))


def test_a_record_that_changed_meanwhile_says_what_changed_and_keeps_the_typing(web: Web) -> None:
    staff, head, other = web.browser("staff"), web.browser("head"), web.browser("head")
    place = raise_issue(staff)
    token = token_in(head.get(f"{place}/edit").text)
    theirs = send(
        other, f"{place}/edit", _token=token_in(other.get(f"{place}/edit").text), subject="三楼打印机停用"
    )
    assert theirs.status_code == 303
    mine = send(head, f"{place}/edit", _token=token, detail="我写了很久的经过")
    assert mine.status_code == 409
    assert "我写了很久的经过" in mine.text
    assert "三楼打印机停用" in words(mine)
    again = send(head, f"{place}/edit", _token=token_in(mine.text), detail="我写了很久的经过")
    assert again.status_code == 303
    page = words(head.get(place))
    assert "三楼打印机停用" in page
    assert "我写了很久的经过" in page


def test_a_list_costs_two_statements_and_a_record_a_few(web: Web) -> None:
    staff, head = web.browser("staff"), web.browser("head")
    places = [raise_issue(staff, f"第 {n} 件事") for n in range(3)]
    head.get(LIST), head.get(places[0])
    store = web.sample.office.store
    with store.statements() as few:
        assert head.get(LIST).text.count("data-row") == 3
    assert few.count <= 2, few.texts
    with store.statements() as one:
        head.get(places[0])
    with store.statements() as another:
        head.get(places[2])
    assert one.count == another.count <= 7, one.texts
    with store.statements() as form:
        staff.get(f"{LIST}new")
    assert form.count <= 1, form.texts


def test_filters_words_and_order_are_the_addresss_own(web: Web) -> None:
    staff, head = web.browser("staff"), web.browser("head")
    raise_issue(staff, "打印机停用"), raise_issue(staff, "空调漏水")
    assert ISSUE["subject"] in words(head.get(f"{LIST}?q=打印机"))
    found = words(head.get(f"{LIST}?q=空调"))
    assert "空调漏水" in found
    assert "打印机停用" not in found
    assert "没有符合条件的记录" in words(head.get(f"{LIST}?state=closed"))
    up, down = head.get(f"{LIST}?sort=number").text, head.get(f"{LIST}?sort=-number").text
    assert up.index("打印机停用") < up.index("空调漏水")
    assert down.index("空调漏水") < down.index("打印机停用")
    assert head.get(f"{LIST}?sort=nothing&loss=1&view=none").status_code == 200
    assert "打印机停用" in words(head.get(f"{LIST}?view=unhandled"))
    assert "打印机停用" not in words(head.get(f"{LIST}?view=reported"))


def test_every_text_is_in_the_readers_language(web: Web) -> None:
    head = web.browser("head")
    raise_issue(web.browser("staff"))
    english = words(head.get(LIST, headers={"Accept-Language": "en"}))
    assert "Department issue" in english
    assert "Raised" in english
    traditional = words(head.get(LIST, headers={"Accept-Language": "zh-TW"}))
    assert "部門內部問題" in traditional
    assert "部门内部问题" not in traditional


def test_pickers_offer_what_the_reader_may_choose(web: Web) -> None:
    staff, outsider = web.browser("staff"), web.browser("outsider")
    raise_issue(staff, "只有自己人知道的事")
    assert [each["value"] for each in staff.get("/choices/people?q=gm").json] == ["gm"]
    assert staff.get("/choices/people?q=nobody-at-all").json == []
    assert any(each["label"] for each in staff.get("/choices/departments?q=").json)
    assert staff.get(f"/r/{REGISTER}/choices?field=subject&q=").status_code == 404
    assert outsider.get("/r/no_such_register/choices?field=x").status_code == 404


def test_an_account_is_ones_own(web: Web) -> None:
    staff, other = web.browser("staff"), web.browser("staff")
    page = staff.get("/account").text
    ended = re.search(r'name="session" value="([^"]+)"', page)
    assert ended is not None
    refused = send(web.browser("head"), "/account/sessions/end", session=ended[1])
    assert refused.status_code == 404
    assert other.get("/account").status_code == 200
    assert send(staff, "/account/sessions/end", session=ended[1]).status_code == 303
    assert other.get("/account").status_code == 303
    wrong = send(
        staff,
        "/account/password",
        old="不对",
        new="一句足够长的新密码二〇二六",
        again="一句足够长的新密码二〇二六",
    )
    assert wrong.status_code == 401
    differ = send(staff, "/account/password", old="x", new="一句足够长的新密码", again="另一句")
    assert "两次输入的新密码不一致" in words(differ)
    settings = send(staff, "/account/settings", language="en", theme="dark")
    assert settings.status_code == 303
    english = staff.get("/account").text
    assert "My account" in english
    assert 'data-theme="dark"' in english


def test_every_screen_opens_for_everybody_and_costs_a_few_statements(web: Web) -> None:
    head = web.browser("head")
    raise_issue(web.browser("staff"))
    store = web.sample.office.store
    for path, most in (
        ("/", 5),
        ("/inbox/", 4),
        ("/people/", 1),
        ("/departments/", 1),
        ("/r/", 1),
        ("/counts", 3),
    ):
        head.get(path)
        with store.statements() as asked:
            assert head.get(path).status_code == 200, path
        assert asked.count <= most, (path, asked.texts)
    assert 'hx-get="/mine"' in head.get("/").text
    assert "打印机停用" in words(web.browser("staff").get("/mine"))
    assert "打印机停用" not in words(head.get("/mine"))
    for box in ("done", "mine", "drafts", "told"):
        assert head.get(f"/inbox/?box={box}").status_code == 200
    assert head.get("/inbox/?box=nothing").status_code == 404
    assert "未读" in words(head.get("/inbox/?box=told"))
    assert send(head, "/inbox/read").status_code == 303
    assert "未读" not in words(head.get("/inbox/?box=told"))

"""An empty office is set up in the browser: units, posts, people, and the accounts by which they sign in."""

import re
from datetime import UTC, datetime

import pytest
from web_offices import ROOT, mark_of, plugins, sign_in

from regbook.errors import Denied, RecordInvalid
from regbook.model.people import SYSTEM, Actor
from regbook.services import accounts, founding, publishing
from regbook.services import keeping_accounts as keeping
from regbook.services.office import Office
from regbook.web.application import create_app

NOW = datetime(2026, 9, 30, 1, tzinfo=UTC)
API = "/api/v1/registers/{}/records"


class Fresh:
    """An office from ``regbook init``, and its administrator at work."""

    def __init__(self, store):
        self.office = Office(store, plugins(), lambda: NOW)
        publishing.publish(self.office, SYSTEM, ROOT / "definitions")
        self.password = founding.found(self.office)
        self.app = create_app(self.office, production=False, secret=b"s" * 32, base_url="http://localhost")
        self.app.testing = True
        self.browser = self.signed_in("admin", self.password)
        self.token = accounts.issue_token(self.office, SYSTEM, "admin", "test")
        with store.reading() as reading:
            directory = self.office.edition(reading).directory
        self.admin = directory.holders_of_role("system_admin")[0]
        self.root = directory.people[self.admin].unit

    def signed_in(self, account, password):
        client = self.app.test_client()
        assert sign_in(client, account, password).status_code == 303
        return client

    def comes_in(self, account, password):
        return sign_in(self.app.test_client(), account, password).status_code == 303

    def enters(self, register, **facts):
        answer = self.asks("POST", API.format(register), json=facts)
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def asks(self, method, path, **more):
        headers = {"Authorization": f"Bearer {self.token}", "If-Match": "*"}
        return self.app.test_client().open(path, method=method, headers=headers, **more)

    def deed(self, person, deed, client=None):
        client = client or self.browser
        return client.post(f"/accounts/{person}/{deed}", data={"csrf_token": mark_of(client)})

    def somebody(self, account="wang.min", **facts):
        return self.enters("person", name="王敏", account=account, unit=self.root, **facts)


pytestmark = pytest.mark.slow


@pytest.fixture
def fresh(store):
    return Fresh(store)


def made_in(answer):
    assert answer.status_code == 200, answer.text
    return re.search(r'made-password">([^<]+)<', answer.text)[1]


def test_an_administrator_alone_is_led_from_an_empty_office_to_people_who_sign_in(fresh):
    steps = fresh.browser.get("/").text.split('class="card start"')[1].split("</section>")[0]
    assert re.findall('<a class="grow" href="([^"]+)"', steps) == [
        "/r/department/",
        "/r/post/",
        "/r/person/",
        "/accounts/",
    ]
    unit = fresh.enters("department", name="客户服务部", kind="department", parent=fresh.root)
    post = fresh.enters("post", name="客服主管", code="service_supervisor", unit=unit)
    found = fresh.browser.get("/r/person/choices?field=post&q=客服主管").json
    assert [each["value"] for each in found] == [post]
    person = fresh.enters(
        "person", name="王敏", account="wang.min", unit=unit, post=post, superior=fresh.admin
    )
    given = fresh.asks("PATCH", f"{API.format('post')}/{post}", json={"roles": ["customer_service"]})
    assert given.status_code == 200, given.text
    page = fresh.browser.get(f"/accounts/{person}").text
    assert "开通账号" in page
    assert "made-password" not in page
    password = made_in(fresh.deed(person, "open"))
    her = fresh.signed_in("wang.min", password)
    assert "客服人员" in her.get("/account").text
    assert "/accounts/" not in her.get("/").text
    assert 'class="card start"' not in fresh.browser.get("/").text  # somebody else is here now


def test_a_password_shows_in_the_answer_that_made_it_and_nowhere_else(fresh):
    person = fresh.somebody()
    password = made_in(fresh.deed(person, "open"))
    for path in (f"/accounts/{person}", "/accounts/", f"/r/person/{person}"):
        assert password not in fresh.browser.get(path).text
    with fresh.office.store.reading() as reading:
        assert password not in repr(reading.journal.by(fresh.admin, limit=200))


def test_a_new_password_ends_the_old_one_and_every_session(fresh):
    person = fresh.somebody()
    first = made_in(fresh.deed(person, "open"))
    her = fresh.signed_in("wang.min", first)
    second = made_in(fresh.deed(person, "renew"))
    assert her.get("/").status_code == 303
    assert not fresh.comes_in("wang.min", first)
    assert fresh.comes_in("wang.min", second)


def test_who_is_closed_out_stays_out_until_let_in_again(fresh):
    person = fresh.somebody()
    password = made_in(fresh.deed(person, "open"))
    her = fresh.signed_in("wang.min", password)
    assert fresh.deed(person, "close").status_code == 303
    assert her.get("/").status_code == 303
    assert not fresh.comes_in("wang.min", password)
    assert fresh.deed(person, "open").status_code == 422
    assert fresh.deed(person, "renew").status_code == 422
    assert fresh.deed(person, "again").status_code == 303
    assert fresh.comes_in("wang.min", password)
    with fresh.office.store.reading() as reading:
        done = [each.verb for each in reading.journal.of(accounts.REGISTER, "wang.min")]
    assert {"add", "disable", "enable"} <= set(done)


def test_nobody_closes_the_account_she_is_using(fresh):
    assert "停用账号" not in fresh.browser.get(f"/accounts/{fresh.admin}").text
    assert fresh.deed(fresh.admin, "close").status_code == 422
    assert fresh.comes_in("admin", fresh.password)


def test_an_account_is_called_what_the_persons_record_says(fresh):
    nameless = fresh.enters("person", name="赵平", unit=fresh.root)
    assert f"/r/person/{nameless}" in fresh.browser.get(f"/accounts/{nameless}").text
    refused = fresh.deed(nameless, "open")
    assert refused.status_code == 422
    assert "made-password" not in refused.text
    with pytest.raises(RecordInvalid) as told:
        keeping.open_account(fresh.office, Actor("person", fresh.admin), nameless)
    assert [each.code for each in told.value.problems] == ["account-unnamed"]
    # An account of that name that is nobody's yet is not handed over with the name.
    with fresh.office.store.work() as work:
        work.accounts.add("li.na", None, None, NOW)
    taken = fresh.deed(fresh.somebody("li.na"), "open")
    assert taken.status_code == 409
    assert "made-password" not in taken.text


def test_who_has_left_gets_no_account(fresh):
    person = fresh.somebody()
    left = {"left_on": "2026-09-30", "leaving_reason": "合同到期"}
    gone = fresh.asks("POST", f"{API.format('person')}/{person}/transitions/leave", json=left)
    assert gone.status_code == 200, gone.text
    assert "开通账号" not in fresh.browser.get(f"/accounts/{person}").text
    assert fresh.deed(person, "open").status_code == 422


def test_nobody_but_a_system_administrator_keeps_accounts(fresh):
    person, other = fresh.somebody(), fresh.somebody("li.na")
    her = fresh.signed_in("wang.min", made_in(fresh.deed(person, "open")))
    for path in ("/accounts/", f"/accounts/{other}", f"/accounts/{person}"):
        assert her.get(path).status_code == 403
    assert {fresh.deed(other, deed, her).status_code for deed in ("open", "renew", "close", "again")} == {403}
    actor = Actor("person", person)
    with pytest.raises(Denied):
        keeping.holders(fresh.office, actor)
    for act in (keeping.open_account, keeping.renew_password, keeping.close_account, keeping.let_in_again):
        for whose in (other, person, "nobody"):
            with pytest.raises(Denied):
                act(fresh.office, actor, whose)
    with fresh.office.store.reading() as reading:
        assert reading.accounts.of_person(other) == ()


def test_an_unknown_deed_or_person_is_not_there_and_no_deed_is_done_by_looking(fresh):
    person = fresh.somebody()
    assert fresh.deed(person, "fly").status_code == 404
    assert fresh.deed("nobody", "open").status_code == 404
    assert fresh.browser.get("/accounts/nobody").status_code == 404
    assert fresh.browser.get(f"/accounts/{person}/open").status_code == 405
    assert fresh.browser.post(f"/accounts/{person}/open").status_code in (400, 403)
    with fresh.office.store.reading() as reading:
        assert reading.accounts.of_person(person) == ()


def test_the_list_of_accounts_finds_people_by_name_pinyin_and_account(fresh):
    fresh.somebody()
    for typed in ("王敏", "wangmin", "wang.min"):
        found = fresh.browser.get("/accounts/", query_string={"q": typed}).text
        assert "wang.min" in found
        assert ">admin<" not in found

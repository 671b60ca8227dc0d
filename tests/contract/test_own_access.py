"""One's own account: how pages look, where one is signed in, and the tokens of one's programs."""

import re

import pytest
from web_offices import PASSWORD, REGISTER, mark_of, web_office

from regbook.errors import Denied
from regbook.model.people import Actor
from regbook.services import own_access

ISSUE = {"name": "月报脚本", "days": "30", "password": PASSWORD}


@pytest.fixture
def web(store):
    return web_office(store)


def send(client, path, **fields):
    return client.post(path, data={"csrf_token": mark_of(client), **fields})


def tokens(web, account="staff"):
    """The tokens made here: one more was made for the tests."""
    return [each for each in own_access.tokens(web.sample.office, account) if each.name != "test"]


def test_density_and_keys_are_kept_in_the_browser(web):
    staff = web.browser("staff")
    assert send(staff, "/account/settings", density="compact", keys="off").status_code == 303
    page = staff.get("/").text
    assert re.search(r'<body class="[^"]*compact-rows[^"]*" data-keys="off">', page)
    send(staff, "/account/settings", density="x<script>", keys="")
    page = staff.get("/").text
    assert "compact-rows" not in page
    assert "data-keys" not in page


def test_all_other_sessions_end_and_this_one_stays(web):
    here, there, other = web.browser("staff"), web.browser("staff"), web.browser("head")
    assert "/account/sessions/end-others" in here.get("/account").text
    assert send(here, "/account/sessions/end-others").status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert other.get("/account").status_code == 200
    assert "/account/sessions/end-others" not in here.get("/account").text


def test_a_token_is_made_with_the_password_shown_once_and_revoked(web):
    staff = web.browser("staff")
    made = send(staff, "/account/tokens", **ISSUE)
    assert made.status_code == 200
    token = re.search(r'class="whole-token">([^<]+)<', made.text)[1]
    path = f"/api/v1/registers/{REGISTER}/records"
    ask = {"Authorization": f"Bearer {token}"}
    assert web.app.test_client().get(path, headers=ask).status_code == 200
    page = staff.get("/account").text
    assert token not in page
    assert "月报脚本" in page
    (kept,) = tokens(web)
    assert (kept.until - web.sample.time).days == 30
    assert send(web.browser("head"), "/account/tokens/end", token=kept.id).status_code == 404
    assert send(staff, "/account/tokens/end", token=kept.id).status_code == 303
    assert web.app.test_client().get(path, headers=ask).status_code == 401
    assert tokens(web) == []


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"password": "wrong"}, 401), ({"name": "  "}, 422), ({"name": "x" * 61}, 422), ({"days": "9999"}, 422)],
)
def test_what_is_wrong_makes_no_token(web, wrong, status):
    staff = web.browser("staff")
    refused = send(staff, "/account/tokens", **{**ISSUE, **wrong})
    assert refused.status_code == status
    assert "whole-token" not in refused.text
    assert "bad-notice" in refused.text
    assert PASSWORD not in refused.text
    assert tokens(web) == []


def test_a_token_makes_no_token_and_nobody_makes_one_for_another(web):
    office = web.sample.office
    for actor, account in ((Actor("token", "staff"), "staff"), (Actor("person", "head"), "staff")):
        with pytest.raises(Denied):
            own_access.issue(office, actor, account, "x", 30, PASSWORD)
    assert web.browser("staff").post("/account/tokens", data=ISSUE).status_code == 403
    assert tokens(web) == []


def test_there_are_only_so_many(web, monkeypatch):
    monkeypatch.setattr(own_access, "MOST", 2)  # one is there
    staff = web.browser("staff")
    assert send(staff, "/account/tokens", **ISSUE).status_code == 200
    assert send(staff, "/account/tokens", **ISSUE).status_code == 422
    assert len(tokens(web)) == 1

"""What the interface answers to what cannot be done: the right status, one shape, and nothing changed."""

import pytest
from web_offices import ISSUE, RECORDS, problem, web_office

TOKENS = (
    *("", "x", "Bearer", "Bearer ", "Basic x", "Bearer " + "x" * 5_000, "Bearer a b", "bearer \N{SNOWMAN}"),
)


@pytest.fixture
def web(store):
    return web_office(store)


def drafted(web, person="staff"):
    answer = web.asks(person, "POST", f"{RECORDS}?draft=true", json=ISSUE)
    assert answer.status_code == 201, answer.text
    return f"{RECORDS}/{answer.json['id']}"


def test_a_draft_is_removed_once_and_by_its_owner_alone(web):
    draft = drafted(web)
    for other in ("head", "peer", "gm", "outsider"):
        assert web.asks(other, "DELETE", draft).status_code == 404
    assert web.asks("staff", "GET", draft).status_code == 200
    assert web.asks("staff", "DELETE", draft).status_code == 204
    assert web.asks("staff", "GET", draft).status_code == 404
    assert web.asks("staff", "DELETE", draft).status_code == 404


def test_what_was_ever_submitted_is_not_removed(web):
    record = f"{RECORDS}/{web.enters('staff')}"
    assert problem(web.asks("staff", "DELETE", record))["status"] == 409
    assert web.asks("staff", "POST", f"{record}/withdraw").status_code == 200
    refused = problem(web.asks("staff", "DELETE", record))
    assert [each["code"] for each in refused["problems"]] == ["not-a-fresh-draft"]
    assert web.asks("staff", "GET", record).json["state"] == "draft"
    # A body, which might mean something else, is refused before anything is done.
    assert web.asks("staff", "DELETE", drafted(web), json={"id": "x"}).status_code == 400


def test_a_change_says_on_which_sight_of_the_record_it_is_made(web):
    record = f"{RECORDS}/{web.enters('head')}"
    seen = web.asks("head", "GET", record)
    change = {"subject": "三楼打印机停用"}
    client = web.app.test_client()
    bearer = {"Authorization": f"Bearer {web.tokens['head']}"}
    told = problem(client.patch(record, json=change, headers=bearer))
    assert (told["status"], told["code"]) == (428, "precondition-missing")
    # The same is said of what is not hers to see, and of what never was.
    outsider = {"Authorization": f"Bearer {web.tokens['outsider']}"}
    hidden, random = (client.patch(path, json=change, headers=outsider) for path in (record, f"{RECORDS}/x"))
    assert (hidden.status_code, hidden.data) == (random.status_code, random.data)
    assert web.asks("head", "GET", record).json == seen.json
    given = {"If-Match": seen.headers["ETag"]}
    assert web.asks("head", "PATCH", record, json=change, headers=given).status_code == 200
    assert problem(web.asks("head", "PATCH", record, json=change, headers=given))["status"] == 412
    assert web.asks("head", "PATCH", record, json={"subject": "别的"}).status_code == 200


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_that_is_none_opens_nothing(web, token):
    record = f"{RECORDS}/{web.enters('head')}"
    client = web.app.test_client()
    headers = {"Authorization": token.encode("utf-8").decode("latin-1"), "If-Match": "*"}
    for method in ("GET", "PATCH", "DELETE"):
        answer = client.open(record, method=method, json={"subject": "别的"}, headers=headers)
        assert problem(answer)["status"] == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert web.asks("head", "GET", record).json["facts"]["subject"] == ISSUE["subject"]

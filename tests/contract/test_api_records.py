"""Records over HTTP: the same services as everything else, on both stores."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from web_offices import ISSUE, RECORDS, REGISTER, problem, web_office

from regbook.model.access import unbounded
from regbook.model.people import CLOCK
from regbook.model.query import Query


@pytest.fixture
def web(store):
    return web_office(store)


def codes(answer):
    return [(each["path"], each["code"]) for each in problem(answer)["problems"]]


def stored(web):
    with web.sample.office.store.reading() as reading:
        edition = web.sample.office.edition(reading)
        scope = unbounded(REGISTER, "read", CLOCK.kind)
        found = reading.records.page(edition.definition(REGISTER), Query(limit=100), scope, web.sample.time)
        return [each.id for each in found.records]


def test_what_is_entered_is_answered_by_a_receipt_and_read_back(web):
    answer = web.asks("staff", "POST", RECORDS, json=ISSUE)
    assert answer.status_code == 201
    receipt = answer.json
    assert receipt["number"] == "WT-202609-0001"
    assert receipt["state"] == "raised"
    assert "facts" not in receipt
    assert answer.headers["Location"].endswith(receipt["href"])
    read = web.asks("staff", "GET", receipt["href"])
    assert read.status_code == 200
    assert read.json["facts"]["subject"] == "打印机停用"
    assert read.json["facts"]["occurred_at"] == "2026-09-30T08:00:00Z"
    assert read.json["owner"] == "staff"
    assert read.headers["ETag"].strip('"')
    again = web.asks("staff", "GET", receipt["href"], headers={"If-None-Match": read.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_every_problem_is_named_and_nothing_is_stored(web):
    answer = web.asks("staff", "POST", RECORDS, json={"subject": "x", "urgency": "huge", "colour": 1})
    assert answer.status_code == 422
    assert {path for path, _ in codes(answer)} >= {"/subject", "/urgency", "/colour"}
    assert stored(web) == []


def test_what_the_engine_owns_cannot_be_set(web):
    for key in ("state", "owner", "department", "level", "id", "entered_at", "number"):
        answer = web.asks("staff", "POST", RECORDS, json={**ISSUE, key: "gm"})
        assert answer.status_code == 422
        assert [path for path, _ in codes(answer)] == [f"/{key}"]
    assert stored(web) == []


def test_what_the_engine_fills_is_named_beside_everything_else(web):
    wrong = {"subject": 5, "urgency": "x", "number": "WT-1", "zz": 1, "occurred_at": "no", "measures": 5}
    answer = web.asks("staff", "POST", RECORDS, json={**ISSUE, **wrong})
    assert answer.status_code == 422
    assert {path for path, _ in codes(answer)} == {f"/{key}" for key in wrong}
    record = f"{RECORDS}/{web.enters()}"
    before = web.asks("head", "GET", record).json
    change = {"number": "WT-1", "subject": 5}
    answer = web.asks("head", "PATCH", record, json=change, headers={"If-Match": "*"})
    assert {path for path, _ in codes(answer)} == {"/number", "/subject"}
    assert web.asks("head", "GET", record).json == before


@pytest.mark.parametrize("draft", ["", "?draft=true"])
@pytest.mark.parametrize("lines", [5, "x", True, 1.5, {"a": 1}, ["a"], [1], [[]], [None], [{"_id": []}]])
def test_lines_that_are_none_are_refused_at_their_place(web, lines, draft):
    answer = web.asks("staff", "POST", RECORDS + draft, json={**ISSUE, "measures": lines})
    assert answer.status_code == 422, answer.text
    assert all(path.startswith("/measures") for path, _ in codes(answer))
    assert stored(web) == []
    record = f"{RECORDS}/{web.enters()}"
    for method, address in (("PATCH", record), ("POST", f"{record}/transitions/handle")):
        tag = {"If-Match": "*"}
        answer = web.asks("head", method, address, json={"measures": lines}, headers=tag)
        assert answer.status_code == 422, answer.text
        assert any(path.startswith("/measures") for path, _ in codes(answer))


UNREADABLE = (
    (b'{"subject": "a", "subject": "b"}', "json-key-twice"),
    (b'{"subject": NaN}', "json-number"),
    (b'{"subject": 1e999}', "json-number"),
    (b'{"subject": 99999999999999999999}', "json-number"),
    (b'{"subject": "\\u0000"}', "json-text"),
    (b'{"subject": "\\ud800"}', "json-text"),
    (b'{"subject": "\xff"}', "json-encoding"),
    (b"[" * 40 + b"]" * 40, "json-deep"),
    (b"[" * 100_000, "json-deep"),
    (b"{", "json-syntax"),
    (b"", "json-syntax"),
    (b"[]", "body-object"),
    (b'"x"', "body-object"),
)


def test_a_body_that_could_be_read_in_two_ways_is_refused(web):
    for body, code in UNREADABLE:
        headers = {"Content-Type": "application/json"}
        answer = web.asks("staff", "POST", RECORDS, data=body, headers=headers)
        assert answer.status_code == 400
        assert code in [each for _, each in codes(answer)]
    assert stored(web) == []


def test_other_content_types_and_large_bodies_are_refused(web):
    for media in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", ""):
        answer = web.asks("staff", "POST", RECORDS, data=b"{}", headers={"Content-Type": media})
        assert (answer.status_code, problem(answer)["code"]) == (415, "wrong-media")
    large = json.dumps({"subject": "x" * 1_100_000}).encode()
    answer = web.asks("staff", "POST", RECORDS, data=large, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert stored(web) == []


def test_a_record_amended_meanwhile_is_not_overwritten(web):
    record = f"{RECORDS}/{web.enters()}"
    tag = web.asks("head", "GET", record).headers["ETag"]
    first = web.asks("head", "PATCH", record, json={"subject": "三楼打印机停用"}, headers={"If-Match": tag})
    assert first.status_code == 200, first.text
    assert first.json["facts"]["subject"] == "三楼打印机停用"
    assert first.headers["ETag"] != tag
    second = web.asks("head", "PATCH", record, json={"subject": "另一件事"}, headers={"If-Match": tag})
    assert (second.status_code, problem(second)["code"]) == (412, "stale-record")
    assert web.asks("head", "GET", record).json["facts"]["subject"] == "三楼打印机停用"
    for wrong in ('W/"abc"', "abc", '"x"', '"a", "b"'):
        refused = web.asks("head", "PATCH", record, json={"subject": "另一件事"}, headers={"If-Match": wrong})
        assert refused.status_code == 400


def test_who_may_read_but_not_amend_is_denied(web):
    record = f"{RECORDS}/{web.enters()}"
    answer = web.asks("staff", "PATCH", record, json={"subject": "别的问题"})
    assert (answer.status_code, problem(answer)["code"]) == (403, "denied")


def test_a_hidden_record_is_answered_like_a_random_id_by_every_method(web):
    hidden, random = web.enters(), "f" * 16
    for method, tail, body in (
        ("GET", "", None),
        ("HEAD", "", None),
        ("OPTIONS", "", None),
        ("PATCH", "", {"subject": "别的问题"}),
        ("DELETE", "", None),
        ("POST", "/submit", {}),
        ("POST", "/withdraw", None),
        ("POST", "/transitions/decide", {}),
        ("POST", "/transitions/nothing", {}),
        ("GET", "/entries", None),
    ):
        answers = [
            web.asks("outsider", method, f"{RECORDS}/{each}{tail}", json=body) for each in (hidden, random)
        ]
        assert answers[0].status_code == answers[1].status_code == (204 if method == "OPTIONS" else 404), tail
        assert answers[0].data == answers[1].data
        assert dict(answers[0].headers) == dict(answers[1].headers)


def test_an_unreadable_field_is_answered_like_an_unknown_one(web):
    web.enters()
    for shape in ("filter[{}]=1", "filter[{}][ge]=x", "sort={}", "group={}", "fields={}"):
        answers = [web.asks("staff", "GET", f"{RECORDS}?{shape.format(each)}") for each in ("loss", "gold")]
        texts = [each.text.replace("loss", "gold") for each in answers]
        assert [each.status_code for each in answers] == [400, 400], shape
        assert texts[0] == texts[1]


def test_a_list_is_filtered_sorted_paged_counted_and_grouped(web):
    for number in range(5):
        web.enters(subject=f"第{number}件事", urgency="blocking" if number % 2 else "normal")
    page = web.asks("staff", "GET", f"{RECORDS}?sort=subject&limit=2&fields=subject&count=bounded")
    assert page.status_code == 200, page.text
    assert [each["facts"] for each in page.json["records"]] == [
        {"subject": "第0件事"},
        {"subject": "第1件事"},
    ]
    assert page.json["count"] == {"number": 5, "exact": True}
    rest = web.asks(
        "staff", "GET", f"{RECORDS}?sort=subject&limit=2&fields=subject&after={page.json['after']}"
    )
    assert [each["facts"]["subject"] for each in rest.json["records"]] == ["第2件事", "第3件事"]
    few = web.asks("staff", "GET", f"{RECORDS}?filter[urgency][in]=blocking&filter[state]=raised")
    assert len(few.json["records"]) == 2
    groups = web.asks("staff", "GET", f"{RECORDS}?group=urgency")
    assert sorted((each["value"], each["number"]) for each in groups.json["groups"]) == [
        ("blocking", 2),
        ("normal", 3),
    ]
    assert web.asks("outsider", "GET", RECORDS).json["records"] == []
    wrong = web.asks("staff", "GET", f"{RECORDS}?filter[occurred_at][ge]=yesterday&sort=nothing&limit=500")
    assert wrong.status_code == 400
    cursor = web.asks("peer", "GET", f"{RECORDS}?sort=subject&limit=2&after={page.json['after']}")
    assert cursor.status_code == 400


def test_a_draft_is_its_owners_alone_until_it_is_submitted(web):
    answer = web.asks("staff", "POST", f"{RECORDS}?draft=true", json={"subject": "打印机停用"})
    assert answer.status_code == 201
    assert (answer.json["state"], answer.json["number"]) == ("draft", None)
    record = answer.json["href"]
    assert web.asks("head", "GET", record).status_code == 404
    refused = web.asks("staff", "POST", f"{record}/submit", json={"occurred_at": None})
    assert refused.status_code == 422
    submitted = web.asks("staff", "POST", f"{record}/submit", json=ISSUE)
    assert submitted.json["number"] == "WT-202609-0001"
    assert web.asks("head", "GET", record).status_code == 200
    gone = web.asks("staff", "DELETE", record)
    assert gone.status_code == 409
    again = web.asks("staff", "POST", f"{record}/withdraw")
    assert again.status_code == 200, again.text
    assert again.json["state"] == "draft"
    assert web.asks("staff", "DELETE", record).status_code == 409
    assert web.asks("staff", "POST", f"{RECORDS}?draft=maybe", json={}).status_code == 400


def test_a_fresh_draft_is_discarded(web):
    record = web.asks("staff", "POST", f"{RECORDS}?draft=true", json={"subject": "打印机停用"}).json["href"]
    assert web.asks("staff", "DELETE", record).status_code == 204
    assert web.asks("staff", "GET", record).status_code == 404


def test_a_transition_is_made_by_whose_turn_it_is_with_what_it_needs(web):
    record = f"{RECORDS}/{web.enters()}"
    assert web.asks("head", "GET", f"{record}?expand=may").json["may"]["transitions"] == ["handle", "report"]
    early = web.asks("head", "POST", f"{record}/transitions/handle", json={})
    assert early.status_code in (409, 422)
    denied = web.asks("staff", "POST", f"{record}/transitions/handle", json={})
    assert denied.status_code == 403
    others = web.asks("head", "POST", f"{record}/transitions/decide", json={"decision": "换新的"})
    assert (others.status_code, codes(others)) == (403, [("/transition", "not-yours")])
    unknown = web.asks("head", "POST", f"{record}/transitions/explode", json={})
    assert unknown.status_code == 404
    facts = {"measures": [{"what": "换了硒鼓"}]}
    made = web.asks("head", "POST", f"{record}/transitions/handle", json=facts)
    assert (made.status_code, made.json["state"]) == (200, "handled"), made.text
    entries = web.asks("head", "GET", f"{record}/entries").json["entries"]
    assert [each["verb"] for each in entries] == ["move", "enter"]
    assert (entries[0]["before"], entries[0]["after"], entries[0]["actor"]) == ("raised", "handled", "head")


def test_a_repeated_request_is_answered_not_done_again(web):
    key = {"Idempotency-Key": "k-1"}
    first = web.asks("staff", "POST", RECORDS, json=ISSUE, headers=key)
    web.asks(
        "head", "POST", f"{first.json['href']}/transitions/handle", json={"measures": [{"what": "已修"}]}
    )
    again = web.asks("staff", "POST", RECORDS, json=ISSUE, headers=key)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert len(stored(web)) == 1
    other = web.asks("staff", "POST", RECORDS, json={**ISSUE, "subject": "另一件事"}, headers=key)
    assert other.status_code == 422
    assert len(stored(web)) == 1
    assert web.asks("peer", "POST", RECORDS, json=ISSUE, headers=key).status_code == 201
    assert web.asks("staff", "POST", RECORDS, json=ISSUE, headers={"Idempotency-Key": ""}).status_code == 400
    web.sample.time += timedelta(hours=25)
    assert web.asks("staff", "POST", RECORDS, json=ISSUE, headers=key).json["id"] != first.json["id"]


def test_what_waits_for_a_person_is_listed_for_her_alone(web):
    record = web.enters()
    mine = web.asks("head", "GET", "/api/v1/assignments").json["assignments"]
    assert [(each["record"], each["person"], each["register"]) for each in mine] == [
        (record, "head", REGISTER)
    ]
    assert web.asks("staff", "GET", "/api/v1/assignments").json["assignments"] == []
    assert web.asks("head", "GET", "/api/v1/assignments?box=nothing").status_code == 400
    for verb in ("approve", "explode"):
        answer = web.asks("staff", "POST", f"/api/v1/assignments/{mine[0]['id']}/{verb}", json={})
        assert answer.status_code == 404


def test_the_registers_are_those_she_knows_and_so_is_the_description(web):
    found = web.asks("staff", "GET", "/api/v1/registers").json["registers"]
    issue = next(each for each in found if each["register"] == REGISTER)
    assert "loss" not in issue["fields"]
    described = web.asks("staff", "GET", "/api/v1/openapi.json")
    OpenAPIV31SpecValidator(described.json).validate()
    assert '"loss"' not in described.text
    assert '"loss"' in web.asks("head", "GET", "/api/v1/openapi.json").text


def together(web, *asked):
    """The answers to requests that are sent at the same time."""
    ready = Barrier(len(asked))

    def ask(each):
        person, method, path, more = each
        ready.wait()
        return web.asks(person, method, path, **more)

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(ask, asked))


def test_the_same_request_sent_six_times_at_once_is_done_once(web):
    web.asks("staff", "GET", RECORDS)
    more = {"json": ISSUE, "headers": {"Idempotency-Key": "k-1"}}
    answers = together(web, *[("staff", "POST", RECORDS, more)] * 6)
    assert {each.status_code for each in answers} == {201}
    assert len({each.data for each in answers}) == 1
    assert len(stored(web)) == 1


def test_of_amendments_made_at_once_one_wins_and_the_others_are_told(web):
    record = f"{RECORDS}/{web.enters()}"
    tag = web.asks("head", "GET", record).headers["ETag"]
    asked = [
        ("head", "PATCH", record, {"json": {"subject": f"第{each}次修改"}, "headers": {"If-Match": tag}})
        for each in range(5)
    ]
    answers = together(web, *asked)
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412, 412]
    won = next(each for each in answers if each.status_code == 200)
    assert web.asks("head", "GET", record).json["facts"] == won.json["facts"]
    assert len(web.asks("head", "GET", f"{record}/entries").json["entries"]) == 2


def test_who_must_act_is_said_or_left_out_and_never_said_to_be_nobody(web):
    web.enters()
    for asked, expected in (
        ("", ["head"]),
        ("?fields=assignee,subject", ["head"]),
        ("?fields=subject", None),
    ):
        (listed,) = web.asks("staff", "GET", f"{RECORDS}{asked}").json["records"]
        assert listed.get("assignees") == expected
        assert ("assignees" in listed) is (expected is not None)
    one = web.asks("staff", "GET", f"{RECORDS}/{listed['id']}").json
    assert one["assignees"] == ["head"]

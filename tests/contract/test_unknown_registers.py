"""A register that nobody gave her any part of is as unknown to a reader as one that never was, everywhere."""

import copy
import json
from dataclasses import replace
from io import BytesIO

import pytest
import web_offices
from file_offices import PDF
from web_offices import ISSUE, RECORDS, REGISTER, library, mark_of, web_office

from regbook.errors import NotFound
from regbook.model.people import Actor
from regbook.model.query import Query
from regbook.model.record import Assignment
from regbook.services import finding

NEVER = "never_was"
OUTSIDER = Actor("person", "outsider")
QUERIES = (
    *("", "?count=exact", "?group=urgency", "?search=打印", "?sort=subject", "?fields=subject", "?limit=1"),
    *(
        "?sort=nothing",
        "?filter[nothing]=1",
        "?filter[pieces][ge]=x",
        "?filter[occurred_at][ge]=x",
        "?limit=0",
    ),
    *("?filter[state]=raised", "?after=x", "?group=nothing", "?fields=nothing"),
)
PAGES = (
    *("", "?q=打印", "?state=raised", "?view=overdue", "?sort=nothing", "new", "counts"),
    *("choices?field=nothing&q=x", "choices?field=next&q=x", "?open=x", "x", "x/edit", "x/do/handle"),
)


@pytest.fixture
def web(store, monkeypatch):
    """An office in which only heads have anything to do with issues; the office's own rule reaches all."""
    file, raw = library().registers[REGISTER]
    ours = copy.deepcopy(dict(raw))
    ours["access"] = [{"role": "head", "do": ["enter", "read", "amend", "move"], "scope": "subtree"}]
    closed = replace(library(), registers={**library().registers, REGISTER: (file, ours)})
    monkeypatch.setattr(web_offices, "library", lambda: closed)
    made = web_office(store)
    made.enters("head")
    return made


def said(answer, register):
    """An answer with the register's name taken out, and what stands in it of the moment."""
    return answer.status_code, answer.text.replace(register, NEVER), answer.headers.get("Content-Type")


def both(web, person, method, path, **more):
    asked = [web.asks(person, method, path.replace(REGISTER, name), **more) for name in (REGISTER, NEVER)]
    return [said(each, name) for each, name in zip(asked, (REGISTER, NEVER), strict=True)]


@pytest.mark.parametrize("query", QUERIES)
def test_a_list_of_it_answers_as_for_a_name_that_never_was(web, query):
    there, never = both(web, "outsider", "GET", f"{RECORDS}{query}")
    assert there == never
    assert there[0] in (404, 400)


def test_no_verb_of_the_interface_tells_it_from_one_that_never_was(web):
    for method, path, body in (
        ("POST", RECORDS, ISSUE),
        ("POST", RECORDS, {"nothing": 1}),
        ("POST", f"{RECORDS}?draft=true", ISSUE),
        ("HEAD", RECORDS, None),
        ("GET", f"{RECORDS}/x", None),
        ("PATCH", f"{RECORDS}/x", {"subject": "x"}),
        ("DELETE", f"{RECORDS}/x", None),
        ("POST", f"{RECORDS}/x/transitions/handle", {}),
        ("GET", f"{RECORDS}/x/entries", None),
    ):
        there, never = both(web, "outsider", method, path, json=body)
        assert there == never, (method, path)
        assert there[0] == 404, (method, path)
    files = RECORDS.replace("/records", "/files?field=subject")
    there, never = [
        said(
            web.asks(
                "outsider", "POST", files.replace(REGISTER, name), data={"file": (BytesIO(PDF), "a.pdf")}
            ),
            name,
        )
        for name in (REGISTER, NEVER)
    ]
    assert there == never


def test_no_page_tells_it_from_one_that_never_was(web):
    client = web.browser("outsider")
    for page in PAGES:
        there, never = (said(client.get(f"/r/{name}/{page}"), name) for name in (REGISTER, NEVER))
        assert there[0] == never[0] == 404, page
        assert there[1].replace(mark_of(client), "") == never[1].replace(mark_of(client), ""), page


def test_neither_the_menu_nor_the_description_names_it(web):
    for path in ("/api/v1/registers", "/api/v1/openapi.json"):
        described = json.dumps(web.asks("outsider", "GET", path).json)
        # The choices of another register's field, which its definition lists, may name it.
        for told in (f"registers/{REGISTER}", f"_{REGISTER}", f'"register": "{REGISTER}"', f'"{REGISTER}":'):
            assert told not in described, (path, told)
    client = web.browser("outsider")
    for path in ("/", "/r/", "/inbox/"):
        assert "部门内部问题" not in client.get(path).text
    assert "部门内部问题" in web.browser("head").get("/r/").text  # whom a rule of its own reaches


def test_whoever_is_tied_to_a_record_of_it_finds_that_record_and_no_other(web):
    sample = web.sample
    hers, other = web.enters("head"), web.enters("head", subject="别的事")
    with sample.office.store.work() as work:
        given = Assignment("a1", REGISTER, hers, "outsider", "state", "raised", sample.time)
        work.assignments.open([given])
    listed = web.asks("outsider", "GET", f"{RECORDS}?count=exact")
    assert [each["id"] for each in listed.json["records"]] == [hers]
    assert listed.json["count"] == {"number": 1, "exact": True}
    assert web.asks("outsider", "GET", f"{RECORDS}?filter[state]=closed").json["records"] == []
    assert web.asks("outsider", "GET", f"{RECORDS}?sort=nothing").status_code == 400
    assert web.asks("outsider", "GET", f"{RECORDS}/{other}").status_code == 404
    assert web.browser("outsider").get(f"/r/{REGISTER}/{hers}").status_code == 200
    assert finding.count(sample.office, OUTSIDER, REGISTER, Query()).number == 1
    for act in (finding.page, finding.count, finding.group):
        with pytest.raises(NotFound):
            act(sample.office, Actor("person", "peer"), REGISTER, Query(group="state"))

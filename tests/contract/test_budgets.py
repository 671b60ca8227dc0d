"""How many SQL statements a request may cost, warm: budgets that hold without a clock, on both stores."""

import re

import pytest
from web_offices import RECORDS, REGISTER, web_office

from regbook.model.people import Actor
from regbook.services import recording

PAGES = f"/r/{REGISTER}/"
SESSION = 1
"""Who asks, and the epoch: the first statement of every request."""


@pytest.fixture
def web(store):
    return web_office(store)


def cost(web, person, method, path, **more):
    """The statements of the third request of its kind."""
    for _ in range(2):
        web.asks(person, method, path, **more)
    with web.sample.office.store.statements() as counter:
        answer = web.asks(person, method, path, **more)
    assert answer.status_code in (200, 201), answer.text
    return counter.texts


def test_a_list_costs_one_statement_beside_the_session(web):
    for n in range(3):
        web.enters(subject=f"打印机停用 {n}")
    for query in (
        "",
        "?filter[state]=raised&sort=-occurred_at",
        "?q=%E6%89%93%E5%8D%B0",
        "?sort=number&limit=2",
    ):
        assert len(cost(web, "staff", "GET", RECORDS + query)) == SESSION + 1, query


def test_a_record_costs_one_statement_beside_the_session(web):
    path = f"{RECORDS}/{web.enters()}"
    assert len(cost(web, "staff", "GET", path)) == SESSION + 1
    assert len(cost(web, "head", "GET", path)) == SESSION + 1


def test_entering_costs_three_and_timers_and_journal_go_in_one_batch(web):
    body = {"subject": "打印机停用", "occurred_at": "2026-09-30T16:00:00+08:00"}
    found = cost(web, "staff", "POST", RECORDS, json=body)
    assert len(found) == SESSION + 3, [each[each.find("FROM") :][:150] for each in found]
    together = found[-1]
    assert all(f"INSERT INTO {each}" in together for each in ("entry", "timer", "assignment", "notice"))
    assert "epoch" in together


def test_amending_costs_four_with_its_precondition(web):
    office, head = web.sample.office, Actor("person", "head")
    record = web.enters()
    for n in range(3):
        with office.store.reading() as reading:
            request = office.as_of(office.edition(reading))
        tag = web.asks("head", "GET", f"{RECORDS}/{record}").headers["ETag"].strip('"')
        with office.store.statements() as counter:
            changed = recording.amend(request, head, REGISTER, record, {"subject": f"停用 {n}"}, etag=tag)
        assert changed.facts["subject"] == f"停用 {n}"
    assert counter.count <= 4, [each[:12] + each[-60:] for each in counter.texts]
    assert "INSERT INTO entry" in counter.texts[-1]


def test_what_is_refused_writes_nothing_but_the_count_of_the_refusal(web):
    for _ in range(2):
        web.asks("staff", "POST", RECORDS, json={"subject": "x", "colour": 1})
    with web.sample.office.store.statements() as counter:
        answer = web.asks("staff", "POST", RECORDS, json={"subject": "x", "colour": 1})
    assert answer.status_code == 422
    assert counter.count == SESSION


def test_menus_and_permissions_cost_nothing(web):
    assert len(cost(web, "staff", "GET", "/api/v1/registers")) == SESSION
    assert len(cost(web, "staff", "GET", "/api/v1/openapi.json")) == SESSION
    web.enters()
    edition = _edition(web)
    definition = edition.definition(REGISTER)
    with web.sample.office.store.statements() as counter:
        assert edition.policy.may("staff", definition, None, "enter", web.sample.time).allowed
        edition.policy.scope("staff", definition, "read", web.sample.time)
        edition.policy.verbs("staff", definition)
    assert counter.count == 0


def _edition(web):
    with web.sample.office.store.reading() as reading:
        return web.sample.office.edition(reading)


def test_a_list_on_a_page_costs_one_statement_beside_the_session(web):
    web.enters()
    for query in ("", "?state=raised&sort=-occurred_at", "?q=%E6%89%93%E5%8D%B0"):
        assert len(cost(web, "head", "GET", f"{PAGES}{query}")) == SESSION + 1, query


def test_a_records_page_asks_for_the_record_and_what_happened_to_it(web):
    """The record, assignments, timers, entries, files; relations and grants where a rule asks for them."""
    found = cost(web, "head", "GET", f"{PAGES}{web.enters()}")
    assert len(found) <= SESSION + 6, [each[each.find("FROM") :][:150] for each in found]


def test_a_form_costs_the_record_alone(web):
    assert len(cost(web, "head", "GET", f"{PAGES}{web.enters()}/edit")) == SESSION + 1
    assert len(cost(web, "staff", "GET", f"{PAGES}new")) == SESSION


def test_what_is_kept_for_one_reader_is_never_anothers(web):
    web.enters()
    readers = ("head", "outsider", "staff", "head", "staff", "outsider")
    pages = [(each, web.asks(each, "GET", PAGES).text) for each in readers]
    edition = _edition(web)
    for reader, page in pages:
        me = re.search(r'class="me-link.*?</a>', page)[0]
        assert f'<strong class="cut">{edition.person_name(reader)}</strong>' in me
        assert ("打印机停用" in page) is (reader != "outsider")
    drawn = "".join(
        str(html) for each in edition.kept.values() if hasattr(each, "drawn") for html in each.drawn.values()
    )
    assert "nav-groups" in drawn
    assert "csrf" not in drawn
    assert "打印机停用" not in drawn

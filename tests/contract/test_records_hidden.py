"""What a reader may not read does not exist for her: the same bytes as for a name that was never there."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from regbook.errors import RequestInvalid
from regbook.model.access import LevelAtMost, OwnerIn, Reach, Scope, unbounded
from regbook.model.query import OPERATORS, Filter, Query, Sort
from regbook.model.record import Record
from regbook.rules.reading import definition_from
from regbook.store.database import Store

NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)
WITH = {
    "subject": {"type": "string", "title": "问题"},
    "hidden": {"type": "string", "title": "秘密"},
    "secret": {"type": "string", "title": "机密", "x-secrecy": "机密", "x-match": True},
    "lines": {"type": "array", "items": {"type": "object", "properties": {"what": {"type": "string"}}}},
    "amount": {"type": "string", "format": "money", "title": "金额"},
}
WITHOUT = {key: WITH[key] for key in ("subject", "amount")}


def definition(fields):
    return definition_from(
        {"register": "probe", "title": "试验", "entity": {"type": "object", "properties": fields}}
    )


FULL, BARE = definition(WITH), definition(WITHOUT)
NOWHERE = Reach()
READER = Scope(
    "probe",
    "read",
    "p1",
    Reach(((),)),
    dict.fromkeys(("hidden", "lines", "department"), NOWHERE),
    clearance=2,
)
"""Keeps hidden, lines and department by their reach; secret is above the clearance."""
HIDDEN = ("hidden", "secret", "lines", "department")


@pytest.fixture
def probe(store: Store):
    with store.reading() as reading:
        plan = reading.records.plan(None, FULL)
    store.migrate(plan)
    enter(
        store,
        "r1",
        {"subject": "甲", "hidden": "x", "secret": "x", "lines": [{"what": "x"}], "amount": "1.00"},
    )
    return store


def enter(store, id, facts, **kept):
    given = {"state": "current", "owner": "p1", "department": "d1", **kept}
    with store.work() as work:
        return work.records.insert(FULL, Record("probe", id, facts=facts, **given), NOW)


def refusal(store, ask, *given):
    with store.reading() as reading, pytest.raises(RequestInvalid) as caught:
        getattr(reading.records, ask)(*given, NOW)
    problems = [[each.path, each.code, dict(each.values), each.text()] for each in caught.value.problems]
    return json.dumps([caught.value.status, caught.value.text(), problems], ensure_ascii=False)


def questions(name):
    for op in (*OPERATORS, "like"):
        for value in ("x", None, True, 3, ["x", "y"], {"a": 1}, "1" * 10_000):
            yield "page", Query(filters=(Filter(name, op, value),))
    yield "count", Query(filters=(Filter(name, "eq", "x"),))
    yield "page", Query(sort=(Sort(name),))
    yield "page", Query(sort=(Sort("subject"), Sort(name, True)))
    yield "page", Query(fields=("subject", name))
    yield "group", Query(group=name)
    yield "group", Query(group=f"month({name})")
    yield (
        "page",
        Query(filters=(Filter(name, "eq", "x"), Filter("amount", "eq", "much"), Filter(name, "no", 1))),
    )


@pytest.mark.parametrize("name", [each for each in HIDDEN if each in WITH])
def test_a_hidden_field_and_one_that_never_was_are_refused_alike(probe: Store, name):
    stranger = replace(READER, fields={})
    for ask, query in questions(name):
        hidden = refusal(probe, ask, FULL, query, READER)
        assert hidden == refusal(probe, ask, BARE, query, stranger), (ask, query)
        assert '"unknown-field"' in hidden
        assert '"x"' not in hidden


def test_a_hidden_reserved_fact_is_refused_like_a_name_that_never_was(probe: Store):
    for ask, query in questions("department"):
        said = refusal(probe, ask, FULL, query, READER)
        text = repr(query)
        other = eval(text.replace("'department'", "'nothing'").replace("(department)", "(nothing)"))
        assert said.replace("department", "nothing") == refusal(probe, ask, FULL, other, READER)


def test_hidden_fields_are_in_no_answer(probe: Store):
    with probe.reading() as reading:
        for record in (
            reading.records.one(FULL, "r1", READER, NOW),
            *reading.records.page(FULL, Query(), READER, NOW).records,
        ):
            assert record.facts == {"subject": "甲", "amount": "1.00"}
            assert record.department is None
            assert record.owner == "p1"


def test_a_hidden_record_is_counted_nowhere(probe: Store):
    for at in range(5):
        enter(probe, f"s{at}", {"subject": "甲", "amount": "2.00"}, level=3)
        enter(probe, f"d{at}", {"subject": "甲"}, owner="p2", state="draft")
    low = replace(READER, records=Reach(((LevelAtMost(2),),)))
    with probe.reading() as reading:
        ask = reading.records
        assert ask.count(FULL, Query(), low, NOW).number == 1
        assert ask.count(FULL, Query(), READER, NOW).number == 1
        assert ask.group(FULL, Query(group="amount"), low, NOW) == (("1.00", 1),)
        page = ask.page(FULL, Query(limit=1), low, NOW)
        assert (len(page.records), page.after, page.before) == (1, None, None)
        assert ask.one(FULL, "s0", low, NOW) is None
        assert ask.one(FULL, "d0", low, NOW) is None


def test_only_the_owner_and_never_an_engine_list_sees_a_draft(probe: Store):
    enter(probe, "d1", {"subject": "草"}, owner="p2", state="draft")
    mine = Scope("probe", "read", "p2", Reach(((OwnerIn(frozenset({"p2"})),),)))
    engine = unbounded("probe", "read", "clock")
    with probe.reading() as reading:
        ask = reading.records
        assert ask.one(FULL, "d1", mine, NOW) is not None
        assert ask.one(FULL, "d1", READER, NOW) is None
        assert ask.one(FULL, "d1", engine, NOW) is not None
        assert {each.id for each in ask.page(FULL, Query(), engine, NOW).records} == {"r1"}
        assert ask.count(FULL, Query(), engine, NOW).number == 1


def test_an_encrypted_field_is_never_ordered_ranged_searched_or_grouped(probe: Store):
    enter(probe, "r2", {"subject": "乙", "secret": "不在词里"})
    high = replace(READER, clearance=4, fields={})
    with probe.reading() as reading:
        ask = reading.records
        found = ask.page(FULL, Query(filters=(Filter("secret", "eq", "x"),)), high, NOW).records
        assert [each.id for each in found] == ["r1"]
        found = ask.page(FULL, Query(filters=(Filter("secret", "in", ["x", "z"]),)), high, NOW).records
        assert [each.id for each in found] == ["r1"]
        assert not ask.page(FULL, Query(search="词里"), high, NOW).records
    for op in set(OPERATORS) - {"eq", "in"}:
        assert "operator-not-here" in refusal(
            probe, "page", FULL, Query(filters=(Filter("secret", op, "x"),)), high
        )
    assert "not-sortable" in refusal(probe, "page", FULL, Query(sort=(Sort("secret"),)), high)
    assert "not-groupable" in refusal(probe, "group", FULL, Query(group="secret"), high)


def test_a_masked_field_is_asked_for_equality_alone(store: Store):
    fields = {"name": {"type": "string"}, "phone": {"type": "string", "format": "phone"}}
    masked = definition_from(
        {
            "register": "probe",
            "title": "试验",
            "titles": ["phone"],
            "entity": {"type": "object", "properties": fields},
        }
    )
    with store.reading() as reading:
        plan = reading.records.plan(None, masked)
    store.migrate(plan)
    with store.work() as work:
        record = Record("probe", "r1", "current", {"name": "甲", "phone": "13800138000"}, number="P-1")
        work.records.insert(masked, record, NOW)
    every = Scope("probe", "read", "p1", Reach(((),)))
    with store.reading() as reading:
        ask = reading.records
        query = Query(filters=(Filter("phone", "eq", "13800138000"),))
        assert len(ask.page(masked, query, every, NOW).records) == 1
        assert ask.titles(masked, ["r1"], every, NOW) == {"r1": "P-1"}
        assert not ask.page(masked, Query(search="13800138000"), every, NOW).records
    for op in ("lt", "ge", "between", "contains", "starts"):
        query = Query(filters=(Filter("phone", op, "138"),))
        assert "operator-not-here" in refusal(store, "page", masked, query, every)
    assert "not-sortable" in refusal(store, "page", masked, Query(sort=(Sort("phone"),)), every)
    assert "not-groupable" in refusal(store, "group", masked, Query(group="phone"), every)


def test_search_looks_only_where_no_reader_is_kept_from(probe: Store):
    fields = {
        "open": {"type": "string"},
        "inner": {"type": "string", "x-secrecy": "内部"},
        "denied": {"type": "string"},
        "masked": {"type": "string", "x-mask": True},
        "phone": {"type": "string", "format": "phone"},
        "mine": {"type": "string", "x-personal": True},
    }
    read = definition_from(
        {
            "register": "probe",
            "title": "试验",
            "entity": {"type": "object", "properties": fields},
            "access": [{"role": "staff", "do": ["read"], "fields": {"deny": ["denied"]}}],
        }
    )
    from regbook.store.tables import public_fields

    assert public_fields(read) == ("open",)
    kept_from = replace(READER, fields={"subject": NOWHERE})
    with probe.reading() as reading:
        enter(probe, "r3", {"subject": "打印机"})
    with probe.reading() as reading:
        whole = replace(READER, fields={})
        assert len(reading.records.page(FULL, Query(search="打印"), whole, NOW).records) == 1
        assert reading.records.page(FULL, Query(search="打印"), kept_from, NOW).records == ()


def test_what_a_reader_may_know_is_refused_by_its_own_name(probe: Store):
    for filter_, code in (
        (Filter("amount", "eq", "much"), "money-form"),
        (Filter("amount", "contains", "1"), "operator-not-here"),
        (Filter("amount", "between", "1.00"), "wants-two-values"),
        (Filter("subject", "eq", 3), "wants-text"),
        (Filter("subject", "empty", "yes"), "wants-yes-no"),
    ):
        said = refusal(probe, "page", FULL, Query(filters=(filter_,)), READER)
        assert code in said
        assert "金额" in said or "问题" in said
    assert "search-short" in refusal(probe, "page", FULL, Query(search="打"), READER)
    assert "limit-range" in refusal(probe, "page", FULL, Query(limit=0), READER)


def test_fields_of_lines_are_hidden_one_by_one_and_outlive_an_amendment(store: Store):
    inner = {
        "what": {"type": "string"},
        "cost": {"type": "string", "format": "money"},
        "plan": {"type": "string", "x-secrecy": "机密"},
        "note": {"type": "string"},
    }
    lined = definition({"lines": {"type": "array", "items": {"type": "object", "properties": inner}}})
    with store.reading() as reading:
        plan = reading.records.plan(None, lined)
    store.migrate(plan)
    line = {"_id": "one", "what": "甲", "cost": "1.00", "plan": "并购", "note": "n"}
    with store.work() as work:
        for id, owner in (("r1", "p1"), ("r2", "p2")):
            record = Record("probe", id, "current", {"lines": [line]}, owner=owner)
            work.records.insert(lined, record, NOW)
    mine = Reach(((OwnerIn(frozenset({"p1"})),),))
    reader = Scope(
        "probe", "read", "p1", Reach(((),)), {"lines.cost": NOWHERE, "lines.note": mine}, clearance=2
    )
    with store.reading() as reading:
        seen = {each.id: each.facts for each in reading.records.page(lined, Query(), reader, NOW).records}
        whole = reading.records.one(lined, "r1", unbounded("probe", "read", "test"), NOW)
    assert seen == {
        "r1": {"lines": [{"_id": "one", "what": "甲", "note": "n"}]},
        "r2": {"lines": [{"_id": "one", "what": "甲"}]},
    }
    assert whole.facts == {"lines": [line]}
    amended = replace(whole, facts={"lines": [{"_id": "one", "what": "乙"}, {"_id": "two", "what": "丙"}]})
    with store.work() as work:
        work.records.update(lined, whole, amended, NOW)
        found = work.records.one(lined, "r1", unbounded("probe", "read", "test"), NOW)
    assert found.facts["lines"][0] == {**line, "what": "乙"}
    assert [each["_id"] for each in found.facts["lines"]] == ["one", "two"]


def test_what_may_be_read_may_still_not_be_asked_for(probe: Store):
    reader = replace(READER, fields={})
    nothing = {
        "match": replace(reader, fields={"subject": NOWHERE}),
        "range": replace(reader, records=NOWHERE),
    }
    equal = Query(filters=(Filter("subject", "eq", "甲"),))
    part = Query(filters=(Filter("subject", "contains", "甲"),))
    with probe.reading() as reading:
        ask = reading.records
        for uses, query in (
            ({"match": nothing["match"]}, equal),
            ({"range": nothing["range"]}, part),
            ({"range": nothing["range"]}, Query(sort=(Sort("subject"),))),
        ):
            assert len(ask.page(FULL, query, reader, NOW).records) == 1
            with pytest.raises(RequestInvalid) as caught:
                ask.page(FULL, query, reader, NOW, uses)
            assert [each.code for each in caught.value.problems] == ["not-to-be-asked"]
        assert len(ask.page(FULL, part, reader, NOW, {"match": nothing["match"]}).records) == 1
        assert len(ask.page(FULL, Query(), reader, NOW, nothing).records) == 1


def test_a_field_may_be_matched_by_someone_who_may_not_read_it(probe: Store):
    reader = replace(READER, fields={"hidden": NOWHERE})
    uses = {"match": replace(READER, fields={})}
    with probe.reading() as reading:
        ask = reading.records
        found = ask.page(FULL, Query(filters=(Filter("hidden", "eq", "x"),)), reader, NOW, uses).records
        assert [each.id for each in found] == ["r1"]
        assert "hidden" not in found[0].facts
        with pytest.raises(RequestInvalid) as caught:
            ask.page(FULL, Query(sort=(Sort("hidden"),)), reader, NOW, uses)
    assert [each.code for each in caught.value.problems] == ["unknown-field"]

"""Records on both stores: what is written is what is read, every storage, lines and secrets too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from regbook.errors import RecordInvalid
from regbook.model.access import OwnerIn, Reach, Scope, unbounded
from regbook.model.query import Filter, Query, Sort
from regbook.model.record import Entry, Record
from regbook.rules.reading import definition_from
from regbook.store.database import Moved, Store

NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)
ENGINE = unbounded("probe", "read", "test")
FIELDS = {
    "number": {"type": "string", "format": "serial", "x-serial": "P-{seq:4}"},
    "subject": {"type": "string", "title": "问题", "maxLength": 200},
    "story": {"type": "string", "x-lines": 5},
    "amount": {"type": "string", "format": "money"},
    "rate": {"type": "number"},
    "share": {"type": "number", "format": "percent"},
    "pieces": {"type": "integer"},
    "urgent": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "clock": {"type": "string", "format": "time"},
    "at": {"type": "string", "format": "date-time"},
    "span": {"type": "string", "format": "span"},
    "handler": {"type": "string", "format": "person"},
    "helpers": {"type": "array", "items": {"type": "string", "format": "person"}},
    "units": {"type": "array", "items": {"type": "string", "format": "department"}},
    "kinds": {
        "type": "array",
        "items": {
            "type": "string",
            "oneOf": [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}],
        },
    },
    "loss": {"type": "string", "format": "money", "x-secrecy": "秘密", "x-match": True},
    "plan": {"type": "string", "x-secrecy": "机密"},
    "code": {"type": "string", "x-unique": True, "title": "编码"},
    "lines": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "what": {"type": "string"},
                "cost": {"type": "string", "format": "money"},
                "rate": {"type": "number"},
                "when": {"type": "string", "format": "date-time"},
                "day": {"type": "string", "format": "date"},
                "clock": {"type": "string", "format": "time"},
                "done": {"type": "boolean"},
                "who": {"type": "array", "items": {"type": "string", "format": "person"}},
                "secret": {"type": "string", "x-secrecy": "机密"},
            },
        },
    },
}
DEFINITION = definition_from(
    {
        "register": "probe",
        "title": "试验",
        "entity": {"type": "object", "properties": FIELDS},
        "titles": ["subject"],
        "list": {"sort": "-at"},
    }
)
FACTS = {
    "subject": "打印机停用",
    "story": "一\n二",
    "amount": "-1234.50",
    "rate": Decimal("1.250001"),
    "share": Decimal("12.5"),
    "pieces": 2**53 - 1,
    "urgent": False,
    "day": "1999-12-31",
    "clock": "09:30",
    "at": "2026-09-30T08:00:00Z",
    "span": "4wh",
    "handler": "p1",
    "helpers": ["p3", "p2"],
    "units": ["d1"],
    "kinds": ["a", "b"],
    "loss": "9999999999999999.99",
    "plan": "并购",
    "code": "C-1",
    "lines": [
        {
            "_id": "one",
            "what": "查",
            "cost": "0.10",
            "rate": Decimal("0.5"),
            "when": "2026-10-01T00:00:00Z",
            "day": "2026-10-01",
            "clock": "00:00",
            "done": True,
            "who": ["p1"],
            "secret": "嘘",
        },
        {"_id": "two", **dict.fromkeys(FIELDS["lines"]["items"]["properties"])},
    ],
}


@pytest.fixture
def probe(store: Store):
    with store.reading() as reading:
        plan = reading.records.plan(None, DEFINITION)
    store.migrate(plan)
    return store


def enter(store, id="r1", facts=FACTS, **kept):
    given = {"state": "current", "owner": "p1", "department": "d1", "number": f"P-{id}", **kept}
    with store.work() as work:
        return work.records.insert(DEFINITION, Record("probe", id, facts=facts, **given), NOW)


def one(store, id="r1", scope=ENGINE):
    with store.reading() as reading:
        return reading.records.one(DEFINITION, id, scope, NOW)


def page(store, query=Query(), scope=ENGINE):  # noqa: B008 - a query is frozen
    with store.reading() as reading:
        return reading.records.page(DEFINITION, query, scope, NOW)


def test_every_storage_comes_back_as_it_was_written(probe: Store):
    kept = enter(probe, level=2, declassify_on=NOW + timedelta(days=1, microseconds=7), submitted_at=NOW)
    assert kept.facts == FACTS
    assert kept.entered_at == NOW
    assert one(probe) == kept
    assert page(probe).records == (kept,)


def test_nothing_comes_back_as_null(probe: Store):
    kept = enter(probe, facts={})
    assert one(probe).facts == dict.fromkeys(key for key in FIELDS if key != "number")
    assert kept.counter == 1


def test_a_record_and_a_page_are_one_statement_each_lines_included(probe: Store):
    for number in range(3):
        enter(probe, f"r{number}", {**FACTS, "code": str(number)})
    one(probe)
    with probe.statements() as counter:
        assert one(probe) is not None
    assert counter.count == 1
    with probe.statements() as counter:
        assert len(page(probe).records) == 3
    assert counter.count == 1


def test_an_update_writes_what_changed_and_counts_on(probe: Store):
    old = enter(probe)
    lines = [{"_id": "two", **dict.fromkeys(FACTS["lines"][1]), "what": "改"}, {"what": "新"}]
    facts = {"subject": "空调停用", "loss": "7.00", "lines": lines, "helpers": None}
    with probe.work() as work:
        kept = work.records.update(DEFINITION, old, replace(old, state="done", facts=facts), NOW)
    found = one(probe)
    assert (found.state, found.counter, found.facts["plan"]) == ("done", 2, "并购")
    assert [line["what"] for line in found.facts["lines"]] == ["改", "新"]
    assert found.facts["lines"][1]["_id"] == kept.facts["lines"][1]["_id"]
    assert (found.facts["loss"], found.facts["subject"], found.facts["helpers"]) == ("7.00", "空调停用", None)
    assert not page(probe, Query(search="打印")).records
    assert page(probe, Query(search="空调")).records


def test_an_update_from_an_old_state_moves_nothing(probe: Store):
    old = enter(probe)
    with probe.work() as work:
        work.records.update(DEFINITION, old, replace(old, facts={"pieces": 1}), NOW)
    with pytest.raises(Moved), probe.work() as work:
        work.records.update(DEFINITION, old, replace(old, facts={"pieces": 2}), NOW)
    assert one(probe).facts["pieces"] == 1


def test_party_relations_follow_the_fields(probe: Store):
    old = enter(probe)
    with probe.reading() as reading:
        ties = {(each.person, each.department, each.field) for each in reading.relations.of("probe", "r1")}
    assert ties == {
        ("p1", None, "handler"),
        ("p2", None, "helpers"),
        ("p3", None, "helpers"),
        (None, "d1", "units"),
        ("p1", None, "lines.who"),
    }
    with probe.work() as work:
        work.records.update(DEFINITION, old, replace(old, facts={"helpers": ["p2"], "handler": None}), NOW)
    with probe.reading() as reading:
        ties = {(each.person, each.field) for each in reading.relations.of("probe", "r1")}
    assert ties == {("p2", "helpers"), (None, "units"), ("p1", "lines.who")}


def test_secrets_never_rest_in_the_open(probe: Store, store_url: str, tmp_path):
    enter(probe)
    with probe.reading() as reading:
        rows = reading.execute(text("SELECT * FROM r_probe")).all()
    assert "并购" not in repr(rows)
    assert "并购".encode().hex() not in repr(
        [bytes(each).hex() for row in rows for each in row if isinstance(each, bytes)]
    )
    if store_url.startswith("sqlite"):
        probe.close()
        raw = b"".join(each.read_bytes() for each in tmp_path.glob("office.db*"))
        assert "打印机停用".encode() in raw
        assert "并购".encode() not in raw
        assert "嘘".encode() not in raw


def test_secrets_rest_sealed_in_the_journal_too(probe: Store, store_url: str, tmp_path):
    kept = enter(probe)
    changes = {key: (None, fact) for key, fact in FACTS.items()}
    entry = Entry("e1", "probe", "r1", NOW, "p1", "enter", changes)
    with probe.work() as work:
        sealed, snapshot = work.records.for_journal(DEFINITION, entry, kept)
        work.journal.write(sealed, snapshot)
    for said in (repr(sealed), repr(snapshot)):
        assert "打印机停用" in said
        assert not any(secret in said for secret in ("并购", "嘘", FACTS["loss"]))
    with probe.reading() as reading:
        found = reading.journal.of("probe", "r1")
        assert reading.records.opened(DEFINITION, "r1", found) == (entry,)
        reading.execute(text("SELECT 1"))
    with probe.work() as work:  # the record's key is destroyed
        work.execute(text("UPDATE r_probe SET seal = NULL"))
        (opened,) = work.records.opened(DEFINITION, "r1", work.journal.of("probe", "r1"))
    assert opened.changes["plan"] == (None, None)
    assert opened.changes["subject"] == (None, "打印机停用")
    assert [line["secret"] for line in opened.changes["lines"][1]] == [None, None]


def test_a_value_that_must_be_unique_is_so_among_records_of_its_level(probe: Store):
    enter(probe, "r1")
    enter(probe, "r2", level=1)
    enter(probe, "r3", state="draft")
    with pytest.raises(RecordInvalid) as caught:
        enter(probe, "r4")
    assert [(each.path, each.code, each.values) for each in caught.value.problems] == [
        ("/code", "not-unique", {"title": "编码"})
    ]
    assert one(probe, "r4") is None


def test_a_fact_that_is_none_of_its_kind_is_refused_and_nothing_is_kept(probe: Store):
    for key, fact in {
        "amount": "1.234",
        "pieces": "3",
        "urgent": 1,
        "day": "31.12.1999",
        "subject": "a\0",
        "plan": 2**70,
    }.items():
        with pytest.raises(RecordInvalid) as caught:
            enter(probe, facts={key: fact})
        assert [each.path for each in caught.value.problems] == [f"/{key}"]
    assert one(probe) is None


FOUND = [
    ("subject", "eq", "打印机停用", True),
    ("subject", "ne", "打印机停用", False),
    ("subject", "contains", "印机", True),
    ("subject", "contains", "%", False),
    ("subject", "starts", "打印", True),
    ("subject", "starts", "印", False),
    ("subject", "in", ["别的", "打印机停用"], True),
    ("subject", "in", [], False),
    ("story", "empty", False, True),
    ("amount", "lt", "-1234.49", True),
    ("amount", "between", ["-1234.50", "-1234.50"], True),
    ("amount", "gt", "-1234.50", False),
    ("rate", "eq", Decimal("1.250001"), True),
    ("pieces", "ge", 2**53 - 1, True),
    ("pieces", "in", [1, 2**53 - 1], True),
    ("urgent", "eq", False, True),
    ("urgent", "ne", False, False),
    ("day", "le", "1999-12-31", True),
    ("day", "between", [None, "1999-12-30"], False),
    ("clock", "gt", "09:29", True),
    ("at", "eq", "2026-09-30T16:00:00+08:00", True),
    ("at", "lt", "2026-09-30T08:00:00Z", False),
    ("handler", "in", ["p1", "p9"], True),
    ("helpers", "contains", "p2", True),
    ("helpers", "contains", "p", False),
    ("helpers", "in", ["p9", "p3"], True),
    ("kinds", "contains", "b", True),
    ("loss", "eq", "9999999999999999.99", True),
    ("loss", "eq", "9999999999999999.98", False),
    ("lines", "empty", False, True),
    ("state", "in", ["current", "done"], True),
    ("owner", "eq", "p1", True),
    ("level", "ge", 1, False),
    ("number", "starts", "P-", True),
    ("entered_at", "le", "2026-09-30T08:00:00Z", True),
    ("submitted_at", "empty", True, True),
    ("assignee", "empty", True, True),
    ("assignee", "eq", "p1", False),
    ("subject", "eq", None, False),
    ("subject", "ne", None, True),
]
"""A field, an operator, a value, and whether the record of FACTS is found by it."""


def test_filters_find_what_they_say(probe: Store):
    enter(probe)
    for field, op, value, found in FOUND:
        query = Query(filters=(Filter(field, op, value),))
        assert bool(page(probe, query).records) is found, (field, op, value)
        with probe.reading() as reading:
            counted = reading.records.count(DEFINITION, query, ENGINE, NOW).number
        assert counted == int(found), (field, op, value)


def test_groups_count_values_and_periods(probe: Store):
    for number, (handler, at) in enumerate(
        [("p1", "2026-08-31T15:59:59Z"), ("p1", "2026-08-31T16:00:00Z"), (None, None)]
    ):
        enter(probe, f"r{number}", {"handler": handler, "at": at})
    china = ZoneInfo("Asia/Shanghai")
    with probe.reading() as reading:
        group = reading.records.group
        assert group(DEFINITION, Query(group="handler"), ENGINE, NOW) == (("p1", 2), (None, 1))
        months = group(DEFINITION, Query(group="month(at)"), ENGINE, NOW, china)
    assert set(months) == {("2026-08", 1), ("2026-09", 1), (None, 1)}


def test_titles_are_those_of_records_in_scope(probe: Store):
    enter(probe, "r1")
    enter(probe, "r2", {**FACTS, "code": "2"}, owner="p2")
    scope = Scope("probe", "read", "p2", Reach(((OwnerIn(frozenset({"p2"})),),)))
    with probe.reading() as reading:
        assert reading.records.titles(DEFINITION, ["r1", "r2", "r3"], scope, NOW) == {"r2": "打印机停用"}


def test_words_are_found_by_pairs_and_by_pinyin(probe: Store):
    enter(probe)
    for words, found in {
        "打印": 1,
        "印机 停用": 1,
        "dyj": 1,
        "dayinji": 1,
        "p-r1": 1,
        "停打": 0,
        "别的": 0,
    }.items():
        assert len(page(probe, Query(search=words)).records) == found, words


def test_an_order_is_the_same_on_both_stores(probe: Store):
    amounts = ["10.00", "9.00", None, "-1.00", "100.00"]
    for number, amount in enumerate(amounts):
        enter(probe, f"r{number}", {"amount": amount})
    found = [each.facts["amount"] for each in page(probe, Query(sort=(Sort("amount"),))).records]
    assert found == [None, "-1.00", "9.00", "10.00", "100.00"]
    turned = [each.facts["amount"] for each in page(probe, Query(sort=(Sort("amount", True),))).records]
    assert turned == found[::-1]

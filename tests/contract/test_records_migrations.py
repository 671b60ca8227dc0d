"""Register tables from one definition to the next: nothing is lost, what was interrupted is finished."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import inspect, text

from regbook.errors import DefinitionInvalid, say
from regbook.model.access import unbounded
from regbook.model.query import Filter, Query
from regbook.model.record import Record
from regbook.rules.reading import definition_from
from regbook.store import migrations
from regbook.store.database import Store
from regbook.store.engines import sqlite_driver

NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)
ENGINE = unbounded("probe", "read", "test")
LINE = {"what": {"type": "string"}, "pieces": {"type": "integer"}}
OLD = {
    "subject": {"type": "string", "title": "问题"},
    "handler": {"type": "string", "format": "person", "title": "处理人"},
    "pieces": {"type": "integer", "title": "件数"},
    "note": {"type": "string", "title": "备注"},
    "bare": {"type": "string", "title": "空白"},
    "open": {"type": "string", "title": "公开"},
    "lines": {"type": "array", "title": "明细", "items": {"type": "object", "properties": LINE}},
    "gone": {"type": "array", "title": "旧明细", "items": {"type": "object", "properties": LINE}},
}
NEW = {
    "subject": {"type": "string", "title": "问题"},
    "performer": {"type": "string", "format": "person", "title": "处理人", "x-was": ["handler"]},
    "pieces": {"type": "number", "title": "件数"},
    "bare": {"type": "string", "format": "money", "title": "空白"},
    "open": {"type": "string", "title": "公开", "x-secrecy": "机密", "x-match": True},
    "lines": {
        "type": "array",
        "title": "明细",
        "items": {
            "type": "object",
            "properties": {
                "text": {"type": "string", "x-was": ["what"]},
                "pieces": {"type": "number"},
                "day": {"type": "string", "format": "date"},
            },
        },
    },
    "more": {"type": "array", "title": "新明细", "items": {"type": "object", "properties": LINE}},
    "code": {"type": "string", "title": "编码", "x-unique": True},
}
RECORDS = 7


def definition(fields, revision=1, **more):
    raw = {"register": "probe", "title": "试验", "entity": {"type": "object", "properties": fields}, **more}
    return definition_from(raw, revision)


BEFORE = definition(OLD, 1, titles=["subject"], list={"sort": "pieces"})
AFTER = definition(NEW, 2, titles=["subject"], list={"sort": "-code", "filters": ["performer"]})


def facts(at):
    lines = [{"_id": f"l{n}", "what": f"w{n}", "pieces": n} for n in range(at % 3)]
    return {
        "subject": f"打印机{at}",
        "handler": "p1",
        "pieces": at,
        "note": f"n{at}",
        "open": f"公{at}",
        "lines": lines,
        "gone": [{"what": "x", "pieces": 1}],
    }


@pytest.fixture
def probe(store: Store):
    migrate(store, None, BEFORE)
    with store.work() as work:
        for at in range(RECORDS):
            work.records.insert(BEFORE, Record("probe", f"r{at}", "current", facts(at), owner="p1"), NOW)
    return store


def migrate(store, old, new, told=lambda step: None):
    with store.reading() as reading:
        plan = reading.records.plan(old, new)
    store.migrate(plan, told)
    return plan


def counts(store):
    """The rows of every table of the register, by what the table is called without its retirement."""
    found = {}
    with store.reading() as reading:
        names = inspect(reading.connection.plain).get_table_names()
        for name in names:
            if name.startswith(("r_", "l_", "zz_")):
                rows = reading.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
                found[name.removeprefix("zz_").split("_r1")[0]] = rows
    return found


def check_after(store):
    with store.reading() as reading:
        ask = reading.records
        for at in range(RECORDS):
            found = ask.one(AFTER, f"r{at}", ENGINE, NOW)
            wanted = [
                {"_id": f"l{n}", "text": f"w{n}", "pieces": Decimal(n), "day": None} for n in range(at % 3)
            ]
            assert found.facts == {
                "subject": f"打印机{at}",
                "performer": "p1",
                "pieces": Decimal(at),
                "bare": None,
                "open": f"公{at}",
                "lines": wanted or None,
                "more": None,
                "code": None,
            }
        found = ask.page(AFTER, Query(filters=(Filter("open", "eq", "公3"),)), ENGINE, NOW).records
        assert [each.id for each in found] == ["r3"]
        assert len(ask.page(AFTER, Query(search="打印"), ENGINE, NOW).records) == RECORDS
        assert not ask.page(AFTER, Query(search="公3"), ENGINE, NOW).records


def test_a_plan_says_each_step_and_the_rows_it_touches(probe: Store):
    with probe.reading() as reading:
        steps = reading.records.plan(BEFORE, AFTER).steps
    said = {(step.kind, step.title, step.rows) for step in steps}
    assert said >= {
        ("alias", "处理人", RECORDS),
        ("add", "编码", RECORDS),
        ("widen", "件数", RECORDS),
        ("seal", "公开", RECORDS),
        ("retire", "备注", RECORDS),
        ("empty", "空白", 0),
        ("create", "新明细", 0),
        ("retire-lines", "旧明细", RECORDS),
        ("words", "试验", RECORDS),
    }
    for step in steps:
        assert step.title in say(step.code, step.values)


def test_a_migration_keeps_every_value_and_every_row(probe: Store):
    before = counts(probe)
    migrate(probe, BEFORE, AFTER)
    check_after(probe)
    after = counts(probe)
    assert {name: after[name] for name in before} == before
    with probe.reading() as reading:
        names = {each["name"] for each in inspect(reading.connection.plain).get_columns("r_probe")}
        kept = next(each for each in names if each.startswith("zz_") and each.endswith("_t_r1"))
        retired = [each for each in names if each.startswith("zz_")]
        values = {
            name: reading.execute(text(f"SELECT count({name}) FROM r_probe")).scalar_one() for name in retired
        }
    assert kept
    assert sorted(values.values()) == [0, 0, RECORDS, RECORDS]  # blank, sealed, pieces, note


def test_a_migration_interrupted_after_any_step_is_finished_by_running_it_again(probe: Store):
    before = counts(probe)
    with probe.reading() as reading:
        plan = reading.records.plan(BEFORE, AFTER)

    class Pulled(Exception):
        pass

    for stop in range(len(plan.steps)):
        done = []

        def pull(step, done=done, stop=stop):
            done.append(step)
            if len(done) > stop:
                raise Pulled

        with pytest.raises(Pulled):
            probe.migrate(plan, pull)
        after = counts(probe)
        assert {name: after.get(name) for name in before} == before
    probe.migrate(plan)
    probe.migrate(plan)
    check_after(probe)


def test_a_step_that_fails_halfway_leaves_nothing_of_itself(probe: Store, monkeypatch):
    with probe.reading() as reading:
        plan = reading.records.plan(BEFORE, AFTER)
        shape = {name: inspect(reading.connection.plain).get_columns(name) for name in counts(probe)}
    rows = migrations._rows
    asked = []

    def lost(plain, name):
        asked.append(name)
        return -1 if len(asked) % 2 == 0 else rows(plain, name)

    monkeypatch.setattr(migrations, "_rows", lost)
    kept = next(step for step in plan.steps if step.kind == "add")

    with pytest.raises(Exception, match="number of rows"):
        probe.migrate(replace(plan, steps=(kept,)))
    with probe.reading() as reading:
        after = {name: inspect(reading.connection.plain).get_columns(name) for name in counts(probe)}
    assert str(after) == str(shape)


def test_what_was_open_before_it_was_sealed_is_nowhere_in_the_file(probe: Store, store_url: str, tmp_path):
    if not store_url.startswith("sqlite"):
        pytest.skip("PostgreSQL's files are not ours to read")
    long = "绝密文字" * 3_000  # long enough to leave whole pages behind
    with probe.work() as work:
        old = work.records.one(BEFORE, "r0", ENGINE, NOW)
        work.records.update(BEFORE, old, replace(old, facts={"open": long}), NOW)
    migrate(probe, BEFORE, AFTER)
    probe.close()
    checked = sqlite_driver.connect(tmp_path / "office.db")
    checked.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    checked.close()
    raw = b"".join(each.read_bytes() for each in tmp_path.glob("office.db*"))
    assert "打印机3".encode() in raw
    for word in ("公3", "绝密文字"):
        assert word.encode() not in raw
        assert word[:2].encode().hex().encode() not in raw


def test_a_change_that_could_lose_values_is_refused_with_their_number(probe: Store):
    with probe.reading() as reading, pytest.raises(DefinitionInvalid) as caught:
        reading.records.plan(BEFORE, definition({**OLD, "subject": {"type": "integer", "title": "问题"}}, 2))
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == ("/entity/properties/subject", "values-would-be-lost")
    assert problem.values == {"title": "问题", "rows": RECORDS}


def test_values_that_are_not_unique_are_told_and_nothing_is_lost(probe: Store):
    new = definition({**OLD, "handler": {**OLD["handler"], "x-unique": True}}, 2)
    with pytest.raises(DefinitionInvalid) as caught:
        migrate(probe, BEFORE, new)
    assert [each.code for each in caught.value.problems] == ["values-not-unique"]
    with probe.reading() as reading:
        assert reading.records.count(BEFORE, Query(), ENGINE, NOW).number == RECORDS


def test_a_past_may_neither_be_dropped_nor_taken_by_another_field(probe: Store):
    migrate(probe, BEFORE, AFTER)
    dropped = definition({**NEW, "performer": {**NEW["performer"], "x-was": []}}, 3)
    with probe.reading() as reading, pytest.raises(DefinitionInvalid) as caught:
        reading.records.plan(AFTER, dropped)
    assert [each.code for each in caught.value.problems] == ["was-must-stay"]
    taken = definition({**NEW, "handler": {"type": "string", "title": "新"}}, 3)
    with probe.reading() as reading, pytest.raises(DefinitionInvalid) as caught:
        reading.records.plan(AFTER, taken)
    assert [each.code for each in caught.value.problems] == ["key-was-used"]


def test_a_retired_field_that_comes_back_shows_what_it_held(probe: Store):
    without = definition({key: each for key, each in OLD.items() if key != "note"}, 2)
    again = definition(OLD, 3)
    migrate(probe, BEFORE, without)
    migrate(probe, without, again)
    with probe.reading() as reading:
        assert reading.records.one(again, "r1", ENGINE, NOW).facts["note"] == "n1"


HOSTILE = [
    *"""
"; DROP TABLE r_probe; --|'); DELETE FROM entry; --|a b|a-b|a.b|a"b|a'b|a`b|a[b]|a\\b|a/b|a~b|a%b|a%(p0)s|a:p0
a?b|a;b|select|SELECT|from|order|id|seq|seal|words|counter|revision|rowid|oid|ctid|xmin|部门|密级|é|😀|A|{0}|${a}
__class__|%s|NULL|true|p0|f_|r_probe|/id|json_each|entered|now()|/* x */|-- x|\\x00|&amp;|<b>
""".strip()
    .replace("\n", "|")
    .split("|"),
    *("a" * 300, "a\tb", "a\nb"),
]


def test_names_and_titles_that_people_give_never_reach_sql(store: Store):
    assert len(HOSTILE) >= 40
    fields = {key: {"type": "string", "title": key, "maxLength": 400} for key in HOSTILE}
    inner = dict(list(fields.items())[:20])
    fields["lines"] = {"type": "array", "items": {"type": "object", "properties": inner}}
    hostile = definition_from(
        {
            "register": "probe",
            "title": HOSTILE[0],
            "titles": HOSTILE[:2],
            "entity": {"type": "object", "properties": fields},
            "list": {"sort": HOSTILE[0], "filters": HOSTILE[:3]},
        }
    )
    migrate(store, None, hostile)
    given = {key: " ".join(key.split()) for key in HOSTILE}
    given["lines"] = [{"_id": "l1", **{key: given[key] for key in HOSTILE[:20]}}]
    with store.statements() as counter:
        with store.work() as work:
            work.records.insert(hostile, Record("probe", "r1", "current", given, owner=HOSTILE[0]), NOW)
        with store.reading() as reading:
            ask = reading.records
            assert ask.one(hostile, "r1", ENGINE, NOW).facts == given
            for key in HOSTILE:
                query = Query(
                    filters=(Filter(key, "eq", given[key]), Filter(key, "contains", given[key])),
                    fields=(key,),
                )
                assert len(ask.page(hostile, query, ENGINE, NOW).records) == 1, key
                assert ask.group(hostile, Query(group=key), ENGINE, NOW) == ((given[key], 1),)
                ask.page(hostile, Query(search=f"{key} 打印"), ENGINE, NOW)
    sent = "\n".join(counter.texts)
    for key in HOSTILE:
        assert len(key) < 4 or key.isidentifier() or key not in sent


@pytest.mark.parametrize("register", ["", "A", "1a", "a-b", 'a"; DROP TABLE x; --', "a" * 64, "é", "a\n"])
def test_a_register_whose_id_is_none_has_no_table(store: Store, register):
    with store.reading() as reading, pytest.raises(DefinitionInvalid):
        named = {"register": register, "title": "x", "entity": {"properties": {}}}
        reading.records.plan(None, definition_from(named))

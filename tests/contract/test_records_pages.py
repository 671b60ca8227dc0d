"""Pages by cursor: every record once, whatever ties and blanks there are; a cursor serves one question."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from regbook.errors import RequestInvalid
from regbook.model.access import OwnerIn, Reach, Scope
from regbook.model.query import Count, Filter, Query, Sort
from regbook.model.record import Record
from regbook.rules.reading import definition_from
from regbook.store.database import Store

NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)
FIELDS = {
    "subject": {"type": "string"},
    "amount": {"type": "string", "format": "money"},
    "rate": {"type": "number"},
    "at": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "clock": {"type": "string", "format": "time"},
    "pieces": {"type": "integer"},
}
DEFINITION = definition_from(
    {
        "register": "probe",
        "title": "试验",
        "entity": {"type": "object", "properties": FIELDS},
        "list": {"sort": "-at"},
    }
)
ALL = Scope("probe", "read", "p1", Reach(((),)))
MINE = Scope("probe", "read", "p1", Reach(((),)), {"amount": Reach(((OwnerIn(frozenset({"p1"})),),))})
REASONS = Scope(
    "probe", "read", "p1", Reach(((OwnerIn(frozenset({"p1"})),), (OwnerIn(frozenset({"p2", "p3"})),)))
)
FEW = replace(REASONS, person="p9")
MANY = 41


def facts(dice):
    return {
        "subject": dice.choice([None, "甲", "乙", "丙"]),
        "amount": dice.choice([None, "-1.00", "0.00", "2.50", "10.00"]),
        "rate": dice.choice([None, 1, 2]),
        "at": dice.choice([None, "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"]),
        "day": dice.choice([None, "2026-01-01", "2026-02-01"]),
        "clock": dice.choice([None, "00:00", "23:59"]),
        "pieces": dice.choice([None, 1, 10, 9]),
    }


@pytest.fixture
def probe(store: Store):
    dice = random.Random(7)
    with store.reading() as reading:
        plan = reading.records.plan(None, DEFINITION)
    store.migrate(plan)
    with store.work() as work:
        for at in range(MANY):
            record = Record("probe", f"r{at:02}", "current", facts(dice), owner=dice.choice(["p1", "p2"]))
            work.records.insert(DEFINITION, record, NOW)
    return store


def walk(store, query, scope):
    """The ids of every page, forward to the end and back to the beginning."""
    forward, backward, seen, last = [], [], None, None
    with store.reading() as reading:
        while seen is None or last:
            seen = reading.records.page(DEFINITION, Query(**{**query, "after": last}), scope, NOW)
            forward.append([each.id for each in seen.records])
            last, before = seen.after, seen.before
        while before:
            seen = reading.records.page(DEFINITION, Query(**{**query, "after": before}), scope, NOW)
            backward.append([each.id for each in seen.records])
            before = seen.before
            assert seen.after
    return forward, backward


SORTS = [
    (),
    *((Sort(name, at % 2 == 1),) for at, name in enumerate((*FIELDS, "entered_at", "owner", "level"))),
    (Sort("amount", True), Sort("day", True)),
    (Sort("subject", True), Sort("at"), Sort("pieces", True)),
]


@pytest.mark.parametrize(
    "scope", [ALL, MINE, REASONS, FEW], ids=["all", "amounts of mine", "along the order", "by streams"]
)
def test_pages_hold_every_record_once_in_both_directions(probe: Store, scope):
    if scope is FEW:  # a page that the register cannot fill: from now on each reason is asked by itself
        with probe.reading() as reading:
            reading.records.page(DEFINITION, Query(limit=MANY), scope, NOW)
    for sort in SORTS:
        forward, backward = walk(probe, {"sort": sort, "limit": 7}, scope)
        flat = [each for page in forward for each in page]
        assert len(flat) == MANY, sort
        assert len(set(flat)) == MANY, sort
        assert [len(page) for page in forward] == [7, 7, 7, 7, 7, 6], sort
        assert backward[::-1] == forward[:-1], sort


def test_pages_agree_with_one_long_page(probe: Store):
    for sort in SORTS:
        with probe.reading() as reading:
            whole = reading.records.page(DEFINITION, Query(sort=sort, limit=1000), ALL, NOW)
        forward, _ = walk(probe, {"sort": sort, "limit": 11}, ALL)
        assert [each.id for each in whole.records] == [each for page in forward for each in page]
        assert (whole.after, whole.before) == (None, None)


@pytest.mark.parametrize("scope", [ALL, REASONS, FEW], ids=["all", "along the order", "by streams"])
def test_every_way_to_a_page_finds_the_same(probe: Store, scope):
    query = Query(filters=(Filter("pieces", "ge", 1),), limit=5)
    with probe.reading() as reading:
        ask = reading.records
        expected = [each.id for each in ask.page(DEFINITION, query, ALL, NOW).records]
        for _ in range(3):
            assert [each.id for each in ask.page(DEFINITION, query, scope, NOW).records] == expected
        assert ask.count(DEFINITION, Query(), scope, NOW).number == MANY
        assert ask.count(DEFINITION, Query(), scope, NOW, limit=7) == Count(7, False)


def test_a_page_deep_down_is_one_statement_too(probe: Store):
    with probe.reading() as reading:
        first = reading.records.page(DEFINITION, Query(limit=5), ALL, NOW)
    with probe.statements() as counter, probe.reading() as reading:
        reading.records.page(DEFINITION, Query(limit=5, after=first.after), ALL, NOW)
    assert counter.count == 1


def test_a_cursor_serves_its_own_question_alone(probe: Store):
    query = {"sort": (Sort("amount"),), "filters": (Filter("pieces", "ge", 1),), "limit": 3}
    with probe.reading() as reading:
        ask = reading.records
        cursor = ask.page(DEFINITION, Query(**query), ALL, NOW).after
        other = Scope("probe", "read", "p2", Reach(((),)))
        cases = [
            ({**query, "after": cursor}, other),
            ({**query, "after": cursor, "sort": (Sort("amount", True),)}, ALL),
            ({**query, "after": cursor, "sort": ()}, ALL),
            ({**query, "after": cursor, "filters": (Filter("pieces", "ge", 2),)}, ALL),
            ({**query, "after": cursor, "search": "甲乙"}, ALL),
            ({**query, "after": cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]}, ALL),
            *(
                ({**query, "after": made_up}, ALL)
                for made_up in ("x", "====", "é", "A" * 100_000, cursor + "\0")
            ),
        ]
        for given, scope in cases:
            with pytest.raises(RequestInvalid) as caught:
                ask.page(DEFINITION, Query(**given), scope, NOW)
            assert [each.code for each in caught.value.problems] == ["cursor-invalid"]
        assert ask.page(DEFINITION, Query(**{**query, "after": cursor}), ALL, NOW).records


def test_a_cursor_tells_nothing(probe: Store):
    with probe.reading() as reading:
        query = Query(sort=(Sort("subject"),), limit=30)
        one, two = (reading.records.page(DEFINITION, query, ALL, NOW).after for _ in range(2))
    assert one != two
    assert len(one) == len(two)

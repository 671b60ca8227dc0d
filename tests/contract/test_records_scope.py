"""What SQL finds within a scope is what the closure of the scope says of each record, and nothing else."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regbook.model.access import DepartmentIn, Granted, LevelAtMost, OwnerIn, Reach, Related, Scope
from regbook.model.policy import HeldGrant, Relation
from regbook.model.query import Filter, Query, Sort
from regbook.model.record import Record
from regbook.rules.reach import holds
from regbook.rules.reading import definition_from
from regbook.store.database import Store

NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)
TEXT = {"type": "string", "title": "字段"}
DEFINITION = definition_from(
    {
        "register": "probe",
        "title": "试验",
        "entity": {"type": "object", "properties": {"a": TEXT, "b": TEXT, "c": {"type": "integer"}}},
    }
)
ME = "p1"
PEOPLE, UNITS = ["p1", "p2", "p3"], ["d1", "d2"]
KINDS, NAMES = ["assignee", "party", "copied"], [None, "a", "b"]

people = st.frozensets(st.sampled_from(PEOPLE), max_size=2)
units = st.frozensets(st.sampled_from(UNITS), max_size=2)
instants = st.sampled_from([None, NOW, NOW - timedelta(hours=1), NOW + timedelta(hours=1)])
atoms = st.one_of(
    st.builds(LevelAtMost, st.integers(0, 4)),
    st.builds(OwnerIn, people),
    st.builds(DepartmentIn, units),
    st.builds(Related, st.frozensets(st.sampled_from(KINDS)), people, units, st.sampled_from(NAMES)),
    st.builds(Granted, st.sampled_from(PEOPLE), st.sampled_from(["read", "amend"]), st.sampled_from(NAMES)),
)
terms = st.lists(atoms, min_size=1, max_size=3).map(tuple)
reaches = st.builds(
    Reach,
    st.lists(st.one_of(terms, st.just(())), max_size=3).map(tuple),
    st.lists(terms, max_size=2).map(tuple),
)
wide = st.builds(Reach, st.just(((),)), st.lists(terms, max_size=1).map(tuple))
scopes = st.builds(
    Scope,
    st.just("probe"),
    st.just("read"),
    st.just(ME),
    st.one_of(wide, reaches),
    st.fixed_dictionaries({"a": reaches}, optional={"c": reaches, "owner": reaches}),
    st.sampled_from([0, 1, 2, 4, 4]),
)
records = st.lists(
    st.builds(
        Record,
        st.just("probe"),
        st.just(""),
        st.sampled_from(["current", "current", "done", "draft"]),
        st.fixed_dictionaries(
            {"a": st.sampled_from([None, "x", "y"]), "b": st.just("z"), "c": st.sampled_from([None, 1, 2])}
        ),
        owner=st.sampled_from([None, *PEOPLE]),
        department=st.sampled_from([None, *UNITS]),
        level=st.sampled_from([0, 0, 1, 2, 3, 4]),
        declassify_on=instants,
    ),
    min_size=1,
    max_size=7,
).map(lambda found: [replace(each, id=f"r{at}") for at, each in enumerate(found)])
relations = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(KINDS),
        st.sampled_from([(p, None) for p in PEOPLE] + [(None, d) for d in UNITS]),
        st.sampled_from(NAMES),
        instants,
    ),
    max_size=8,
    unique_by=lambda each: each[:4],
)
grants = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(PEOPLE),
        st.sampled_from([("read",), ("amend",), ("read", "amend")]),
        st.sampled_from([NOW, NOW - timedelta(days=1), NOW + timedelta(seconds=1)]),
        instants,
        st.sampled_from([(), ("a",), ("a", "b")]),
    ),
    max_size=5,
)


@pytest.fixture
def probe(store: Store):
    with store.reading() as reading:
        plan = reading.records.plan(None, DEFINITION)
    store.migrate(plan)
    return store


class Undone(Exception):
    """Ends a transaction so that nothing of an example stays."""


class World:
    """The records of one example, with their relations and grants, and the closures asked of them."""

    def __init__(self, held, ties, given_rights):
        self.records = {each.id: each for each in held}
        self.ties = [
            Relation("probe", f"r{at}", kind, *who, field, until) for at, kind, who, field, until in ties
        ]
        self.grants = [
            HeldGrant(
                f"g{n}", "probe", f"r{at}", who, frozenset(verbs), start, "boss", "", end, frozenset(fields)
            )
            for n, (at, who, verbs, start, end, fields) in enumerate(given_rights)
        ]

    def write(self, work):
        for each in self.records.values():
            work.records.insert(DEFINITION, each, NOW)
        work.relations.put(self.ties)
        for each in self.grants:
            work.grants.give(each)

    def holds(self, reach, record):
        return holds(reach, record, self.ties, self.grants, NOW)

    def seen(self, scope):
        return {
            id
            for id, each in self.records.items()
            if self.holds(scope.records, each)
            and each.level_at(NOW) <= scope.clearance
            and (each.state != "draft" or each.owner == ME)
        }

    def reads(self, scope, id, field):
        return field not in scope.fields or self.holds(scope.fields[field], self.records[id])


def check(work, world, scope, tally):
    seen = world.seen(scope)
    page = work.records.page(DEFINITION, Query(), scope, NOW)
    assert {each.id for each in page.records} == seen
    assert work.records.count(DEFINITION, Query(), scope, NOW).number == len(seen)
    for each in page.records:
        for field in "abc":
            readable = world.reads(scope, each.id, field)
            assert (field in each.facts) == readable, (each.id, field)
            assert not readable or each.facts[field] == world.records[each.id].facts[field]
        owner = world.records[each.id].owner if world.reads(scope, each.id, "owner") else None
        assert each.owner == owner
    for id in world.records:
        assert (work.records.one(DEFINITION, id, scope, NOW) is not None) == (id in seen)
    if scope.knows("a"):
        check_field(work, world, scope, seen)
    tally["asked"] += len(world.records)
    tally["seen"] += len(seen)
    tally["hidden fields"] += sum(not world.reads(scope, id, "a") for id in seen)


def check_field(work, world, scope, seen):
    """Filters, groups and orders use a field only where the reader may read it."""
    readable = {id for id in seen if world.reads(scope, id, "a")}
    values = {id: world.records[id].facts["a"] for id in seen}
    for op, value, good in (
        ("eq", "x", lambda v: v == "x"),
        ("ne", "x", lambda v: v != "x"),
        ("empty", True, lambda v: v is None),
        ("empty", False, lambda v: v is not None),
        ("contains", "x", lambda v: v == "x"),
    ):
        found = work.records.page(DEFINITION, Query(filters=(Filter("a", op, value),)), scope, NOW).records
        assert {each.id for each in found} == {id for id in readable if good(values[id])}, (op, value)
    groups = dict(work.records.group(DEFINITION, Query(group="a"), scope, NOW))
    assert groups == Counter(values[id] for id in readable)
    ordered = [
        each.id for each in work.records.page(DEFINITION, Query(sort=(Sort("a"),)), scope, NOW).records
    ]
    expected = sorted(seen, key=lambda id: ((values[id] if id in readable else None) or "", id))
    assert ordered == expected


def prove(probe, examples):
    tally = Counter()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(records, relations, grants, scopes)
    def equal(held, ties, given_rights, scope):
        world = World(held, ties, given_rights)
        with pytest.raises(Undone), probe.work() as work:
            world.write(work)
            check(work, world, scope, tally)
            raise Undone

    equal()
    assert 0.05 < tally["seen"] / tally["asked"] < 0.95, tally
    assert tally["hidden fields"] > examples / 10, tally


def test_sql_finds_what_the_closure_says(probe: Store):
    prove(probe, 60)


@pytest.mark.slow
def test_sql_finds_what_the_closure_says_in_many_worlds(probe: Store):
    prove(probe, 2_000)

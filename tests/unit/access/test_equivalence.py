"""A scope holds for exactly the records, fields and verbs for which casbin says yes."""

import ast
import dataclasses
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from offices import MODEL, NOW, definition

from regbook.access import Policy, compiler, terms
from regbook.model.access import DepartmentIn, LevelAtMost, Reach
from regbook.model.people import Department, Directory, Person
from regbook.model.policy import EVER, EVERYONE, NEVER, HeldGrant, PolicyRow, Relation
from regbook.model.record import Record
from regbook.rules.reach import holds

PEOPLE, UNITS, FIELDS = ("a", "b", "c"), ("t", "u", "v"), ("*", "*row", "subject", "loss", "phone")
BEFORE, AFTER = "2026-09-30T07:59:59Z", "2026-09-30T08:00:00Z"  # AFTER is the instant asked about itself
VERBS = ("read", "match")
SHARE = 0.05

one_of = st.sampled_from
person_or_none = one_of((*PEOPLE, None))
unit_or_none = one_of((*UNITS, None))
SCOPES = (
    *("all", "all", "own", "own", "own", "line", "line", "line", "department", "subtree", "subtree"),
    *("assigned", "party", "headed", "superior"),
    *("party:to", "department:to", "subtree:to", "line:to", "line:assignee", "department:owner"),
)
INSTANTS = (BEFORE, AFTER, "2026-09-30T08:00:01Z")


def rows_of(effect, fields, verbs):
    return st.builds(
        PolicyRow,
        sub=one_of((EVERYONE, EVERYONE, "role:staff", "role:head", "role:x", "post:y")),
        dom=one_of(("issue", "issue", "issue", "issue", "*", "other")),
        fld=one_of(fields),
        act=one_of(verbs),
        scope=one_of(SCOPES),
        lvl=one_of((0, 1, 2, 3, 3)),
        nbf=one_of((*[EVER] * 12, *INSTANTS)),
        exp=one_of((*[NEVER] * 12, *INSTANTS)),
        eft=st.just(effect),
    )


allowing = rows_of("allow", (*["*"] * 5, *FIELDS), ("*", "*", "read", "read", "match", "amend"))
denying = rows_of("deny", FIELDS, ("*", "read", "match"))
grant_row = PolicyRow(EVERYONE, "issue", "*", "*", "granted", 4, id="granted")
relations = st.builds(
    Relation,
    register=one_of(("issue", "issue", "issue", "other")),
    record=one_of(("1", "1", "1", "2")),
    kind=one_of(("assignee", "party", "party", "copied")),
    person=person_or_none,
    department=unit_or_none,
    field=one_of(("to", "to", "from", None)),
    until=one_of((None, None, NOW, NOW + timedelta(seconds=1))),
)
grants = st.builds(
    HeldGrant,
    id=st.just("g"),
    giver=st.just("a"),
    reason=st.just(""),
    register=st.just("issue"),
    record=one_of(("1", "1", "1", "2")),
    person=one_of(PEOPLE),
    verbs=st.sets(one_of(("read", "read", "amend")), min_size=1).map(frozenset),
    start=one_of((NOW, NOW, NOW, NOW - timedelta(days=1), NOW + timedelta(seconds=1))),
    end=one_of((None, None, None, NOW, NOW + timedelta(seconds=1))),
    fields=one_of(((), ("loss",), ("loss",), ("subject",))).map(frozenset),
)
records = st.builds(
    Record,
    register=st.just("issue"),
    id=st.just("1"),
    state=one_of((*["raised"] * 7, "draft")),
    facts=st.just({}),
    owner=one_of((*PEOPLE, *PEOPLE, None)),
    department=one_of((*UNITS, *UNITS, None)),
    level=one_of((0, 0, 0, 1, 1, 2, 3, 4)),
    declassify_on=one_of((None, None, NOW, NOW + timedelta(seconds=1))),
)
people = st.fixed_dictionaries(
    {
        name: st.builds(
            Person,
            id=st.just(name),
            name=st.just(name),
            unit=unit_or_none,
            superior=person_or_none,
            clearance=one_of((0, 1, 2, 3, 3, 4)),
            post=one_of((None, "y")),
            roles=one_of((frozenset(), frozenset({"x"}))),
            active=one_of((*[True] * 7, False)),
        )
        for name in PEOPLE
    }
)
departments = st.fixed_dictionaries(
    {
        name: st.builds(
            Department, id=st.just(name), name=st.just(name), parent=unit_or_none, head=person_or_none
        )
        for name in UNITS
    }
)
offices = st.tuples(
    st.tuples(st.lists(allowing, min_size=2, max_size=6), st.lists(denying, max_size=1)).map(
        lambda both: [*both[0], *both[1]]
    ),
    people,
    departments,
    records,
    st.lists(relations, max_size=3),
    st.lists(grants, min_size=1, max_size=3),
    st.booleans(),
)


def differences(office, counted):
    """Every question whose decision differs from its scope, in one office."""
    drawn, everyone, units, record, ties, given_, private = office
    numbered = [dataclasses.replace(row, id=str(n)) for n, row in enumerate(drawn)]
    policy = Policy([*numbered, grant_row], Directory(everyone, units), MODEL)
    defined = definition(private=private)
    for who in PEOPLE:
        for verb in VERBS:
            scope = policy.scope(who, defined, verb, NOW)
            mine = record.state != "draft" or record.owner == who
            visible = mine and holds(scope.records, record, ties, given_, NOW)
            for field in (None, "subject", "loss", "people.note"):
                reach = scope.fields.get(field, Reach(((),)))
                in_scope = visible and holds(reach, record, ties, given_, NOW)
                if field == "people.note":
                    lines = scope.fields.get("people", Reach(((),)))
                    in_scope = in_scope and holds(lines, record, ties, given_, NOW)
                verdict = policy.may(who, defined, record, verb, NOW, ties, given_, field)
                counted[verdict.allowed] += 1
                if verdict.allowed != in_scope:
                    yield (who, verb, field, verdict, scope)


def searched(examples, **more):
    """Runs the comparison on so many offices; returns how often casbin said yes and no."""
    counted = Counter()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        **more,
    )
    @given(offices)
    def agree(office):
        assert list(differences(office, counted)) == []

    agree()
    return counted


def test_the_scope_holds_exactly_where_casbin_says_yes():
    counted = searched(40, derandomize=True)
    assert counted[True] >= SHARE * counted.total()


@pytest.mark.slow
def test_the_scope_holds_exactly_where_casbin_says_yes_in_many_offices():
    counted = searched(300)
    assert counted[True] >= SHARE * counted.total()


def without_deny(self, relevant, question):
    return compiler_reach(self, [row for row in relevant if row.eft == "allow"], question)


def without_self(attr, question, value):
    """A subtree that forgets the unit itself."""
    found = about_record(attr, question, value)
    return tuple(
        frozenset(
            DepartmentIn(atom.departments - question.reader.home) if isinstance(atom, DepartmentIn) else atom
            for atom in product
        )
        for product in found
    )


compiler_reach, about_record = compiler.Compiler.reach, compiler._about_record
never_over = {**compiler.OPERATORS, ast.Lt: lambda one, other: True}


FAULTS = {
    "expiry is forgotten": (compiler, "OPERATORS", never_over),
    "deny is forgotten": (compiler.Compiler, "reach", without_deny),
    "a subtree lacks the unit itself": (compiler, "_about_record", without_self),
    "an owner's rule is open to all": (
        compiler,
        "_about_record",
        lambda attr, question, value: (
            terms.ALWAYS if attr == "owner" else about_record(attr, question, value)
        ),
    ),
    "a field's own level is forgotten": (
        compiler,
        "_about_record",
        lambda attr, question, value: (
            (frozenset({LevelAtMost(value)}),) if attr == "level" else about_record(attr, question, value)
        ),
    ),
    "a grant of one field gives the record": (compiler, "named_field", lambda field: "loss"),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_finds_a_planted_fault(fault, monkeypatch):
    monkeypatch.setattr(*FAULTS[fault])
    with pytest.raises(AssertionError):
        searched(300, derandomize=True, phases=(Phase.generate,))

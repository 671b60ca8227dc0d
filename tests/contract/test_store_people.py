"""Who has to do with a record: assignments and the inbox, relations, grants."""

from datetime import UTC, datetime, timedelta

import pytest

from regbook.model.policy import HeldGrant, Relation
from regbook.model.query import Count
from regbook.model.record import Assignment

NOON = datetime(2026, 9, 30, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def assignment(id, person="li", record="r1", **more):
    given = {"kind": "state", "source": None, "opened_at": NOON, **more}
    return Assignment(id, "issue", record, person, **given)


@pytest.fixture
def assigned(store):
    with store.work() as work:
        work.assignments.open(
            [
                assignment("a", due=NOON + 2 * HOUR),
                assignment("b", due=NOON + HOUR, source="handle", kind="rung", reason="overdue"),
                assignment("c", person="wang", order=1),
                assignment("d", record="r2"),
            ]
        )
    return store


def test_assignments_come_back_as_opened_in_their_order(assigned):
    with assigned.reading() as reading:
        found = reading.assignments.of("issue", "r1")
    assert found == (
        assignment("a", due=NOON + 2 * HOUR),
        assignment("b", due=NOON + HOUR, source="handle", kind="rung", reason="overdue"),
        assignment("c", person="wang", order=1),
    )


def test_the_inbox_pages_by_what_is_due_and_ends_with_what_is_not(assigned):
    with assigned.reading() as reading:
        first = reading.assignments.inbox("li", limit=2)
        assert [each.id for each in first.assignments] == ["b", "a"]
        rest = reading.assignments.inbox("li", limit=2, after=first.after)
        assert [each.id for each in rest.assignments] == ["d"]
        assert rest.assignments[0].due is None
        assert rest.after is None
        assert reading.assignments.inbox_count("li") == Count(3, True)
        assert reading.assignments.inbox_count("li", limit=2) == Count(2, False)
        assert reading.assignments.inbox("nobody").assignments == ()
        foreign = reading.assignments.inbox("wang", after="a")
        assert [each.id for each in foreign.assignments] == ["c"]


def test_closing_touches_only_what_was_named_and_only_what_is_open(assigned):
    with assigned.work() as work:
        closed = work.assignments.close(
            "issue", "r1", kind="rung", at=NOON + HOUR, verdict="done", opinion="好"
        )
        assert [(each.id, each.verdict, each.opinion, each.closed_at) for each in closed] == [
            ("b", "done", "好", NOON + HOUR)
        ]
        assert work.assignments.close("issue", "r1", source="handle", at=NOON) == ()
        assert work.assignments.close("issue", "r1", people=("zhao",), at=NOON) == ()
        closed = work.assignments.close("issue", "r1", people=("wang", "li"), at=NOON + 2 * HOUR)
        assert [each.id for each in closed] == ["a", "c"]
    with assigned.reading() as reading:
        assert reading.assignments.of("issue", "r1") == ()
        assert len(reading.assignments.of("issue", "r1", open_only=False)) == 3
        assert [each.id for each in reading.assignments.inbox("li").assignments] == ["d"]
        done = reading.assignments.inbox("li", open_ones=False, limit=1)
        assert [each.id for each in done.assignments] == ["a"]
        done = reading.assignments.inbox("li", open_ones=False, limit=1, after=done.after)
        assert ([each.id for each in done.assignments], done.after) == (["b"], None)


def test_a_new_due_instant_moves_open_assignments_of_the_record_alone(assigned):
    with assigned.work() as work:
        work.assignments.close("issue", "r1", kind="rung", at=NOON)
        assert work.assignments.set_due("issue", "r1", NOON + 9 * HOUR) == 2
        assert {each.id: each.due for each in work.assignments.of("issue", "r1", open_only=False)} == {
            "a": NOON + 9 * HOUR, "b": NOON + HOUR, "c": NOON + 9 * HOUR
        }  # fmt: skip
        assert work.assignments.set_due("issue", "r1", None, "wang") == 1
        assert work.assignments.one("c").due is None
        assert work.assignments.one("d").due is None
        assert work.assignments.one("none") is None


def test_an_assignment_ties_its_person_for_good(assigned):
    with assigned.work() as work:
        work.assignments.close("issue", "r1", at=NOON)
        work.assignments.open([assignment("again")])
        tied = [each.person for each in work.relations.of("issue", "r1") if each.kind == "assignee"]
        assert tied == ["li", "wang"]


def test_relations_are_written_once_and_dropped_by_what_made_them(store):
    with store.work() as work:
        work.relations.relate(
            "issue", "r1", "party", people=("li", "wang"), departments=("d1",), field="handlers"
        )
        work.relations.relate("issue", "r1", "party", people=("li",), field="handlers", until=NOON)
        work.relations.relate("issue", "r1", "party", people=("li",), field="witness")
        work.relations.relate("issue", "r1", "copied", people=("li",))
        work.relations.relate("issue", "r2", "party", people=("li",), field="handlers")
    with store.reading() as reading:
        assert reading.relations.of("issue", "r1") == (
            Relation("issue", "r1", "copied", person="li"),
            Relation("issue", "r1", "party", department="d1", field="handlers"),
            Relation("issue", "r1", "party", person="li", field="handlers", until=NOON),
            Relation("issue", "r1", "party", person="wang", field="handlers"),
            Relation("issue", "r1", "party", person="li", field="witness"),
        )
        assert reading.relations.count("issue", "li") == Count(4, True)
        assert reading.relations.count("issue", "li", limit=3) == Count(3, False)
    with store.work() as work:
        work.relations.unrelate("issue", "r1", "party", people=("li",), field="handlers")
        assert len(work.relations.of("issue", "r1")) == 4
        work.relations.unrelate("issue", "r1", "party", field="handlers")
        assert [each.field for each in work.relations.of("issue", "r1")] == [None, "witness"]
        work.relations.unrelate("issue", "r1", "party")
        assert [each.kind for each in work.relations.of("issue", "r1")] == ["copied"]
        assert len(work.relations.of("issue", "r2")) == 1


def test_a_grant_comes_back_whole_and_ends_when_revoked(store):
    whole = HeldGrant(
        "g1", "issue", "r1", "li", frozenset({"read", "amend"}), NOON, "wang", "查案", NOON + 9 * HOUR,
        frozenset({"loss", "decision"}),
    )  # fmt: skip
    endless = HeldGrant("g2", "issue", "r1", "zhao", frozenset({"read"}), NOON + HOUR, "wang", "查案")
    with store.work() as work:
        work.grants.give(whole)
        work.grants.give(endless)
    with store.reading() as reading:
        assert reading.grants.of("issue", "r1") == (whole, endless)
        assert reading.grants.of("issue", "r1", "zhao") == (endless,)
        assert reading.grants.of("issue", "r2") == ()
        assert reading.grants.held_by("li", NOON) == (whole,)
        assert reading.grants.held_by("li", NOON + 9 * HOUR) == ()
    with store.work() as work:
        assert work.grants.revoke("issue", "r1", "li", NOON + HOUR) == 4
        assert work.grants.revoke("issue", "r1", "li", NOON + 2 * HOUR) == 0
        (ended,) = work.grants.of("issue", "r1", "li")
        assert ended.end == NOON + HOUR
        assert work.grants.of("issue", "r1", "zhao") == (endless,)


@pytest.mark.parametrize(
    ("verb", "at", "field", "holds"),
    [
        ("read", NOON, "loss", True), ("read", NOON, None, False), ("read", NOON, "other", False),
        ("amend", NOON, "loss", False), ("read", NOON - HOUR, "loss", False),
        ("read", NOON + HOUR, "loss", False),
    ],
)  # fmt: skip
def test_a_grant_holds_for_its_verbs_fields_and_time(verb, at, field, holds):
    given = (
        "g",
        "issue",
        "r1",
        "li",
        frozenset({"read"}),
        NOON,
        "wang",
        "查案",
        NOON + HOUR,
        frozenset({"loss"}),
    )
    assert HeldGrant(*given).gives("li", verb, field, at) is holds

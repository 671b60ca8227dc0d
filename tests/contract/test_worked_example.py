"""The worked example of DWM 6.4: an issue nobody handles climbs the line and is counted by the hour, once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from regbook.hooks import load_plugins
from regbook.model.people import Actor
from regbook.services import allowing, moving, recording, timekeeping
from regbook.services.library import read_library
from regbook.services.sample import sample_office

ROOT = Path(__file__).resolve().parents[2]
REGISTER = "department_issue"
STAFF, HEAD, SUPERIOR = (Actor("person", each) for each in ("staff", "head", "division_head"))


def at(text):
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.fixture
def sample(store):
    made = sample_office(read_library(ROOT / "definitions"), load_plugins(ROOT / "plugins"), REGISTER, store)
    made.time = at("2026-09-30T16:00")
    return made


@pytest.fixture
def issue(sample):
    facts = {"subject": "打印机停用", "occurred_at": "2026-09-30T16:00:00+08:00"}
    return recording.enter(sample.office, STAFF, REGISTER, facts)


def rows(sample, record):
    with sample.office.store.reading() as reading:
        assigned = reading.assignments.of(REGISTER, record, open_only=False)
        accruals = reading.accruals.of(REGISTER, record)
        timers = reading.timers.of(REGISTER, record, open_only=False)
    return (
        sorted((each.person, each.kind, each.source) for each in assigned),
        sorted(
            (each.person, each.deadline, each.round, each.hours, each.amount, each.at) for each in accruals
        ),
        sorted((each.deadline, each.kind, each.n, each.at) for each in timers if each.deadline == "handle"),
    )


def climbed(sample, record):
    return [person for person, kind, _ in rows(sample, record)[0] if kind == "rung"]


def test_it_is_numbered_assigned_to_the_head_and_due_after_the_holiday(sample, issue):
    assert issue.number == "WT-202609-0001"
    assert rows(sample, issue.id)[0] == [("head", "state", "raised")]
    due = [at_ for _, kind, _, at_ in rows(sample, issue.id)[2] if kind == "due"]
    assert due == [at("2026-10-08T11:00")]


def test_each_rung_is_climbed_at_its_instant_and_not_before(sample, issue):
    for instant, people, hours in (
        ("2026-10-08T10:59", [], 0),
        ("2026-10-08T11:00", ["division_head"], 0),
        ("2026-10-08T16:29", ["division_head"], 3),
        ("2026-10-08T16:30", ["division_head", "gm"], 4),
        ("2026-10-08T17:30", ["division_head", "gm"], 5),
    ):
        sample.time = at(instant)
        timekeeping.tick(sample.office, by="test")
        assert climbed(sample, issue.id) == people
        assert sum(each[3] for each in rows(sample, issue.id)[1]) == Decimal(hours)


def test_a_worker_dead_for_two_days_leaves_the_same_rows_once_each(sample, issue):
    other = recording.enter(
        sample.office, STAFF, REGISTER, {"subject": "打印机停用", "occurred_at": "2026-09-30T16:00:00+08:00"}
    )
    sample.time = at("2026-10-10T17:30")
    assert timekeeping.tick(sample.office, by="late") > 0
    assert timekeeping.tick(sample.office, by="again") == 0
    assert rows(sample, issue.id) == rows(sample, other.id)
    rounds = [each[2] for each in rows(sample, issue.id)[1]]
    assert rounds == list(range(1, len(rounds) + 1))
    assert rows(sample, issue.id)[1][4][5] == at("2026-10-08T17:30")


def test_the_penalty_counts_time_and_charges_nothing_until_a_rate_is_set(sample, issue):
    sample.time = at("2026-10-08T17:30")
    timekeeping.tick(sample.office, by="test")
    accruals = rows(sample, issue.id)[1]
    assert {(person, amount) for person, _, _, _, amount, _ in accruals} == {("head", Decimal(0))}


def test_handled_while_the_worker_was_dead_pays_until_that_moment_only(sample, issue):
    sample.time = at("2026-10-08T14:45")
    moving.move(sample.office, HEAD, REGISTER, issue.id, "handle", {"measures": [{"what": "换了硒鼓"}]})
    sample.time = at("2026-10-09T18:00")
    timekeeping.tick(sample.office, by="late")
    rounds = rows(sample, issue.id)[1]
    assert [each[2] for each in rounds] == [1, 2]
    assert climbed(sample, issue.id) == ["division_head"]
    with sample.office.store.reading() as reading:
        assert {each.person for each in reading.assignments.of(REGISTER, issue.id)} == {"head"}


def test_whoever_is_climbed_to_can_decide(sample, issue):
    sample.time = at("2026-10-08T11:00")
    timekeeping.tick(sample.office, by="test")
    sight = allowing.look(sample.office, SUPERIOR, REGISTER, issue.id)
    assert "decide" in {each.name for each in sight.transitions}
    done = moving.move(sample.office, SUPERIOR, REGISTER, issue.id, "decide", {"decision": "换新打印机"})
    assert done.state == "closed"
    sample.time += timedelta(days=3)
    before = rows(sample, issue.id)
    timekeeping.tick(sample.office, by="test")
    assert rows(sample, issue.id)[1] == before[1]

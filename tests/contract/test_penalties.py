"""A waived penalty takes back what has accrued, once; one that is being decided on grows no further."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from regbook.errors import Denied
from regbook.hooks import load_plugins
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Query
from regbook.services import finding, moving, recording, timekeeping
from regbook.services.library import read_library
from regbook.services.sample import sample_office

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = read_library(ROOT / "definitions")
HOOKS = load_plugins(ROOT / "plugins")
STAFF, HEAD, ABOVE = (Actor("person", each) for each in ("staff", "head", "division_head"))
ISSUE = {"subject": "打印机停用", "occurred_at": "2026-03-02T09:00:00+08:00"}


@pytest.fixture
def sample(store):
    made = sample_office(LIBRARY, HOOKS, "penalty", store)
    made.time = datetime(2026, 3, 2, 1, tzinfo=UTC)
    return made


@pytest.fixture
def late(sample):
    """An issue that is three working hours late, and the penalty of its head."""
    issue = recording.enter(sample.office, STAFF, "department_issue", ISSUE)
    sample.time = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    timekeeping.tick(sample.office, by="test")
    (penalty,) = finding.page(sample.office, SYSTEM, "penalty", Query()).records
    return issue, penalty


def accruals(sample, issue):
    with sample.office.store.reading() as reading:
        return reading.accruals.of("department_issue", issue.id)


def test_waiving_takes_every_round_back_by_a_row_of_its_own(sample, late):
    issue, penalty = late
    assert penalty.facts["hours"] == 3
    facts = {"waive_reason": "停电"}
    waived = moving.move(sample.office, ABOVE, "penalty", penalty.id, "waive", facts)
    assert (waived.state, waived.facts["hours"], waived.facts["amount"]) == ("waived", 0, "0.00")
    rows = accruals(sample, issue)
    assert len(rows) == 6
    assert sum(each.hours for each in rows) == Decimal(0)
    assert {each.reverses for each in rows} == {None, penalty.id}


def test_a_penalty_in_hand_grows_no_further_while_its_cause_stays_open(sample, late):
    issue, penalty = late
    moving.move(sample.office, ABOVE, "penalty", penalty.id, "propose")
    sample.time += timedelta(days=1)
    timekeeping.tick(sample.office, by="test")
    assert len(accruals(sample, issue)) == 3
    assert finding.read(sample.office, SYSTEM, "penalty", penalty.id).facts["hours"] == 3


def test_whoever_is_fined_does_not_waive_it(sample, late):
    issue, penalty = late
    with pytest.raises(Denied):
        moving.move(sample.office, HEAD, "penalty", penalty.id, "waive", {"waive_reason": "忙"})
    assert len(accruals(sample, issue)) == 3


def test_whoever_is_fined_is_not_responsible_for_handling_it_in_time(sample, late):
    _, penalty = late
    moving.move(sample.office, ABOVE, "penalty", penalty.id, "propose")
    with sample.office.store.reading() as reading:
        timers = reading.timers.of("penalty", penalty.id)
    assert {(each.deadline, each.person) for each in timers} == {("handle", "division_head")}

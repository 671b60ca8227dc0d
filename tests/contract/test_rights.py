"""Clearance, roles and reach are given by a request, from instant to instant, and taken at once."""

import pytest
from rights_offices import CUSTOMER, REQUEST, another_process, customer, granted, rights_office, seen, who
from time_offices import at

from regbook.errors import Denied, NotFound, RecordInvalid
from regbook.services import finding, moving, recalling, recording, timekeeping

ROLES = ("information_clerk", "customer_service_manager", "customer_service")


@pytest.fixture
def sample(store):
    return rights_office(store, roles=ROLES)


def test_clearance_and_role_together_open_an_archive_and_nothing_above(sample):
    ordinary, important = customer(sample), customer(sample, name="远达商贸", relation="important")
    assert seen(sample.office, "staff") == []
    granted(sample, roles=["customer_service"])
    assert seen(sample.office, "staff") == []
    granted(sample, clearance=2)
    assert seen(sample.office, "staff") == [ordinary.id]
    with pytest.raises(NotFound):
        finding.read(sample.office, who("staff"), CUSTOMER, important.id)
    granted(sample, clearance=3)
    assert set(seen(sample.office, "staff")) == {ordinary.id, important.id}
    assert seen(sample.office, "peer") == []


def test_a_right_begins_and_lapses_at_its_instants_without_a_worker(sample):
    made = customer(sample)
    span = {"start": "2026-03-03T10:00:00+08:00", "end": "2026-03-05T10:00:00+08:00"}
    granted(sample, clearance=2, roles=["customer_service"], **span)
    elsewhere = another_process(sample)
    for time, found in (
        ("2026-03-03T09:59:59", []),
        ("2026-03-03T10:00:00", [made.id]),
        ("2026-03-05T09:59:59", [made.id]),
        ("2026-03-05T10:00:00", []),
    ):
        sample.time = at(time)
        assert seen(sample.office, "staff") == found
        assert seen(elsewhere, "staff") == found


def test_the_clock_ends_the_request_and_says_so(sample):
    made = granted(sample, clearance=2)
    sample.time = at("2026-03-31T18:00:00")
    timekeeping.tick(sample.office, by="test")
    ended = finding.read(sample.office, who("secrecy_admin"), REQUEST, made.id)
    assert (ended.state, ended.facts["ended_by"]) == ("ended", None)
    entry = recalling.history(sample.office, who("secrecy_admin"), REQUEST, made.id)[0]
    assert (entry.actor, entry.transition, entry.reason) == ("clock", "lapse", "time-came")
    assert seen(sample.office, "staff") == []


def test_revoked_here_it_is_gone_with_the_next_request_everywhere(sample):
    found = customer(sample)
    made = granted(sample, clearance=2, roles=["customer_service"])
    elsewhere = another_process(sample)
    assert seen(elsewhere, "staff") == [found.id]
    moving.move(sample.office, who("secrecy_admin"), REQUEST, made.id, "revoke", {"end_reason": "调岗"})
    assert seen(elsewhere, "staff") == []
    assert seen(sample.office, "staff") == []
    with pytest.raises(NotFound):
        finding.read(elsewhere, who("staff"), CUSTOMER, found.id)


def test_what_is_asked_gives_nothing_before_it_is_granted(sample):
    customer(sample)
    facts = {"person": "staff", "clearance": 2, "roles": ["customer_service"], "reason": "整理"}
    made = recording.enter(
        sample.office, who("staff"), REQUEST, {**facts, "end": "2026-03-31T18:00:00+08:00"}
    )
    assert seen(sample.office, "staff") == []
    moving.move(sample.office, who("head"), REQUEST, made.id, "agree")
    assert seen(sample.office, "staff") == []
    with pytest.raises(Denied):
        moving.move(sample.office, who("head"), REQUEST, made.id, "grant")
    moving.move(sample.office, who("secrecy_admin"), REQUEST, made.id, "refuse_secrecy",
                {"refuse_reason": "没有必要"})  # fmt: skip
    assert seen(sample.office, "staff") == []


def test_taking_away_outweighs_giving_and_ends_by_itself(sample):
    made = customer(sample)
    granted(sample, clearance=2, roles=["customer_service"])
    granted(sample, takes=True, clearance=1, end="2026-03-10T18:00:00+08:00")
    assert seen(sample.office, "staff") == []
    sample.time = at("2026-03-10T18:00:00")
    assert seen(sample.office, "staff") == [made.id]
    granted(sample, takes=True, roles=["customer_service"], end="2026-03-12T18:00:00+08:00")
    assert seen(sample.office, "staff") == []


def test_reach_into_a_department_is_that_of_its_own_people(sample):
    facts = {"clearance": 2, "reason": "查合同", "person": "outsider", "end": "2026-03-20T18:00:00+08:00"}
    theirs = recording.enter(sample.office, who("outsider"), REQUEST, facts)
    assert theirs.id not in seen(sample.office, "head", REQUEST)
    asked = {"person": "head", "units": ["other_department"], "clearance": None, "reason": "代管"}
    made = recording.enter(sample.office, who("staff"), REQUEST, {**facts, **asked})
    moving.move(sample.office, who("division_head"), REQUEST, made.id, "agree")
    moving.move(sample.office, who("secrecy_admin"), REQUEST, made.id, "grant")
    assert theirs.id in seen(sample.office, "head", REQUEST)
    sample.time = at("2026-03-20T18:00:00")
    assert theirs.id not in seen(sample.office, "head", REQUEST)


def test_signatures_cannot_be_filled_in_by_hand(sample):
    facts = {"person": "staff", "clearance": 2, "reason": "整理", "end": "2026-03-31T18:00:00+08:00"}
    with pytest.raises(RecordInvalid):
        recording.enter(sample.office, who("staff"), REQUEST, {**facts, "head_by": "head"})
    made = recording.enter(sample.office, who("staff"), REQUEST, facts)
    with pytest.raises(RecordInvalid):
        moving.move(sample.office, who("head"), REQUEST, made.id, "agree", {"head_by": "gm"})

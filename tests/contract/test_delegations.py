"""Standing in: from instant to instant, in somebody's name, never above one's clearance nor in private."""

from datetime import timedelta

import pytest
from rights_offices import CUSTOMER, rights_office, seen, who
from time_offices import at

from regbook.errors import Denied, NotFound
from regbook.services import finding, moving, recalling, recording, timekeeping

DELEGATION, ISSUE, LEAK = "delegation", "department_issue", "leak_incident"
HANDLED = {"measures": [{"what": "借用二楼的"}]}


@pytest.fixture
def sample(store):
    roles = ("information_clerk", "customer_service_manager")
    return rights_office(store, register=DELEGATION, roles=roles, beside=(ISSUE, CUSTOMER, LEAK))


def delegated(sample, giver="head", taker="peer", **facts):
    """A delegation from tomorrow morning until Friday evening that the superior agreed to."""
    span = {"start": "2026-03-03T09:00:00+08:00", "end": "2026-03-06T18:00:00+08:00"}
    given = {"giver": giver, "taker": taker, "reason": "出差", **span, **facts}
    made = recording.enter(sample.office, who(giver), DELEGATION, given)
    above = {"head": "division_head", "customer_service_manager": "gm", "gm": "process_admin"}[giver]
    return moving.move(sample.office, who(above), DELEGATION, made.id, "approve")


def time(sample, text):
    """Moves the clock there, and lets what is due happen."""
    sample.time = at(text)
    timekeeping.tick(sample.office, by="test")


def issue(sample, by="staff"):
    return recording.enter(sample.office, who(by), ISSUE, {"subject": "三楼打印机停用"})


def waiting(sample, person):
    """What is assigned to the person, hidden from her or not; of all registers but delegations."""
    with sample.office.store.reading() as reading:
        found = reading.assignments.inbox(person, limit=100).assignments
    return [each.record for each in found if each.register != DELEGATION]


def test_who_stands_in_acts_in_the_name_of_who_is_away(sample):
    delegated(sample)
    time(sample, "2026-03-03T10:00:00")
    made = issue(sample)
    assert waiting(sample, "peer") == [made.id]
    moving.move(sample.office, who("peer"), ISSUE, made.id, "handle", HANDLED)
    entry = recalling.history(sample.office, who("head"), ISSUE, made.id)[0]
    assert (entry.actor, entry.on_behalf_of) == ("peer", "head")


def test_who_is_away_may_act_herself_in_her_own_name(sample):
    delegated(sample)
    time(sample, "2026-03-03T10:00:00")
    made = issue(sample)
    moving.move(sample.office, who("head"), ISSUE, made.id, "handle", HANDLED)
    entry = recalling.history(sample.office, who("head"), ISSUE, made.id)[0]
    assert (entry.actor, entry.on_behalf_of) == ("head", None)


def test_it_begins_and_ends_at_its_instants(sample):
    delegated(sample)
    early, held = issue(sample), issue(sample)
    time(sample, "2026-03-03T08:59:59")
    assert waiting(sample, "peer") == []
    with pytest.raises(NotFound):
        moving.move(sample.office, who("peer"), ISSUE, early.id, "handle", HANDLED)
    time(sample, "2026-03-03T09:00:00")
    assert set(waiting(sample, "peer")) == {early.id, held.id}
    assert set(waiting(sample, "head")) == {early.id, held.id}
    moving.move(sample.office, who("peer"), ISSUE, early.id, "handle", HANDLED)
    time(sample, "2026-03-06T18:00:00")
    assert waiting(sample, "peer") == []
    assert set(waiting(sample, "head")) == {early.id, held.id}
    with pytest.raises((Denied, NotFound)):
        moving.move(sample.office, who("peer"), ISSUE, held.id, "handle", HANDLED)


def test_ended_early_it_is_over_at_once(sample):
    made = delegated(sample)
    time(sample, "2026-03-03T09:00:00")
    moving.move(sample.office, who("head"), DELEGATION, made.id, "end_early", {"end_reason": "提前返回"})
    found = issue(sample)
    assert waiting(sample, "peer") == []
    assert waiting(sample, "head") == [found.id]


def test_only_the_named_registers(sample):
    delegated(sample, registers=["task"])
    time(sample, "2026-03-03T10:00:00")
    made = issue(sample)
    assert waiting(sample, "peer") == []
    assert waiting(sample, "head") == [made.id]


def test_nobody_stands_in_in_her_own_matter(sample):
    delegated(sample)
    time(sample, "2026-03-03T10:00:00")
    made = issue(sample, "peer")
    assert made.id not in waiting(sample, "peer")
    assert waiting(sample, "head") == [made.id]


def test_nobody_stands_in_above_her_clearance(sample):
    delegated(sample, "customer_service_manager", "peer")
    time(sample, "2026-03-03T10:00:00")
    facts = {"name": "华信机电有限公司", "relation": "ordinary"}
    recording.enter(sample.office, who("information_clerk"), CUSTOMER, facts)
    assert waiting(sample, "peer") == []
    assert len(waiting(sample, "customer_service_manager")) == 1
    assert seen(sample.office, "peer") == []


def test_nobody_stands_in_for_one_who_stands_in(sample):
    delegated(sample)
    recording.enter(sample.office, who("peer"), DELEGATION, {
        "giver": "peer", "taker": "outsider", "reason": "出差",
        "start": "2026-03-03T09:00:00+08:00", "end": "2026-03-06T18:00:00+08:00",
    })  # fmt: skip
    made = sample.office
    with made.store.reading() as reading:
        edition = made.edition(reading)
    assert edition.directory.delegate("head", at("2026-03-03T09:00:00"), ISSUE) == "peer"
    time(sample, "2026-03-03T10:00:00")
    found = issue(sample)
    assert waiting(sample, "peer") == [found.id]
    assert waiting(sample, "outsider") == []


def test_a_private_register_is_never_handed_over(sample):
    leak = {"kind": "loss", "what": "档案卡遗失", "found_at": "2026-03-02T08:30:00+08:00"}
    before = recording.enter(sample.office, who("staff"), LEAK, leak)
    delegated(sample, "gm", "division_head")
    time(sample, "2026-03-03T10:00:00")
    after = recording.enter(sample.office, who("staff"), LEAK, leak)
    assert waiting(sample, "division_head") == []
    assert set(waiting(sample, "gm")) == {before.id, after.id}
    for each in (before, after):
        with pytest.raises(NotFound):
            finding.read(sample.office, who("division_head"), LEAK, each.id)
    sample.time += timedelta(days=2)
    timekeeping.tick(sample.office, by="test")
    assert waiting(sample, "division_head") == []
    assert waiting(sample, "process_admin") == []

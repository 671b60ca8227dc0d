"""Levels and terms are decided by a register: raised, extended, lowered by two, and over at their instant."""

import pytest
from rights_offices import CUSTOMER, another_process, customer, rights_office, seen, who
from time_offices import at

from regbook.errors import TransitionRefused
from regbook.services import finding, moving, recalling, recording

CHANGE = "secrecy_change"


@pytest.fixture
def sample(store):
    return rights_office(store, register=CHANGE, roles=("customer_service", "marketing"))


def decided(sample, archive, *, by_two=True, **facts):
    given = {"record": f"{CUSTOMER}/{archive.id}", "change": "set", "reason": "往来变化", **facts}
    made = recording.enter(sample.office, who("information_clerk"), CHANGE, given)
    if not by_two:
        return moving.move(sample.office, who("customer_service_manager"), CHANGE, made.id, "decide")
    moving.move(sample.office, who("customer_service_manager"), CHANGE, made.id, "pass_on")
    return moving.move(sample.office, who("gm"), CHANGE, made.id, "decide_gm")


def level(sample, archive):
    found = finding.read(sample.office, who("gm"), CUSTOMER, archive.id)
    return found.level_at(sample.time), found.declassify_on


def test_a_decided_level_and_term_stand_until_the_fact_that_decides_by_rule_changes(sample):
    one = customer(sample)
    assert level(sample, one)[0] == 2
    sample.time = at("2026-03-03T09:00:00")
    decided(sample, one, level_to=1, until="2027-03-01")
    assert level(sample, one) == (1, at("2027-03-01T18:00:00"))
    clerk = who("information_clerk")
    recording.amend(sample.office, clerk, CUSTOMER, one.id, {"short_name": "华信"})
    assert level(sample, one) == (1, at("2027-03-01T18:00:00"))
    recording.amend(sample.office, clerk, CUSTOMER, one.id, {"relation": "important"})
    assert level(sample, one)[0] == 3


@pytest.mark.parametrize(
    "facts", [{"level_to": 1}, {"level_to": 2, "until": "2026-06-01"}], ids=["lower", "sooner"]
)
def test_one_person_alone_neither_lowers_nor_shortens(sample, facts):
    one = customer(sample)
    before = level(sample, one)
    with pytest.raises(TransitionRefused) as refused:
        decided(sample, one, by_two=False, **facts)
    assert [each.code for each in refused.value.problems] == ["classify-lowers"]
    assert level(sample, one) == before


def test_one_person_extends(sample):
    one = customer(sample)
    decided(sample, one, by_two=False, level_to=2, until="2035-03-01", change="extend")
    assert level(sample, one) == (2, at("2035-03-01T18:00:00"))


def test_raised_to_the_highest_it_is_gone_for_all_but_its_keepers(sample):
    one, other = customer(sample), customer(sample, name="远达商贸")
    elsewhere = another_process(sample)
    assert set(seen(elsewhere, "information_clerk")) == {one.id, other.id}
    decided(sample, one, level_to=4, until="2036-03-01")
    assert seen(elsewhere, "information_clerk") == [other.id]
    assert seen(elsewhere, "customer_service_manager") == [other.id], "her clearance ends below it"
    assert one.id in seen(elsewhere, "gm")


def test_it_ends_at_its_instant_with_no_worker(sample):
    one = customer(sample)
    decided(sample, one, level_to=4, until="2026-03-10")
    for time, there in (("2026-03-10T17:59:59", False), ("2026-03-10T18:00:00", True)):
        sample.time = at(time)
        for office in (sample.office, another_process(sample)):
            assert (one.id in seen(office, "information_clerk")) is there


def test_the_records_history_says_who_decided_what(sample):
    one = customer(sample)
    made = decided(sample, one, level_to=3, until="2030-03-01")
    entry = recalling.history(sample.office, who("gm"), CUSTOMER, one.id)[0]
    assert (entry.verb, entry.actor) == ("classify", "gm")
    assert (entry.values["from"], entry.values["to"]) == (2, 3)
    assert entry.values["source"] == f"{CHANGE}/{made.id}"

"""A deadline of an approval step runs from when the step begins until it is decided."""

from dataclasses import replace

import pytest
from time_offices import at, office_of, timers_of

from regbook.errors import NotFound
from regbook.model.people import Actor
from regbook.services import approving, recalling, recording, timekeeping
from regbook.services.showing import show

STAFF, HEAD, DIVISION = (Actor("person", each) for each in ("staff", "head", "division_head"))
PURCHASE = {
    "register": "small_purchase",
    "title": "零星采购",
    "clauses": ["DWM 6.4"],
    "entity": {
        "type": "object",
        "required": ["what"],
        "properties": {"what": {"type": "string", "title": "物品", "maxLength": 100}},
    },
    "workflow": {
        "initial": "asked",
        "states": {
            "asked": {"title": "已申请"}, "granted": {"title": "同意"}, "refused": {"title": "不同意"},
        },
        "transitions": [
            {
                "name": "approve", "title": "审批", "from": "asked", "to": "granted", "by": "owner",
                "reject": "refused",
                "steps": [
                    {"name": "first", "title": "初审", "of": "head"},
                    {"name": "round", "title": "会签", "of": ["division_head", "gm"], "mode": "order"},
                ],
            }
        ],
    },
    "access": [
        {"role": "staff", "do": ["enter", "read", "move"], "scope": "own"},
        {"role": "staff", "do": ["read", "move"], "scope": "assigned"},
    ],
    "deadlines": [
        {
            "name": name, "title": title, "of": "assignee", "from": {"step": name}, "within": "4wh",
            "until": {"state": ["granted", "refused"]},
        }
        for name, title in (("first", "初审"), ("round", "会签"))
    ],
    "plugins": {"escalation": {"first": [{"after": "0wh", "to": "superior"}]}},
    "translations": {"en": {
        "title": "Purchase", "fields.what.title": "What", "states.asked.title": "Asked",
        "states.granted.title": "Granted", "states.refused.title": "Refused",
        "transitions.approve.title": "Approve", "steps.first.title": "First", "steps.round.title": "Round",
        "deadlines.first.title": "First", "deadlines.round.title": "Round",
    }},
}  # fmt: skip


@pytest.fixture
def sample(store):
    return office_of(store, PURCHASE, time="2026-03-02T09:00")


@pytest.fixture
def purchase(sample):
    return recording.enter(sample.office, STAFF, "small_purchase", {"what": "硒鼓"})


def running(sample, record):
    return [(name, person, due) for name, _, _, person, due in timers_of(sample, "small_purchase", record.id)]


def assignment_of(sample, actor, record, kind):
    with sample.office.store.reading() as reading:
        (asked,) = [
            each
            for each in reading.assignments.of("small_purchase", record.id)
            if each.person == actor.person and each.kind == kind
        ]
    return asked


def decide(sample, actor, record, verb="approve"):
    asked = assignment_of(sample, actor, record, "step")
    return approving.decide(sample.office, actor, asked.id, verb, opinion="可")


def test_it_starts_with_the_step_and_ends_with_its_decision(sample, purchase):
    assert running(sample, purchase) == [("first", "head", at("2026-03-02T14:30"))]
    sample.time = at("2026-03-02T11:00")
    decide(sample, HEAD, purchase)
    assert running(sample, purchase) == [("round", "division_head", at("2026-03-02T16:30"))]


def test_one_after_the_other_each_has_the_time_to_herself(sample, purchase):
    decide(sample, HEAD, purchase)
    sample.time = at("2026-03-02T11:00")
    decide(sample, DIVISION, purchase)
    assert running(sample, purchase) == [("round", "gm", at("2026-03-02T16:30"))]
    decide(sample, Actor("person", "gm"), purchase)
    assert running(sample, purchase) == []


def test_a_refusal_ends_it_and_a_late_step_climbs_from_whoever_has_it(sample, purchase):
    sample.time = at("2026-03-02T14:30")
    assert timekeeping.tick(sample.office, by="test") == 1
    with sample.office.store.reading() as reading:
        rungs = [
            each.person
            for each in reading.assignments.of("small_purchase", purchase.id)
            if each.kind == "rung"
        ]
    assert rungs == ["division_head"]
    other = recording.enter(sample.office, STAFF, "small_purchase", {"what": "纸"})
    assert decide(sample, HEAD, other, "reject").state == "refused"
    assert running(sample, other) == []
    sample.time = at("2026-03-20T14:30")
    assert timekeeping.tick(sample.office, by="test") == 0


def test_a_step_that_nobody_began_has_no_clock(sample):
    draft = recording.enter(sample.office, STAFF, "small_purchase", {"what": "纸"}, draft=True)
    assert running(sample, draft) == []


def climbed(sample, record, actor=DIVISION):
    sample.time = at("2026-03-02T14:30")
    timekeeping.tick(sample.office, by="test")
    return assignment_of(sample, actor, record, "rung")


def test_whoever_was_climbed_to_decides_in_the_place_of_the_late_one(sample, purchase):
    rung = climbed(sample, purchase)
    shown = show(sample.office, DIVISION, "small_purchase", purchase.id)
    assert [each.step.name for each in shown.asked if each.assignment.person == "division_head"] == ["first"]
    decided = approving.decide(sample.office, DIVISION, rung.id, "approve", opinion="同意")
    assert decided.state == "asked", "the next step is asked"
    with sample.office.store.reading() as reading:
        done = reading.assignments.of("small_purchase", purchase.id, open_only=False)
    verdicts = {(each.person, each.kind): each.verdict for each in done if each.closed_at}
    assert verdicts == {("head", "step"): "approved", ("division_head", "rung"): "approved"}
    entry = recalling.history(sample.office, STAFF, "small_purchase", purchase.id)[0]
    assert (entry.actor, entry.verb, entry.reason) == ("division_head", "approve", "decided-for-late")
    assert entry.values["late"] == "head"
    assert running(sample, purchase)[0][:2] == ("round", "division_head")
    with pytest.raises(NotFound):
        approving.decide(sample.office, DIVISION, rung.id, "approve")


def test_a_refusal_in_her_place_refuses(sample, purchase):
    rung = climbed(sample, purchase)
    assert approving.decide(sample.office, DIVISION, rung.id, "reject").state == "refused"


def test_nobody_else_decides_by_it_and_the_late_one_may_still_be_first(sample, purchase):
    rung = climbed(sample, purchase)
    with pytest.raises(NotFound):
        approving.decide(sample.office, HEAD, rung.id, "approve")
    decide(sample, HEAD, purchase)
    with pytest.raises(NotFound):
        approving.decide(sample.office, DIVISION, rung.id, "approve")
    shown = show(sample.office, DIVISION, "small_purchase", purchase.id)
    assert {each.assignment.kind for each in shown.asked} == {"step"}


def test_nobody_decides_her_own_by_being_climbed_to(sample):
    record = recording.enter(sample.office, DIVISION, "small_purchase", {"what": "纸"})
    with sample.office.store.reading() as reading:
        (asked,) = reading.assignments.of("small_purchase", record.id)
    with sample.office.store.work() as work:
        made = replace(asked, id="rung", person="division_head", kind="rung", source="first")
        work.assignments.open([made])
    sample.time = at("2026-03-02T15:00")
    with pytest.raises(NotFound):
        approving.decide(sample.office, DIVISION, "rung", "approve")
    shown = show(sample.office, DIVISION, "small_purchase", record.id)
    assert {each.assignment.kind for each in shown.asked} <= {"step"}

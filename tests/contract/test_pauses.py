"""A clock that stands still: what is due, what climbs and what is charged come later by just that much."""

from decimal import Decimal

import pytest
from time_offices import HOOKS, at, library_with, office_of, timers_of

from regbook.model.people import Actor
from regbook.services import moving, recalling, recording, timekeeping
from regbook.services.rehearsing import Rehearsal

STAFF, PEER = Actor("person", "staff"), Actor("person", "peer")
HOURLY = {"per": "1wh", "clause": "DWM 6.8", "rate": {"setting": "penalty.rate"}}
REPAIR = {
    "register": "repair",
    "title": "报修",
    "clauses": ["DWM 6.4"],
    "entity": {
        "type": "object",
        "required": ["what"],
        "properties": {"what": {"type": "string", "title": "事项", "maxLength": 100}},
    },
    "workflow": {
        "initial": "open",
        "states": {
            "open": {"title": "处理中", "assign": "owner"},
            "waiting": {"title": "待客户回复"},
            "done": {"title": "完成"},
        },
        "transitions": [
            {"name": "ask", "title": "询问客户", "from": "open", "to": "waiting", "by": "owner"},
            {"name": "go_on", "title": "继续", "from": "waiting", "to": "open", "by": "owner"},
            {"name": "finish", "title": "完成", "from": ["open", "waiting"], "to": "done", "by": "owner"},
        ],
    },
    "access": [{"role": "staff", "do": ["enter", "read", "amend", "move"], "scope": "own"}],
    "deadlines": [
        {
            "name": "finish", "title": "完成", "of": "owner", "from": "submitted_at", "within": "8wh",
            "until": {"state": ["done"]}, "warn": ["-2wh"], "pause": ["waiting"],
        }
    ],
    "plugins": {
        "escalation": {"finish": [{"after": "0wh", "to": "superior"}, {"after": "4wh", "to": "superior+1"}]},
        "penalty": {"finish": HOURLY},
    },
    "translations": {"en": {
        "title": "Repair", "fields.what.title": "What", "states.open.title": "Open",
        "states.waiting.title": "Waiting", "states.done.title": "Done", "transitions.ask.title": "Ask",
        "transitions.go_on.title": "Go on", "transitions.finish.title": "Finish",
        "deadlines.finish.title": "Finish",
    }},
    "scenarios": [
        {
            "name": "a day and a half with the customer",
            "steps": [
                {"at": "2026-03-02T09:00:00+08:00", "as": "staff", "enter": {"what": "打印机"}},
                {"at": "2026-03-02T11:00:00+08:00", "as": "staff", "do": "ask"},
                {"at": "2026-03-03T16:00:00+08:00", "as": "staff", "do": "go_on"},
            ],
            "then": {"due": {"finish": "2026-03-04T14:30:00+08:00"}},
        }
    ],
}  # fmt: skip


@pytest.fixture
def sample(store):
    return office_of(store, REPAIR, time="2026-03-02T09:00")


@pytest.fixture
def repair(sample):
    return recording.enter(sample.office, STAFF, "repair", {"what": "打印机"})


def make(sample, record, name, instant):
    tick(sample, instant)
    moving.move(sample.office, STAFF, "repair", record.id, name)


def tick(sample, instant):
    sample.time = at(instant)
    return timekeeping.tick(sample.office, by="test")


def happened(sample, record):
    """Who was climbed to, and the instants at which an hour was counted."""
    with sample.office.store.reading() as reading:
        rungs = reading.assignments.of("repair", record.id, open_only=False)
        rounds = reading.accruals.of("repair", record.id)
    return [each.person for each in rungs if each.kind == "rung"], sorted(each.at for each in rounds)


def test_in_a_pause_nothing_comes_due_and_after_it_everything_is_later(sample, repair):
    make(sample, repair, "ask", "2026-03-02T11:00")
    assert tick(sample, "2026-03-03T15:00") == 0
    assert happened(sample, repair) == ([], [])
    make(sample, repair, "go_on", "2026-03-03T16:00")
    assert timers_of(sample, "repair", repair.id) == [
        ("finish", "due", 0, "staff", at("2026-03-04T14:30")),
        ("finish", "warn", 0, "staff", at("2026-03-04T11:00")),
    ]
    with sample.office.store.reading() as reading:
        (asked,) = reading.assignments.of("repair", repair.id)
    assert asked.due == at("2026-03-04T14:30")
    tick(sample, "2026-03-04T15:30")
    assert happened(sample, repair) == (["head"], [at("2026-03-04T15:30")])


def test_history_tells_when_the_clock_stood_still(sample, repair):
    make(sample, repair, "ask", "2026-03-02T11:00")
    make(sample, repair, "go_on", "2026-03-03T16:00")
    entries = recalling.history(sample.office, STAFF, "repair", repair.id)
    told = [(each.at, each.reason, each.values.get("clocks")) for each in entries if each.reason]
    assert told == [
        (at("2026-03-03T16:00"), "clock-resumed", "完成"),
        (at("2026-03-02T11:00"), "clock-paused", "完成"),
    ]


PAUSED_LATE = [("ask", "2026-03-03T12:00"), ("go_on", "2026-03-04T09:00")]
"""Two and a half working hours late when it pauses, for four and a half working hours."""


def paused_late(sample, prompt):
    """A repair that pauses while it is late; the clock is away meanwhile unless it is prompt."""
    record = recording.enter(sample.office, STAFF, "repair", {"what": "打印机"})
    for name, instant in PAUSED_LATE:
        sample.time = at(instant)
        if prompt:
            timekeeping.tick(sample.office, by="test")
        moving.move(sample.office, STAFF, "repair", record.id, name)
    tick(sample, "2026-03-04T12:00")
    return record


@pytest.mark.parametrize("prompt", [True, False])
def test_rungs_and_rounds_after_a_pause_come_later_however_long_the_clock_was_away(sample, prompt):
    record = paused_late(sample, prompt)
    rungs, rounds = happened(sample, record)
    assert rungs == ["head", "division_head"]
    assert rounds == [
        at("2026-03-03T10:30"),
        at("2026-03-03T11:30"),
        at("2026-03-04T09:30"),
        at("2026-03-04T10:30"),
        at("2026-03-04T11:30"),
    ]


def test_two_pauses_add_up_and_finishing_in_one_ends_everything(sample, repair):
    for day in (2, 3):
        make(sample, repair, "ask", f"2026-03-0{day}T10:00")
        make(sample, repair, "go_on", f"2026-03-0{day}T11:00")
    assert timers_of(sample, "repair", repair.id)[0][4] == at("2026-03-03T11:30")
    make(sample, repair, "ask", "2026-03-03T11:15")
    make(sample, repair, "finish", "2026-03-20T09:00")
    assert timers_of(sample, "repair", repair.id) == []
    assert tick(sample, "2026-04-20T09:00") == 0
    assert happened(sample, repair) == ([], [])


def test_its_scenario_holds():
    assert Rehearsal(library_with(REPAIR), HOOKS, "repair").run() == (1, [])


def test_hours_late_are_those_outside_the_pause(sample):
    record = paused_late(sample, prompt=True)
    with sample.office.store.reading() as reading:
        assert sum(each.hours for each in reading.accruals.of("repair", record.id)) == Decimal(5)

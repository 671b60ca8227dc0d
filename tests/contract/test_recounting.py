"""Another calendar moves what has not come due, once, and says so; what has come due stays."""

import json

import pytest
from test_obligations import REPORT
from test_pauses import REPAIR, STAFF, happened, make, tick
from time_offices import ROOT, at, office_of, timers_of

from regbook.hooks import MoveTimer
from regbook.model.people import SYSTEM
from regbook.services import recording
from regbook.services.planning import Plan
from regbook.services.publishing import switch
from regbook.services.writing import write


@pytest.fixture
def sample(store):
    return office_of(store, REPAIR, time="2026-03-02T09:00")


@pytest.fixture
def repair(sample):
    return recording.enter(sample.office, STAFF, "repair", {"what": "打印机"})


def close_on(sample, *dates):
    """The company does not work on these days."""
    raw = json.loads((ROOT / "definitions" / "calendar.json").read_text("utf-8"))
    off = [{"date": each, "kind": "off", "name": "停电", "source": "company"} for each in dates]
    with sample.office.store.work() as work:
        switch(sample.office, work, SYSTEM, (), {"calendar.json": {**raw, "days": [*raw["days"], *off]}})


def told(sample, register, record):
    with sample.office.store.reading() as reading:
        return [each for each in reading.journal.of(register, record) if each.verb == "recount"]


def test_what_has_not_come_due_moves_and_the_entry_has_both_instants(sample, repair):
    assert timers_of(sample, "repair", repair.id)[0][4] == at("2026-03-03T09:30")
    close_on(sample, "2026-03-03")
    assert timers_of(sample, "repair", repair.id) == [
        ("finish", "due", 0, "staff", at("2026-03-04T09:30")),
        ("finish", "warn", 0, "staff", at("2026-03-02T16:30")),
    ]
    (entry,) = told(sample, "repair", repair.id)
    assert (entry.actor, entry.reason) == ("system", "calendar-changed")
    assert entry.values["recounted"] == [
        {"deadline": "finish", "kind": "due", "person": "staff",
         "before": "2026-03-03T01:30:00Z", "after": "2026-03-04T01:30:00Z"}
    ]  # fmt: skip
    with sample.office.store.reading() as reading:
        (asked,) = reading.assignments.of("repair", repair.id)
        editions = {each.calendar_edition for each in reading.timers.of("repair", repair.id)}
    assert (asked.due, editions) == (at("2026-03-04T09:30"), {2})
    assert tick(sample, "2026-03-03T18:00") == 1, "the warning alone"
    tick(sample, "2026-03-04T09:30")
    assert happened(sample, repair)[0] == ["head"]


def test_a_calendar_that_moves_nothing_tells_nothing(sample, repair):
    close_on(sample, "2026-03-03")
    close_on(sample, "2026-03-03", "2026-12-24")
    assert len(told(sample, "repair", repair.id)) == 1


def test_what_has_come_due_stays_and_the_next_round_keeps_its_working_time(sample, repair):
    tick(sample, "2026-03-03T18:00")
    before = happened(sample, repair)
    close_on(sample, "2026-03-03", "2026-03-04")
    with sample.office.store.reading() as reading:
        timers = reading.timers.of("repair", repair.id, open_only=False)
    assert {each.due for each in timers if each.kind != "warn"} == {at("2026-03-03T09:30")}
    assert tick(sample, "2026-03-04T18:00") == 0
    assert happened(sample, repair) == before


def test_while_it_is_paused_it_moves_too(sample, repair):
    make(sample, repair, "ask", "2026-03-02T11:00")
    close_on(sample, "2026-03-03")
    make(sample, repair, "go_on", "2026-03-04T16:00")
    assert timers_of(sample, "repair", repair.id)[0][4] == at("2026-03-05T14:30")


def test_a_day_that_is_owed_moves_with_the_holiday(store):
    sample = office_of(store, REPORT)
    close_on(sample, "2026-10-08")
    assert tick(sample, "2026-10-08T18:00") == 0
    assert tick(sample, "2026-10-09T09:00") == 2
    (entry,) = told(sample, "market_month", None)
    assert entry.values["recounted"][0]["after"] == "2026-10-09T01:00:00Z"


def test_an_instant_that_was_given_stays_and_its_warning_is_counted_anew(sample, repair):
    with sample.office.store.work() as work:
        plan = Plan(sample.office, work, sample.office.edition(work), SYSTEM, sample.time)
        plan.change(repair, repair, "postpone", effects=(MoveTimer("finish", at("2026-03-04T09:30")),))
        write(work, plan)
    close_on(sample, "2026-03-03")
    assert timers_of(sample, "repair", repair.id) == [
        ("finish", "due", 0, "staff", at("2026-03-04T09:30")),
        ("finish", "warn", 0, "staff", at("2026-03-02T16:30")),
    ]

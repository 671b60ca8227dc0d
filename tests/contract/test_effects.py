"""What plugins answer is carried out whole, from a save as from a timer; or the deed is refused whole."""

from dataclasses import replace
from types import ModuleType
from typing import get_args

import pytest
from time_offices import at, office_of, timers_of

from regbook.errors import PluginFault, RegbookError
from regbook.hooks import (
    AddLine,
    Assign,
    Enter,
    Hooks,
    Move,
    MoveTimer,
    SetField,
    StartTimer,
    StopTimer,
    hook,
)
from regbook.model.effects import Effect
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Query
from regbook.services import approving, finding, moving, recalling, recording, timekeeping
from regbook.services.carrying import FACTS
from regbook.services.faults import faults
from regbook.services.planning import EXPANDERS
from regbook.services.writing import WRITERS

STAFF, HEAD = Actor("person", "staff"), Actor("person", "head")
ACCESS = [
    {"role": "staff", "do": ["enter", "read", "amend", "move"], "scope": "department"},
    {"role": "head", "do": ["read", "move"], "scope": "subtree"},
]
REPAIR = {
    "register": "repair",
    "title": "报修",
    "clauses": ["DWM 6.4"],
    "entity": {
        "type": "object",
        "required": ["subject"],
        "properties": {
            "subject": {"type": "string", "title": "事项", "maxLength": 20},
            "cost": {"type": "string", "format": "money", "title": "费用"},
            "twice": {"type": "string", "format": "money", "title": "两倍", "x-formula": "cost * 2"},
            "wanted_at": {"type": "string", "format": "date-time", "title": "希望完成"},
            "from_at": {"type": "string", "format": "date-time", "title": "起算"},
            "other": {"type": "string", "format": "record", "title": "相关报修", "x-to": "repair"},
            "visits": {
                "type": "array", "title": "上门",
                "items": {"type": "object", "required": ["what"], "properties": {
                    "what": {"type": "string", "title": "内容", "maxLength": 20},
                }},
            },
        },
    },
    "workflow": {
        "initial": "open",
        "states": {
            "open": {"title": "待修", "assign": "owner"},
            "working": {"title": "维修中"},
            "waiting": {"title": "待件"},
            "done": {"title": "已修"},
            "scrapped": {"title": "报废"},
        },
        "transitions": [
            {"name": "begin", "title": "开工", "from": ["open", "waiting"], "to": "working", "by": "owner"},
            {"name": "wait", "title": "待件", "from": "working", "to": "waiting", "by": "owner"},
            {"name": "finish", "title": "完工", "from": ["open", "working"], "to": "done", "by": "owner",
             "needs": ["cost"]},
            {"name": "scrap", "title": "报废", "from": ["open", "working"], "to": "scrapped", "by": "owner",
             "reject": "open", "steps": [{"name": "head", "title": "负责人", "of": "head"}]},
        ],
    },
    "checks": [{"that": "cost <= 5000", "at": "/cost", "say": "费用过高"}],
    "access": ACCESS,
    "deadlines": [
        {"name": "mend", "title": "修好", "of": "owner", "from": "from_at", "within": "4wh", "warn": ["-1wh"],
         "pause": ["waiting"], "until": {"state": ["done", "scrapped"]}},
        {"name": "start", "title": "开工", "of": "owner", "from": {"state": "open"}, "within": "2wh",
         "until": {"state": ["working", "waiting", "done", "scrapped"]}},
    ],
    "translations": {"en": {
        "title": "Repair", "fields.subject.title": "Subject", "fields.cost.title": "Cost",
        "fields.twice.title": "Twice", "fields.wanted_at.title": "Wanted", "fields.from_at.title": "From",
        "fields.other.title": "Other", "fields.visits.title": "Visits", "fields.visits.what.title": "What",
        "states.open.title": "Open", "states.working.title": "Working", "states.waiting.title": "Waiting",
        "states.done.title": "Done", "states.scrapped.title": "Scrapped",
        "transitions.begin.title": "Begin", "transitions.wait.title": "Wait",
        "transitions.finish.title": "Finish", "transitions.scrap.title": "Scrap",
        "steps.head.title": "Head", "deadlines.mend.title": "Mend", "deadlines.start.title": "Start",
        "checks.0.say": "Too dear",
    }},
}  # fmt: skip
MEND = at("2026-03-02T14:30")
"""Four working hours after nine o'clock."""


def plugin(made=None, passed=None):
    """The plugins of an office that has one: what it answers to transitions and to timers."""
    module = ModuleType("answers")

    @hook
    def transition_made(definition, record, transition):
        return made(record, transition) if made and definition.register == "repair" else None

    @hook
    def deadline_passed(definition, record, timer):
        return passed(record, timer) if passed and definition.register == "repair" else None

    module.transition_made, module.deadline_passed = transition_made, deadline_passed
    return Hooks({"answers": module})


@pytest.fixture
def sample(store):
    made = office_of(store, REPAIR, time="2026-03-02T09:00")
    made.office.hooks = Hooks()
    return made


def enter(sample, **facts):
    facts = {"subject": "空调", "from_at": "2026-03-02T01:00:00Z", **facts}
    return recording.enter(sample.office, STAFF, "repair", facts)


def move(sample, record, name, facts=None):
    return moving.move(sample.office, STAFF, "repair", record.id, name, facts)


def now(sample, record):
    return finding.read(sample.office, SYSTEM, "repair", record.id)


def entries(sample, record):
    return recalling.history(sample.office, STAFF, "repair", record.id)


def answers(*effects):
    return plugin(made=lambda record, transition: effects if transition.name == "begin" else ())


def answers_in_time(*effects):
    return plugin(passed=lambda record, timer: effects if timer.deadline == "start" else ())


@pytest.fixture(params=["save", "timer"])
def bring(request, sample):
    """Brings effects about for a record: by a transition somebody makes, or by a deadline that passes."""

    def by_save(record, *effects):
        sample.office.hooks = answers(*effects)
        move(sample, record, "begin")
        sample.office.hooks = Hooks()

    def by_timer(record, *effects):
        sample.time = at("2026-03-02T11:00")
        sample.office.hooks = answers_in_time(*effects)
        timekeeping.tick(sample.office, by="test")
        sample.office.hooks = Hooks()

    return by_save if request.param == "save" else by_timer


def test_every_effect_of_the_list_is_carried_out():
    assert {*EXPANDERS, *WRITERS, *FACTS} == set(get_args(Effect))


def test_facts_are_set_in_one_spelling_and_computed_fields_follow(sample, bring):
    record = enter(sample, visits=[{"what": "看现场"}])
    bring(record, SetField("cost", "1,200"), AddLine("visits", {"what": " 换件 "}))
    facts = now(sample, record).facts
    assert (facts["cost"], facts["twice"]) == ("1200.00", "2400.00")
    assert [each["what"] for each in facts["visits"]] == ["看现场", "换件"]
    assert len({each["_id"] for each in facts["visits"]}) == 2
    assert set(entries(sample, record)[0].changes) == {"cost", "twice", "visits"}


def test_a_clock_follows_the_field_that_an_effect_sets(sample, bring):
    record = enter(sample)
    bring(record, SetField("from_at", "2026-03-03T01:00:00Z"))
    due = [each[4] for each in timers_of(sample, "repair", record.id) if each[:2] == ("mend", "due")]
    assert due == [at("2026-03-03T14:30")]


@pytest.mark.parametrize(
    ("effect", "path", "code"),
    [
        (SetField("nothing", 1), "/nothing", "unknown-field"),
        (SetField("twice", "1.00"), "/twice", "server-owned"),
        (SetField("cost", "much"), "/cost", "money-form"),
        (SetField("cost", "9000"), "/cost", "check"),
        (SetField("subject", "字" * 21), "/subject", "too-long"),
        (AddLine("subject", {"what": "x"}), "/subject", "wants-lines"),
        (AddLine("visits", {}), "/visits/0/what", "required"),
        (AddLine("visits", {"what": "x", "else": 1}), "/visits/0/else", "unknown-field"),
        (Move("fly"), "/transition", "no-such-transition"),
        (Move("finish", "repair", "nobody"), "/record", "effect-nowhere"),
        (MoveTimer("fly", MEND), "/deadline", "unknown-deadline"),
        (MoveTimer("mend", MEND, "repair", "nobody"), "/record", "effect-nowhere"),
        (MoveTimer("mend", MEND.replace(tzinfo=None)), "/due", "deadline-beyond-calendar"),
        (MoveTimer("mend", MEND.replace(year=2999)), "/due", "deadline-beyond-calendar"),
        (StartTimer("fly", "rung", 0, MEND), "/deadline", "unknown-deadline"),
        (StartTimer("mend", "due", 0, MEND), "/kind", "timer-kind"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_nothing_is_written(sample, effect, path, code):
    record = enter(sample)
    before, written = now(sample, record), len(entries(sample, record))
    clocks = timers_of(sample, "repair", record.id)
    sample.office.hooks = answers(SetField("cost", "10"), effect)
    with pytest.raises(RegbookError) as refused:
        move(sample, record, "begin")
    assert refused.value.code == "effect-refused"
    assert [(each.path, each.code) for each in refused.value.problems] == [(path, code)]
    assert now(sample, record) == before
    sample.office.hooks = answers_in_time(effect)
    sample.time = at("2026-03-02T11:00")
    assert timekeeping.tick(sample.office, by="test") == 0
    assert [each.timer.deadline for each in faults(sample.office, SYSTEM)] == ["start"]
    assert (now(sample, record), len(entries(sample, record))) == (before, written)
    assert timers_of(sample, "repair", record.id) == clocks


def test_what_was_wrong_before_does_not_keep_an_effect_from_being_done(sample, bring):
    record = enter(sample)
    with sample.office.store.work() as work:
        definition = sample.office.edition(work).definition("repair")
        wrong = replace(record, facts={**record.facts, "cost": "9000.00"})
        work.records.update(definition, record, wrong, sample.time)
    bring(record, SetField("subject", "冰箱"))
    assert now(sample, record).facts["subject"] == "冰箱"


def test_an_answer_that_is_no_effect_is_a_fault_of_its_plugin(sample):
    record = enter(sample)
    sample.office.hooks = answers("close it")
    with pytest.raises(PluginFault) as fault:
        move(sample, record, "begin")
    assert fault.value.values["plugin"] == "answers"
    assert now(sample, record).state == "open"


def test_the_record_makes_a_transition_by_itself_with_all_that_it_brings(sample, bring):
    record = enter(sample)
    bring(record, AddLine("visits", {"what": "换件"}), SetField("cost", "10"), Move("finish"))
    assert now(sample, record).state == "done"
    assert timers_of(sample, "repair", record.id) == []
    entry = entries(sample, record)[0]
    assert (entry.verb, entry.transition, entry.reason) == ("move", "finish", "moved-by-engine")
    assert len(now(sample, record).facts["visits"]) == 1


def test_whoever_saves_gets_the_record_as_it_is_afterwards(sample):
    record = enter(sample, cost="10")
    sample.office.hooks = answers(Move("finish"))
    assert move(sample, record, "begin").state == "done"


def test_another_record_makes_a_transition(sample, bring):
    first, other = enter(sample), enter(sample, cost="10", from_at=None)
    move(sample, other, "begin")
    bring(first, Move("finish", "repair", other.id, "by-engine"))
    assert (now(sample, other).state, entries(sample, other)[0].reason) == ("done", "by-engine")
    assert now(sample, first).state in ("open", "working")


def test_a_record_that_lacks_something_is_left_for_somebody_to_move(sample, bring):
    record = enter(sample)
    bring(record, Move("finish"))
    assert now(sample, record).state in ("open", "working")
    assert entries(sample, record)[0].transition in (None, "begin")


def test_what_has_gone_on_already_is_left_as_it_is(sample, bring):
    record, other = enter(sample), enter(sample, cost="10", from_at=None)
    move(sample, other, "finish")
    before = len(entries(sample, other))
    bring(record, Move("begin", "repair", other.id))
    assert (now(sample, other).state, len(entries(sample, other))) == ("done", before)


def test_a_transition_with_approval_steps_is_asked_for_once_and_passes_by_nobodys_silence(sample, bring):
    record = enter(sample)
    bring(record, Move("scrap"), Move("scrap"))
    assert now(sample, record).state in ("open", "working")
    with sample.office.store.reading() as reading:
        asked = [each for each in reading.assignments.of("repair", record.id) if each.kind == "step"]
    assert [each.person for each in asked] == ["head"]
    approving.decide(sample.office, HEAD, asked[0].id, "approve")
    assert now(sample, record).state == "scrapped"


def test_a_transition_is_asked_for_once_by_one_deed(sample, bring):
    record, other = enter(sample), enter(sample, from_at=None)
    move(sample, other, "begin")
    move(sample, other, "wait")
    bring(record, Move("begin", "repair", other.id), Move("scrap", "repair", other.id))
    with sample.office.store.reading() as reading:
        asked = [each for each in reading.assignments.of("repair", other.id) if each.kind == "step"]
    assert [each.person for each in asked] == ["head"]
    assert now(sample, other).state == "working"


def due_of(sample, record):
    return [each[1:] for each in timers_of(sample, "repair", record.id) if each[0] == "mend"]


def test_a_deadline_is_moved_with_its_warnings_for_the_same_person_and_the_entry_says_so(sample, bring):
    record = enter(sample)
    bring(record, MoveTimer("mend", at("2026-03-04T10:00")))
    assert due_of(sample, record) == [
        ("due", 0, "staff", at("2026-03-04T10:00")),
        ("warn", 0, "staff", at("2026-03-04T09:00")),
    ]
    entry = entries(sample, record)[0]
    assert entry.values["due_given"] == {"mend": "2026-03-04T02:00:00Z"}
    assert "修好" in entry.values["clocks"]


def test_another_records_deadline_is_moved_by_an_entry_of_its_own(sample, bring):
    record, task = enter(sample), enter(sample)
    bring(record, MoveTimer("mend", at("2026-03-04T10:00"), "repair", task.id))
    assert due_of(sample, task)[0] == ("due", 0, "staff", at("2026-03-04T10:00"))
    assert due_of(sample, record)[0] == ("due", 0, "staff", MEND)
    reasons = {each.verb: each.reason for each in entries(sample, task)}
    assert reasons["postpone"] == "deadline-moved"


def test_a_deadline_that_has_passed_runs_anew_and_its_rungs_and_rounds_with_it(sample):
    fired = []

    def passed(record, timer):
        fired.append((timer.kind, timer.run)) if timer.deadline == "mend" else None
        if timer.deadline != "mend" or timer.kind != "due":
            return ()
        begun = StartTimer("mend", "rung", timer.n + 1, at("2026-03-02T17:00"))
        return (begun, MoveTimer("mend", at("2026-03-04T10:00"))) if timer.run == 0 else (begun,)

    record = enter(sample)
    move(sample, record, "begin")
    sample.office.hooks = plugin(passed=passed)
    sample.time = at("2026-03-02T18:00")
    timekeeping.tick(sample.office, by="test")
    assert fired == [("warn", 0), ("due", 0)]
    assert [each[0] for each in due_of(sample, record)] == ["due", "warn"], "no rung of the old run is left"
    sample.time = at("2026-03-04T10:00")
    timekeeping.tick(sample.office, by="test")
    assert fired[2:] == [("warn", 1), ("due", 1), ("rung", 1)]


def test_a_deadline_that_is_met_or_never_ran_is_not_moved(sample, bring):
    done, blank = enter(sample, cost="10"), enter(sample, from_at=None)
    move(sample, done, "finish")
    bring(blank, MoveTimer("mend", MEND), MoveTimer("mend", at("2026-03-04T10:00"), "repair", done.id))
    assert due_of(sample, done) == []
    assert due_of(sample, blank) == []


def test_a_deadline_moved_while_it_stands_still_waits_for_the_pause_to_end(sample):
    record = enter(sample)
    move(sample, record, "begin")
    sample.office.hooks = plugin(
        made=lambda record, transition: (
            [MoveTimer("mend", at("2026-03-04T10:00"))] if transition.name == "wait" else ()
        )
    )
    move(sample, record, "wait")
    sample.time = at("2026-03-02T11:00")
    move(sample, record, "begin")
    assert due_of(sample, record)[0] == ("due", 0, "staff", at("2026-03-04T12:00")), "two hours later"


def test_a_timer_is_started_for_whoever_is_responsible_and_stopped(sample, bring):
    record = enter(sample)
    bring(record, StartTimer("mend", "rung", 3, at("2026-03-03T09:00")))
    assert ("rung", 3, "staff", at("2026-03-03T09:00")) in due_of(sample, record)
    sample.office.hooks = plugin(made=lambda record, transition: [StopTimer("mend")])
    move(sample, record, "begin" if now(sample, record).state == "open" else "wait")
    assert due_of(sample, record) == []


def test_nobody_without_clearance_is_asked_by_a_plugin(sample, bring):
    record = enter(sample)
    bring(record, Assign(("nobody", "peer"), "rung", "mend"))
    with sample.office.store.reading() as reading:
        people = {each.person for each in reading.assignments.of("repair", record.id)}
    assert "peer" in people
    assert "nobody" not in people


def test_what_is_entered_once_is_entered_once(sample, bring):
    record = enter(sample)
    made = Enter("repair", {"subject": "复查"}, "once", "staff")
    bring(record, made, made)
    assert finding.count(sample.office, SYSTEM, "repair", Query()).number == 2

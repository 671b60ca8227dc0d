"""A plugin that fails puts off its own timer, under its name; notices go only to those who may know."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from regbook.hooks import Hooks, hook, load_plugins
from regbook.jobs.clockwork import Clockwork, Postman
from regbook.jobs.executors import SqlExecutor
from regbook.model.office import Notice
from regbook.model.people import Actor
from regbook.services import inbox, recording, timekeeping
from regbook.services.library import read_library
from regbook.services.sample import sample_office

ROOT = Path(__file__).resolve().parents[2]
REGISTER = "department_issue"
STAFF = Actor("person", "staff")
NOON = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)
OVERDUE = datetime(2026, 10, 8, 3, 0, tzinfo=UTC)


def plugin(**functions):
    module = ModuleType("made")
    for name, function in functions.items():
        setattr(module, name, hook(function))
    return module


def office_with(store, **modules):
    carried = load_plugins(ROOT / "plugins")
    made = sample_office(read_library(ROOT / "definitions"), carried, REGISTER, store)
    made.time = NOON
    if modules:
        made.office.hooks = Hooks(modules)
    return made


def issue(sample, subject="打印机停用"):
    facts = {"subject": subject, "occurred_at": "2026-09-30T16:00:00+08:00"}
    return recording.enter(sample.office, STAFF, REGISTER, facts)


def timers(sample, record):
    with sample.office.store.reading() as reading:
        return {(each.deadline, each.kind) for each in reading.timers.of(REGISTER, record)}


def failing(sample):
    with sample.office.store.reading() as reading:
        return {(each.record, fault) for each, fault, _ in reading.timers.failing()}


def told(sample):
    with sample.office.store.reading() as reading:
        return reading.run("SELECT person, status, fault FROM notice ORDER BY person, code")


@pytest.fixture
def angry(store):
    calls = []

    def deadline_passed(record):
        calls.append(record.id)
        if record.facts["subject"] == "坏的":
            raise KeyError(record.facts["subject"])
        return ()

    made = office_with(store, angry=plugin(deadline_passed=deadline_passed))
    made.calls = calls
    return made


def test_a_timer_whose_plugin_fails_waits_under_its_name_and_the_others_fire(angry):
    bad, good = issue(angry, "坏的"), issue(angry)
    angry.time = OVERDUE
    assert timekeeping.tick(angry.office, by="test") == len(timers(angry, bad.id)) > 0
    assert timers(angry, good.id) == set()
    ((record, fault),) = {(record, fault) for record, fault in failing(angry)}
    assert record == bad.id
    assert fault.startswith("angry.deadline_passed: KeyError at test_putting_off.py:")
    assert "坏的" not in fault
    assert timekeeping.tick(angry.office, by="test") == 0, "it waits"
    angry.time += timekeeping.RETRY
    before = len(angry.calls)
    assert timekeeping.tick(angry.office, by="test") == 0
    assert len(angry.calls) > before, "it was tried again"


def test_a_look_finds_a_claim_that_ran_out_though_nothing_else_is_due(store):
    sample = office_with(store)
    record = issue(sample)
    sample.time = OVERDUE
    lost = store.claim_timers(sample.time, by="killed", lease=timekeeping.LEASE)
    clockwork = Clockwork(sample.office, SqlExecutor(sample.office), "look")
    assert lost
    assert clockwork.look() == 0, "another still holds them"
    sample.time += timekeeping.LEASE + timedelta(seconds=1)
    assert clockwork.look() == len(lost)
    assert timers(sample, record.id).isdisjoint((each.deadline, "due") for each in lost)


def test_the_claims_of_a_batch_delivered_twice_are_held_once(store):
    sample = office_with(store)
    issue(sample)
    sample.time = OVERDUE
    ids = [each.id for each in store.claim_timers(sample.time, by="one", lease=timekeeping.LEASE)]
    assert timekeeping.fire_named(sample.office, ids, "other") == 0
    assert timekeeping.fire_named(sample.office, [*ids, "unknown"], "one") == len(ids)
    assert timekeeping.fire_named(sample.office, ids, "one") == 0


def test_without_a_plugin_that_delivers_a_notice_is_in_the_inbox_and_done(store):
    sample = office_with(store)
    issue(sample)
    postman = Postman(sample.office, "post")
    assert postman.look() == 1
    assert told(sample) == [("head", "done", None)]
    with store.statements() as counted:
        assert postman.look() == 0
    assert counted.count == 1, "nothing waiting is one statement that writes nothing"


def test_a_notice_is_delivered_once_with_its_sentence(store):
    sent = []
    sample = office_with(store, post=plugin(deliver=lambda notice: sent.append(notice) or True))
    record = issue(sample)
    postman = Postman(sample.office, "post")
    assert (postman.look(), postman.look()) == (1, 0)
    (message,) = sent
    assert (message["person"], message["record"]) == ("head", record.id)
    assert record.number in message["text"]["zh"]


def test_a_notice_whose_sending_fails_is_sent_later_and_at_last_given_up(store):
    tries = []

    def deliver(notice):
        tries.append(notice["id"])
        raise OSError("no mail server")

    sample = office_with(store, post=plugin(deliver=deliver))
    issue(sample)
    postman = Postman(sample.office, "post")
    for _ in range(9):
        postman.look()
        sample.time += timedelta(hours=9)
    assert len(tries) == 6
    ((person, status, fault),) = told(sample)
    assert (person, status) == ("head", "failed")
    assert fault.startswith("post.deliver: OSError at ")
    assert "mail server" not in fault


@pytest.mark.parametrize("change", ["UPDATE notice SET level = 4", "UPDATE notice SET person = 'nobody'"])
def test_a_notice_never_leaves_for_someone_who_may_not_know(store, change):
    sent = []
    sample = office_with(store, post=plugin(deliver=lambda notice: sent.append(notice) or True))
    issue(sample)
    with store.work() as work:
        work.run(change)
    assert Postman(sample.office, "post").look() == 1
    assert sent == []
    assert inbox.notices(sample.office, Actor("person", "head")) == ()
    assert [each[1] for each in told(sample)] == ["done"]


def test_the_count_of_notices_is_of_what_their_list_shows(store):
    sample = office_with(store)
    office = sample.office
    with store.work() as work:
        work.notices.enqueue(Notice(f"n{level}", "staff", "due-soon", NOON, level=level) for level in (1, 3))
    assert [each.level for each in inbox.notices(office, STAFF, unread_only=True)] == [1]
    assert inbox.unread(office, STAFF) == (1, True)
    inbox.mark_read(office, STAFF)
    assert inbox.unread(office, STAFF) == (0, True)
    with store.reading() as reading:
        assert reading.notices.unread("staff").number == 1  # what she was not shown, she has not read

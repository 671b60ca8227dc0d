"""What a fault puts off is shown to whoever keeps the system, and fires when she says; bad dates do not."""

from datetime import timedelta

import pytest
from time_offices import HOOKS, ROOT, at, office_of, timers_of

from regbook import app, cli
from regbook.errors import Denied, NotFound, RecordInvalid
from regbook.hooks import Hooks
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Query
from regbook.services import finding, recalling, recording, timekeeping
from regbook.services.faults import faults, retry

STAFF = Actor("person", "staff")
ERRAND = {
    "register": "errand",
    "title": "外出办事",
    "clauses": ["DWM 6.4"],
    "entity": {
        "type": "object",
        "required": ["subject"],
        "properties": {
            "subject": {"type": "string", "title": "事由", "maxLength": 100},
            "back_at": {"type": "string", "format": "date", "title": "返回日期"},
            "performer": {"type": "string", "format": "person", "title": "经办人"},
        },
    },
    "workflow": {
        "initial": "out",
        "states": {"out": {"title": "外出"}, "back": {"title": "已返回"}},
        "transitions": [{"name": "return", "title": "返回", "from": "out", "to": "back", "by": "owner"}],
    },
    "access": [{"role": "staff", "do": ["enter", "read", "amend", "move"], "scope": "own"}],
    "deadlines": [
        {
            "name": "return", "title": "返回", "of": "field:performer", "from": "back_at",
            "within": "5wd", "until": {"state": ["back"]},
        }
    ],
    "translations": {"en": {
        "title": "Errand", "fields.subject.title": "Subject", "fields.back_at.title": "Back on",
        "fields.performer.title": "Performer", "states.out.title": "Out", "states.back.title": "Back",
        "transitions.return.title": "Return", "deadlines.return.title": "Return",
    }},
}  # fmt: skip


@pytest.fixture
def sample(store):
    return office_of(store, ERRAND)


def enter(sample, **facts):
    return recording.enter(sample.office, STAFF, "errand", {"subject": "送件", **facts})


def problems(refused):
    return [(each.path, each.code) for each in refused.value.problems]


def test_a_deadline_beyond_the_calendar_is_refused_at_its_field_and_nothing_is_stored(sample):
    with pytest.raises(RecordInvalid) as refused:
        enter(sample, back_at="9999-12-31", performer="peer")
    assert problems(refused) == [("/back_at", "deadline-beyond-calendar")]
    assert "返回" in refused.value.problems[0].text("zh")
    assert finding.count(sample.office, SYSTEM, "errand", Query()).number == 0
    record = enter(sample, back_at="2026-10-08", performer="peer")
    with pytest.raises(RecordInvalid) as refused:
        recording.amend(sample.office, STAFF, "errand", record.id, {"back_at": "2299-12-31"})
    assert problems(refused) == [("/back_at", "deadline-beyond-calendar")]
    assert [each[3:] for each in timers_of(sample, "errand", record.id)] == [("peer", at("2026-10-14T18:00"))]


def test_a_deadline_of_nobody_is_refused_at_the_field_that_names_her(sample):
    with sample.office.store.work() as work:
        people = sample.office.edition(work).definition("person")
        for name in ("head", "division_head", "gm", "process_admin"):
            record = work.records.one(people, name, finding.unbounded("person", "read", "test"), sample.time)
            gone = {**record.facts, "roles": None}
            left = type(record)(**{**vars_of(record), "state": "left", "facts": gone})
            work.records.update(people, record, left, sample.time)
        work.bump_epoch()
    with pytest.raises(RecordInvalid) as refused:
        enter(sample, back_at="2026-10-08")
    assert problems(refused) == [("/performer", "deadline-for-nobody")]
    assert enter(sample).state == "out", "without a date no deadline runs"
    assert enter(sample, back_at="2026-10-08", performer="peer").state == "out"


def vars_of(record):
    return {name: getattr(record, name) for name in record.__slots__}


@pytest.fixture
def failing(sample):
    record = enter(sample, back_at="2026-10-08", performer="peer")
    sample.time = at("2026-10-20T09:00")
    sample.office.hooks = Broken({})
    timekeeping.tick(sample.office, by="test")
    sample.office.hooks = HOOKS
    return record


class Broken(Hooks):
    """Plugins of which one asks for what is not there."""

    def every(self, hook, **asked):
        if hook == "deadline_passed":
            raise KeyError("x")
        return super().every(hook, **asked)


def test_whoever_keeps_the_system_sees_the_fault_and_lets_it_fire_at_once(sample, failing):
    (fault,) = faults(sample.office, SYSTEM)
    assert (fault.timer.record, fault.timer.deadline) == (failing.id, "return")
    assert fault.reason.startswith("KeyError at test_faults.py:")
    assert timekeeping.tick(sample.office, by="test") == 0, "it waits"
    retry(sample.office, SYSTEM, fault.timer.id)
    assert timekeeping.tick(sample.office, by="test") == 1
    assert faults(sample.office, SYSTEM) == ()
    assert timers_of(sample, "errand", failing.id) == []
    verbs = [each.verb for each in recalling.history(sample.office, STAFF, "errand", failing.id)]
    assert sorted(verbs) == ["enter", "retry", "timer:due"]


def test_what_keeps_failing_is_tried_less_and_less_often(sample, failing):
    sample.office.hooks = Broken({})
    waits = []
    for tried in range(1, 7):
        (fault,) = faults(sample.office, SYSTEM)
        assert fault.timer.attempts == tried
        waits.append(fault.again - sample.time)
        sample.time = fault.again - timedelta(seconds=1)
        assert (timekeeping.tick(sample.office, by="test"), faults(sample.office, SYSTEM)) == (0, (fault,))
        sample.time = fault.again
        timekeeping.tick(sample.office, by="test")
    assert waits == [*timekeeping.RETRIES, timekeeping.DAILY, timekeeping.DAILY]
    sample.office.hooks = HOOKS
    sample.time += timekeeping.DAILY
    assert timekeeping.tick(sample.office, by="test") == 1
    assert faults(sample.office, SYSTEM) == ()


def test_nobody_else_sees_faults_and_what_is_not_put_off_is_not_tried_again(sample, failing):
    (fault,) = faults(sample.office, SYSTEM)
    for refused in (
        lambda: faults(sample.office, STAFF),
        lambda: retry(sample.office, STAFF, fault.timer.id),
    ):
        with pytest.raises(Denied):
            refused()
    with pytest.raises(NotFound):
        retry(sample.office, SYSTEM, "unknown")
    sample.time += timekeeping.RETRY + timedelta(seconds=1)
    assert timekeeping.tick(sample.office, by="test") == 1
    with pytest.raises(NotFound):
        retry(sample.office, SYSTEM, fault.timer.id)


def test_the_command_lists_faults_and_tries_them_again(sample, failing, monkeypatch, capsys):
    monkeypatch.setattr(app, "open_office", lambda settings, **rest: sample.office)
    monkeypatch.setattr(cli, "read_settings", lambda folder: folder)
    (fault,) = faults(sample.office, SYSTEM)
    assert cli.main(["faults", "--office", str(ROOT)]) == 1
    assert fault.timer.id in (said := capsys.readouterr().out)
    assert "tried 1, again 2026-10-20T01:05:00Z" in said
    assert ("errand" in said, "KeyError" in said, "送件" in said) == (True, True, False)
    assert cli.main(["faults", "retry", "all", "--office", str(ROOT)]) == 0
    assert cli.main(["tick", "--office", str(ROOT)]) == 0
    assert cli.main(["faults", "--office", str(ROOT)]) == 0
    assert cli.main(["faults", "retry", fault.timer.id, "--office", str(ROOT)]) == 1

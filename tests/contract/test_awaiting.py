"""A record that waits for another moves by itself when that one arrives, and by nothing else."""

import pytest
from time_offices import HOOKS, at, library_with, office_of, timers_of

from regbook.model.people import SYSTEM, Actor
from regbook.services import finding, moving, recalling, recording
from regbook.services.rehearsing import Rehearsal

STAFF, PEER = Actor("person", "staff"), Actor("person", "peer")
ACCESS = [{"role": "staff", "do": ["enter", "read", "amend", "move"], "scope": "department"}]
INSPECTION = {
    "register": "safety_check",
    "title": "安全检查",
    "clauses": ["DWM 6.4"],
    "entity": {
        "type": "object",
        "required": ["place"],
        "properties": {
            "place": {"type": "string", "title": "地点", "maxLength": 100},
            "result": {"type": "string", "title": "整改结果", "maxLength": 100},
            "approved_by": {"type": "string", "title": "批准人", "maxLength": 100},
        },
    },
    "workflow": {
        "initial": "found",
        "states": {
            "found": {"title": "有问题"},
            "mending": {"title": "整改中", "waits_for": {"safety_repair": "verified"}},
            "closed": {"title": "关闭"},
            "signed": {"title": "签批"},
        },
        "transitions": [
            {"name": "send", "title": "要求整改", "from": "found", "to": "mending", "by": "owner"},
            {"name": "again", "title": "重查", "from": "mending", "to": "found", "by": "owner",
             "needs": ["approved_by"]},
            {"name": "sign", "title": "签批", "from": "mending", "to": "signed", "by": "owner",
             "needs": ["approved_by"]},
            {"name": "close", "title": "关闭", "from": "mending", "to": "closed", "by": "owner",
             "needs": ["result"]},
        ],
    },
    "access": ACCESS,
    "deadlines": [
        {"name": "close", "title": "关闭", "of": "owner", "from": "submitted_at", "within": "5wd",
         "until": {"state": ["closed", "signed"]}}
    ],
    "translations": {"en": {
        "title": "Safety check", "fields.place.title": "Place", "fields.result.title": "Result",
        "fields.approved_by.title": "Approved by", "states.found.title": "Found",
        "states.mending.title": "Mending", "states.closed.title": "Closed", "states.signed.title": "Signed",
        "transitions.send.title": "Send", "transitions.sign.title": "Sign",
        "transitions.again.title": "Again",
        "transitions.close.title": "Close", "deadlines.close.title": "Close",
    }},
    "scenarios": [
        {
            "name": "closed by the repair",
            "steps": [
                {"as": "staff", "enter": {"place": "机房"}},
                {"as": "staff", "do": "send"},
                {"as": "peer", "in": "safety_repair",
                 "enter": {"source": "{safety_check}", "done": "已换"}},
                {"as": "peer", "in": "safety_repair", "do": "verify"},
            ],
            "then": {"state": "closed"},
        }
    ],
}  # fmt: skip
REPAIR = {
    "register": "safety_repair",
    "title": "安全整改",
    "clauses": ["DWM 6.4"],
    "entity": {
        "type": "object",
        "required": ["source"],
        "properties": {
            "source": {"type": "string", "format": "record", "title": "检查", "x-to": "safety_check"},
            "done": {"type": "string", "title": "措施", "maxLength": 100},
        },
    },
    "titles": ["done"],
    "workflow": {
        "initial": "open",
        "states": {
            "open": {"title": "整改"},
            "verified": {"title": "已验证", "sets": {"source.result": "{done}"}},
            "dropped": {"title": "取消"},
        },
        "transitions": [
            {"name": "verify", "title": "验证", "from": "open", "to": "verified", "by": "owner"},
            {"name": "drop", "title": "取消", "from": "open", "to": "dropped", "by": "owner"},
        ],
    },
    "access": ACCESS,
    "translations": {"en": {
        "title": "Safety repair", "fields.source.title": "Source", "fields.done.title": "Done",
        "states.open.title": "Open", "states.verified.title": "Verified", "states.dropped.title": "Dropped",
        "transitions.verify.title": "Verify", "transitions.drop.title": "Drop",
    }},
}  # fmt: skip


@pytest.fixture
def sample(store):
    return office_of(store, INSPECTION, REPAIR, time="2026-03-02T09:00")


@pytest.fixture
def check(sample):
    made = recording.enter(sample.office, STAFF, "safety_check", {"place": "机房"})
    return moving.move(sample.office, STAFF, "safety_check", made.id, "send")


def repair(sample, check, name, done="已换"):
    facts = {"source": check.id, "done": done}
    made = recording.enter(sample.office, PEER, "safety_repair", facts)
    return moving.move(sample.office, PEER, "safety_repair", made.id, name)


def now(sample, check):
    return finding.read(sample.office, SYSTEM, "safety_check", check.id)


def test_it_moves_on_by_the_first_transition_that_is_ready_and_its_clock_ends(sample, check):
    assert timers_of(sample, "safety_check", check.id)[0][4] == at("2026-03-09T09:00")
    repair(sample, check, "verify")
    assert (now(sample, check).state, now(sample, check).facts["result"]) == ("closed", "已换")
    assert timers_of(sample, "safety_check", check.id) == []
    last = recalling.history(sample.office, STAFF, "safety_check", check.id)[0]
    assert (last.actor, last.transition, last.reason) == ("peer", "close", "waited-for")
    assert last.values["arrived"] == "安全整改"


def test_another_state_and_another_record_do_not_move_it(sample, check):
    other = recording.enter(sample.office, STAFF, "safety_check", {"place": "库房"})
    repair(sample, check, "drop")
    repair(sample, other, "verify")
    assert now(sample, check).state == "mending"
    assert now(sample, other).state == "found", "it does not wait"


def test_without_a_transition_that_is_ready_it_stays_for_somebody_to_move(sample, check):
    repair(sample, check, "verify", done=None)
    assert now(sample, check).state == "mending"


def test_its_scenario_holds():
    assert Rehearsal(library_with(INSPECTION, REPAIR), HOOKS, "safety_check").run() == (1, [])


def waiting_again(sample, check):
    """The check goes back to be looked at and is sent once more."""
    facts = {"approved_by": "head"}
    back = moving.move(sample.office, STAFF, "safety_check", check.id, "again", facts)
    recording.amend(sample.office, STAFF, "safety_check", check.id, {"approved_by": None})
    return moving.move(sample.office, STAFF, "safety_check", back.id, "send")


def test_what_was_there_before_it_began_to_wait_moves_it_on_at_once(sample):
    check = recording.enter(sample.office, STAFF, "safety_check", {"place": "机房"})
    done = repair(sample, check, "verify")
    assert now(sample, check).state == "found", "it does not wait yet"
    sent = moving.move(sample.office, STAFF, "safety_check", check.id, "send")
    assert (sent.state, now(sample, check).state) == ("closed", "closed")
    entries = recalling.history(sample.office, STAFF, "safety_check", check.id)
    assert [each.transition for each in entries[:2]] == ["close", "send"]
    assert (entries[0].reason, entries[0].values["arrived"]) == ("waited-for", "安全整改")
    assert done.state == "verified"


def test_what_it_waited_for_once_does_not_count_when_it_waits_again(sample, check):
    repair(sample, check, "verify", done=None)
    recording.amend(sample.office, STAFF, "safety_check", check.id, {"result": "再看"})
    sample.time = at("2026-03-02T10:00")
    assert waiting_again(sample, check).state == "mending", "the old repair was for the last time"
    repair(sample, check, "verify")
    assert now(sample, check).state == "closed"


def test_what_is_elsewhere_or_of_another_record_does_not_count(sample):
    check = recording.enter(sample.office, STAFF, "safety_check", {"place": "机房"})
    other = recording.enter(sample.office, STAFF, "safety_check", {"place": "库房"})
    repair(sample, check, "drop")
    repair(sample, other, "verify")
    assert moving.move(sample.office, STAFF, "safety_check", check.id, "send").state == "mending"

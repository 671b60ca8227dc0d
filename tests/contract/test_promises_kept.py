"""A record's workflow and deadlines stay those of the revision its case began under; its shape is today's."""

import pytest
from published_offices import VISIT, another, renamed, replaced, republished, visits
from time_offices import at, timers_of

from regbook.errors import NotFound, RecordInvalid
from regbook.model.query import Query
from regbook.services import allowing, cases, finding, forming, moving, recording, showing, timekeeping

GIVEN = {"visitor": "客甲", "reason": "送货"}


def offered(sample, actor, record):
    return [each.name for each in showing.show(sample.office, actor, "visit", record).transitions]


def test_a_record_goes_on_by_the_workflow_that_its_case_began_under(store):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    republished(sample, replaced(another()))
    new = recording.enter(sample.office, staff, "visit", GIVEN)
    assert (old.state, new.state) == ("inside", "here")
    assert offered(sample, staff, old.id) == ["leave"]
    assert [each.name for each in allowing.look(sample.office, staff, "visit", old.id).transitions] == [
        "leave"
    ]
    assert offered(sample, staff, new.id) == ["go"]
    for record, other in ((old, "go"), (new, "leave")):
        with pytest.raises(NotFound):
            moving.move(sample.office, staff, "visit", record.id, other)
        with pytest.raises(NotFound):
            forming.to_move(sample.office, staff, "visit", record.id, other, {})
    left = moving.move(sample.office, staff, "visit", old.id, "leave")
    assert (left.state, left.revision) == ("left", 1)
    assert moving.move(sample.office, staff, "visit", new.id, "go").revision == 2


def test_its_deadline_ends_and_fires_as_it_was_promised(store):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    late = recording.enter(sample.office, staff, "visit", GIVEN)
    republished(sample, replaced(another()))
    assert [each[0] for each in timers_of(sample, "visit", old.id)] == ["out"]
    amended = recording.amend(sample.office, staff, "visit", old.id, {"reason": "取货"})
    assert (amended.state, amended.revision) == ("inside", 1)
    assert [each[0] for each in timers_of(sample, "visit", old.id)] == ["out"]
    moving.move(sample.office, staff, "visit", old.id, "leave")
    assert timers_of(sample, "visit", old.id) == []
    sample.time = at("2026-10-09T17:00")
    assert timekeeping.tick(sample.office, by="test") == 1
    assert timers_of(sample, "visit", late.id) == []


def test_shape_is_todays_and_promises_name_its_fields(store):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", {"visitor": "客甲"})
    changed = renamed(replaced(another()), "visitor", "guest")
    changed["entity"]["properties"].pop("reason")
    changed["workflow"]["transitions"][0]["needs"] = ["guest"]
    changed["entity"]["properties"]["badge"] = {"type": "string", "title": "胸牌"}
    republished(sample, changed)
    shown = showing.show(sample.office, staff, "visit", old.id)
    assert shown.record.facts.keys() == {"guest", "phone", "badge"}
    assert shown.transitions[0].needs == ("guest",)
    with pytest.raises(RecordInvalid):
        moving.move(sample.office, staff, "visit", old.id, "leave", {"badge": 7})
    assert timers_of(sample, "visit", old.id) != []
    moved = moving.move(sample.office, staff, "visit", old.id, "leave", {"badge": "A1"})
    assert (moved.state, moved.facts["badge"]) == ("left", "A1")


def test_a_record_submitted_again_takes_the_current_promises(store):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    republished(sample, replaced(another()))
    back = recording.withdraw(sample.office, staff, "visit", old.id)
    assert back.state == "draft"
    assert timers_of(sample, "visit", old.id) == []
    again = recording.submit(sample.office, staff, "visit", old.id)
    assert (again.state, again.revision, again.number) == ("here", 2, old.number)
    assert [each[0] for each in timers_of(sample, "visit", old.id)] == ["gone"]


def test_a_case_that_ended_is_led_on_by_the_current_revision(store):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    moving.move(sample.office, staff, "visit", old.id, "leave")
    changed = replaced(another())
    changed["workflow"]["transitions"].append(
        {"name": "return", "title": "返回", "from": "left", "to": "here", "by": "owner"}
    )
    republished(sample, changed)
    assert offered(sample, staff, old.id) == ["return"]
    back = moving.move(sample.office, staff, "visit", old.id, "return")
    assert (back.state, back.revision) == ("here", 2)
    assert offered(sample, staff, old.id) == ["go"]


def test_coming_back_to_the_initial_state_begins_a_case_under_the_current_revision(store):
    first = another(VISIT)
    first["workflow"]["states"]["waiting"] = {"title": "等候", "assign": "owner"}
    first["workflow"]["transitions"] += [
        {"name": "wait", "title": "等候", "from": "inside", "to": "waiting", "by": "owner"},
        {"name": "back", "title": "回去", "from": "waiting", "to": "inside", "by": "owner"},
    ]
    english = first["translations"]["en"]
    english["states.waiting.title"] = "Waiting"
    english |= {"transitions.wait.title": "Wait", "transitions.back.title": "Go back"}
    sample, staff = visits(store, workflow=first["workflow"], translations=first["translations"])
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    moving.move(sample.office, staff, "visit", old.id, "wait")
    republished(sample, replaced(another()))
    back = moving.move(sample.office, staff, "visit", old.id, "back")
    assert (back.state, back.revision) == ("here", 2)
    assert "out" not in {each[0] for each in timers_of(sample, "visit", old.id)}
    assert offered(sample, staff, old.id) == ["go"]


def test_a_state_is_titled_by_its_own_revision_wherever_it_shows(store):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    republished(sample, replaced(another()))
    page = finding.page(sample.office, staff, "visit", Query())
    with sample.office.store.reading() as reading:
        edition = sample.office.edition(reading)
    shown = edition.shown(page.records[0])
    assert shown.workflow.states["inside"].title == "在访"
    assert shown.text("states.inside.title", "", "en") == "Inside"
    assert shown.revision == 2
    assert showing.show(sample.office, staff, "visit", old.id).definition.workflow.states["inside"]


def test_earlier_promises_are_read_once(store, monkeypatch):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    republished(sample, replaced(another()))
    finding.read(sample.office, staff, "visit", old.id)
    asked = []
    monkeypatch.setattr(cases, "Earlier", lambda *args: asked.append(args))
    showing.show(sample.office, staff, "visit", old.id)
    moving.move(sample.office, staff, "visit", old.id, "leave")
    assert asked == []

"""Plugins say who must act and when a deadline is due; the definition says it when they do not."""

from types import ModuleType

import pytest
from test_effects import REPAIR, STAFF, due_of, enter, entries, now
from test_recounting import close_on
from time_offices import at, office_of

from regbook.errors import PluginFault, RecordInvalid
from regbook.hooks import Hooks, hook
from regbook.model.people import Actor
from regbook.services import approving, recording


@pytest.fixture
def sample(store):
    made = office_of(store, REPAIR, time="2026-03-02T09:00")
    made.office.hooks = Hooks()
    return made


def names(**by_place):
    """A plugin that names people: by ``state``, by ``step``."""
    module = ModuleType("finder")

    @hook
    def assignees_for(state, step, people, office):
        assert people.head("department") == "head"
        return by_place.get((step or state).replace("/", "_"))

    module.assignees_for = assignees_for
    return Hooks({"finder": module})


def says(answer):
    """A plugin that says when a deadline ``mend`` is due: ``answer`` gets its start and the office."""
    module = ModuleType("clockmaker")

    @hook
    def due_at(deadline, start, office):
        return answer(start, office) if deadline.name == "mend" else None

    module.due_at = due_at
    return Hooks({"clockmaker": module})


def assigned(sample, record, kind="state"):
    with sample.office.store.reading() as reading:
        found = reading.assignments.of("repair", record.id)
    return [each.person for each in found if each.kind == kind]


def test_a_plugin_names_who_acts_in_a_state_and_none_leaves_it_to_the_definition(sample):
    sample.office.hooks = names(open=["peer", "head", "peer"])
    assert sorted(assigned(sample, enter(sample))) == ["head", "peer"]
    sample.office.hooks = names()
    assert assigned(sample, enter(sample)) == ["staff"]


def test_whom_nobody_knows_is_left_out_and_an_empty_answer_is_none(sample):
    sample.office.hooks = names(open=["nobody"])
    assert assigned(sample, enter(sample)) == ["staff"]
    sample.office.hooks = names(open=["nobody", "peer"])
    assert assigned(sample, enter(sample)) == ["peer"]


def asked_to_scrap(sample, **by_place):
    sample.office.hooks = names(**by_place)
    return enter(sample)


def test_a_plugin_names_the_approvers_of_a_step_and_each_of_them_counts(sample):
    record = asked_to_scrap(sample, scrap_head=["peer", "division_head"])
    assert sorted(assigned(sample, record, "step")) == ["division_head", "peer"]
    with sample.office.store.reading() as reading:
        steps = {
            each.person: each.id
            for each in reading.assignments.of("repair", record.id)
            if each.source == "scrap/head"
        }
    approving.decide(sample.office, Actor("person", "peer"), steps["peer"], "approve")
    assert now(sample, record).state == "open", "the other is still asked"
    approving.decide(sample.office, Actor("person", "division_head"), steps["division_head"], "approve")
    assert now(sample, record).state == "scrapped"


def test_nobody_is_made_to_approve_her_own(sample):
    assert assigned(sample, asked_to_scrap(sample, scrap_head=["staff", "peer"]), "step") == ["peer"]
    assert assigned(sample, asked_to_scrap(sample, scrap_head=["staff"]), "step") == ["head"]


def test_a_plugin_says_when_a_deadline_is_due_and_the_entry_has_it(sample):
    sample.office.hooks = says(lambda start, office: office.after(start, "2wd"))
    record = enter(sample)
    assert due_of(sample, record) == [
        ("due", 0, "staff", at("2026-03-04T09:00")),
        ("warn", 0, "staff", at("2026-03-03T17:00")),
    ]
    assert entries(sample, record)[0].values["due_given"] == {"mend": "2026-03-04T01:00:00Z"}
    close_on(sample, "2026-03-03")
    assert due_of(sample, record)[0] == ("due", 0, "staff", at("2026-03-04T09:00")), (
        "an instant is an instant"
    )


def test_it_is_asked_again_when_the_start_moves_and_not_otherwise(sample):
    asked = []
    sample.office.hooks = says(lambda start, office: asked.append(start) or office.after(start, "1wd"))
    record = enter(sample)
    recording.amend(sample.office, STAFF, "repair", record.id, {"subject": "冰箱"})
    assert len(asked) == 1
    recording.amend(sample.office, STAFF, "repair", record.id, {"from_at": "2026-03-03T01:00:00Z"})
    assert asked == [at("2026-03-02T09:00"), at("2026-03-03T09:00")]
    assert due_of(sample, record)[0][3] == at("2026-03-04T09:00")


def test_none_leaves_the_deadline_to_its_span(sample):
    sample.office.hooks = says(lambda start, office: None)
    record = enter(sample)
    assert due_of(sample, record)[0][3] == at("2026-03-02T14:30")
    assert "due_given" not in entries(sample, record)[0].values


def test_what_is_no_instant_is_a_fault_of_its_plugin_and_one_beyond_calendars_is_refused(sample):
    for wrong in ("tomorrow", at("2026-03-04T09:00").replace(tzinfo=None)):
        sample.office.hooks = says(lambda start, office, wrong=wrong: wrong)
        with pytest.raises(PluginFault) as fault:
            enter(sample)
        assert fault.value.values == {"plugin": "clockmaker", "hook": "due_at"}
    sample.office.hooks = says(lambda start, office: start.replace(year=2999))
    with pytest.raises(RecordInvalid) as refused:
        enter(sample)
    assert [each.code for each in refused.value.problems] == ["deadline-beyond-calendar"]
    with sample.office.store.reading() as reading:
        assert reading.timers.next_at() is None, "nothing was written"

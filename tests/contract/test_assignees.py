"""Who has a record: wherever a rule says assignee, it is who has it from now on."""

import copy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from web_offices import ISSUE, REGISTER, library, plugins

from regbook.model.people import Actor
from regbook.services import allowing, finding, moving, recording
from regbook.services.sample import sample_office

STAFF, HEAD, ABOVE = (Actor("person", each) for each in ("staff", "head", "division_head"))


@pytest.fixture
def sample(store):
    file, raw = library().registers[REGISTER]
    ours = copy.deepcopy(dict(raw))
    for each in ours["deadlines"]:
        each["of"] = "assignee"
    for each in ours["workflow"]["transitions"]:
        each["by"] = "assignee"
    with_assignees = replace(library(), registers={**library().registers, REGISTER: (file, ours)})
    made = sample_office(with_assignees, plugins(), REGISTER, store)
    made.time = datetime(2026, 9, 30, 8, tzinfo=UTC)
    return made


def responsible(sample, record):
    with sample.office.store.reading() as reading:
        return {
            each.deadline: each.person for each in reading.timers.of(REGISTER, record) if each.kind == "due"
        }


def offered(sample, actor, record):
    return {each.name for each in allowing.look(sample.office, actor, REGISTER, record).transitions}


def test_a_deadline_binds_whoever_has_the_record_from_now_on(sample):
    record = recording.enter(sample.office, STAFF, REGISTER, ISSUE).id
    assert responsible(sample, record)["handle"] == "head"
    moving.move(sample.office, HEAD, REGISTER, record, "report", {"effect": "cannot"})
    assert responsible(sample, record) == {"decide": "division_head"}


def test_transitions_of_the_assignee_are_hers_alone_and_offered_to_her(sample):
    record = recording.enter(sample.office, STAFF, REGISTER, ISSUE).id
    assert "report" in offered(sample, HEAD, record)
    assert offered(sample, STAFF, record) == offered(sample, ABOVE, record) == set()
    moving.move(sample.office, HEAD, REGISTER, record, "report", {"effect": "cannot"})
    assert offered(sample, HEAD, record) == set()
    assert offered(sample, ABOVE, record) == {"decide"}


def test_every_reading_of_one_record_says_who_has_it(sample):
    record = recording.enter(sample.office, STAFF, REGISTER, ISSUE)
    assert record.assignees == ("head",)
    for actor in (STAFF, HEAD, sample.system):
        assert finding.read(sample.office, actor, REGISTER, record.id).assignees == ("head",)

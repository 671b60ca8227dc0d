"""References lead to what is there for whoever fills them in; copies come along; fields have rights."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from regbook.errors import Denied, RecordInvalid
from regbook.hooks import load_plugins
from regbook.model.people import Actor
from regbook.model.query import Query
from regbook.services import allowing, finding, moving, recalling, recording
from regbook.services.library import read_library
from regbook.services.sample import sample_office

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = read_library(ROOT / "definitions")
HOOKS = load_plugins(ROOT / "plugins")
TASK = {"subject": "整理回访记录", "performer": "staff", "due_at": "2026-03-04T16:00:00+08:00"}
ASK = {"reason": "名单晚到。", "wanted_due": "2026-03-06T16:00:00+08:00"}
STAFF, HEAD, PEER, GM = (Actor("person", each) for each in ("staff", "head", "peer", "gm"))


def office_of(store, register):
    sample = sample_office(LIBRARY, HOOKS, register, store)
    sample.time = datetime(2026, 3, 2, 1, tzinfo=UTC)
    return sample.office


@pytest.fixture
def office(store):
    return office_of(store, "task")


def refused(office, actor, register, facts):
    with pytest.raises(RecordInvalid) as error:
        recording.enter(office, actor, register, facts)
    return [(each.path, each.code) for each in error.value.problems]


def count(office, register):
    return finding.count(office, GM, register, Query()).number


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("performer", "nobody", "/performer"),
        ("helpers", ["peer", "nobody"], "/helpers/1"),
        ("source", "task/none", "/source"),
        ("source", "nothing/none", "/source"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_stored(office, field, value, path):
    assert refused(office, HEAD, "task", {**TASK, field: value}) == [(path, "reference-unknown")]
    assert count(office, "task") == 0


def test_what_she_may_not_see_is_told_like_what_is_not_there(office):
    task = recording.enter(office, HEAD, "task", TASK)
    hidden = refused(office, PEER, "extension_request", {**ASK, "task": task.id})
    missing = refused(office, PEER, "extension_request", {**ASK, "task": "none"})
    assert hidden == missing == [("/task", "reference-unknown")]


def test_what_may_not_be_chosen_now_is_refused(office):
    task = recording.enter(office, HEAD, "task", TASK)
    moving.move(office, HEAD, "task", task.id, "cancel", {"cancel_reason": "不做了"})
    facts = {**ASK, "task": task.id}
    assert refused(office, STAFF, "extension_request", facts) == [("/task", "reference-not-now")]


def test_copies_come_along_and_are_not_typed(office):
    task = recording.enter(office, HEAD, "task", TASK)
    asked = recording.enter(office, STAFF, "extension_request", {**ASK, "task": task.id})
    assert asked.facts["task_subject"] == TASK["subject"]
    assert asked.facts["task_due_at"] == "2026-03-04T08:00:00Z"
    typed = {**ASK, "task": task.id, "task_due_at": "2026-03-09T16:00:00+08:00"}
    assert ("/task_due_at", "server-owned") in refused(office, STAFF, "extension_request", typed)


def test_a_state_sets_what_it_says_in_the_record_pointed_to_with_an_entry_there(office):
    task = recording.enter(office, HEAD, "task", TASK)
    asked = recording.enter(office, STAFF, "extension_request", {**ASK, "task": task.id})
    assert finding.read(office, HEAD, "task", task.id).facts["reported_back_at"] == "2026-03-02T01:00:00Z"
    moving.move(
        office, HEAD, "extension_request", asked.id, "extend", {"granted_until": "2026-03-06T16:00:00+08:00"}
    )
    moved = finding.read(office, HEAD, "task", task.id)
    assert (moved.facts["due_at"], moved.facts["reported_back_at"]) == ("2026-03-06T08:00:00Z", None)
    latest = recalling.history(office, HEAD, "task", task.id)[0]
    assert latest.changes["due_at"] == ("2026-03-04T08:00:00Z", "2026-03-06T08:00:00Z")


def test_a_field_has_its_own_right_to_be_amended(office):
    task = recording.enter(office, HEAD, "task", TASK)
    recording.amend(office, HEAD, "task", task.id, {"detail": "含电话回访。"})
    with pytest.raises(Denied) as error:
        recording.amend(office, HEAD, "task", task.id, {"due_at": "2026-03-09T16:00:00+08:00"})
    assert [(each.path, each.code) for each in error.value.problems] == [("/due_at", "field-not-yours")]
    assert finding.read(office, HEAD, "task", task.id).facts["due_at"] == "2026-03-04T08:00:00Z"


def test_a_draft_is_amended_by_its_owner(office):
    draft = recording.enter(office, STAFF, "progress_report", {"done": "回访 20 家。"}, draft=True)
    amended = recording.amend(office, STAFF, "progress_report", draft.id, {"done": "回访 30 家。"})
    assert amended.facts["done"] == "回访 30 家。"
    assert amended.state == "draft"


def test_whom_a_record_is_about_does_not_decide_on_it(store):
    office = office_of(store, "seal_use")
    seal = recording.enter(office, GM, "seal", {"name": "公章", "kind": "company", "keeper": "seal_keeper"})
    facts = {"seal": seal.id, "document": "证明", "copies": 1, "purpose": "办证"}
    asked = recording.enter(office, HEAD, "seal_use", facts)
    assert asked.facts["keeper"] == "seal_keeper"
    with pytest.raises(Denied):
        moving.move(office, HEAD, "seal_use", asked.id, "approve")
    assert allowing.look(office, HEAD, "seal_use", asked.id).transitions == ()
    above = Actor("person", "division_head")
    assert [each.name for each in allowing.look(office, above, "seal_use", asked.id).transitions] == [
        "approve",
        "refuse",
    ]

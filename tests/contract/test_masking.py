"""Personal values are masked in every answer; seeing one whole needs a right and a reason."""

from pathlib import Path

import pytest

from regbook.errors import Denied, NotFound, RecordInvalid
from regbook.hooks import load_plugins
from regbook.model.people import Actor
from regbook.model.query import Query
from regbook.services import finding, recalling, recording
from regbook.services.library import read_library
from regbook.services.sample import sample_office
from regbook.services.unmasking import unmask

ROOT = Path(__file__).resolve().parents[2]
HR, HERSELF, PEER = (Actor("person", each) for each in ("hr", "staff", "peer"))
IDENTITY, SHOWN = "11010519491231002X", "110105**********2X"


@pytest.fixture
def sample(store):
    library, hooks = read_library(ROOT / "definitions"), load_plugins(ROOT / "plugins")
    made = sample_office(library, hooks, "person", store)
    recording.amend(made.office, HR, "person", "staff", {"identity_no": IDENTITY})
    return made


def test_reading_listing_and_history_show_the_mask(sample):
    read = finding.read(sample.office, HR, "person", "staff")
    listed = finding.page(sample.office, HR, "person", Query(limit=100)).records
    changed = [
        each.changes["identity_no"] for each in recalling.history(sample.office, HR, "person", "staff")
    ]
    assert read.facts["identity_no"] == SHOWN
    assert {each.facts["identity_no"] for each in listed if each.id == "staff"} == {SHOWN}
    assert changed == [(None, SHOWN)]
    assert IDENTITY not in repr((read, listed, changed))


def test_a_personal_text_without_a_form_of_its_own_is_masked_whole(sample):
    recording.amend(sample.office, HR, "person", "staff", {"home_address": "青石路 8 号"})
    assert finding.read(sample.office, HR, "person", "staff").facts["home_address"] == "******"
    assert unmask(sample.office, HR, "person", "staff", "home_address", "寄送合同") == "青石路 8 号"


def test_a_masked_value_that_comes_back_is_no_change(sample):
    recording.amend(sample.office, HR, "person", "staff", {"identity_no": SHOWN, "grade": "supervisor"})
    whole = finding.read(sample.office, sample.system, "person", "staff").facts
    assert (whole["identity_no"], whole["grade"]) == (IDENTITY, "supervisor")


def test_seeing_it_whole_needs_the_right_and_a_reason_and_leaves_an_entry(sample):
    with pytest.raises(RecordInvalid):
        unmask(sample.office, HR, "person", "staff", "identity_no", "  ")
    assert unmask(sample.office, HR, "person", "staff", "identity_no", "办理社保") == IDENTITY
    with sample.office.store.reading() as reading:
        entries = [each for each in reading.journal.of("person", "staff") if each.verb == "unmask"]
    assert [(each.actor, each.values["field"], each.values["reason"]) for each in entries] == [
        ("hr", "identity_no", "办理社保")
    ]
    assert IDENTITY not in repr(entries)


def test_whoever_may_not_is_told_nothing(sample):
    with pytest.raises((Denied, NotFound)):
        unmask(sample.office, PEER, "person", "staff", "identity_no", "好奇")
    with pytest.raises(NotFound):
        unmask(sample.office, HR, "person", "staff", "name", "没有遮蔽")

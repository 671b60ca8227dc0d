"""A customer's archive takes its level and term from the dealings with it (DWM 5.2.7.2.3, 5.2.7.2.4)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regbook.errors import Denied, NotFound
from regbook.hooks import load_plugins
from regbook.model.people import Actor
from regbook.model.query import Query
from regbook.services import allowing, finding, moving, recording, timekeeping
from regbook.services import sample as sample_people
from regbook.services.library import read_library
from regbook.services.sample import sample_office

ROOT = Path(__file__).resolve().parents[2]
CLERK, KEEPER, GM, PEER = (
    Actor("person", each) for each in ("information_clerk", "customer_service_manager", "gm", "peer")
)


@pytest.fixture
def sample(store):
    library, hooks = read_library(ROOT / "definitions"), load_plugins(ROOT / "plugins")
    made = sample_office(library, hooks, "customer", store)
    made.time = datetime(2026, 9, 30, 1, tzinfo=UTC)
    return made


def entered(sample, relation):
    """An archive with a choice for every field that must have one."""
    with sample.office.store.reading() as reading:
        fields = sample.office.edition(reading).definition("customer").fields.values()
    facts = {each.key: next(iter(each.choices)) for each in fields if each.required and each.choices}
    return recording.enter(
        sample.office, CLERK, "customer", {**facts, "name": "海川贸易", "relation": relation}
    )


def whole(sample, record):
    return finding.read(sample.office, sample.system, "customer", record.id)


@pytest.mark.parametrize(
    ("relation", "level", "years"), [("ordinary", 2, 3), ("important", 3, 5), ("decisive", 4, 10)]
)
def test_the_level_and_its_term_follow_the_dealings(sample, relation, level, years):
    record = whole(sample, entered(sample, relation))
    assert record.level == level
    assert record.declassify_on == sample.time.replace(year=sample.time.year + years)


def test_the_highest_level_is_reached_by_its_keepers_alone_until_it_ends(sample):
    record = entered(sample, "decisive")
    assert finding.read(sample.office, GM, "customer", record.id).id == record.id
    # The other keeper is cleared up to 机密 only: a grant lifts no clearance.
    for actor in (KEEPER, CLERK, PEER):
        with pytest.raises(NotFound):
            finding.read(sample.office, actor, "customer", record.id)
    sample.time = whole(sample, record).declassify_on - timedelta(seconds=1)
    with pytest.raises(NotFound):
        finding.read(sample.office, CLERK, "customer", record.id)
    sample.time += timedelta(seconds=1)
    assert finding.read(sample.office, CLERK, "customer", record.id).id == record.id


def test_dealings_that_grow_raise_the_level_and_never_lower_it(sample):
    record = entered(sample, "ordinary")
    recording.amend(sample.office, CLERK, "customer", record.id, {"relation": "important"})
    assert whole(sample, record).level == 3
    recording.amend(sample.office, CLERK, "customer", record.id, {"relation": "ordinary"})
    assert whole(sample, record).level == 3


def test_a_hidden_archive_is_not_counted(sample):
    entered(sample, "ordinary")
    before = finding.count(sample.office, CLERK, "customer", Query()).number
    entered(sample, "decisive")
    assert finding.count(sample.office, CLERK, "customer", Query()).number == before


MARKETER, HEAD, DIVISION_HEAD = (Actor("person", each) for each in ("marketing", "head", "division_head"))


@pytest.fixture
def returned(store, monkeypatch):
    """An archive returned to a marketer who is cleared up to 内部 only, in whose line the head may know."""
    monkeypatch.setitem(sample_people.PEOPLE, "marketing", ("department", "head", 1))
    library, hooks = read_library(ROOT / "definitions"), load_plugins(ROOT / "plugins")
    made = sample_office(library, hooks, "customer", store)
    made.time = datetime(2026, 9, 30, 1, tzinfo=UTC)
    facts = {"name": "海川贸易", "relation": "important", "industry": "machinery"}
    record = recording.enter(made.office, MARKETER, "customer", facts)
    moving.move(made.office, KEEPER, "customer", record.id, "return", {"check_note": "缺统一社会信用代码。"})
    return made, record.id


def test_what_was_returned_to_somebody_who_may_not_know_is_resubmitted_by_whoever_got_it(returned):
    sample, record = returned
    with sample.office.store.reading() as reading:
        assert [each.person for each in reading.assignments.of("customer", record)] == ["head"]
    for actor in (MARKETER, PEER):
        with pytest.raises(NotFound):
            moving.move(sample.office, actor, "customer", record, "resubmit")
    with pytest.raises((Denied, NotFound)):
        moving.move(sample.office, DIVISION_HEAD, "customer", record, "resubmit")
    assert [each.name for each in allowing.look(sample.office, HEAD, "customer", record).transitions] == [
        "resubmit"
    ]
    moving.move(sample.office, HEAD, "customer", record, "resubmit")
    assert state(sample, record) == "checking"


def test_the_information_clerk_completes_and_resubmits_what_was_returned(returned):
    sample, record = returned
    recording.amend(sample.office, CLERK, "customer", record, {"short_name": "海川"})
    moving.move(sample.office, CLERK, "customer", record, "resubmit")
    assert state(sample, record) == "checking"


def state(sample, record):
    return finding.read(sample.office, sample.system, "customer", record).state


def test_what_the_engine_writes_about_an_archive_is_as_secret(sample):
    """An escalation tells that the archive exists, whose it is and when it was due (DWM 5.2.7.2.3)."""
    record = entered(sample, "important")
    sample.time += timedelta(days=200)
    while timekeeping.tick(sample.office, by="test"):
        pass
    written = finding.page(sample.office, sample.system, "escalation_record", Query()).records
    assert [each.facts["source"] for each in written] == [f"customer/{record.id}"] * len(written)
    assert written
    guarded = whole(sample, record)
    assert {(each.level, each.declassify_on) for each in written} == {(3, guarded.declassify_on)}
    admin = Actor("person", "process_admin")
    assert finding.page(sample.office, admin, "escalation_record", Query()).records == ()
    assert finding.count(sample.office, admin, "escalation_record", Query()).number == 0
    sample.time = guarded.declassify_on
    assert len(finding.page(sample.office, admin, "escalation_record", Query()).records) == len(written)

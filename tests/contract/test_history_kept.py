"""History is told under the revision that it was written under, in today's names, to whoever may see it."""

import pytest
from published_offices import another, renamed, republished, visits
from web_offices import opened

from regbook.model.people import Actor
from regbook.services import finding, recalling, recording

GIVEN = {"visitor": "客甲", "reason": "送货", "phone": "13800008000"}


def told(sample, actor, record):
    """What the entries of a record changed, newest first."""
    return [each.changes for each in recalling.history(sample.office, actor, "visit", record)]


@pytest.fixture
def visit(store):
    sample, staff = visits(store)
    made = recording.enter(sample.office, staff, "visit", GIVEN)
    recording.amend(sample.office, staff, "visit", made.id, {"visitor": "客乙", "phone": "13900009000"})
    return sample, staff, made.id


def test_a_renamed_field_keeps_its_history_under_its_present_name(visit):
    sample, staff, record = visit
    republished(sample, renamed(another(), "visitor", "guest"))
    republished(sample, renamed(renamed(another(), "visitor", "guest"), "guest", "caller"))
    recording.amend(sample.office, staff, "visit", record, {"caller": "客丙"})
    assert [each["caller"] for each in told(sample, staff, record)] == [
        ("客乙", "客丙"),
        ("客甲", "客乙"),
        (None, "客甲"),
    ]
    head = Actor("person", sample.person("head"))
    assert told(sample, head, record)[1]["caller"] == ("客甲", "客乙")


def test_a_retired_field_stays_in_history_masked_as_it_was(visit):
    sample, staff, record = visit
    raw = another()
    raw["entity"]["properties"].pop("phone")
    republished(sample, raw)
    amended, entered = told(sample, staff, record)
    assert amended["phone"] == ("138****8000", "139****9000")
    assert entered["phone"] == (None, "138****8000")
    assert "phone" not in finding.read(sample.office, staff, "visit", record).facts


def test_who_may_not_see_a_field_today_sees_nothing_of_it_in_history(visit):
    sample, _staff, record = visit
    head = Actor("person", sample.person("head"))
    raw = renamed(another(), "visitor", "guest")
    raw["access"].append({"role": "head", "do": ["read"], "scope": "all", "fields": {"deny": ["guest"]}})
    republished(sample, raw)
    assert all("guest" not in each and "visitor" not in each for each in told(sample, head, record))


@pytest.mark.parametrize(
    "kept", [{"deny": ["reason"]}, {"only": ["visitor", "reason"]}, {"only": ["visitor"]}, "秘密"]
)
def test_a_retired_field_that_was_kept_from_somebody_is_told_to_nobody(store, kept):
    first = another()
    if isinstance(kept, str):
        first["entity"]["properties"]["reason"]["x-secrecy"] = kept
    else:
        first["access"][1]["fields"] = kept
    sample, staff = visits(store, access=first["access"], entity=first["entity"])
    made = recording.enter(sample.office, staff, "visit", GIVEN)
    gone = another()
    gone["entity"]["properties"].pop("reason")
    gone["workflow"]["transitions"][0]["needs"] = ["visitor"]
    republished(sample, gone)
    head = Actor("person", sample.person("head"))
    clearance = isinstance(kept, str)
    for actor in (staff, head) if not clearance else (staff,):
        assert all("reason" not in each for each in told(sample, actor, made.id))


def test_a_record_page_and_the_interface_tell_it_by_title(visit):
    sample, _, record = visit
    raw = renamed(another(), "visitor", "guest")
    raw["entity"]["properties"]["guest"]["title"] = "客人"
    raw["entity"]["properties"].pop("phone")
    republished(sample, raw)
    web = opened(sample)
    page = web.browser("staff").get(f"/r/visit/{record}/history").text
    assert "客人" in page
    assert "客甲" in page
    assert "客乙" in page
    assert "电话" in page
    assert "138****8000" in page
    assert "13800008000" not in page
    entries = web.asks("staff", "GET", f"/api/v1/registers/visit/records/{record}/entries").json["entries"]
    assert entries[0]["changes"]["guest"] == {"old": "客甲", "new": "客乙"}
    assert "visitor" not in entries[0]["changes"]

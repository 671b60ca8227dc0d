"""A field that one publish retires and a later one puts back shows what it held; nothing was lost."""

import pytest
from published_offices import another, republished, visits

from regbook.model.query import Filter, Query
from regbook.services import finding, recording

GIVEN = {"visitor": "客甲", "reason": "送货", "phone": "13800008000"}
LINES = {
    "type": "array",
    "title": "随行",
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "姓名"},
            "phone": {"type": "string", "format": "phone", "title": "电话", "x-personal": True},
        },
    },
}


def without(raw, *keys):
    for key in keys:
        raw["entity"]["properties"].pop(key)
    for each in raw["workflow"]["transitions"]:
        each["needs"] = [key for key in each["needs"] if key not in keys]
    return raw


def facts_of(sample, record):
    return finding.read(sample.office, sample.system, "visit", record).facts


def test_values_come_back_with_their_key_open_and_encrypted_ones(store):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    republished(sample, without(another(), "reason", "phone"))
    between = recording.enter(sample.office, staff, "visit", {"visitor": "客乙"})
    recording.amend(sample.office, staff, "visit", old.id, {"visitor": "客甲甲"})
    assert facts_of(sample, old.id) == {"visitor": "客甲甲"}
    republished(sample, another())
    assert facts_of(sample, old.id) == {**GIVEN, "visitor": "客甲甲"}
    assert facts_of(sample, between.id) == {"visitor": "客乙", "reason": None, "phone": None}
    given = recording.amend(sample.office, staff, "visit", between.id, {"phone": "13900009000"})
    assert facts_of(sample, given.id)["phone"] == "13900009000"
    found = finding.page(
        sample.office, sample.system, "visit", Query(filters=(Filter("reason", "eq", "送货"),))
    )
    assert [each.id for each in found.records] == [old.id]


def test_what_was_put_back_twice_shows_what_it_held_last(store):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    for reason in ("取货", "维修"):
        republished(sample, without(another(), "reason"))
        republished(sample, another())
        recording.amend(sample.office, staff, "visit", old.id, {"reason": reason})
        assert facts_of(sample, old.id)["reason"] == reason
    republished(sample, without(another(), "reason"))
    republished(sample, another())
    assert facts_of(sample, old.id) == {**GIVEN, "reason": "维修"}


def test_lines_come_back_whole_with_what_is_encrypted_in_them(store):
    raw = another()
    raw["entity"]["properties"]["others"] = LINES
    raw["translations"]["en"] |= {
        "fields.others.title": "Others",
        "fields.others.name.title": "Name",
        "fields.others.phone.title": "Phone",
    }
    sample, staff = visits(store, entity=raw["entity"], translations=raw["translations"])
    held = [{"name": "客乙", "phone": "13800008001"}, {"name": "客丙", "phone": None}]
    old = recording.enter(sample.office, staff, "visit", {**GIVEN, "others": held})
    republished(sample, without(another(raw), "others"))
    assert "others" not in facts_of(sample, old.id)
    republished(sample, another(raw))
    kept = [{key: each[key] for key in ("name", "phone")} for each in facts_of(sample, old.id)["others"]]
    assert kept == held


@pytest.mark.parametrize("kind", [{"type": "integer"}])
def test_a_field_of_another_kind_under_the_key_begins_empty(store, kind):
    sample, staff = visits(store)
    old = recording.enter(sample.office, staff, "visit", GIVEN)
    republished(sample, without(another(), "reason"))
    other = another()
    other["entity"]["properties"]["reason"] = {**kind, "title": "事由编号"}
    republished(sample, other)
    assert facts_of(sample, old.id)["reason"] is None
    republished(sample, without(another(), "reason"))
    republished(sample, another())
    assert facts_of(sample, old.id)["reason"] == "送货"

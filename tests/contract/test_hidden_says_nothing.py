"""What the comparison of twin offices found, one case each: a hidden change is seen in no answer."""

import random
from dataclasses import replace

import pytest
from twin_offices import GM, IDENTITIES, PHONES, actor, founded, twin_of

from regbook.errors import RecordInvalid
from regbook.model.query import Filter, Query
from regbook.services import finding, recalling, recording
from regbook.services.looking_back import look_back

HEAD, STAFF, PEER = actor("head"), actor("staff"), actor("peer")


@pytest.fixture
def twin(store):
    founded(store)
    return twin_of(store, random.Random(1))


def entered(twin, who=HEAD, **facts):
    return recording.enter(twin.office, who, "dossier", {"name": "青石", "kind": "plain", **facts})


def amended(twin, record, **facts):
    twin.sample.time = twin.sample.time.replace(hour=2)
    recording.amend(twin.office, GM, "dossier", record.id, facts)


def seen(twin, record, who=STAFF):
    """All that somebody is told of the record."""
    read = finding.read(twin.office, who, "dossier", record.id)
    compiled = twin.office._edition.compiled("dossier")
    past = look_back(twin.office, who, "dossier", record.id)
    entries = recalling.history(twin.office, who, "dossier", record.id)
    page = twin.client(who.person).get(f"/r/dossier/{record.id}").text
    assert record.id in page
    return (
        replace(read, counter=0),
        finding.etag(twin.office, who, compiled, read),
        entries,
        past.entries,
        past.people,
        page,
    )


HIDDEN = (
    {"note": "雪豹"},
    {"cost": "3.00"},
    {"identity": IDENTITIES[1]},
    {"phone": PHONES[1]},
    {"secret": "x"},
)


def test_a_hidden_change_leaves_no_trace(twin):
    record = entered(twin, phone=PHONES[0], identity=IDENTITIES[0], amount="40.00", secret="y")
    twin.sample.time = twin.sample.time.replace(hour=2)
    before = seen(twin, record)
    for n, facts in enumerate(HIDDEN, 2):
        amended(twin, record, **facts)
        assert seen(twin, record) == before, facts
        assert len(recalling.history(twin.office, GM, "dossier", record.id)) == n


def test_a_change_that_everybody_sees_is_told(twin):
    record = entered(twin)
    before = seen(twin, record)
    amended(twin, record, remark="白塔", note="雪豹")
    read, etag, entries, *_ = seen(twin, record)
    assert (read.amended_at.hour, etag != before[1]) == (2, True)
    assert entries[0].changes == {"remark": (None, "白塔")}
    assert set(recalling.history(twin.office, GM, "dossier", record.id)[0].changes) == {"remark", "note"}


def test_a_hidden_part_of_a_line_leaves_no_trace(twin):
    record = entered(twin, parts=[{"what": "椅"}])
    twin.sample.time = twin.sample.time.replace(hour=2)
    before = seen(twin, record)
    (line,) = finding.read(twin.office, GM, "dossier", record.id).facts["parts"]
    amended(twin, record, parts=[{**line, "price": "9.00"}])
    assert seen(twin, record) == before


def test_hidden_entries_push_no_visible_one_off_the_page(twin):
    record = entered(twin)
    for n in range(6):
        recording.amend(twin.office, GM, "dossier", record.id, {"note": f"雪豹{n}"})
    told = recalling.history(twin.office, STAFF, "dossier", record.id, limit=3)
    assert [each.verb for each in told] == ["enter"]
    assert len(recalling.history(twin.office, GM, "dossier", record.id, limit=3)) == 3


def test_history_begins_after_no_entry_that_she_is_not_told_of(twin):
    record = entered(twin)
    recording.amend(twin.office, GM, "dossier", record.id, {"note": "雪豹"})
    hidden = recalling.history(twin.office, GM, "dossier", record.id)[0].id
    for before in (hidden, "0" * 16):
        assert look_back(twin.office, STAFF, "dossier", record.id, before=before).entries == ()
    assert [
        each.verb for each in look_back(twin.office, GM, "dossier", record.id, before=hidden).entries
    ] == ["enter"]


def test_a_masked_value_is_not_to_be_guessed(twin):
    entered(twin, phone=PHONES[0])
    for op, value in (("eq", PHONES[0]), ("in", PHONES), ("ne", PHONES[1]), ("empty", False)):
        query = Query(filters=(Filter("phone", op, value),))
        assert finding.page(twin.office, STAFF, "dossier", query).records == ()
        assert finding.count(twin.office, STAFF, "dossier", query).number == 0
        assert finding.count(twin.office, GM, "dossier", query).number == 1


def test_whoever_enters_above_her_clearance_learns_nothing_of_what_is_there(twin):
    above = {"name": "白塔", "kind": "important", "code": "C-1"}
    first = recording.enter(twin.office, GM, "dossier", above)
    receipt = recording.enter(twin.office, STAFF, "dossier", above)
    assert (receipt.number, receipt.state) == (None, "raised")
    kept = finding.read(twin.office, GM, "dossier", receipt.id)
    assert (kept.facts["code"], kept.number != first.number) == (None, True)
    told = recalling.history(twin.office, GM, "dossier", receipt.id)[0]
    assert (told.reason, dict(told.values)) == ("kept-apart", {"values": "代号 C-1"})
    with pytest.raises(RecordInvalid) as caught:
        recording.enter(twin.office, GM, "dossier", above)
    assert [each.code for each in caught.value.problems] == ["not-unique"]


def test_a_value_of_her_own_level_is_refused_to_whoever_may_know_it(twin):
    entered(twin, STAFF, code="C-1")
    with pytest.raises(RecordInvalid):
        entered(twin, STAFF, code="C-1")
    assert (
        recording.enter(
            twin.office, STAFF, "dossier", {"name": "白塔", "kind": "important", "code": "C-2"}
        ).number
        is None
    )


def test_a_check_that_reads_what_is_hidden_says_nothing(twin):
    record = entered(twin, STAFF, amount="40.00")
    recording.amend(twin.office, GM, "dossier", record.id, {"cost": "30.00"})
    assert (
        recording.amend(twin.office, STAFF, "dossier", record.id, {"amount": "7.00"}).facts["amount"]
        == "7.00"
    )
    with pytest.raises(RecordInvalid) as caught:
        recording.amend(twin.office, GM, "dossier", record.id, {"amount": "8.00"})
    assert [each.code for each in caught.value.problems] == ["check"]


def test_a_list_is_not_narrowed_by_what_it_shows_masked(twin):
    record = entered(twin, phone=PHONES[0])
    for phone in PHONES:
        asked = {"phone": phone}
        assert record.id in twin.client("staff").get("/r/dossier/", query_string=asked).text

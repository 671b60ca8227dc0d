"""What a granted request gives: the named archives, verbs and fields until its instant, and nothing else."""

import pytest
from rights_offices import CUSTOMER, another_process, customer, rights_office, seen, who
from time_offices import at

from regbook.errors import Denied, NotFound, TransitionRefused
from regbook.services import allowing, finding, moving, recalling, recording
from regbook.services.planning import Plan
from regbook.services.showing import show

ASKED = "archive_access_request"
UNTIL = "2026-03-06T18:00:00+08:00"


@pytest.fixture
def sample(store):
    return rights_office(store, register=ASKED, roles=("information_clerk", "customer_service"))


def asked(sample, by="head", *, sign="division_head", **facts):
    given = {"wanted": "成交情况", "purpose": "准备谈判", "until": UNTIL, **facts}
    made = recording.enter(sample.office, who(by), ASKED, given)
    return moving.move(sample.office, who(sign), ASKED, made.id, "sign")


def grant(sample, made, *archives, by="customer_service_manager", **facts):
    given = {"archives": [each.id for each in archives], **facts}
    return moving.move(sample.office, who(by), ASKED, made.id, "grant", given)


def test_the_named_archives_and_no_others_until_the_instant(sample):
    one, other = customer(sample), customer(sample, name="远达商贸")
    elsewhere = another_process(sample)
    made = asked(sample)
    assert seen(sample.office, "head") == []
    grant(sample, made, one)
    for office in (sample.office, elsewhere):
        assert seen(office, "head") == [one.id]
        with pytest.raises(NotFound):
            finding.read(office, who("head"), CUSTOMER, other.id)
    assert seen(sample.office, "division_head") == []
    sample.time = at("2026-03-06T17:59:59")
    assert seen(elsewhere, "head") == [one.id]
    sample.time = at("2026-03-06T18:00:00")
    for office in (sample.office, elsewhere):
        assert seen(office, "head") == []


def may(sample, person, record, verb):
    """Whether the person has the verb on the record now."""
    with sample.office.store.reading() as reading:
        edition = sample.office.edition(reading)
        plan = Plan(sample.office, reading, edition, who(person), sample.office.now())
        compiled = edition.compiled(record.register)
        return allowing.may_seem(plan, compiled, allowing.seen(plan, compiled, record.id), verb)


def test_the_named_verbs_and_no_others(sample):
    one = customer(sample)
    grant(sample, asked(sample), one)
    shown = show(sample.office, who("head"), CUSTOMER, one.id)
    assert shown.verbs == frozenset()
    for deed in (
        lambda: recording.amend(sample.office, who("head"), CUSTOMER, one.id, {"short_name": "华信"}),
        lambda: moving.move(
            sample.office, who("head"), CUSTOMER, one.id, "outdate", {"outdated_reason": "x"}
        ),
    ):
        with pytest.raises(Denied):
            deed()
    grant(sample, asked(sample), one, verbs=["read", "print"])
    assert may(sample, "head", one, "print")
    assert not may(sample, "head", one, "export")


def test_fields_are_added_to_an_archive_that_is_seen_already_and_open_none_that_is_not(sample):
    one = customer(sample)
    facts = {"strategy": "年底让利百分之三"}
    recording.amend(sample.office, who("customer_service_manager"), CUSTOMER, one.id, facts)
    made = asked(sample, "customer_service", sign="gm")
    assert "strategy" not in finding.read(sample.office, who("customer_service"), CUSTOMER, one.id).facts
    grant(sample, made, one, parts=["strategy"])
    found = finding.read(sample.office, who("customer_service"), CUSTOMER, one.id).facts
    assert found["strategy"] == facts["strategy"]
    assert "key_people" not in found
    grant(sample, asked(sample), one, parts=["strategy"])
    assert seen(sample.office, "head") == []


def test_revoked_it_takes_what_it_gave_and_leaves_what_another_gave(sample):
    one, other = customer(sample), customer(sample, name="远达商贸")
    first, second = asked(sample), asked(sample)
    grant(sample, first, one, other)
    grant(sample, second, one)
    elsewhere = another_process(sample)
    assert set(seen(elsewhere, "head")) == {one.id, other.id}
    moving.move(sample.office, who("gm"), ASKED, first.id, "revoke", {"end_reason": "取消"})
    assert seen(elsewhere, "head") == [one.id]
    moving.move(sample.office, who("head"), ASKED, second.id, "finish", {"used": "已查"})
    assert seen(elsewhere, "head") == []


@pytest.mark.parametrize(
    ("by", "verbs", "code"),
    [("gm", ["read", "export"], "grant-exceeds"), ("gm", ["read"], None),
     ("customer_service_manager", ["read", "export"], None)],
)  # fmt: skip
def test_nobody_gives_more_than_her_own(sample, by, verbs, code):
    one = customer(sample)
    made = asked(sample)
    if code is None:
        grant(sample, made, one, by=by, verbs=verbs)
        assert seen(sample.office, "head") == [one.id]
        return
    with pytest.raises(TransitionRefused) as refused:
        grant(sample, made, one, by=by, verbs=verbs)
    assert [each.code for each in refused.value.problems] == [code]
    assert seen(sample.office, "head") == []
    assert finding.read(sample.office, who("head"), ASKED, made.id).state == "with_service"


def test_a_grant_reaches_no_level_above_the_receivers_clearance(sample):
    one = customer(sample)
    made = asked(sample, "staff", sign="head")
    with pytest.raises(TransitionRefused) as refused:
        grant(sample, made, one)
    assert [each.code for each in refused.value.problems] == ["grant-uncleared"]
    assert seen(sample.office, "staff") == []


def test_the_archives_journal_says_who_gave_what_to_whom(sample):
    one = customer(sample)
    made = grant(sample, asked(sample), one)
    entry = recalling.history(sample.office, who("gm"), CUSTOMER, one.id)[0]
    assert (entry.verb, entry.actor) == ("grant", "customer_service_manager")
    assert entry.values["person"] == "head"
    assert entry.values["source"] == f"{ASKED}/{made.id}"
    assert entry.changes == {}


def test_what_would_be_over_already_is_not_given(sample):
    one = customer(sample)
    made = asked(sample)
    sample.time = at("2026-03-06T18:00:00")
    with pytest.raises(TransitionRefused) as refused:
        grant(sample, made, one)
    assert [each.code for each in refused.value.problems] == ["grant-over"]

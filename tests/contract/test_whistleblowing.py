"""A report is private to whoever filed it and its addressee: nobody else learns that it exists."""

import pytest
from rights_offices import rights_office, who
from time_offices import at

from regbook.errors import Denied, NotFound, RegbookError
from regbook.model.query import Filter, Query, Sort
from regbook.services import finding, inbox, moving, recalling, recording, timekeeping
from regbook.services.showing import show

REPORT = "whistleblow_report"
ROLES = ("system_admin", "secrecy_admin", "auditor", "process_admin", "hr", "chairman")
OTHERS = ("head", "gm", "peer", "outsider", *ROLES)
FACTS = {"addressee": "division_head", "about": "head", "facts": "虚报加班。"}


@pytest.fixture
def sample(store):
    return rights_office(store, register=REPORT, roles=ROLES, beside=("delegation",))


@pytest.fixture
def report(sample):
    return recording.enter(sample.office, who("staff"), REPORT, FACTS)


def outcome(ask):
    """What somebody is answered: a value, or the kind of error."""
    try:
        return ask()
    except RegbookError as error:
        return type(error).__name__, error.code, [each.code for each in error.problems]


def answers(sample, person, record):
    """Everything that the office answers somebody about the register."""
    office, actor = sample.office, who(person)
    return (
        outcome(lambda: [each.id for each in finding.page(office, actor, REPORT, Query()).records]),
        outcome(lambda: finding.count(office, actor, REPORT, Query()).number),
        outcome(lambda: finding.group(office, actor, REPORT, Query(group="state"))),
        outcome(lambda: finding.read(office, actor, REPORT, record).id),
        outcome(lambda: [each.id for each in recalling.history(office, actor, REPORT, record)]),
        outcome(lambda: show(office, actor, REPORT, record).record.id),
        outcome(lambda: moving.move(office, actor, REPORT, record, "accept").id),
        outcome(lambda: finding.titles(office, actor, {REPORT: {record}})),
        outcome(lambda: [each.record.id for each in inbox.inbox(office, actor).items]),
        outcome(lambda: len(inbox.notices(office, actor))),
    )


@pytest.mark.parametrize("person", OTHERS)
def test_to_everybody_else_it_is_as_if_there_were_none(sample, person):
    none = answers(sample, person, "0" * 16)
    report = recording.enter(sample.office, who("staff"), REPORT, FACTS)
    assert answers(sample, person, report.id) == none
    moving.move(sample.office, who("division_head"), REPORT, report.id, "accept")
    sample.time = at("2026-03-20T09:00:00")
    timekeeping.tick(sample.office, by="test")
    assert answers(sample, person, report.id) == none


def test_nothing_about_it_is_assigned_or_told_to_anybody_else(sample, report):
    sample.time = at("2026-03-20T09:00:00")
    timekeeping.tick(sample.office, by="test")
    with sample.office.store.reading() as reading:
        assigned = {each.person for each in reading.assignments.of(REPORT, report.id, open_only=False)}
        told = {
            person
            for person in sample.people.values()
            if any(each.register == REPORT for each in reading.notices.of(person, limit=200))
        }
    assert (assigned, told) == ({"division_head"}, {"division_head"})


def test_an_unsigned_report_does_not_say_who_filed_it(sample, report):
    office, addressee = sample.office, who("division_head")
    found = finding.read(office, addressee, REPORT, report.id)
    assert (found.owner, found.department) == (None, None)
    assert found.facts["facts"] == FACTS["facts"]
    entries = recalling.history(office, addressee, REPORT, report.id)
    assert [each.actor for each in entries] == ["withheld"]
    shown = show(office, addressee, REPORT, report.id)
    assert {shown.record.owner, *(each.actor for each in shown.entries)} == {None, "withheld"}
    mine = recalling.history(office, who("staff"), REPORT, report.id)
    assert [each.actor for each in mine] == ["staff"]
    by_owner = [Query(filters=(Filter("owner", "eq", name),)) for name in ("staff", "nobody")]
    found = [outcome(lambda query=query: rows(office, addressee, query)) for query in by_owner]
    assert found[0] == found[1]
    ordered = [Query(sort=(Sort("owner", descending=each),)) for each in (True, False)]
    assert len({str(outcome(lambda query=query: rows(office, addressee, query))) for query in ordered}) == 1


def rows(office, actor, query):
    return [each.id for each in finding.page(office, actor, REPORT, query).records]


def test_the_addressee_names_who_sees_it_and_nobody_else_does(sample, report):
    moving.move(sample.office, who("division_head"), REPORT, report.id, "accept", {"handlers": ["hr"]})
    found = finding.read(sample.office, who("hr"), REPORT, report.id)
    assert found.owner is None
    assert "signed_by" not in found.facts
    with pytest.raises(NotFound):
        finding.read(sample.office, who("head"), REPORT, report.id)
    with pytest.raises((Denied, NotFound)):
        moving.move(sample.office, who("hr"), REPORT, report.id, "close")


def test_an_addressee_who_is_away_is_represented_by_nobody(sample):
    given = {"giver": "division_head", "taker": "peer", "reason": "出差"}
    span = {"start": "2026-03-02T10:00:00+08:00", "end": "2026-03-06T18:00:00+08:00"}
    made = recording.enter(sample.office, who("division_head"), "delegation", given | span)
    moving.move(sample.office, who("gm"), "delegation", made.id, "approve")
    sample.time = at("2026-03-03T09:00:00")
    timekeeping.tick(sample.office, by="test")
    report = recording.enter(sample.office, who("staff"), REPORT, FACTS)
    with sample.office.store.reading() as reading:
        found = reading.assignments.of(REPORT, report.id)
    assert [each.person for each in found] == ["division_head"]
    with pytest.raises(NotFound):
        finding.read(sample.office, who("peer"), REPORT, report.id)

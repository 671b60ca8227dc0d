"""What someone owes every period is there in time, once for each, however long the clock was away."""

from datetime import timedelta

import pytest
from time_offices import HOOKS, at, library_with, office_of, timers_of

from regbook.model.access import unbounded
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Query
from regbook.rules.reading import definition_from
from regbook.services import inbox, moving, recalling, recording, timekeeping
from regbook.services.library import content_hash
from regbook.services.publishing import switch

MARKETER = Actor("person", "marketer")
REPORT = {
    "register": "market_month",
    "title": "竞争环境月报",
    "clauses": ["DWM 5.2.6.1"],
    "entity": {
        "type": "object",
        "required": ["month"],
        "properties": {
            "month": {"type": "string", "title": "月份", "maxLength": 10},
            "changes": {"type": "string", "title": "变化", "maxLength": 500},
        },
    },
    "workflow": {
        "initial": "owed",
        "states": {"owed": {"title": "待提交", "assign": "owner"}, "handed_in": {"title": "已提交"}},
        "transitions": [
            {
                "name": "hand_in", "title": "提交", "from": "owed", "to": "handed_in", "by": "owner",
                "needs": ["changes"],
            }
        ],
    },
    "access": [{"role": "staff", "do": ["read", "amend", "move"], "scope": "own"}],
    "obligations": [
        {
            "name": "monthly", "title": "每月首个周一", "every": "month", "on": "first monday",
            "for": "post:marketer", "fill": {"month": "{period}"}, "due": "close", "clause": "DWM 5.2.6.1",
        }
    ],
    "deadlines": [
        {
            "name": "hand_in", "title": "提交", "of": "owner", "from": "period", "within": "0wh",
            "until": {"state": ["handed_in"]}, "clause": "DWM 5.2.6.1",
        }
    ],
    "plugins": {
        "escalation": {"hand_in": [{"after": "0wh", "to": "superior"}]},
        "penalty": {"hand_in": {"per": "1wh", "clause": "DWM 6.8", "rate": {"setting": "penalty.rate"}}},
    },
    "translations": {"en": {
        "title": "Market month", "fields.month.title": "Month", "fields.changes.title": "Changes",
        "states.owed.title": "Owed", "states.handed_in.title": "Handed in",
        "transitions.hand_in.title": "Hand in", "deadlines.hand_in.title": "Hand in",
        "obligations.monthly.title": "First Monday",
    }},
    "scenarios": [
        {
            "name": "first Monday in a holiday",
            "steps": [{"at": "2026-10-08T08:00:00+08:00"}, {"at": "2026-10-08T09:00:00+08:00"}],
            "then": {"state": "owed", "due": {"hand_in": "2026-10-08T18:00:00+08:00"},
                     "facts": {"month": "2026-10"}, "assigned": ["marketer"]},
        }
    ],
}  # fmt: skip


def changed(**obligation):
    return {**REPORT, "obligations": [{**REPORT["obligations"][0], **obligation}]}


def records(sample, register="market_month"):
    found = []
    with sample.office.store.reading() as reading:
        definition = sample.office.edition(reading).definition(register)
        scope = unbounded(register, "read", "test")
        found = reading.records.page(definition, Query(limit=500), scope, sample.time).records
    return sorted(found, key=lambda each: (each.entered_at, str(each.facts.get("month")), each.owner))


def tick(sample, instant):
    sample.time = at(instant)
    return timekeeping.tick(sample.office, by="test")


def republish(sample, raw, revision=2):
    """The sample office goes on with another revision of its register."""
    store = sample.office.store
    with store.reading() as reading:
        old = sample.office.edition(reading).definition(raw["register"])
    new = definition_from(raw, revision)
    store.migrate(store.plan(old, new))
    with store.work() as work:
        switch(sample.office, work, SYSTEM, [(old, new, content_hash(raw))], {})


def test_it_is_there_when_its_day_opens_and_due_when_it_closes(store):
    sample = office_of(store, REPORT)
    assert tick(sample, "2026-10-08T08:59") == 0, "the first Monday of October is a holiday"
    assert tick(sample, "2026-10-08T09:00") == 2
    (record,) = records(sample)
    assert (record.owner, record.state, record.facts["month"]) == ("marketer", "owed", "2026-10")
    assert timers_of(sample, "market_month", record.id) == [
        ("hand_in", "due", 0, "marketer", at("2026-10-08T18:00"))
    ]
    (card,) = inbox.inbox(sample.office, MARKETER).items
    assert (card.record.id, card.due) == (record.id, at("2026-10-08T18:00"))
    (entry,) = recalling.history(sample.office, MARKETER, "market_month", record.id)
    assert (entry.actor, entry.reason, entry.occurred_at) == (
        "clock",
        "by-obligation",
        at("2026-10-08T09:00"),
    )
    assert entry.values["period"] == "2026-10"


def test_handed_in_in_time_nothing_follows_and_late_it_climbs_and_is_counted(store):
    sample = office_of(store, REPORT)
    tick(sample, "2026-10-08T09:00")
    (october,) = records(sample)
    moving.move(sample.office, MARKETER, "market_month", october.id, "hand_in", {"changes": "无"})
    tick(sample, "2026-11-02T09:00")
    (november,) = [each for each in records(sample) if each.id != october.id]
    tick(sample, "2026-11-03T11:00")
    with store.reading() as reading:
        assert reading.accruals.of("market_month", october.id) == ()
        late = reading.accruals.of("market_month", november.id)
        rungs = [each.person for each in reading.assignments.of("market_month", november.id)]
    assert [(each.person, each.round) for each in late] == [("marketer", 1), ("marketer", 2)]
    assert rungs == ["marketer", "head"]


@pytest.mark.slow
def test_after_an_outage_every_missed_period_is_entered_once_and_nobody_pays_for_the_outage(store):
    sample = office_of(store, REPORT, time="2026-01-05T09:00")
    assert tick(sample, "2026-04-10T12:00") > 0
    months = [each.facts["month"] for each in records(sample)]
    assert months == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert tick(sample, "2026-04-10T12:00") == 0
    tick(sample, "2026-04-10T14:30")
    with store.reading() as reading:
        rounds = {each.id: len(reading.accruals.of("market_month", each.id)) for each in records(sample)}
    assert set(rounds.values()) == {1}, "they were hers only since she could know of them"
    tick(sample, "2026-05-06T09:00")
    assert [each.facts["month"] for each in records(sample)] == [*months, "2026-05"]


def test_a_lost_claim_and_a_second_worker_enter_it_once(store):
    sample = office_of(store, REPORT)
    sample.time = at("2026-10-08T09:00")
    lost = store.claim_timers(sample.time, by="killed", lease=timekeeping.LEASE)
    sample.time += timekeeping.LEASE + timedelta(seconds=1)
    assert timekeeping.tick(sample.office, by="other") == 2
    assert timekeeping.fire_claimed(sample.office, lost, "killed") == 0
    assert len(records(sample)) == 1


@pytest.mark.slow
def test_a_changed_obligation_ends_the_old_one_and_enters_no_period_twice(store):
    sample = office_of(store, REPORT)
    tick(sample, "2026-10-08T09:00")
    republish(sample, changed(on=20))
    tick(sample, "2026-10-20T09:00")
    assert [each.facts["month"] for each in records(sample)] == ["2026-10"]
    tick(sample, "2026-11-02T12:00")
    assert len(records(sample)) == 1, "the first Monday is no longer its day"
    tick(sample, "2026-11-20T09:00")
    assert [each.facts["month"] for each in records(sample)] == ["2026-10", "2026-11"]


def test_what_was_owed_before_it_was_removed_is_still_owed_and_nothing_after(store):
    sample = office_of(store, REPORT)
    sample.time = at("2026-12-01T09:00")
    gone = {key: value for key, value in REPORT.items() if key not in ("obligations", "deadlines", "plugins")}
    republish(sample, gone)
    tick(sample, "2027-02-10T09:00")
    assert [each.facts["month"] for each in records(sample)] == ["2026-10", "2026-11"]
    with store.reading() as reading:
        assert reading.timers.of("market_month", "") == ()


DIARY = {
    **REPORT,
    "register": "duty_note",
    "entity": {
        "type": "object",
        "required": ["month", "changes"],
        "properties": REPORT["entity"]["properties"],
    },
    "access": [{"role": "staff", "do": ["enter", "read", "amend", "move"], "scope": "own"}],
    "obligations": [
        {"name": "daily", "title": "每日", "every": "workday", "for": ["post:clerk", "post:marketer"],
         "turn": "week", "fill": {"month": "{day}"}}
    ],
    "deadlines": [],
    "plugins": {},
    "translations": {"en": {
        **{key: text for key, text in REPORT["translations"]["en"].items() if "hand_in.title" not in key},
        "transitions.hand_in.title": "Hand in", "states.handed_in.title": "Handed in",
        "obligations.daily.title": "Every day",
    }},
    "scenarios": [],
}  # fmt: skip
del DIARY["translations"]["en"]["obligations.monthly.title"]


def drafts(sample):
    people = (Actor("person", "clerk"), Actor("person", "marketer"))
    return [each.record for person in people for each in inbox.inbox(sample.office, person).items]


def test_one_person_a_week_in_turn_and_not_on_holidays(store):
    sample = office_of(store, DIARY, time="2026-09-30T08:00")
    tick(sample, "2026-10-15T12:00")
    found = sorted((each.facts["month"], each.owner) for each in drafts(sample))
    days = ["2026-09-30", *(f"2026-10-{day:02}" for day in (8, 9, 10, 12, 13, 14, 15))]
    assert [day for day, _ in found] == days
    weeks = [{owner for day, owner in found if day in part} for part in (days[:1], days[1:4], days[4:])]
    assert [len(each) for each in weeks] == [1, 1, 1]
    assert weeks[1] != weeks[2]


def test_what_she_must_fill_herself_is_her_draft_until_she_submits_it(store):
    sample = office_of(store, DIARY, time="2026-09-30T08:00")
    tick(sample, "2026-09-30T09:00")
    (draft,) = drafts(sample)
    her = Actor("person", draft.owner)
    assert (draft.state, draft.facts["changes"]) == ("draft", None)
    assert [each.record.id for each in inbox.inbox(sample.office, her).items] == [draft.id]
    done = recording.submit(sample.office, her, "duty_note", draft.id, {"changes": "无"})
    assert done.state == "owed"
    moving.move(sample.office, her, "duty_note", draft.id, "hand_in")
    assert inbox.inbox(sample.office, her).items == ()


def test_its_scenario_holds():
    from regbook.services.rehearsing import Rehearsal

    assert Rehearsal(library_with(REPORT), HOOKS, "market_month").run() == (1, [])

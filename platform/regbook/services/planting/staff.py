"""People who joined within the year: entered and confirmed by personnel; one of them left again."""

from __future__ import annotations

from datetime import timedelta

from regbook.services.planting.desk import Desk, Story
from regbook.services.planting.organisation import Colleague, person_facts

OFFICERS = ("xia.zhi", "geng.hui")
REASON = "试用期内因家庭原因提出离职，工作已交接给投诉组主管。"


def plant_newcomers(desk: Desk) -> None:
    """Those who joined within the year."""
    for each, fate in desk.company.newcomers.values():
        desk.begin(desk.in_day(desk.until - timedelta(days=each.days)), _newcomer(desk, each, fate))


def _newcomer(desk: Desk, each: Colleague, fate: str) -> Story:
    officer = desk.chance.choice(OFFICERS)
    facts = person_facts(each, desk.company, desk.until, desk.chance)
    person = desk.enter(officer, "person", facts)
    if fate == "left":
        yield desk.days_on(46)
        leaving = {"left_on": desk.today(), "leaving_reason": REASON}
        desk.move("person", person.id, "leave", leaving, by=officer)
        return
    desk.company.ids[each.account] = person.id
    desk.company.people[each.account] = each
    yield desk.days_on(53)
    desk.move("person", person.id, "confirm", by=officer)

"""The company's secrets: what happens to them and around them over a year."""

from __future__ import annotations

from regbook.model.record import Record
from regbook.services.planting.desk import Desk, Story, texts

LEAK = "leak_incident"
GM = "gu.huaiyuan"
REPORTED = 5


def plant_secrecy(desk: Desk) -> None:
    """A few leaks and losses, reported by whoever noticed them."""
    desk.spread([lambda: _leak(desk)] * REPORTED)


def _leak(desk: Desk) -> Story:
    said = texts("secrecy")
    kind, unit, what, place = desk.chance.choice(said["leaks"])
    by, person = desk.someone(unit), desk.clerk(unit)
    while by == person:
        by = desk.someone(unit)
    facts = {"kind": kind, "what": what, "place": place, "person": desk.person(person)}
    desk.enter(by, LEAK, {**facts, "found_at": desk.now_text()})
    yield desk.after(1)


def looked_into(desk: Desk, made: Record) -> Story:
    """The general manager names an investigator; the person concerned is heard; it is decided and closed."""
    said = texts("secrecy")
    yield desk.after(desk.chance.uniform(0.3, 3))
    looks = desk.chance.choice(("yu.jingqiu", "liang.shaoping"))
    if desk.record(LEAK, made.id).state != "reported":
        return
    desk.move(LEAK, made.id, "investigate", {"investigator": desk.person(looks)}, by=GM)
    yield desk.days_on(1)
    if desk.record(LEAK, made.id).facts.get("person"):
        desk.move(LEAK, made.id, "state", {"statement": desk.chance.choice(said["statements"])})
        yield desk.days_on(1)
    finding, proposal, decision, leader = desk.chance.choice(said["findings"])
    desk.move(LEAK, made.id, "find", {"finding": finding, "proposal": proposal})
    yield desk.after(desk.chance.uniform(2, 9))
    desk.move(LEAK, made.id, "decide", {"decision": decision, "leader_decision": leader}, by=GM)
    yield desk.days_on(desk.chance.choice((3, 6, 40)))
    desk.move(LEAK, made.id, "close", {"closed_note": "整改完成，已在部门会上通报要求。"}, by=looks)

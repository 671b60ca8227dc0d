"""Rights that people were given for a time: asked for, granted by two or three, reviewed, ended."""

from __future__ import annotations

from typing import Any

from regbook.model.record import Record
from regbook.services.planting.desk import Desk, Story, texts

RIGHT, REQUESTS = "access_right_request", 26


def plant_rights(desk: Desk) -> None:
    """Requests for clearance, roles and reach, over the year; those of the last months are in force."""
    desk.spread([lambda: _right(desk)] * REQUESTS)


def _right(desk: Desk) -> Story:
    said = texts("rights")
    unit, asked, reason = desk.chance.choice(said["requests"])
    by = desk.clerk(unit)
    facts: dict[str, Any] = {"person": desk.person(by), "reason": reason, **asked}
    if "units" in asked:
        facts["units"] = [desk.unit(each) for each in asked["units"]]
    end = desk.days_after(desk.time, desk.chance.choice((20, 44, 65, 130)))
    made = desk.enter(by, RIGHT, {**facts, "end": desk.text_of(end)})
    yield desk.after(desk.chance.uniform(0.5, 6))
    if desk.chance.random() < 0.15:
        desk.move(RIGHT, made.id, "refuse", {"refuse_reason": desk.chance.choice(said["refused"])})
        return
    opinion = desk.chance.choice(said["opinions"])
    desk.move(RIGHT, made.id, "agree", {"opinion": opinion} if opinion else {})
    yield desk.after(desk.chance.uniform(0.5, 5))
    if asked.get("clearance", 0) >= 3:
        desk.move(RIGHT, made.id, "pass_on")
        yield desk.after(desk.chance.uniform(1, 7))
        desk.move(RIGHT, made.id, "grant_gm")
    else:
        desk.move(RIGHT, made.id, "grant")
    yield from _in_force(desk, made)


def _in_force(desk: Desk, made: Record) -> Story:
    """Reviewed every quarter while it lasts; a few are taken back before their time."""
    said = texts("rights")
    while True:
        yield desk.days_on(desk.chance.randint(8, 30) if desk.chance.random() < 0.15 else 55)
        if desk.record(RIGHT, made.id).state != "in_force":
            return
        if desk.chance.random() < 0.2:
            desk.move(RIGHT, made.id, "revoke", {"end_reason": desk.chance.choice(said["ended"])})
            return
        note = desk.chance.choice(said["reviews"])
        desk.move(RIGHT, made.id, "review", {"reviewed_on": desk.today(), "review_note": note})

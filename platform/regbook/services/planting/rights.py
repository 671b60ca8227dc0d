"""Rights that people were given for a time, and those who stood in for others while they were away."""

from __future__ import annotations

from typing import Any

from regbook.model.record import Record
from regbook.services.planting.desk import Desk, Story, texts

RIGHT, DELEGATION = "access_right_request", "delegation"
REQUESTS, DELEGATIONS = 26, 22


def plant_rights(desk: Desk) -> None:
    """Requests for clearance, roles and reach, over the year; those of the last months are in force."""
    desk.spread([lambda: _right(desk)] * REQUESTS)
    desk.spread([lambda: _delegation(desk)] * DELEGATIONS)


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


def _delegation(desk: Desk) -> Story:
    """A head is away for some days; somebody of the unit, or the head above, stands in."""
    said = texts("rights")
    unit = desk.chance.choice(("KFD", "KFT", "KFK", "SC", "XS", "JH", "CG", "XM", "CW", "RL", "XX"))
    giver = desk.company.units[unit].head
    kind, reason, told = desk.chance.choice(said["absences"])
    start = desk.days_on(desk.chance.randint(1, 4))
    end = desk.days_after(start, desk.chance.choice((1, 2, 3, 5)))
    facts = {"giver": desk.person(giver), "taker": desk.person(desk.clerk(unit)), "kind": kind}
    span = {"start": desk.text_of(start), "end": desk.text_of(end)}
    made = desk.enter(giver, DELEGATION, {**facts, **span, "reason": reason, "handed_over": told})
    yield desk.after(desk.chance.uniform(0.3, 3))
    if desk.chance.random() < 0.06:
        desk.move(DELEGATION, made.id, "refuse", {"refuse_reason": desk.chance.choice(said["no_leave"])})
        return
    desk.move(DELEGATION, made.id, "approve")
    yield desk.days_after(start, 1)
    if desk.record(DELEGATION, made.id).state == "in_force" and desk.chance.random() < 0.15:
        desk.move(DELEGATION, made.id, "end_early", {"end_reason": "提前返岗。"}, by=giver)

"""Tasks down one step of the line, what their performers report, and the extensions they ask for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from regbook.model.record import Record
from regbook.services.planting.desk import Desk, Story, texts
from regbook.services.planting.wording import filled_in

TASKS, WEEKLY = 165, 85
FATES = ("done",) * 52 + ("extended",) * 18 + ("refused",) * 3 + ("asked_late",) * 5 + ("late",) * 8
OTHERS = ("open_ended",) * 10 + ("returned",) * 6 + ("cancelled",) * 3
"""How tasks end, by weight: done in time, extended, refused, asked too late, late, with no limit ..."""


def plant_tasks(desk: Desk) -> None:
    """A year of tasks, and the weekly reports to direct superiors."""
    desk.spread([lambda: _task(desk)] * TASKS)
    desk.spread([lambda: _weekly(desk)] * WEEKLY)


def _task(desk: Desk) -> Story:
    said = texts("tasks")
    performer = desk.subordinate()
    unit = desk.company.people[performer].unit
    assigner = str(desk.company.superior(performer))
    told = desk.chance.choice(said["tasks"].get(unit) or said["tasks"]["YY"])
    subject, detail, result = filled_in(desk.chance, told, said["slots"])
    fate = desk.chance.choice((*FATES, *OTHERS))
    limit = desk.days_on(desk.chance.randint(3, 12))
    facts = {"subject": subject, "detail": detail, "performer": desk.person(performer)}
    facts["priority"] = desk.chance.choice(["normal", "normal", "normal", "urgent"])
    facts["expected_at" if fate == "open_ended" else "due_at"] = desk.text_of(limit)
    task = desk.enter(assigner, "task", facts)
    yield desk.after(desk.chance.uniform(0.5, 7))
    if fate == "cancelled":
        why = desk.chance.choice(said["cancelled"])
        desk.move("task", task.id, "cancel", {"cancel_reason": why})
        return
    desk.move("task", task.id, "start")
    yield from _FATES[fate](desk, task, performer, limit)
    yield from _finish(desk, task, result, returned=fate == "returned")


def _finish(desk: Desk, task: Record, result: str, *, returned: bool) -> Story:
    facts = {"result": result, "done_at": desk.now_text()}
    desk.move("task", task.id, "finish", facts)
    yield desk.after(desk.chance.uniform(1, 12))
    if returned:
        why = desk.chance.choice(texts("tasks")["returned"])
        desk.move("task", task.id, "return", {"return_reason": why})
        yield desk.after(desk.chance.uniform(1, 5))
        desk.move("task", task.id, "finish", {"result": f"{result}已按要求补正。"})
        yield desk.after(desk.chance.uniform(1, 8))
    desk.move("task", task.id, "confirm")


def _in_time(desk: Desk, task: Record, performer: str, limit: datetime) -> Story:
    """Well before the limit, so that not even the first warning goes out for most."""
    share = desk.chance.uniform(0.25, 0.8)
    if desk.chance.random() < 0.2:
        yield desk.working(desk.time + (limit - desk.time) * share / 2)
        yield from _report(desk, task, performer)
    yield desk.working(desk.time + (limit - desk.time) * share)


def _late(desk: Desk, task: Record, performer: str, limit: datetime) -> Story:
    """Past the limit without a word: a violation, rungs and rounds."""
    yield limit
    yield desk.too_long(1.5, 13)


def _extended(desk: Desk, task: Record, performer: str, limit: datetime) -> Story:
    yield desk.before(limit, desk.chance.uniform(6, 20))
    yield from _asked(desk, task, performer, limit, grant=True)


def _refused(desk: Desk, task: Record, performer: str, limit: datetime) -> Story:
    yield desk.before(limit, desk.chance.uniform(6, 20))
    yield from _asked(desk, task, performer, limit, grant=False)


def _asked_late(desk: Desk, task: Record, performer: str, limit: datetime) -> Story:
    """Asked for within the last four hours or after them: taken, marked late."""
    yield desk.before(limit, desk.chance.uniform(0.2, 3.5))
    yield from _asked(desk, task, performer, limit, grant=desk.chance.random() < 0.7)


def _asked(desk: Desk, task: Record, performer: str, limit: datetime, *, grant: bool) -> Story:
    said = texts("tasks")
    wanted = desk.text_of(desk.days_after(limit, desk.chance.randint(2, 4)))
    facts = {"task": task.id, "reason": desk.chance.choice(said["reasons"]), "wanted_due": wanted}
    facts["progress"] = desk.chance.choice(said["progress"])
    slow = desk.chance.random() < 0.1
    asked = desk.enter(performer, "extension_request", facts)
    yield desk.too_long(4.3, 7) if slow else desk.after(desk.chance.uniform(0.3, 3))
    if not grant:
        why = desk.chance.choice(said["refused"])
        desk.move("extension_request", asked.id, "penalise", {"decision": why})
        yield max(desk.time, desk.before(limit, 1))
        return
    given = {"granted_until": wanted, "decision": desk.chance.choice(said["granted"])}
    desk.move("extension_request", asked.id, "extend", given)
    yield desk.before(datetime.fromisoformat(wanted), desk.chance.uniform(3, 12))


def _open_ended(desk: Desk, task: Record, performer: str, limit: datetime) -> Story:
    """Without a limit: what is due is a report after the normal completion time."""
    yield limit
    slow = desk.chance.random() < 0.3
    yield desk.too_long(4.5, 8) if slow else desk.after(desk.chance.uniform(0.3, 3))
    yield from _report(desk, task, performer)
    yield desk.days_on(desk.chance.randint(1, 3))


def _report(desk: Desk, task: Record, performer: str) -> Story:
    said = texts("tasks")
    facts = {"kind": "task", "task": task.id, "percent": Decimal(desk.chance.randrange(30, 96, 5))}
    yield from _reported(desk, performer, facts | {"done": desk.chance.choice(said["progress"])})


def _weekly(desk: Desk) -> Story:
    said = texts("tasks")
    account = desk.subordinate()
    unit = desk.company.people[account].unit
    one, other = desk.chance.sample(said["weekly"][unit], 2)
    lead = desk.chance.choice(said["weekly"]["lead"])
    (done,) = filled_in(desk.chance, [lead.format(a=one, b=other)], said["slots"])
    facts = {"kind": "weekly", "done": done, "period_from": desk.today(-6), "period_to": desk.today()}
    yield from _reported(desk, account, facts)


def _reported(desk: Desk, account: str, facts: dict[str, Any]) -> Story:
    """A report to the direct superior, who reads it, mostly within two days."""
    said = texts("tasks")
    facts |= {"problems": desk.chance.choice(said["problems"]), "next": desk.chance.choice(said["next"])}
    report = desk.enter(account, "progress_report", facts)
    desk.begin(desk.time, _read(desk, report))
    yield desk.after(0.2)


def _read(desk: Desk, report: Record) -> Story:
    yield desk.after(desk.chance.choice((1, 2, 4, 6, 9, 12, 18)))
    instruction = desk.chance.choice(texts("tasks")["instructions"])
    desk.move("progress_report", report.id, "read", {"instruction": instruction} if instruction else {})


_FATES = {
    "done": _in_time,
    "returned": _in_time,
    "late": _late,
    "extended": _extended,
    "refused": _refused,
    "asked_late": _asked_late,
    "open_ended": _open_ended,
}

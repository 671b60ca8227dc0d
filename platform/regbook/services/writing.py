"""Writing a plan: in one transaction, in the order in which it was decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from regbook.errors import blanks
from regbook.model import effects as fx
from regbook.model.office import Notice
from regbook.model.policy import HeldGrant
from regbook.model.promises import Timer
from regbook.model.record import Assignment, Record
from regbook.model.workflow import DRAFT
from regbook.model.world import NOUNS
from regbook.rules.serials import number, period_of, serial_format
from regbook.services.becoming import Change
from regbook.services.edition import DIRECTORY
from regbook.services.planning import Plan
from regbook.services.taking import keep_files
from regbook.store import Work


def write(work: Work, plan: Plan) -> tuple[Record, ...]:
    """Every change of the plan, in order; answers the records as stored."""
    stored: list[Record] = []
    latest: dict[tuple[str, str], Record] = {}
    for change in plan.changes:
        key = (change.new.register, change.new.id)
        if (before := latest.get(key)) is not None and change.old is not None:
            _build_on(before, change)
        latest[key] = _write(work, plan, change)
        stored.append(latest[key])
    if plan.timers:
        work.timers.start(plan.timers)
    if any(_moves_epoch(plan, change) for change in plan.changes):
        work.bump_epoch()
    return tuple(latest[each.register, each.id] for each in stored)


def _build_on(before: Record, change: Change) -> None:
    """Changed twice by one deed: the second change builds on the first as it was stored."""
    was = change.old.facts if change.old else {}
    same = {key: fact for key, fact in before.facts.items() if change.new.facts.get(key) == was.get(key)}
    number = change.new.number or before.number
    change.old = replace(before, assignees=change.old.assignees if change.old else ())
    change.new = replace(change.new, number=number, facts={**change.new.facts, **same})


def _moves_epoch(plan: Plan, change: Change) -> bool:
    """Whether the change is one of people, units, posts or delegations that access or lines depend on."""
    for noun in DIRECTORY:
        binding = plan.edition.binding(noun)
        if binding is None or binding.register != change.new.register:
            continue
        was = change.old.state if change.old else DRAFT
        if was != change.new.state or {binding.key(name) for name in NOUNS[noun]} & set(change.entry.changes):
            return True
    return False


def _write(work: Work, plan: Plan, change: Change) -> Record:
    new = _numbered(work, plan, change)
    if change.old is None:
        stored = work.records.insert(change.definition, new, plan.now)
    else:
        stored = work.records.update(change.definition, change.old, new, plan.now)
    keep_files(work, change.definition, change.old, stored, change.taken, plan.now)
    work.journal.write(*work.records.for_journal(change.definition, change.entry, stored))
    for name in (*change.stopped, *change.restarted):
        work.timers.stop(stored.register, stored.id, name, plan.now)
    if change.timers or change.followed:
        work.timers.start([*_runs(work, change), *change.followed])
    work.timers.resume(change.resumed)
    for name, since in change.paused.items():
        work.timers.pause(stored.register, stored.id, name, since)
    for accrual in change.accruals:
        work.accruals.accrue(accrual)
    for effect in change.effects:
        WRITERS[type(effect)](work, plan, change, stored, effect)
    moved = [each for each in change.timers if each.deadline in change.restarted]
    for timer in (*moved, *change.resumed):
        if timer.kind == "due":
            work.assignments.set_due(stored.register, stored.id, timer.due, timer.person)
    return stored


def _due(plan: Plan, change: Change, person: str) -> datetime | None:
    """By when the person is asked for: her own deadline of this change, else that of the timer that fired."""
    own = [
        each.due for each in (*change.timers, *change.resumed) if each.kind == "due" and each.person == person
    ]
    return min(own) if own else (plan.fired.due if plan.fired else None)


def _numbered(work: Work, plan: Plan, change: Change) -> Record:
    """The record with its number, given when it first leaves the state of a draft."""
    new, serial = change.new, change.definition.serial
    if serial is None or new.number is not None or new.state == DRAFT:
        return new
    form = serial_format(str(serial.schema["x-serial"]))
    period = period_of(form, plan.now, ZoneInfo(plan.edition.calendar.zone))
    seq = work.numbers.next(new.register, period, new.level)
    text = number(form, period, seq, f"S{new.level}" if new.level > 1 else "", plan.office.chance)
    return replace(new, number=text)


def _runs(work: Work, change: Change) -> list[Timer]:
    """The timers that begin; a deadline that ran for the record before starts as its next run."""
    if change.old is None:
        return change.timers
    runs = {
        name: work.timers.next_run(change.new.register, change.new.id, name)
        for name in {each.deadline for each in change.timers}
    }
    return [replace(each, run=runs[each.deadline]) for each in change.timers]


def _assign(work: Work, plan: Plan, change: Change, record: Record, effect: fx.Assign) -> None:
    stopped = plan.fired.stopped_at if plan.fired else None
    work.assignments.open(
        [
            Assignment(
                plan.office.make_id(),
                record.register,
                record.id,
                person,
                effect.kind,
                effect.source,
                plan.now,
                closed_at=stopped,
                reason=effect.reason,
                order=order,
                due=_due(plan, change, person),
            )
            for order, person in enumerate(effect.people)
        ]
    )


def _release(work: Work, plan: Plan, change: Change, record: Record, effect: fx.Release) -> None:
    work.assignments.close(
        record.register,
        record.id,
        kind=effect.kind,
        source=effect.source,
        people=effect.people,
        at=plan.now,
        verdict="released",
    )


def _notify(work: Work, plan: Plan, change: Change, record: Record, effect: fx.Notify) -> None:
    # What its sentence has no room for is not kept: a plugin may have quoted a field in it.
    given = {**effect.values, "number": record.number or ""}
    values = {name: given[name] for name in blanks(effect.code) & given.keys()}
    work.notices.enqueue(
        Notice(
            plan.office.make_id(),
            person,
            effect.code,
            plan.now,
            values,
            record.register,
            record.id,
            record.level,
        )
        for person in effect.people
    )


def _stop_timer(work: Work, plan: Plan, change: Change, record: Record, effect: fx.StopTimer) -> None:
    work.timers.stop(record.register, record.id, effect.deadline, plan.now)


def _grant(work: Work, plan: Plan, change: Change, record: Record, effect: fx.Grant) -> None:
    work.grants.give(
        HeldGrant(
            plan.office.make_id(),
            record.register,
            record.id,
            effect.person,
            frozenset(effect.verbs),
            plan.now,
            plan.actor.name,
            effect.reason,
            effect.end,
            frozenset(effect.fields),
        )
    )


def _revoke(work: Work, plan: Plan, change: Change, record: Record, effect: fx.Revoke) -> None:
    work.grants.revoke(record.register, record.id, effect.person, plan.now, effect.reason)


WRITERS: Mapping[type, Callable[[Work, Plan, Change, Record, Any], None]] = {
    fx.Assign: _assign,
    fx.Release: _release,
    fx.Notify: _notify,
    fx.StopTimer: _stop_timer,
    fx.Grant: _grant,
    fx.Revoke: _revoke,
}

"""The clock acts: timers that have come due fire, each with exactly one effect."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from regbook.errors import PluginFault, RegbookError
from regbook.model import effects as fx
from regbook.model.definition import Definition
from regbook.model.people import CLOCK
from regbook.model.promises import Timer
from regbook.model.record import Record, instant_text
from regbook.model.workflow import DRAFT
from regbook.services import obliging
from regbook.services.edition import Edition
from regbook.services.office import Office, attempt
from regbook.services.opening import opened
from regbook.services.persons import office_view, people_view, to_the_cleared
from regbook.services.planning import Plan
from regbook.services.writing import write
from regbook.store import Moved, Reading, Work

BATCH = 100
LEASE = timedelta(seconds=60)
RETRY = timedelta(minutes=5)
RETRIES = (RETRY, timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
DAILY = timedelta(days=1)

log = logging.getLogger("regbook.time")


def tick(office: Office, *, by: str, batch: int = BATCH) -> int:
    """Fires every timer due by the office's clock, round after round, until none is; answers how many.

    Any number of processes may tick at once: each timer is claimed by one of them.
    """
    fired = 0
    while claimed := office.store.claim_timers(office.now(), by=by, limit=batch, lease=LEASE):
        fired += fire_claimed(office, claimed, by)
    return fired


def fire_claimed(office: Office, claimed: tuple[Timer, ...], by: str) -> int:
    """Fires timers that ``by`` has claimed, earliest first; one that fails waits and is named."""
    done = 0
    for timer in claimed:
        try:
            done += fire(office, timer, by)
        except Exception as fault:
            name = fault_name(fault)
            log.error("timer %s of %s was put off: %s", timer.id, timer.register, name)
            with office.store.work() as work:
                work.timers.fail(timer.id, by, name, office.now() + put_off(timer.attempts))
    return done


def put_off(attempts: int) -> timedelta:
    """How long a timer waits that failed for the n-th time: longer each time, then a day.

    >>> [str(put_off(n)) for n in (1, 2, 3, 4, 5, 50)]
    ['0:05:00', '0:15:00', '1:00:00', '4:00:00', '1 day, 0:00:00', '1 day, 0:00:00']
    """
    return next(iter(RETRIES[max(attempts, 1) - 1 :]), DAILY)


def fire_named(office: Office, ids: Iterable[str], by: str) -> int:
    """Fires those of the timers that ``by`` still holds; the others are somebody else's by now."""
    with office.store.work() as work:
        held = [timer for each in ids if (timer := work.timers.held(each, by)) is not None]
    return fire_claimed(office, tuple(sorted(held, key=lambda each: (each.at, each.n))), by)


def fault_name(fault: Exception) -> str:
    """What failed and where, without what it said: its words may hold a record's values.

    >>> fault_name(PluginFault(plugin="escalation", hook="deadline_passed"))
    'escalation.deadline_passed: PluginFault'
    """
    cause = fault.__cause__ or fault
    asked = fault.values if isinstance(fault, PluginFault) else {}
    begin = f"{asked['plugin']}.{asked['hook']}: " if asked else ""
    code = f" {cause.code}" if isinstance(cause, RegbookError) and cause is not fault else ""
    frames = traceback.extract_tb(cause.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{begin}{type(cause).__name__}{code}{place}"


def fire(office: Office, timer: Timer, by: str) -> bool:
    """One timer's effects and its end, in one transaction that still holds the claim.

    False when the claim was lost: whoever has it now fires it.
    """

    known = [timer]

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], bool]:
        present = known[-1]
        owes = present.kind == obliging.KIND
        # What an obligation still owes when it ends is owed in full: nothing of it is over with the timer.
        fired = replace(present, stopped_at=None) if owes else present
        plan = Plan(office, reading, edition, CLOCK, office.now(), fired=fired)
        if owes and timer.register in edition.registers:
            obliging.owe(plan, present)
        elif (record := _record(plan, timer)) is not None:
            _consequences(plan, plan.case(record).definition, record, present)

        def apply(work: Work) -> bool:
            held = work.timers.held(timer.id, by)
            if held is None:
                return False
            if held != known[-1]:
                known.append(held)
                raise Moved("the timer was stopped meanwhile")
            write(work, plan)
            work.timers.finish(timer.id, by, "fired" if plan.changes or plan.timers else "void", plan.now)
            return True

        return apply

    return attempt(office, decide)


def _record(plan: Plan, timer: Timer) -> Record | None:
    record = plan.find(timer.register, timer.record)
    return None if record is None or record.state == DRAFT else record


def _consequences(plan: Plan, definition: Definition, record: Record, timer: Timer) -> None:
    people = people_view(plan.edition, record, plan.now, timer.person)
    office = office_view(plan.edition, record.department)
    asked = {
        "definition": definition,
        "record": record,
        "timer": timer,
        "people": people,
        "office": office,
        "now": plan.now,
    }
    effects = list(_own(plan, definition, record, timer))
    effects += plan.office.hooks.effects("deadline_passed", **asked)
    if timer.kind == "round" and timer.person is not None:
        penalty = plan.office.hooks.first("penalty_for", **asked)
        if penalty is not None:
            effects.append(
                fx.Accrue(
                    timer.deadline, timer.person, timer.n, penalty.hours, penalty.amount, penalty.clause
                )
            )
    known = to_the_cleared(plan.edition, definition, record, effects, plan.now)
    plan.change(record, record, f"timer:{timer.kind}", reason=f"timer-{timer.kind}", effects=known)


def _own(plan: Plan, definition: Definition, record: Record, timer: Timer) -> list[fx.Effect]:
    """What the engine does of itself: warns whoever is responsible, opens what follows, moves on."""
    deadline = definition.deadline(timer.deadline)
    if deadline is None:
        return []
    if timer.kind == "warn" and timer.person is not None:
        due = instant_text(timer.due)
        return [fx.Notify((timer.person,), "due-soon", {"number": record.number or "", "due": due})]
    if timer.kind == "due":
        run = f"{record.register}/{record.id}:{timer.deadline}:{timer.person}:{timer.due:%Y%m%dT%H%M%S}"
        brought = opened(definition, record, deadline.opens, plan.now, run, timer.person)
        return [*brought, *([fx.Move(deadline.then, reason="time-came")] if deadline.then else [])]
    return []


def next_due(office: Office) -> datetime | None:
    """When the earliest open timer is due or a claim on one runs out, or None without one."""
    with office.store.reading() as reading:
        return reading.timers.next_at()


__all__ = ["Moved", "fire", "fire_claimed", "fire_named", "next_due", "tick"]

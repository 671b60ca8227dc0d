"""Pauses: while a record is in a state in which a clock stands still, its instants wait, then come later.

A pause counts in the clock's own unit: lengths as they are, ``wh`` by the working time in it, ``wd`` by its
working days, other units by its dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from regbook.model.timing import SECONDS, Calendar, Span, Unit
from regbook.rules.openings import instant_of, ticks_of, walk, worked_between
from regbook.rules.worktime import add_span, local_date, working_days_between


@dataclass(frozen=True, slots=True)
class Pause:
    """A clock stands still from ``start`` until ``end``; None while it still does."""

    start: datetime
    end: datetime | None = None


def after_pause(at: datetime, pause: Pause, unit: Unit, calendar: Calendar) -> datetime:
    """The instant moved on by a pause that is over; one that had come when it began stays."""
    if pause.end is None or at <= pause.start:
        return at
    if unit == "wh":
        worked = worked_between(ticks_of(pause.start), ticks_of(pause.end), calendar)
        return instant_of(walk(ticks_of(at), worked, calendar)) if worked else at
    if unit in SECONDS:
        return at + (pause.end - pause.start)
    first, last = local_date(pause.start, calendar), local_date(pause.end, calendar)
    if unit == "wd":
        days = working_days_between(first, last, calendar)
        return add_span(at, Span(days, "wd"), calendar) if days else at
    return add_span(at, Span((last - first).days, "d"), calendar)


def through(
    at: datetime, pauses: Iterable[Pause], unit: Unit, calendar: Calendar
) -> tuple[datetime, Pause | None]:
    """When an instant comes after pauses, in their order; and the open one in which it waits, if any."""
    for pause in pauses:
        if at > pause.start and pause.end is None:
            return at, pause
        at = after_pause(at, pause, unit, calendar)
    return at, None

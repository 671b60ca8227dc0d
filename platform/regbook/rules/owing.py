"""What an obligation owes in each period: when it begins, by when it is due, whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from regbook.model.promises import Obligation
from regbook.model.timing import SECONDS, Calendar, Every, Holiday, Period, Span
from regbook.rules.openings import is_working_day, local_instant
from regbook.rules.periods import next_period, occurrence_in, period_of, turn_of
from regbook.rules.worktime import add_span, end_of_day, local_date

CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Owing:
    """One period of an obligation: entered at ``begins`` (the first opening of ``day``), due at ``due``."""

    period: Period
    day: date
    begins: datetime
    due: datetime


def owing_in(obligation: Obligation, period: Period, calendar: Calendar) -> Owing:
    """What is owed in a period.

    Without ``due`` it is due when the day closes; a span of lengths counts from ``begins``, one of dates
    from the day itself.
    """
    day = occurrence_in(period, obligation.on, calendar, cast(Holiday, obligation.holiday)).day
    opening = min(shift.opens for shift in calendar.shifts)
    begins = local_instant(datetime.combine(day, opening), calendar)
    if obligation.due in (None, CLOSE):
        return Owing(period, day, begins, end_of_day(day, calendar))
    span = Span.parse(str(obligation.due))
    return Owing(period, day, begins, add_span(begins if span.unit in SECONDS else day, span, calendar))


def owing_on(obligation: Obligation, day: date, calendar: Calendar) -> Owing:
    """What is owed in the period in which a date lies."""
    return owing_in(obligation, period_of(cast(Every, obligation.every), day), calendar)


def owing_after(obligation: Obligation, period: Period, calendar: Calendar) -> Owing:
    """What is owed in the period after this one."""
    return owing_in(obligation, next_period(period, calendar), calendar)


def owing_from(obligation: Obligation, now: datetime, calendar: Calendar) -> Owing:
    """The first that begins at ``now`` or later."""
    every = cast(Every, obligation.every)
    # A holiday may have moved the day of the period before to after today.
    today = period_of(every, local_date(now, calendar))
    period = period_of(every, today.first - timedelta(days=1))
    while True:
        if every != "workday" or is_working_day(period.first, calendar):
            found = owing_in(obligation, period, calendar)
            if found.begins >= now:
                return found
        period = next_period(period, calendar)


def whose(obligation: Obligation, people: Sequence[str], day: date) -> tuple[str, ...]:
    """Everyone who owes it on a day: all of them, or the one whose turn it is."""
    if obligation.turn is None or not people:
        return tuple(people)
    return (turn_of(sorted(people), cast(Every, obligation.turn), day),)

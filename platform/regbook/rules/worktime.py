"""Working time: when a span ends, how much of it has passed, when a round of lateness is complete.

Instants are aware and come back in UTC. ``s m h`` are lengths; ``d w mo y`` count dates of the office's
zone and keep the clock time; ``wh`` runs only while a shift is open; ``wd`` counts working days and keeps
the clock time. An instant outside every shift starts at the next opening (``wh wd``); an end that falls on
a closing stays there. Negative spans are the mirror: they start at the closing before, and an end that
falls on an opening stays there. To count with the shifts of a department, pass ``calendar.of(department)``.

Every function raises ValueError for an instant without a zone and OverflowError for years that calendars
do not reach (1900 to 2299).
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from regbook.model.timing import SECONDS, Calendar, Rounding, Span, Unit
from regbook.rules.openings import (
    TICKS_PER_SECOND,
    day_kind,
    in_reach,
    instant_of,
    is_working_day,
    local_instant,
    local_wall,
    opening_after,
    opening_before,
    ticks_of,
    walk,
    worked_between,
    working_day_from,
    working_days_up_to,
)

__all__ = [
    "add_span",
    "covers",
    "day_kind",
    "end_of_day",
    "is_open",
    "is_working_day",
    "late",
    "local_date",
    "next_opening",
    "round_instant",
    "rounds_between",
    "working_day_from",
    "working_days_between",
]


def add_span(start: datetime | date, span: Span, calendar: Calendar) -> datetime:
    """The instant ``span`` after ``start``, or before it when the span is negative.

    A date without a time starts at its close (``end_of_day``); counted in ``wd``, it ends at the close of
    the last of the working days after it, and ``0wd`` is the close of the date or of the next working day.

    >>> add_span(datetime.fromisoformat("2026-09-30T16:00+08:00"), Span(4, "wh"), office).isoformat()
    '2026-10-08T03:00:00+00:00'
    """
    if not isinstance(start, datetime):
        if span.unit == "wd":
            return end_of_day(_working_date(start, int(span.amount), calendar), calendar)
        start = end_of_day(start, calendar)
    ticks_of(start)
    return _ADD[span.unit](start, span, calendar)


def _add_length(start: datetime, span: Span, calendar: Calendar) -> datetime:
    return instant_of(ticks_of(start) + _ticks_in(span))


def _add_open_length(start: datetime, span: Span, calendar: Calendar) -> datetime:
    at, amount = ticks_of(start), _ticks_in(span)
    return instant_of(walk(at, amount, calendar) if amount else max(at, opening_after(at, calendar)[0]))


def _add_dates(start: datetime, span: Span, calendar: Calendar) -> datetime:
    if not span.amount:
        return instant_of(ticks_of(start))
    wall = local_wall(start, calendar)
    day = moved_date(wall.date(), span)
    return local_instant(datetime.combine(day, wall.time()), calendar)


def _add_working_days(start: datetime, span: Span, calendar: Calendar) -> datetime:
    """Keep the clock time, and how many dates after the shift's own date it lies (night shifts)."""
    at, count = ticks_of(start), int(span.amount)
    opens, closes = (opening_before if count < 0 else opening_after)(at, calendar)
    settled = instant_of(min(max(at, opens), closes))
    if not count:
        return settled
    wall, opened = local_wall(settled, calendar), local_wall(instant_of(opens), calendar)
    day = working_day_from(opened.date(), count, calendar) + (wall.date() - opened.date())
    return local_instant(datetime.combine(day, wall.time()), calendar)


_ADD: Mapping[Unit, Callable[[datetime, Span, Calendar], datetime]] = {
    "s": _add_length,
    "m": _add_length,
    "h": _add_length,
    "wh": _add_open_length,
    "d": _add_dates,
    "w": _add_dates,
    "mo": _add_dates,
    "y": _add_dates,
    "wd": _add_working_days,
}


def moved_date(day: date, span: Span) -> date:
    """The date ``span`` (``d w mo y``) after a date: a month's end is clamped.

    >>> moved_date(date(2024, 1, 31), Span(1, "mo")).isoformat()
    '2024-02-29'
    """
    amount = int(span.amount)
    if span.unit in ("d", "w"):
        moved = day + timedelta(days=amount * (7 if span.unit == "w" else 1))
        in_reach(moved.year)
        return moved
    months = day.year * 12 + day.month - 1 + amount * (12 if span.unit == "y" else 1)
    year, month = in_reach(months // 12), months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _working_date(day: date, count: int, calendar: Calendar) -> date:
    if count:
        return working_day_from(day, count, calendar)
    return day if is_working_day(day, calendar) else working_day_from(day, 1, calendar)


def is_open(instant: datetime, calendar: Calendar) -> bool:
    """True while a shift runs, its opening with it and its closing without."""
    at = ticks_of(instant)
    opens, closes = opening_before(at, calendar)
    return opens <= at < closes


def next_opening(instant: datetime, calendar: Calendar) -> datetime:
    """The instant itself while a shift runs, else the next moment at which one opens."""
    at = ticks_of(instant)
    return instant_of(max(at, opening_after(at + 1, calendar)[0]))


def end_of_day(day: date, calendar: Calendar) -> datetime:
    """The close of a date: when the last shift closes, or would close if the office worked that day."""
    last = max(calendar.shifts, key=lambda shift: (shift.closes <= shift.opens, shift.closes))
    closing_day = day + timedelta(days=last.closes <= last.opens)
    in_reach(closing_day.year)
    return local_instant(datetime.combine(closing_day, last.closes), calendar)


def local_date(instant: datetime, calendar: Calendar) -> date:
    """The date that the office's calendar shows at an instant."""
    return local_wall(instant, calendar).date()


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days lie after ``start`` up to and with ``end``; negative when ``end`` is earlier.

    ``working_day_from(start, working_days_between(start, end, calendar), calendar)`` is ``end`` when
    ``end`` is a later working day.
    """
    if end < start:
        return -working_days_between(end, start, calendar)
    whole = sum(
        working_days_up_to(date(year, 12, 31), calendar) for year in range(in_reach(start.year), end.year)
    )
    return whole + working_days_up_to(end, calendar) - working_days_up_to(start, calendar)


def late(due: datetime, now: datetime, unit: Unit, calendar: Calendar) -> Decimal:
    """How many units have passed since ``due``: 0 before it.

    Lengths (``s m h wh``) with four decimals, rounded down; the other units only as whole ones.
    """
    if unit not in SECONDS:
        return Decimal(rounds_between(due, now, Span(1, unit), calendar))
    passed = Decimal(_passed(due, now, unit, calendar)) / (SECONDS[unit] * TICKS_PER_SECOND)
    passed = passed.quantize(Decimal("0.0001"), ROUND_DOWN)
    return passed.quantize(Decimal(1)) if passed == passed.to_integral_value() else passed.normalize()


def rounds_between(
    due: datetime, now: datetime, per: Span, calendar: Calendar, rounding: Rounding = "floor"
) -> int:
    """How many rounds of ``per`` have passed since ``due``: complete ones, or with ``ceil`` begun ones.

    Round ``k`` is complete from ``round_instant(due, k, per, calendar)`` on, that instant included.
    """
    _positive(per)
    if now <= due:
        return 0
    if per.unit in SECONDS:
        whole, rest = divmod(_passed(due, now, per.unit, calendar), _ticks_in(per))
        return whole + (rounding == "ceil" and rest > 0)
    whole = _complete(due, now, per, calendar)
    return whole + (rounding == "ceil" and now > _begin_of_round(due, whole + 1, per, calendar))


def round_instant(due: datetime, k: int, per: Span, calendar: Calendar) -> datetime:
    """The instant at which the ``k``-th round of ``per`` after ``due`` is complete (k from 1).

    Counted from ``due`` itself, so that clamped month ends do not creep.
    """
    _positive(per)
    if k < 1:
        raise ValueError(f"rounds count from 1, not {k}")
    return add_span(due, per.times(k), calendar)


def _complete(due: datetime, now: datetime, per: Span, calendar: Calendar) -> int:
    """How many rounds are complete at ``now``, found by halving: dates have no fixed length."""
    most = (now - due).days // (_FEWEST_DAYS[per.unit] * int(per.amount)) + 2
    return bisect_right(range(1, most), now, key=lambda k: round_instant(due, k, per, calendar))


_FEWEST_DAYS: Mapping[str, int] = {"d": 1, "w": 7, "mo": 28, "y": 365, "wd": 1}


def _begin_of_round(due: datetime, k: int, per: Span, calendar: Calendar) -> datetime:
    """When round ``k`` begins: with the end of the one before, in ``wd`` not before the office opens."""
    begin = round_instant(due, k - 1, per, calendar) if k > 1 else due
    return next_opening(begin, calendar) if per.unit == "wd" else begin


def covers(calendar: Calendar, instant: datetime, until: datetime | None = None) -> bool:
    """False when the state's holidays of a year are not in the calendar.

    The year is that of ``instant`` in the office's zone, or any from it to ``until``. What was counted
    then follows the week alone: show it with the text ``no-holiday-arrangement``.
    """
    years = sorted(local_date(each, calendar).year for each in (instant, until or instant))
    arranged = {day.year for day in calendar.days}
    return all(year in arranged for year in range(years[0], years[1] + 1))


def _passed(due: datetime, now: datetime, unit: Unit, calendar: Calendar) -> int:
    start, end = ticks_of(due), ticks_of(now)
    if end <= start:
        return 0
    return worked_between(start, end, calendar) if unit == "wh" else end - start


def _ticks_in(span: Span) -> int:
    return int(span.amount * SECONDS[span.unit] * TICKS_PER_SECOND)


def _positive(per: Span) -> None:
    if per.amount <= 0:
        raise ValueError(f"a round lasts longer than nothing, not {per}")

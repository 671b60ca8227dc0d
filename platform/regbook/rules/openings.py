"""A calendar laid out year by year, so that working time is found by search and not by stepping.

A *tick* is one microsecond since 1970 in UTC: whole numbers, so nothing is ever rounded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from regbook.model.timing import Calendar, DayKind

FIRST_YEAR, LAST_YEAR = 1900, 2299
TICKS_PER_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def ticks_of(instant: datetime) -> int:
    """An instant as ticks.

    Raises:
        ValueError: the instant has no zone.
        OverflowError: it lies outside the years that calendars reach.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no zone; an instant must have one")
    in_reach(instant.year)
    return (instant - _EPOCH) // _TICK


def instant_of(ticks: int) -> datetime:
    """Ticks as an instant in UTC."""
    return _EPOCH + timedelta(microseconds=ticks)


def in_reach(year: int) -> int:
    """The year itself, when calendars reach it.

    Raises:
        OverflowError: they do not.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OverflowError(f"the year {year} lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return year


def day_kind(day: date, calendar: Calendar) -> DayKind:
    """What a date is: the company's exception, else the state's arrangement, else what the week says."""
    said = calendar.exceptions.get(day) or calendar.days.get(day)
    return said or ("work" if day.isoweekday() in calendar.weekdays else "off")


def is_working_day(day: date, calendar: Calendar) -> bool:
    """True when the office works on that date."""
    return day_kind(day, calendar) == "work"


def local_instant(wall: datetime, calendar: Calendar) -> datetime:
    """The instant at which the office's clock shows ``wall``.

    A clock time that a change of the clocks skips moves on by what was skipped; of two, it is the first.
    """
    return wall.replace(tzinfo=ZoneInfo(calendar.zone), fold=0).astimezone(UTC)


def local_wall(instant: datetime, calendar: Calendar) -> datetime:
    """What the office's calendar and clock show at an instant, without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no zone; an instant must have one")
    return instant.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class OpenYear:
    """The openings of the shifts that begin in one year, in ticks, in order, and its working days.

    ``before[i]`` is how long the office was open in this year before opening ``i``; ``total`` in all.
    """

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]
    total: int
    days: tuple[int, ...]

    def worked(self, at: int) -> int:
        """How long the office was open in this year up to ``at``."""
        i = bisect_right(self.opens, at) - 1
        return 0 if i < 0 else self.before[i] + min(at, self.closes[i]) - self.opens[i]

    def reached(self, worked: int) -> int:
        """The first moment at which the office was open for ``worked`` (0 < worked <= total)."""
        i = bisect_left(self.before, worked) - 1
        return self.opens[i] + worked - self.before[i]

    def left(self, worked: int) -> int:
        """The last moment at which the office was open for ``worked`` (0 <= worked < total)."""
        i = bisect_right(self.before, worked) - 1
        return self.opens[i] + worked - self.before[i]


@lru_cache(maxsize=512)
def open_year(calendar: Calendar, year: int) -> OpenYear:
    """The openings of one year; kept, since a calendar's edition never changes.

    Raises:
        OverflowError: the year lies outside what calendars reach.
    """
    first = date(in_reach(year), 1, 1).toordinal()
    after = date(year + 1, 1, 1).toordinal()
    days = tuple(n for n in range(first, after) if is_working_day(date.fromordinal(n), calendar))
    windows = _apart(sorted(window for n in days for window in _windows(date.fromordinal(n), calendar)))
    lengths = list(accumulate((closes - opens for opens, closes in windows), initial=0))
    return OpenYear(
        tuple(opens for opens, _ in windows),
        tuple(closes for _, closes in windows),
        tuple(lengths[:-1]),
        lengths[-1],
        days,
    )


def _windows(day: date, calendar: Calendar) -> Iterator[tuple[int, int]]:
    for shift in calendar.shifts:
        closing_day = day if shift.closes > shift.opens else day + _DAY
        opens = ticks_of(local_instant(datetime.combine(day, shift.opens), calendar))
        closes = ticks_of(local_instant(datetime.combine(closing_day, shift.closes), calendar))
        yield opens, closes


def _apart(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The windows without what a change of the clocks makes empty or lays over the one before."""
    kept: list[tuple[int, int]] = []
    for opens, closes in windows:
        begins = max(opens, kept[-1][1]) if kept else opens
        if begins < closes:
            kept.append((begins, closes))
    return kept


def opening_after(at: int, calendar: Calendar) -> tuple[int, int]:
    """The opening that holds ``at`` or ends there, else the next one."""
    year = _year_of(at, calendar, back=1)
    while True:
        openings = open_year(calendar, year)
        i = bisect_left(openings.closes, at)
        if i < len(openings.closes):
            return openings.opens[i], openings.closes[i]
        year += 1


def opening_before(at: int, calendar: Calendar) -> tuple[int, int]:
    """The opening that holds ``at`` or begins there, else the one before."""
    year = _year_of(at, calendar, back=0)
    while True:
        openings = open_year(calendar, year)
        i = bisect_right(openings.opens, at) - 1
        if i >= 0:
            return openings.opens[i], openings.closes[i]
        year -= 1


def walk(at: int, amount: int, calendar: Calendar) -> int:
    """The moment ``amount`` open ticks after ``at``, or before it when negative; 0 is not an amount.

    An end that falls on a closing stays there; counting back, one that falls on an opening.
    """
    if amount > 0:
        year = _year_of(at, calendar, back=1)
        while amount > (left := open_year(calendar, year).total - open_year(calendar, year).worked(at)):
            amount, year = amount - left, year + 1
        openings = open_year(calendar, year)
        return openings.reached(openings.worked(at) + amount)
    year = _year_of(at, calendar, back=0)
    while -amount > (done := open_year(calendar, year).worked(at)):
        amount, year = amount + done, year - 1
    return open_year(calendar, year).left(done + amount)


def worked_between(start: int, end: int, calendar: Calendar) -> int:
    """How many ticks the office was open from ``start`` to ``end`` (start <= end)."""
    first, last = _year_of(start, calendar, back=1), _year_of(end, calendar, back=0)
    years = [open_year(calendar, year) for year in range(first, last + 1)]
    return sum(openings.worked(end) - openings.worked(start) for openings in years)


def working_day_from(day: date, count: int, calendar: Calendar) -> date:
    """The ``count``-th working day after a date, or before it when negative; 0 is not a count."""
    year, number = day.year, day.toordinal()
    while True:
        days = open_year(calendar, year).days
        i = bisect_right(days, number) - 1 + count if count > 0 else bisect_left(days, number) + count
        if 0 <= i < len(days):
            return date.fromordinal(days[i])
        count = i - len(days) + 1 if count > 0 else i
        year += 1 if count > 0 else -1


def working_days_up_to(day: date, calendar: Calendar) -> int:
    """How many working days its year has up to a date, that date with it."""
    return bisect_right(open_year(calendar, day.year).days, day.toordinal())


def _year_of(at: int, calendar: Calendar, back: int) -> int:
    """The year of a moment on the office's calendar, or of the day ``back`` days before.

    A night shift of 31 December is still open on 1 January.
    """
    return (local_wall(instant_of(at), calendar) - back * _DAY).year

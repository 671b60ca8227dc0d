"""Periods and the day in each on which an obligation falls.

``every`` is day, workday, week (ISO, from Monday), month, quarter or year. ``on`` says which day of it:

==============================  =========================================================
left out                        the first day of the period
``monday``                      that day of the week (``week`` alone)
``first monday``                first, second, third, fourth or last (``month quarter year``)
``15``                          the 15th day of the period, or its last day when it is shorter
``first workday``, ``3wd``      the first, the third working day of the period
``last workday``, ``-10wd``     the last, the tenth working day from its end
==============================  =========================================================

A day on which the office does not work moves to the next working day (``after``), to the one before
(``before``) or stays (``same``); every ``day`` always stays. No period goes without: with too few working
days it falls on the nearest there is, with none it moves as a holiday does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, get_args

from regbook.errors import Problem
from regbook.model.timing import WEEKDAYS, Calendar, Every, Holiday, Occurrence, Period, Span
from regbook.rules.openings import in_reach, is_working_day, working_day_from
from regbook.rules.worktime import moved_date

EVERY: tuple[Every, ...] = get_args(Every)
HOLIDAYS: tuple[Holiday, ...] = get_args(Holiday)
NTH = ("first", "second", "third", "fourth", "last")
_DAY = timedelta(days=1)
_LONGEST: Mapping[str, int] = {"week": 7, "month": 31, "quarter": 92, "year": 366}
_KNOWN: Mapping[str, str] = {
    "week": "monday, 1-7, first workday, last workday, 2wd, -2wd",
    "month": "first monday, last friday, 1-31, first workday, last workday, 5wd, -10wd",
    "quarter": "first monday, last friday, 1-92, first workday, last workday, 5wd, -10wd",
    "year": "first monday, last friday, 1-366, first workday, last workday, 5wd, -10wd",
}

On = str | int | None
_Rule = Callable[[Period, Calendar], date]


def period_of(every: Every, day: date) -> Period:
    """The period in which a date lies.

    >>> period_of("quarter", date(2026, 11, 21)).name, period_of("week", date(2027, 1, 1)).name
    ('2026-Q4', '2026-W53')
    """
    in_reach(day.year)
    return _PERIODS[every](every, day)


def _one_day(every: Every, day: date) -> Period:
    return Period(every, day.isoformat(), day, day)


def _week(every: Every, day: date) -> Period:
    year, week, weekday = day.isocalendar()
    first = day - (weekday - 1) * _DAY
    return Period(every, f"{year}-W{week:02}", first, first + 6 * _DAY)


def _months(every: Every, day: date) -> Period:
    length, name = {"month": (1, "{:%Y-%m}"), "quarter": (3, "{:%Y}-Q{}"), "year": (12, "{:%Y}")}[every]
    first = day.replace(month=(day.month - 1) // length * length + 1, day=1)
    last = moved_date(first, Span(length, "mo")) - _DAY
    return Period(every, name.format(first, first.month // 3 + 1), first, last)


_PERIODS: Mapping[Every, Callable[[Every, date], Period]] = {
    "day": _one_day,
    "workday": _one_day,
    "week": _week,
    "month": _months,
    "quarter": _months,
    "year": _months,
}


def next_period(period: Period, calendar: Calendar) -> Period:
    """The period after this one; after a workday, the next working day."""
    if period.every == "workday":
        return period_of("workday", working_day_from(period.last, 1, calendar))
    return period_of(period.every, period.last + _DAY)


def occurrence_in(period: Period, on: On, calendar: Calendar, holiday: Holiday = "after") -> Occurrence:
    """The day of a period on which its obligation falls.

    Two periods may fall on one day: two Mondays of one long holiday both move behind it. Who goes from one
    to the next therefore takes ``next_period``, not the day after.

    Raises:
        ValueError: ``on`` does not fit the period (``problems_of_period`` tells beforehand).
    """
    nominal = _rule(period.every, on)(period, calendar)
    return Occurrence(
        period, _moved(nominal, "same" if period.every == "day" else holiday, calendar), nominal
    )


def turn_of(people: Sequence[str], every: Every, day: date) -> str:
    """Whose turn it is in the period of a date, when they take turns: a round that never starts anew.

    >>> [turn_of(["a", "b"], "week", date(2026, 10, day)) for day in (12, 18, 19)]
    ['a', 'a', 'b']
    """
    first = period_of(every, day).first
    months = first.year * 12 + first.month - 1
    number = {
        "week": (first.toordinal() - 1) // 7,
        "month": months,
        "quarter": months // 3,
        "year": first.year,
    }.get(every, first.toordinal())
    return people[number % len(people)]


def problems_of_period(every: Any, on: Any = None, holiday: Any = "after", path: str = "") -> list[Problem]:
    """What is wrong with an obligation's ``every``, ``on`` and ``holiday``, found at ``path``."""
    problems = []
    if every not in EVERY:
        problems.append(
            Problem(f"{path}/every", "period-every", {"every": str(every)[:40], "known": ", ".join(EVERY)})
        )
    elif on is not None and every not in _LONGEST:
        problems.append(Problem(f"{path}/on", "period-on-day"))
    elif _rule_or_none(every, on) is None:
        said = {"on": str(on)[:40], "every": every, "known": _KNOWN[every]}
        problems.append(Problem(f"{path}/on", "period-on", said))
    if holiday not in HOLIDAYS:
        problems.append(Problem(f"{path}/holiday", "period-holiday", {"holiday": str(holiday)[:40]}))
    return problems


def _moved(day: date, holiday: Holiday, calendar: Calendar) -> date:
    if holiday == "same" or is_working_day(day, calendar):
        return day
    return working_day_from(day, 1 if holiday == "after" else -1, calendar)


def _rule(every: Every, on: On) -> _Rule:
    rule = _rule_or_none(every, on)
    if rule is None:
        raise ValueError(f"{on!r} does not fit every {every}")
    return rule


def _rule_or_none(every: str, on: Any) -> _Rule | None:
    """How ``on`` finds its day, or None when it does not fit."""
    if on is None:
        return lambda period, calendar: period.first
    if every not in _LONGEST or isinstance(on, bool) or not isinstance(on, str | int):
        return None
    text = str(on)
    for pattern, make in _RULES:
        match = pattern.fullmatch(text)
        if match:
            return make(every, *match.groups())
    return None


def _day_number(every: str, text: str) -> _Rule | None:
    number = int(text)
    if not 1 <= number <= _LONGEST[every]:
        return None
    return lambda period, calendar: min(period.first + (number - 1) * _DAY, period.last)


def _weekday(every: str, name: str) -> _Rule | None:
    if every != "week":
        return None
    return lambda period, calendar: period.first + WEEKDAYS.index(name) * _DAY


def _nth_weekday(every: str, nth: str, name: str) -> _Rule | None:
    if every == "week":
        return None
    weekday = WEEKDAYS.index(name)

    def rule(period: Period, calendar: Calendar) -> date:
        if nth == "last":
            return period.last - (period.last.weekday() - weekday) % 7 * _DAY
        return period.first + ((weekday - period.first.weekday()) % 7 + 7 * NTH.index(nth)) * _DAY

    return rule


def _edge_workday(every: str, edge: str) -> _Rule | None:
    return _nth_workday(every, "1" if edge == "first" else "-1")


def _nth_workday(every: str, text: str) -> _Rule | None:
    n = int(text)
    if not 1 <= abs(n) <= _LONGEST[every]:
        return None

    def rule(period: Period, calendar: Calendar) -> date:
        before, after = period.first - _DAY, period.last + _DAY
        # Counted from one edge; with too few working days, the nearest to the other; with none, the edge.
        wanted = working_day_from(before if n > 0 else after, n, calendar)
        nearest = working_day_from(after, -1, calendar) if n > 0 else working_day_from(before, 1, calendar)
        edge = period.first if n > 0 else period.last
        return next((day for day in (wanted, nearest) if period.first <= day <= period.last), edge)

    return rule


_RULES: tuple[tuple[re.Pattern[str], Callable[..., _Rule | None]], ...] = (
    (re.compile(r"([1-9]\d{0,2})", re.ASCII), _day_number),
    (re.compile(rf"({'|'.join(WEEKDAYS)})"), _weekday),
    (re.compile(rf"({'|'.join(NTH)}) ({'|'.join(WEEKDAYS)})"), _nth_weekday),
    (re.compile(r"(first|last) workday"), _edge_workday),
    (re.compile(r"(-?[1-9]\d{0,2})wd", re.ASCII), _nth_workday),
)

"""Time as the office counts it: spans, shifts, the calendar, periods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Literal, get_args

Unit = Literal["s", "m", "h", "d", "w", "mo", "y", "wh", "wd"]
DayKind = Literal["work", "off", "statutory"]
Every = Literal["day", "workday", "week", "month", "quarter", "year"]
Holiday = Literal["after", "before", "same"]
Rounding = Literal["floor", "ceil"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS: tuple[Unit, ...] = get_args(Unit)
SECONDS: Mapping[str, int] = {"s": 1, "m": 60, "h": 3600, "wh": 3600}
"""Seconds in one of each unit that has a fixed length; the other units count dates."""

_SPAN = re.compile(r"(-?)([0-9]{1,9}(?:\.[0-9]{1,4})?)(s|mo|m|h|d|w|y|wh|wd)", re.ASCII)
_CENTURY: Mapping[str, int] = {
    "s": 3_155_760_000,
    "m": 52_596_000,
    "h": 876_600,
    "wh": 876_600,
    "d": 36_525,
    "wd": 36_525,
    "w": 5_218,
    "mo": 1_200,
    "y": 100,
}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in one unit: ``s m h d w mo y`` natural, ``wh wd`` working.

    A span of ``s m h wh`` is a whole number of seconds, one of ``d w mo y wd`` a whole number of units.

    >>> str(Span.parse("1.50wh")), str(-Span(4, "wh"))
    ('1.5wh', '-4wh')
    """

    amount: Decimal | int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.unit!r} is no unit of time: one of {', '.join(UNITS)}")
        if self.amount * SECONDS.get(self.unit, 1) % 1:
            raise ValueError(f"{self.amount}{self.unit} is not a whole number of seconds or days")

    @classmethod
    def parse(cls, text: str) -> Span:
        """The span a text names: ``4wh``, ``-4h``, ``1.5wh``; at most a century long.

        Raises:
            ValueError: the text names no span.
        """
        match = _SPAN.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no span: write a number and one of {', '.join(UNITS)}, as 4wh")
        sign, digits, unit = match.groups()
        amount = Decimal(digits)
        if amount > _CENTURY[unit]:
            raise ValueError(f"{text!r} is longer than a century")
        return cls(-amount if sign and amount else amount, unit)  # type: ignore[arg-type]

    def __str__(self) -> str:
        amount = Decimal(self.amount)
        return f"{amount.normalize() if amount else Decimal(0):f}{self.unit}"

    def __neg__(self) -> Span:
        return Span(-self.amount, self.unit)

    def times(self, count: int) -> Span:
        """``count`` of these spans, one after the other."""
        return Span(self.amount * count, self.unit)


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of a working day in which the office is open: from ``opens`` up to ``closes``.

    A closing that is not later than the opening lies on the next date: 22:00 to 06:00 is a night,
    00:00 to 00:00 a whole day.
    """

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the office works: its zone, its shifts, its working week, the days that differ, an edition.

    ``weekdays`` are ISO numbers (1 Monday ... 7 Sunday). ``days`` is the state's holiday arrangement,
    ``exceptions`` the company's own, which goes before it; any other day follows the week.
    ``department_shifts`` are the shifts of departments that differ. ``edition`` grows with every change.
    """

    zone: str
    shifts: tuple[Shift, ...]
    weekdays: frozenset[int]
    days: Mapping[date, DayKind] = field(default_factory=dict, hash=False)
    edition: int = 1
    exceptions: Mapping[date, DayKind] = field(default_factory=dict, hash=False)
    department_shifts: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        # Without one open moment in every week, counting working time would never end.
        if not self.shifts or not self.weekdays or not all(self.department_shifts.values()):
            raise ValueError("a calendar needs at least one shift and one working weekday")

    def of(self, department: str | None) -> Calendar:
        """The calendar with the shifts of this department, the office's when it has none of its own."""
        own = self.department_shifts.get(department or "")
        return self if own is None else replace(self, shifts=own, department_shifts={})


@dataclass(frozen=True, slots=True)
class Period:
    """A named stretch of dates, both ends in it.

    Names are ``2026-10-08``, ``2026-W41`` (ISO weeks), ``2026-10``, ``2026-Q4``, ``2026``.
    """

    every: Every
    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A period and the day on which its obligation falls; ``nominal`` is the day before holidays moved it."""

    period: Period
    day: date
    nominal: date

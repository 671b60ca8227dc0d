"""The functions of formulas that need the office: its calendar, its zone, its way to write amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from regbook.model.timing import Calendar
from regbook.rules import amounts, worktime
from regbook.rules.formulas.values import rounded_to


def office_functions(calendar: Calendar) -> Mapping[str, Callable[..., Any]]:
    """``days``, ``workdays``, ``workhours`` and ``upper_amount`` as ``compile_formula`` takes them.

    ``days`` and ``workdays`` count dates of the office's zone, of instants too, from after the first up to
    and with the second. ``workhours`` is how long the office was open between two instants; a date without
    a time stands for its close. All are below 0 when the second comes first.
    """

    def day(moment: date) -> date:
        return worktime.local_date(moment, calendar) if isinstance(moment, datetime) else moment

    def instant(moment: date) -> datetime:
        return moment if isinstance(moment, datetime) else worktime.end_of_day(moment, calendar)

    def workhours(start: date, end: date) -> Decimal:
        first, last = instant(start), instant(end)
        if last < first:
            return -worktime.late(last, first, "wh", calendar)
        return worktime.late(first, last, "wh", calendar)

    return {
        "days": lambda start, end: (day(end) - day(start)).days,
        "workdays": lambda start, end: worktime.working_days_between(day(start), day(end), calendar),
        "workhours": workhours,
        "upper_amount": lambda amount: amounts.upper_amount(rounded_to(amount, 2)) or None,
    }

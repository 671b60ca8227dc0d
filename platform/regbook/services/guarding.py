"""How guarded a record is: its level and term by the definition's rule, and who keeps the highest ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from regbook.model import effects as fx
from regbook.model.access import LEVELS
from regbook.model.definition import Definition
from regbook.model.record import Record
from regbook.model.timing import Calendar, Span
from regbook.model.workflow import DRAFT
from regbook.rules import worktime
from regbook.rules.clocks import moment

HIGHEST = len(LEVELS) - 1
KEEPING = ("read", "match", "range", "amend", "move", "comment", "attach", "print")
"""What a keeper of a record of the highest level may do with it: no rule of a role reaches it."""


def guarded(definition: Definition, record: Record, calendar: Calendar) -> Record:
    """The record with the level that its definition's rule gives it, never lower than it has, and its term.

    The level ends by itself when the term is over (DWM 5.2.7.2.4); a rule never shortens a term.
    """
    secrecy = definition.secrecy
    named = record.facts.get(secrecy.by) if secrecy.by is not None else None
    level = max(record.level, secrecy.levels.get(str(named), secrecy.level))
    if level == record.level and record.declassify_on is not None:
        return record
    term = secrecy.term.get(level)
    start = moment(record.flat().get(secrecy.start))
    return replace(record, level=level, declassify_on=_end(start, term, calendar))


def _end(start: datetime | date | None, term: str | None, calendar: Calendar) -> datetime | None:
    """When the term is over; None without one, or beyond the calendar's years: the level then stays."""
    if term is None or start is None:
        return None
    try:
        return worktime.add_span(start, Span.parse(term), calendar)
    except OverflowError:
        return None


def keepers_grants(old: Record | None, new: Record, keepers: tuple[str, ...]) -> tuple[fx.Effect, ...]:
    """The grants that come with the highest level and end with it: for the keepers alone."""
    if new.level < HIGHEST or (old is not None and old.level == new.level and old.state != DRAFT):
        return ()
    return tuple(fx.Grant(person, KEEPING, "keeper", new.declassify_on) for person in dict.fromkeys(keepers))

"""Moments in conditions: before or after now, a span from now, a date or an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from regbook.model.timing import SECONDS, Span
from regbook.rules.formulas.values import date_from, instant_from
from regbook.rules.worktime import moved_date

NOW: Final = "now"


@dataclass(frozen=True, slots=True)
class Bound:
    """``before`` or ``after`` a moment: now, now moved by a span, a date or an instant."""

    field: str
    word: str
    moment: str

    @property
    def name(self) -> str:
        """Where the answer is laid."""
        return f"{self.field}@{self.word}@{self.moment}"


def is_moment(text: str) -> bool:
    """Whether the text is now, a span of natural time, a date or an instant."""
    return (
        text == NOW
        or date_from(text) is not None
        or instant_from(text) is not None
        or _span(text) is not None
    )


def _span(text: str) -> Span | None:
    try:
        span = Span.parse(text.removeprefix("+"))
    except ValueError:
        return None
    return None if span.unit in ("wh", "wd") else span


def lies_within(bound: Bound, fact: Any, now: datetime | None) -> bool:
    """Whether a date or an instant lies before or after the bound; of two dates, neither on the same day."""
    value = date_from(fact) or instant_from(fact)
    if value is None:
        return False
    limit = limit_of(bound.moment, now)
    if type(value) is not type(limit):
        value, limit = _date_of(value, now), _date_of(limit, now)
    return value < limit if bound.word == "before" else value > limit


def limit_of(moment: str, now: datetime | None) -> date | datetime:
    """The date or the instant that a bound names."""
    absolute = date_from(moment) or instant_from(moment)
    if absolute is not None:
        return absolute
    if now is None or now.tzinfo is None:
        raise ValueError("a condition on time is asked with a `now` that bears a zone")
    span = None if moment == NOW else _span(moment)
    if span is None:
        return now
    if span.unit in SECONDS:
        return now + timedelta(seconds=float(span.amount * SECONDS[span.unit]))
    return datetime.combine(moved_date(now.date(), span), now.time(), now.tzinfo)


def _date_of(value: date | datetime, now: datetime | None) -> date:
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(now.tzinfo) if now is not None else value).date()

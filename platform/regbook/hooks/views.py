"""Frozen views a hook is given: the people around a record, and the office's calendar and settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from regbook.model.people import Directory
from regbook.model.timing import Calendar, Span
from regbook.rules import worktime


@dataclass(frozen=True, slots=True)
class People:
    """The directory as one record's hooks may ask it; ``resolve`` reads a who-text for that record."""

    directory: Directory
    at: datetime
    register: str
    resolve: Callable[[str], tuple[str, ...]]

    def superior(self, person: str, n: int = 1) -> str | None:
        """The superior ``n`` levels up."""
        return self.directory.superior(person, n)

    def head(self, department: str | None) -> str | None:
        """The head of the unit."""
        return self.directory.head(department)

    def division_head(self, department: str | None) -> str | None:
        """The head of the nearest division at or above the unit."""
        return self.directory.division_head(department)

    def common_superior(self, one: str, other: str) -> str | None:
        """The lowest person above both."""
        return self.directory.common_superior(one, other)

    def holders(self, post: str, department: str | None = None) -> tuple[str, ...]:
        """The active holders of a post, nearest to the unit."""
        return self.directory.holders_of_post(post, department)

    def delegate(self, person: str) -> str | None:
        """Who stands in for the person now."""
        return self.directory.delegate(person, self.at, self.register)

    def active(self, person: str | None) -> bool:
        """Whether the person is here."""
        return self.directory.active(person)

    def line(self, person: str) -> tuple[str, ...]:
        """The superiors of a person, nearest first."""
        return self.directory.line(person)

    def tops(self, person: str | None) -> bool:
        """Whether nobody is above the person, though others report to her."""
        if not person or self.directory.line(person):
            return False
        return any(each.superior == person for each in self.directory.people.values())


@dataclass(frozen=True, slots=True)
class Office:
    """The office as hooks see it: its calendar, its settings, and the registers bound to nouns."""

    calendar: Calendar
    settings: Mapping[str, Any]
    bound: Mapping[str, str]
    process_admins: tuple[str, ...] = ()

    def setting(self, value: Any) -> Any:
        """A value of a definition, its ``{"setting": key}`` replaced by what the office set."""
        if isinstance(value, Mapping) and set(value) == {"setting"}:
            return self.settings.get(str(value["setting"]))
        return value

    def after(self, start: datetime, span: str) -> datetime:
        """The instant a span after (or before) another, by the calendar."""
        return worktime.add_span(start, Span.parse(span), self.calendar)

    def round_at(self, base: datetime, n: int, per: str, ceil: bool) -> datetime:
        """When the n-th round of lateness counts: when it is full, or with ``ceil`` as it begins."""
        return worktime.round_instant(base, n - 1 if ceil else n, Span.parse(per), self.calendar)

    def rounds_of(self, base: datetime, now: datetime, per: str) -> Decimal:
        """How many whole rounds lie between two instants."""
        return Decimal(worktime.rounds_between(base, now, Span.parse(per), self.calendar, "floor"))

"""The days that differ from the working week, by edition: a timer keeps the edition it was counted with."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select

from regbook.model.office import CalendarDay
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection
from regbook.store.nouns import columns_for, values_of

_day = fixed.calendar_day.c

EDITION = select(func.coalesce(func.max(_day.edition), 0))
DAYS = (
    select(*columns_for(fixed.calendar_day, CalendarDay))
    .where(_day.edition == bindparam("edition"))
    .order_by(_day.date, _day.source)
)
PUT = into(fixed.calendar_day)


class CalendarDays:
    """Reads the calendar."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def edition(self) -> int:
        """The newest edition; 0 before there is one."""
        return int(self._connection.run(EDITION)[0][0])

    def days(self, edition: int | None = None) -> tuple[CalendarDay, ...]:
        """The days of an edition, the newest when none is named."""
        wanted = self.edition() if edition is None else edition
        return tuple(CalendarDay(*row) for row in self._connection.run(DAYS, {"edition": wanted}))


class CalendarDaysWork(CalendarDays):
    """Writes the calendar. Whoever does bumps the epoch too."""

    __slots__ = ()

    def put(self, edition: int, days: Iterable[CalendarDay]) -> None:
        """Write an edition, which is a new number above the newest.

        Raises:
            ValueError: the edition is not above the newest.
        """
        if edition <= self.edition():
            raise ValueError(f"calendar edition {edition} is not above {self.edition()}")
        self._connection.many(PUT, ({**values_of(each), "edition": edition} for each in days))

"""Timers: rows written with what makes them needed, claimed by a lease, each fired once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Text, and_, bindparam, case, func, or_, select, update

from regbook.model.promises import Timer
from regbook.store import fixed
from regbook.store.claims import (
    CANCELLED,
    DONE,
    FAILED,
    PAUSED,
    WAITING,
    claiming,
    earliest,
    holding,
    reaping,
    releasing,
    waking,
)
from regbook.store.columns import FAR, Instant, into
from regbook.store.connection import Connection
from regbook.store.engines import Moved
from regbook.store.nouns import columns_for, values_of

BLANK = ("person",)
_timer = fixed.timer.c
_columns = columns_for(fixed.timer, Timer, BLANK)
_of_record = (
    _timer.register == bindparam("register"),
    _timer.record == bindparam("record"),
    _timer.status != CANCELLED,
)
_stop: BindParameter[datetime] = bindparam("stop_at", type_=Instant())
_deadline: BindParameter[str] = bindparam("deadline", type_=Text())
_due_later = or_(_timer.at > _stop, _timer.status == PAUSED)

START = into(fixed.timer).on_conflict_do_nothing()
STOP = (
    update(fixed.timer)
    .where(
        *_of_record,
        _timer.ended_at.is_(None),
        or_(_deadline.is_(None), _timer.deadline == _deadline),
    )
    .values(
        status=case((_due_later, CANCELLED), else_=_timer.status),
        ended_at=case((_due_later, _stop), else_=None),
        stopped_at=case((_due_later, None), else_=func.coalesce(_timer.stopped_at, _stop)),
    )
)
ALL = select(*_columns).where(*_of_record).order_by(_timer.at, _timer.n, _timer.id)
OPEN = ALL.where(_timer.ended_at.is_(None))
NEXT_RUN = select(func.coalesce(func.max(_timer.run), -1) + 1).where(
    *_of_record, _timer.deadline == _deadline
)
NEXT_AT = waking(fixed.timer)
FAILING = (
    select(*_columns, _timer.fault, _timer.ready_at)
    .where(_timer.fault.is_not(None), _timer.ended_at.is_(None))
    .order_by(_timer.ready_at)
    .limit(bindparam("limit"))
)
OVERDUE = select(func.count(), func.min(_timer.ready_at)).where(
    _timer.status == WAITING, _timer.ready_at <= bindparam("now"), _timer.fault.is_(None)
)
CLAIM = claiming(fixed.timer, _columns)
REAP = reaping(fixed.timer)
HELD = holding(fixed.timer, _columns)
END = releasing(fixed.timer, "outcome", "ended_at", "fault")
PUT_OFF = releasing(fixed.timer, "fault", "ready_at")
RETRY = (
    update(fixed.timer)
    .where(
        _timer.id == bindparam("timer_id"),
        or_(_timer.status == WAITING, _timer.status == FAILED),
        _timer.fault.is_not(None),
        _timer.ended_at.is_(None),
    )
    .values(status=WAITING, ready_at=bindparam("new_ready_at"))
)


PAUSE = (
    update(fixed.timer)
    .where(*_of_record, _timer.status == WAITING, _timer.deadline == _deadline, _timer.at > _stop)
    .values(status=PAUSED)
)
RESUME = (
    update(fixed.timer)
    .where(_timer.id == bindparam("timer_id"), _timer.status == PAUSED)
    .values(
        status=WAITING,
        at=bindparam("new_at", type_=Instant()),
        ready_at=bindparam("new_at", type_=Instant()),
        due=bindparam("new_due", type_=Instant()),
        counts_from=bindparam("new_counts_from", type_=Instant()),
    )
)


_ahead = or_(_timer.status == PAUSED, and_(_timer.status == WAITING, _timer.at > bindparam("now")))
AHEAD = select(*_columns).where(_ahead).order_by(_timer.register, _timer.record, _timer.at, _timer.id)
RECOUNT = (
    update(fixed.timer)
    .where(_timer.id == bindparam("timer_id"), or_(_timer.status == WAITING, _timer.status == PAUSED))
    .values(
        at=bindparam("new_at", type_=Instant()),
        ready_at=bindparam("new_at", type_=Instant()),
        due=bindparam("new_due", type_=Instant()),
        counts_from=bindparam("new_counts_from", type_=Instant()),
        calendar_edition=bindparam("new_edition"),
    )
)


class Timers:
    """Reads timers."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, register: str, record: str, *, open_only: bool = True) -> tuple[Timer, ...]:
        """The timers of a record in the order they fire: those yet to fire, or also those that did."""
        rows = self._connection.run(OPEN if open_only else ALL, {"register": register, "record": record})
        return tuple(Timer(*row) for row in rows)

    def next_at(self) -> datetime | None:
        """When the next timer is ready or the next claim runs out; the past when some wait already."""
        return earliest(self._connection.one(NEXT_AT))

    def ahead(self, now: datetime) -> tuple[Timer, ...]:
        """Every timer that has not come due, by its record: those that wait and those that are paused."""
        return tuple(Timer(*row) for row in self._connection.run(AHEAD, {"now": now}))

    def next_run(self, register: str, record: str, deadline: str) -> int:
        """The number of the run that a deadline of the record would start with now: 0 the first time."""
        values = {"register": register, "record": record, "deadline": deadline}
        return int(self._connection.run(NEXT_RUN, values)[0][0])

    def failing(self, limit: int = 100) -> tuple[tuple[Timer, str, datetime], ...]:
        """Timers whose last attempt failed, why, and when they are tried again: for the administrator."""
        rows = self._connection.run(FAILING, {"limit": limit})
        return tuple((Timer(*row[:-2]), row[-2], row[-1]) for row in rows)

    def overdue(self, now: datetime) -> tuple[int, datetime | None]:
        """How many timers have come due and wait unclaimed, without a fault; since when the first does."""
        row = self._connection.run(OVERDUE, {"now": now})[0]
        return int(row[0]), row[1]


class TimersWork(Timers):
    """Starts, stops and fires timers."""

    __slots__ = ()

    def start(self, timers: Iterable[Timer]) -> None:
        """Start timers that are not there yet.

        One is already there when register, record, deadline, kind, n, person and run are all the same,
        whether it has fired or not, unless it was cancelled.
        """
        state = {"status": WAITING, "claimed_by": None, "lease_until": None, "fault": None}
        self._connection.later(
            START,
            (
                {**values_of(each, BLANK), **state, "ready_at": each.at, "outcome": None, "ended_at": None}
                for each in timers
            ),
        )

    def stop(self, register: str, record: str, deadline: str | None, at: datetime) -> int:
        """Stop a deadline of the record, or all of them, as met at an instant; say how many it touched.

        Timers due later are cancelled, even when just claimed. Those due at or before it that have not
        fired only learn ``stopped_at`` and still fire: the penalties that an outage held up are owed.
        """
        values = {"register": register, "record": record, "deadline": deadline, "stop_at": at}
        return self._connection.change(STOP, values)

    def pause(self, register: str, record: str, deadline: str, since: datetime) -> int:
        """Let the timers of a deadline that come after ``since`` wait until they resume."""
        values = {"register": register, "record": record, "deadline": deadline, "stop_at": since}
        return self._connection.change(PAUSE, values)

    def resume(self, timers: Iterable[Timer]) -> None:
        """Let paused timers run again, at the instants that they now have."""
        self._connection.later(
            RESUME,
            (
                {
                    "timer_id": each.id,
                    "new_at": each.at,
                    "new_due": each.due,
                    "new_counts_from": each.counts_from,
                }
                for each in timers
            ),
        )

    def recount(self, timers: Iterable[Timer]) -> None:
        """Give timers that have not fired the instants that another calendar gives them."""
        self._connection.later(
            RECOUNT,
            (
                {
                    "timer_id": each.id,
                    "new_at": each.at,
                    "new_due": each.due,
                    "new_counts_from": each.counts_from,
                    "new_edition": each.calendar_edition,
                }
                for each in timers
            ),
        )

    def claim(self, now: datetime, *, by: str, limit: int, lease: timedelta) -> tuple[Timer, ...]:
        """Take due timers for ``by``; first give back those whose claimer let the lease run out."""
        self._connection.change(REAP, {"now": now})
        rows = self._connection.run(CLAIM, {"now": now, "by": by, "limit": limit, "lease_end": now + lease})
        return tuple(sorted((Timer(*row) for row in rows), key=lambda each: (each.at, each.n)))

    def held(self, timer: str, by: str) -> Timer | None:
        """The timer as it is now, locked until this transaction ends; None when ``by`` lost the claim."""
        row = self._connection.one(HELD, {"id": timer, "by": by})
        return Timer(*row) if row else None

    def finish(self, timer: str, by: str, outcome: str, at: datetime) -> None:
        """The timer has fired.

        Raises:
            Moved: ``by`` no longer holds the claim; nothing of this transaction may stay.
        """
        new = {"new_status": DONE, "new_outcome": outcome, "new_ended_at": at, "new_fault": None}
        if not self._connection.change(END, {"id": timer, "by": by, **new}):
            raise Moved("claim lost")

    def fail(self, timer: str, by: str, reason: str, retry_at: datetime | None) -> bool:
        """Put the timer off after a fault; without an instant it waits for an administrator.

        False when ``by`` no longer holds the claim: somebody else has it now.
        """
        new = {"new_status": WAITING, "new_fault": reason, "new_ready_at": retry_at}
        if retry_at is None:
            new.update(new_status=FAILED, new_ready_at=FAR)
        return self._connection.change(PUT_OFF, {"id": timer, "by": by, **new}) == 1

    def retry(self, timer: str, at: datetime) -> bool:
        """Let a timer that a fault put off fire at ``at``; False when none waits for that."""
        return self._connection.change(RETRY, {"timer_id": timer, "new_ready_at": at}) == 1

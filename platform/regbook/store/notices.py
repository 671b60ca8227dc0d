"""Notices: what people are told. Written with its cause, delivered afterwards, at least once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, tuple_, update

from regbook.model.office import Notice
from regbook.model.query import Count
from regbook.store import fixed
from regbook.store.claims import DONE, FAILED, WAITING, claiming, earliest, reaping, releasing, waking
from regbook.store.columns import FAR, into
from regbook.store.connection import Connection
from regbook.store.nouns import columns_for, values_of

_notice = fixed.notice.c
_columns = columns_for(fixed.notice, Notice)
_unread = _notice.read_at.is_(None)
_cleared = _notice.level <= bindparam("cleared")
EVERY_LEVEL = 99
_last = (
    select(_notice.at, _notice.id)
    .where(_notice.id == bindparam("before"), _notice.person == bindparam("person"))
    .subquery()
)

ENQUEUE = into(fixed.notice).on_conflict_do_nothing()
OF_PERSON = (
    select(*_columns)
    .where(_notice.person == bindparam("person"), _cleared)
    .order_by(_notice.at.desc(), _notice.id.desc())
    .limit(bindparam("limit"))
)
UNREAD = OF_PERSON.where(_unread)
_earlier = tuple_(_notice.at, _notice.id) < tuple_(
    select(_last.c.at).scalar_subquery(), select(_last.c.id).scalar_subquery()
)
OF_PERSON_BEFORE = OF_PERSON.where(_earlier)
UNREAD_BEFORE = UNREAD.where(_earlier)
HOW_MANY = select(func.count()).select_from(
    select(_notice.id)
    .where(_notice.person == bindparam("person"), _unread, _cleared)
    .limit(bindparam("limit"))
    .subquery()
)
UNDELIVERED = (
    select(func.count())
    .select_from(fixed.notice)
    .where(_notice.fault.is_not(None), or_(_notice.status == WAITING, _notice.status == FAILED))
)
READ = (
    update(fixed.notice)
    .where(_notice.person == bindparam("whose"), _unread, _cleared)
    .values(read_at=bindparam("new_read_at"))
)
READ_ONE = READ.where(_notice.id == bindparam("notice_id"))
NEXT_AT = waking(fixed.notice)
CLAIM = claiming(fixed.notice, _columns)
REAP = reaping(fixed.notice)
END = releasing(fixed.notice, "fault")
PUT_OFF = releasing(fixed.notice, "fault", "ready_at")


class Notices:
    """Reads notices."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(
        self,
        person: str,
        *,
        unread_only: bool = False,
        limit: int = 25,
        before: str | None = None,
        cleared: int = EVERY_LEVEL,
    ) -> tuple[Notice, ...]:
        """What a person was told of levels that she is ``cleared`` for, latest first.

        ``before`` is the id of the last one of the page before.
        """
        values: dict[str, Any] = {"person": person, "limit": limit, "cleared": cleared}
        statement = UNREAD if unread_only else OF_PERSON
        if before is not None:
            values["before"] = before
            statement = UNREAD_BEFORE if unread_only else OF_PERSON_BEFORE
        return tuple(Notice(*row) for row in self._connection.run(statement, values))

    def unread(self, person: str, limit: int = 100, *, cleared: int = EVERY_LEVEL) -> Count:
        """How many a person has not read of levels that she is ``cleared`` for, counted up to a limit."""
        values = {"person": person, "limit": limit + 1, "cleared": cleared}
        found = int(self._connection.run(HOW_MANY, values)[0][0])
        return Count(min(found, limit), found <= limit)

    def undelivered(self) -> int:
        """How many could not be delivered and are tried again, or were given up."""
        return int(self._connection.run(UNDELIVERED)[0][0])

    def next_at(self) -> datetime | None:
        """When the next notice is to be delivered, or a claim on one runs out."""
        return earliest(self._connection.one(NEXT_AT))


class NoticesWork(Notices):
    """Writes, delivers and reads off notices."""

    __slots__ = ()

    def enqueue(self, notices: Iterable[Notice]) -> None:
        """Tell people things; what was told before under the same ``once`` is left out."""
        state = {"status": WAITING, "claimed_by": None, "lease_until": None, "fault": None}
        rows = ({**values_of(each), **state, "ready_at": each.at} for each in notices)
        self._connection.later(ENQUEUE, rows)

    def claim(self, now: datetime, *, by: str, limit: int, lease: timedelta) -> tuple[Notice, ...]:
        """Take notices to deliver; first give back those whose claimer let the lease run out."""
        self._connection.change(REAP, {"now": now})
        rows = self._connection.run(CLAIM, {"now": now, "by": by, "limit": limit, "lease_end": now + lease})
        return tuple(sorted((Notice(*row) for row in rows), key=lambda each: (each.at, each.id)))

    def finish(self, notice: str, by: str) -> bool:
        """The notice was delivered (or nothing had to be); False when ``by`` had lost the claim."""
        new = {"new_status": DONE, "new_fault": None}
        return self._connection.change(END, {"id": notice, "by": by, **new}) == 1

    def fail(self, notice: str, by: str, reason: str, retry_at: datetime | None) -> bool:
        """Deliver it later, or never when no instant is given; False when ``by`` had lost the claim."""
        new: dict[str, Any] = {"new_status": WAITING, "new_fault": reason, "new_ready_at": retry_at}
        if retry_at is None:
            new.update(new_status=FAILED, new_ready_at=FAR)
        return self._connection.change(PUT_OFF, {"id": notice, "by": by, **new}) == 1

    def mark_read(
        self, person: str, notices: Iterable[str] | None, at: datetime, *, cleared: int = EVERY_LEVEL
    ) -> int:
        """A person has read these, or all that she is ``cleared`` for; say how many were new to her.

        Nobody else's are touched.
        """
        values = {"whose": person, "new_read_at": at, "cleared": cleared}
        if notices is None:
            return self._connection.change(READ, values)
        return self._connection.many(READ_ONE, ({**values, "notice_id": each} for each in notices))

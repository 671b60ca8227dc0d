"""Assignments: who must act on a record next, and each person's inbox in the order of what is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Text, bindparam, func, or_, select, tuple_, update

from regbook.model.query import Count
from regbook.model.record import Assignment
from regbook.store import fixed
from regbook.store.columns import FAR, Instant, into
from regbook.store.connection import Connection, Row
from regbook.store.nouns import columns_for, values_of

_assignment = fixed.assignment.c
_columns = columns_for(fixed.assignment, Assignment)
_open = _assignment.closed_at.is_(None)
_of_record = (
    _assignment.register == bindparam("of_register"),
    _assignment.record == bindparam("of_record"),
)


def _named(name: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    given: BindParameter[str] = bindparam(name, type_=Text())
    return or_(given.is_(None), column == given)


OPEN = into(fixed.assignment)
TIE = into(fixed.relation).on_conflict_do_nothing()
CLOSE = (
    update(fixed.assignment)
    .where(
        *_of_record,
        _open,
        _named("of_kind", _assignment.kind),
        _named("of_source", _assignment.source),
        _named("of_person", _assignment.person),
    )
    .values(
        closed_at=bindparam("at", type_=Instant()),
        verdict=bindparam("new_verdict", type_=Text()),
        opinion=bindparam("new_opinion", type_=Text()),
    )
    .returning(*_columns)
)
DECIDE = (
    update(fixed.assignment)
    .where(_assignment.id == bindparam("id"), _open)
    .values(
        closed_at=bindparam("at", type_=Instant()),
        verdict=bindparam("new_verdict", type_=Text()),
        opinion=bindparam("new_opinion", type_=Text()),
    )
)
SET_DUE = (
    update(fixed.assignment)
    .where(*_of_record, _open, _named("of_person", _assignment.person))
    .values(due=bindparam("new_due", type_=Instant()))
)
OF_RECORD = (
    select(*_columns).where(*_of_record).order_by(_assignment.order, _assignment.opened_at, _assignment.id)
)
OPEN_OF_RECORD = OF_RECORD.where(_open)
_mine = select(*_columns).where(_assignment.person == bindparam("person")).limit(bindparam("limit"))
_key = (bindparam("after_at", type_=Instant()), bindparam("after_id", type_=Text()))
INBOX = _mine.where(_open).order_by(_assignment.due, _assignment.id)
INBOX_AFTER = INBOX.where(tuple_(_assignment.due, _assignment.id) > tuple_(*_key))
DONE = _mine.where(~_open).order_by(_assignment.closed_at.desc(), _assignment.id.desc())
DONE_AFTER = DONE.where(tuple_(_assignment.closed_at, _assignment.id) < tuple_(*_key))
HOW_MANY = select(func.count()).select_from(
    select(_assignment.id)
    .where(_assignment.person == bindparam("person"), _open)
    .limit(bindparam("limit"))
    .subquery()
)


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of one person's assignments; ``after`` names the last one when there are more."""

    assignments: tuple[Assignment, ...]
    after: str | None = None


class Assignments:
    """Reads assignments."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, register: str, record: str, *, open_only: bool = True) -> tuple[Assignment, ...]:
        """The assignments of a record in their order: the open ones, or all there ever were."""
        statement = OPEN_OF_RECORD if open_only else OF_RECORD
        rows = self._connection.run(statement, {"of_register": register, "of_record": record})
        return tuple(_assignment_of(row) for row in rows)

    def one(self, id: str) -> Assignment | None:
        """The assignment of that id."""
        row = self._connection.one(ONE, {"id": id})
        return _assignment_of(row) if row else None

    def inbox(
        self, person: str, *, open_ones: bool = True, limit: int = 25, after: str | None = None
    ) -> Inbox:
        """What a person must do, soonest due first; or what she has done, latest first.

        ``after`` is the ``after`` of the page before; one that is no longer there begins anew.
        """
        values: dict[str, Any] = {"person": person, "limit": limit + 1}
        statement = INBOX if open_ones else DONE
        last = self.one(after) if after else None
        if last and last.person == person:
            at = last.due or FAR if open_ones else last.closed_at
            values.update(after_at=at, after_id=last.id)
            statement = INBOX_AFTER if open_ones else DONE_AFTER
        found = tuple(_assignment_of(row) for row in self._connection.run(statement, values))
        page = found[:limit]
        return Inbox(page, page[-1].id if len(found) > limit else None)

    def inbox_count(self, person: str, limit: int = 100) -> Count:
        """How many assignments wait for a person, counted up to a limit."""
        found = int(self._connection.run(HOW_MANY, {"person": person, "limit": limit + 1})[0][0])
        return Count(min(found, limit), found <= limit)


class AssignmentsWork(Assignments):
    """Opens and closes assignments."""

    __slots__ = ()

    def open(self, assignments: Iterable[Assignment]) -> None:
        """Open assignments. Each ties its person to the record for good (relation ``assignee``)."""
        opened = tuple(assignments)
        self._connection.later(OPEN, ({**values_of(each), "due": each.due or FAR} for each in opened))
        self._connection.later(
            TIE,
            (
                {
                    "register": each.register,
                    "record": each.record,
                    "person": each.person,
                    "kind": "assignee",
                    "department": "",
                    "field": "",
                    "until": None,
                }
                for each in opened
            ),
        )

    def close(
        self,
        register: str,
        record: str,
        *,
        at: datetime,
        kind: str | None = None,
        source: str | None = None,
        people: Iterable[str] = (),
        verdict: str | None = None,
        opinion: str | None = None,
    ) -> tuple[Assignment, ...]:
        """Close the open assignments of a kind, a source, some people, or all; the ones it closed."""
        values = {
            "of_register": register,
            "of_record": record,
            "of_kind": kind,
            "of_source": source,
            "at": at,
            "new_verdict": verdict,
            "new_opinion": opinion,
        }
        closed: list[Assignment] = []
        for person in tuple(people) or (None,):
            rows = self._connection.run(CLOSE, {**values, "of_person": person})
            closed += (_assignment_of(row) for row in rows)
        return tuple(sorted(closed, key=lambda each: (each.order, each.opened_at, each.id)))

    def decide(self, id: str, at: datetime, verdict: str, opinion: str | None) -> bool:
        """Close one assignment with what was decided; False when it was closed already."""
        values = {"id": id, "at": at, "new_verdict": verdict, "new_opinion": opinion}
        return self._connection.change(DECIDE, values) == 1

    def set_due(self, register: str, record: str, due: datetime | None, person: str | None = None) -> int:
        """Say by when the open assignments of a record (or one person's) are asked for."""
        values = {"of_register": register, "of_record": record, "of_person": person, "new_due": due or FAR}
        return self._connection.change(SET_DUE, values)


ONE = select(*_columns).where(_assignment.id == bindparam("id"))


def _assignment_of(row: Row) -> Assignment:
    found = Assignment(*row)
    return replace(found, due=None) if found.due == FAR else found

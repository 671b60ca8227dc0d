"""Grants: need-to-know given to a person for one record until a time. They end; they are never deleted."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import BindParameter, Text, bindparam, or_, select, update

from regbook.model.policy import HeldGrant
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection, Row, Values

_grant = fixed.grant.c
_person: BindParameter[str] = bindparam("who", type_=Text())
_reason: BindParameter[str] = bindparam("why", type_=Text())
_lasts = or_(_grant.end_at.is_(None), _grant.end_at > bindparam("now"))
_rows = select(
    _grant.id,
    _grant.register,
    _grant.record,
    _grant.person,
    _grant.start_at,
    _grant.giver,
    _grant.reason,
    _grant.end_at,
    _grant.verb,
    _grant.field,
).order_by(_grant.start_at, _grant.id)

GIVE = into(fixed.grant)
OF_RECORD = _rows.where(
    _grant.register == bindparam("register"),
    _grant.record == bindparam("record"),
    or_(_person.is_(None), _grant.person == _person),
)
GIVEN_FOR = (
    select(_grant.register, _grant.record, _grant.person)
    .distinct()
    .where(_grant.reason == bindparam("why", type_=Text()), _lasts)
    .order_by(_grant.register, _grant.record, _grant.person)
)
OF_PERSON = _rows.where(_grant.person == bindparam("who"), _lasts)
REVOKE = (
    update(fixed.grant)
    .where(
        _grant.register == bindparam("of_register"),
        _grant.record == bindparam("of_record"),
        or_(_person.is_(None), _grant.person == _person),
        or_(_reason.is_(None), _grant.reason == _reason),
        _lasts,
    )
    .values(end_at=bindparam("now"))
)


class Grants:
    """Reads grants."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, register: str, record: str, person: str | None = None) -> tuple[HeldGrant, ...]:
        """The grants on a record, ended ones too; those of one person when one is named."""
        return self._grants(OF_RECORD, {"register": register, "record": record, "who": person})

    def held_by(self, person: str, now: datetime) -> tuple[HeldGrant, ...]:
        """The grants of a person that have not ended, on any record."""
        return self._grants(OF_PERSON, {"who": person, "now": now})

    def given_for(self, reason: str, now: datetime) -> tuple[tuple[str, str, str], ...]:
        """Register, record and person of every grant that was given for a reason and has not ended."""
        rows = self._connection.run(GIVEN_FOR, {"why": reason, "now": now})
        return tuple((str(register), str(record), str(person)) for register, record, person in rows)

    def _grants(self, statement: Any, values: Values) -> tuple[HeldGrant, ...]:
        rows = self._connection.run(statement, values)
        return tuple(_grant_of(list(each)) for _, each in groupby(rows, key=lambda row: row[0]))


class GrantsWork(Grants):
    """Gives and revokes grants."""

    __slots__ = ()

    def give(self, grant: HeldGrant) -> None:
        """Give a grant."""
        common = {
            name: getattr(grant, name) for name in ("id", "register", "record", "person", "giver", "reason")
        }
        self._connection.many(
            GIVE,
            (
                {**common, "start_at": grant.start, "end_at": grant.end, "verb": verb, "field": field}
                for verb in sorted(grant.verbs)
                for field in sorted(grant.fields) or ("",)
            ),
        )

    def revoke(
        self, register: str, record: str, person: str | None, now: datetime, reason: str | None = None
    ) -> int:
        """End a person's grants on a record (or everyone's), those of a reason (or all).

        Answers how many rights, verb by field, ended.
        """
        values = {"of_register": register, "of_record": record, "who": person, "now": now, "why": reason}
        return self._connection.change(REVOKE, values)


def _grant_of(rows: list[Row]) -> HeldGrant:
    id, register, record, person, start, giver, reason, end, _, _ = rows[0]
    verbs = frozenset(row[8] for row in rows)
    fields = frozenset(row[9] for row in rows if row[9])
    return HeldGrant(id, register, record, person, verbs, start, giver, reason, end, fields)

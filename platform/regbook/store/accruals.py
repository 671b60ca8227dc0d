"""Accruals: one row for each round of a penalty, never changed, taken back only by a row of its own."""

from __future__ import annotations

from sqlalchemy import BindParameter, Text, bindparam, or_, select

from regbook.model.promises import Accrual
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection
from regbook.store.nouns import columns_for, values_of

BLANK = ("reverses",)
_accrual = fixed.accrual.c
_deadline: BindParameter[str] = bindparam("deadline", type_=Text())
_person: BindParameter[str] = bindparam("person", type_=Text())

ACCRUE = into(fixed.accrual).on_conflict_do_nothing()
OF_RECORD = (
    select(*columns_for(fixed.accrual, Accrual, BLANK))
    .where(
        _accrual.register == bindparam("register"),
        _accrual.record == bindparam("record"),
        or_(_deadline.is_(None), _accrual.deadline == _deadline),
        or_(_person.is_(None), _accrual.person == _person),
    )
    .order_by(_accrual.deadline, _accrual.person, _accrual.run, _accrual.round, _accrual.reverses)
)


class Accruals:
    """Reads accruals."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(
        self, register: str, record: str, deadline: str | None = None, person: str | None = None
    ) -> tuple[Accrual, ...]:
        """The accruals of a record in the order of their rounds, each followed by what took it back."""
        values = {"register": register, "record": record, "deadline": deadline, "person": person}
        return tuple(Accrual(*row) for row in self._connection.run(OF_RECORD, values))


class AccrualsWork(Accruals):
    """Writes accruals."""

    __slots__ = ()

    def accrue(self, accrual: Accrual) -> bool:
        """Write a round, or take one back; False when that round was written (or taken back) before."""
        return self._connection.change(ACCRUE, values_of(accrual, BLANK)) == 1

"""Relations: who has to do with a record; rows written with the field or assignment that makes them so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BindParameter, Text, bindparam, delete, func, or_, select

from regbook.model.policy import Relation
from regbook.model.query import Count
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection
from regbook.store.nouns import columns_for, values_of

BLANK = ("person", "department", "field")
_relation = fixed.relation.c
_columns = columns_for(fixed.relation, Relation, BLANK)
_field: BindParameter[str] = bindparam("of_field", type_=Text())
_given = into(fixed.relation)

PUT = _given.on_conflict_do_update(
    index_elements=[each.name for each in fixed.relation.primary_key],
    set_={"until": _given.excluded.until},
)
OF_RECORD = (
    select(*_columns)
    .where(_relation.register == bindparam("register"), _relation.record == bindparam("record"))
    .order_by(_relation.kind, _relation.field, _relation.person, _relation.department)
)
_of_kind = (
    _relation.register == bindparam("register"),
    _relation.record == bindparam("record"),
    _relation.kind == bindparam("kind"),
    or_(_field.is_(None), _relation.field == _field),
)
DROP_ALL = delete(fixed.relation).where(*_of_kind)
DROP = DROP_ALL.where(
    _relation.person == bindparam("person"), _relation.department == bindparam("department")
)
HOW_MANY = select(func.count()).select_from(
    select(_relation.record)
    .where(_relation.person == bindparam("person"), _relation.register == bindparam("register"))
    .limit(bindparam("limit"))
    .subquery()
)


class Relations:
    """Reads relations."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, register: str, record: str) -> tuple[Relation, ...]:
        """Everyone and every department that has to do with the record."""
        rows = self._connection.run(OF_RECORD, {"register": register, "record": record})
        return tuple(Relation(*row) for row in rows)

    def count(self, register: str, person: str, limit: int = 1000) -> Count:
        """How many relations a person has in a register, counted up to a limit."""
        values = {"register": register, "person": person, "limit": limit + 1}
        found = int(self._connection.run(HOW_MANY, values)[0][0])
        return Count(min(found, limit), found <= limit)


class RelationsWork(Relations):
    """Writes relations."""

    __slots__ = ()

    def put(self, relations: Iterable[Relation]) -> None:
        """Write relations; one that is there takes the new ``until``."""
        self._connection.later(PUT, (values_of(each, BLANK) for each in relations))

    def relate(
        self,
        register: str,
        record: str,
        kind: str,
        *,
        people: Iterable[str] = (),
        departments: Iterable[str] = (),
        field: str | None = None,
        until: datetime | None = None,
    ) -> None:
        """Tie people and departments to a record, by one kind and field."""
        ends = [(each, None) for each in people] + [(None, each) for each in departments]
        self.put(Relation(register, record, kind, who, unit, field, until) for who, unit in ends)

    def unrelate(
        self,
        register: str,
        record: str,
        kind: str,
        *,
        people: Iterable[str] = (),
        departments: Iterable[str] = (),
        field: str | None = None,
    ) -> None:
        """Untie these people and departments, or with neither everyone, from the kind (and field) given."""
        of = {"register": register, "record": record, "kind": kind, "of_field": field}
        ends = [(each, "") for each in people] + [("", each) for each in departments]
        if not ends:
            self._connection.change(DROP_ALL, of)
        self._connection.many(DROP, ({**of, "person": who, "department": unit} for who, unit in ends))

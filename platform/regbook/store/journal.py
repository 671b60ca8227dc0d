"""Entries: written with the thing they tell of, never changed. Sealing them is the sequencer's work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Text, bindparam, select

from regbook.model.record import Entry
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection, Row
from regbook.store.nouns import columns_for, values_of

_entry = fixed.entry.c
_columns = columns_for(fixed.entry, Entry)
_newest = select(*_columns).order_by(_entry.place.desc()).limit(bindparam("limit"))
_before: BindParameter[str] = bindparam("before", type_=Text())
_earlier = _before.is_(None) | (
    _entry.place < select(_entry.place).where(_entry.id == _before).scalar_subquery()
)

WRITE = into(fixed.entry, leave=("sequence", "key_id"))
OF_RECORD = _newest.where(
    _entry.register == bindparam("register"), _entry.record == bindparam("record"), _earlier
)
OF_REGISTER = _newest.where(_entry.register == bindparam("register"), _entry.record.is_(None), _earlier)
OF_ACTOR = _newest.where(_entry.actor == bindparam("actor"), _earlier)
ONE = select(*_columns).where(_entry.id == bindparam("id"))
SNAPSHOT = select(_entry.snapshot).where(_entry.id == bindparam("id"))

_denied = into(fixed.denial)
COUNT_DENIAL = _denied.on_conflict_do_update(
    index_elements=["actor", "minute"],
    set_={"count": fixed.denial.c.count + _denied.excluded.count},
)
DENIALS = select(fixed.denial.c.minute, fixed.denial.c.count).where(
    fixed.denial.c.actor == bindparam("actor"), fixed.denial.c.minute >= bindparam("since")
)


class Journal:
    """Reads entries, newest first. ``before`` is the id of the last entry of the page before."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(
        self, register: str, record: str | None, *, limit: int = 50, before: str | None = None
    ) -> tuple[Entry, ...]:
        """The entries of one record, or those of the register itself when the record is None."""
        values = {"register": register, "record": record, "limit": limit, "before": before}
        if record is None:
            del values["record"]
            return self._entries(OF_REGISTER, values)
        return self._entries(OF_RECORD, values)

    def by(self, actor: str, *, limit: int = 50, before: str | None = None) -> tuple[Entry, ...]:
        """The entries of one actor, in all registers."""
        return self._entries(OF_ACTOR, {"actor": actor, "limit": limit, "before": before})

    def one(self, id: str) -> Entry | None:
        """The entry of that id."""
        return next(iter(self._entries(ONE, {"id": id})), None)

    def snapshot(self, entry: str) -> Any:
        """The record as it was after the entry, or None where none was kept."""
        row = self._connection.one(SNAPSHOT, {"id": entry})
        return row[0] if row else None

    def denials(self, actor: str, since: datetime) -> int:
        """How many answers of 403 or 404 the actor had in the minutes since."""
        return sum(row[1] for row in self._connection.run(DENIALS, {"actor": actor, "since": since}))

    def _entries(self, statement: Any, values: Mapping[str, Any]) -> tuple[Entry, ...]:
        return tuple(_entry_of(row) for row in self._connection.run(statement, values))


class JournalWork(Journal):
    """Writes entries in the transaction of what they tell."""

    __slots__ = ()

    def write(self, entry: Entry, snapshot: Mapping[str, Any] | None = None) -> None:
        """Write one entry and the record as it is after it."""
        self.write_all(((entry, snapshot),))

    def write_all(self, entries: Iterable[tuple[Entry, Mapping[str, Any] | None]]) -> None:
        """Write entries in the given order, as one batch."""
        rows = ({**values_of(entry), "snapshot": snapshot} for entry, snapshot in entries)
        self._connection.later(WRITE, rows)

    def count_denial(self, actor: str, at: datetime, count: int = 1) -> None:
        """Count an answer of 403 or 404 in the actor's minute."""
        minute = at.replace(second=0, microsecond=0)
        self._connection.change(COUNT_DENIAL, {"actor": actor, "minute": minute, "count": count})


def _entry_of(row: Row) -> Entry:
    changes: dict[str, tuple[Any, Any]] = {field: (old, new) for field, (old, new) in row[CHANGES].items()}
    return Entry(*(*row[:CHANGES], changes, *row[CHANGES + 1 :]))


CHANGES = 6
"""Where ``changes`` stands among an entry's fields; its pairs come back as lists."""

"""Revisions: published definitions, numbered, never changed."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from regbook.model.office import StoredRevision
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection
from regbook.store.engines import Moved
from regbook.store.nouns import columns_for, values_of

_revision = fixed.revision.c
_columns = columns_for(fixed.revision, StoredRevision)
_newest = (
    select(_revision.register, func.max(_revision.revision).label("revision"))
    .group_by(_revision.register)
    .subquery()
)

ADD = into(fixed.revision).on_conflict_do_nothing()
CURRENT = (
    select(*_columns)
    .join(_newest, (_revision.register == _newest.c.register) & (_revision.revision == _newest.c.revision))
    .order_by(_revision.register)
)
ONE = select(*_columns).where(
    _revision.register == bindparam("register"), _revision.revision == bindparam("revision")
)
ALL = select(*_columns).where(_revision.register == bindparam("register")).order_by(_revision.revision.desc())


HEADS = select(_newest.c.register, _newest.c.revision).order_by(_newest.c.register)


class Revisions:
    """Reads published definitions."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self) -> tuple[StoredRevision, ...]:
        """The newest revision of every register."""
        return tuple(StoredRevision(*row) for row in self._connection.run(CURRENT))

    def heads(self) -> tuple[tuple[str, int], ...]:
        """Every register with the number of its newest revision."""
        return tuple((register, revision) for register, revision in self._connection.run(HEADS))

    def one(self, register: str, revision: int) -> StoredRevision | None:
        """That revision of a register."""
        row = self._connection.one(ONE, {"register": register, "revision": revision})
        return StoredRevision(*row) if row else None

    def of(self, register: str) -> tuple[StoredRevision, ...]:
        """Every revision of a register, newest first."""
        return tuple(StoredRevision(*row) for row in self._connection.run(ALL, {"register": register}))


class RevisionsWork(Revisions):
    """Publishes definitions."""

    __slots__ = ()

    def add(self, revision: StoredRevision) -> None:
        """Publish a revision.

        Raises:
            Moved: somebody published that number before.
        """
        if not self._connection.change(ADD, values_of(revision)):
            raise Moved(f"revision {revision.revision} of {revision.register}")

"""Office-wide files as published: organisation, calendar, clause books, policy texts; every edition stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select

from regbook.model.office import OfficeFile
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection
from regbook.store.engines import Moved
from regbook.store.nouns import columns_for, values_of

_file = fixed.office_file.c
_columns = columns_for(fixed.office_file, OfficeFile)
_newest = select(_file.name, func.max(_file.edition).label("edition")).group_by(_file.name).subquery()

PUT = into(fixed.office_file).on_conflict_do_nothing()
ONE = select(*_columns).where(_file.name == bindparam("name")).order_by(_file.edition.desc()).limit(1)
EDITION = select(*_columns).where(_file.name == bindparam("name"), _file.edition == bindparam("edition"))
ALL = (
    select(*_columns)
    .join(_newest, (_file.name == _newest.c.name) & (_file.edition == _newest.c.edition))
    .order_by(_file.name)
)


HEADS = select(_newest.c.name, _newest.c.edition).order_by(_newest.c.name)


class OfficeFiles:
    """Reads published office-wide files."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def one(self, name: str, edition: int | None = None) -> OfficeFile | None:
        """The newest edition of a file, or the one asked for."""
        if edition is None:
            row = self._connection.one(ONE, {"name": name})
        else:
            row = self._connection.one(EDITION, {"name": name, "edition": edition})
        return OfficeFile(*row) if row else None

    def heads(self) -> tuple[tuple[str, int], ...]:
        """Every file with the number of its newest edition."""
        return tuple((name, edition) for name, edition in self._connection.run(HEADS))

    def current(self) -> tuple[OfficeFile, ...]:
        """The newest edition of every file, by name."""
        return tuple(OfficeFile(*row) for row in self._connection.run(ALL))


class OfficeFilesWork(OfficeFiles):
    """Publishes office-wide files."""

    __slots__ = ()

    def put(self, name: str, raw: str, hash: str, at: datetime, by: str) -> OfficeFile:
        """Publish a file as its next edition; the same text as now makes none.

        Raises:
            Moved: somebody published that edition before.
        """
        now = self.one(name)
        if now and now.hash == hash:
            return now
        new = OfficeFile(name, now.edition + 1 if now else 1, raw, hash, at, by)
        if not self._connection.change(PUT, values_of(new)):
            raise Moved(f"edition {new.edition} of {name}")
        return new

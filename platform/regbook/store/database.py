"""One office's database, opened: its snapshots and transactions, its tables prepared and migrated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock, local
from typing import Any

from sqlalchemy import Connection as Plain
from sqlalchemy import Executable

from regbook.model.definition import Definition
from regbook.model.office import Notice
from regbook.model.promises import Timer
from regbook.store.connection import Connection, Counter, Prepared, counting
from regbook.store.differing import Plan, Step
from regbook.store.engines import (
    Moved,
    begins,
    driver_errors,
    glancing,
    is_memory,
    lost_race,
    open_engine,
    reach,
)
from regbook.store.keyring import Keyring
from regbook.store.migrations import migrate, plan
from regbook.store.preparing import bring_to_head, schema_problem
from regbook.store.transactions import Reading, Work

__all__ = ["Moved", "Reading", "Store", "Work", "open_store"]


class _OfThread(local):
    """What this thread is in the middle of."""

    writing: bool = False
    work: Work | None = None


class Store:
    """One office's database, opened. Any thread may use it; each ``reading`` and ``work`` is one thread's."""

    def __init__(self, url: str, keyring: Keyring, files: Path | None = None) -> None:
        self.engine = open_engine(url)
        self.keyring = keyring
        self.files = files
        self.kind = self.engine.dialect.name
        self._readers, self._writers = begins(self.engine)
        self._glances = glancing(self.engine)
        self._prepared: dict[int, tuple[Executable, Prepared]] = {}
        self._shared: Plain | None = None
        self._lock = RLock()
        self._thread = _OfThread()

    def prepare(self) -> None:
        """Bring the fixed tables to this engine's schema; done before, it changes nothing.

        Raises:
            SettingsInvalid: the database cannot be reached; its schema is newer than this engine knows.
        """
        reach(self.engine)
        with _translated(), self._transaction() as plain:
            bring_to_head(plain)

    def plan(self, old: Definition | None, new: Definition) -> Plan:
        """What publishing ``new`` over ``old`` does to the tables, with the rows that each step touches.

        Raises:
            DefinitionInvalid: a change would lose values.
        """
        with self.reading() as reading:
            return plan(reading.connection, old, new)

    def migrate(self, plan: Plan, told: Callable[[Step], None] = lambda step: None) -> None:
        """Bring a register's tables to a plan's new definition, in transactions of its own.

        An interrupted migration is finished by running its plan again; ``told`` hears of each step done.

        Raises:
            Busy: a lock could not be had in many tries.
            DefinitionInvalid: values that are to be unique are not.
        """
        migrate(self.work, self.keyring, plan, told)

    def problem(self) -> str | None:
        """The code of what keeps the store from being used now, or None: it is ready."""
        try:
            with self.engine.connect() as plain:
                return schema_problem(plain)
        except driver_errors():
            return "store-unavailable"

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One snapshot, from its first statement on: what others commit meanwhile does not show.

        Raises:
            Busy: the database is not available now.
        """
        with _translated(), ExitStack() as stack:

            def begin() -> Plain:
                plain = stack.enter_context(self._snapshot())
                if begun := self._thread.work:
                    begun.connection.flush()  # in memory the two share a connection
                return plain

            yield Reading(self, Connection(self.engine.dialect, self._prepared, begin))

    @contextmanager
    def glance(self) -> Iterator[Reading]:
        """Where each statement is a snapshot of its own: for questions that one statement answers.

        Raises:
            Busy: the database is not available now.
        """
        if is_memory(self.engine):
            with self.reading() as reading:
                yield reading
            return
        with _translated():
            driver = self._glances.raw_connection()
            try:
                yield Reading(self, Connection(self.engine.dialect, self._prepared, lambda: driver))
            except driver_errors():
                driver.invalidate()
                if self._glances is not self.engine:  # one that the server ended seldom was alone
                    self._glances.dispose()
                raise
            finally:
                driver.close()

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One write transaction: it commits at the end, and any exception rolls it back.

        Raises:
            Moved: the database let another transaction win; read again.
            Busy: another writer held the lock for too long, or the database is not available now.
        """
        with _translated(), self._transaction() as plain:
            work = self._thread.work = Work(self, Connection(plain.dialect, self._prepared, lambda: plain))
            yield work
            work.finish()

    def claim_timers(
        self, now: datetime, *, by: str, limit: int = 100, lease: timedelta
    ) -> tuple[Timer, ...]:
        """Take up to ``limit`` due timers until the lease ends, in a transaction of its own."""
        with self.work() as work:
            return work.timers.claim(now, by=by, limit=limit, lease=lease)

    def claim_notices(
        self, now: datetime, *, by: str, limit: int = 100, lease: timedelta
    ) -> tuple[Notice, ...]:
        """Take up to ``limit`` notices to deliver until the lease ends, in a transaction of its own."""
        with self.work() as work:
            return work.notices.claim(now, by=by, limit=limit, lease=lease)

    @contextmanager
    def statements(self) -> Iterator[Counter]:
        """Counts the SQL statements of this thread: for tests and budgets."""
        counter = Counter()
        before = counting.set(counter)
        try:
            yield counter
        finally:
            counting.reset(before)

    def copied(self) -> Store:
        """Another store in memory that begins with what this one in memory holds now."""
        twin = Store("sqlite://", self.keyring)
        with self.engine.connect() as ours, twin.engine.connect() as theirs:
            driver: Any = ours.connection.driver_connection
            driver.backup(theirs.connection.driver_connection)
        return twin

    def close(self) -> None:
        """Every connection ends; a database in memory is gone."""
        self.engine.dispose()
        self._glances.dispose()

    @contextmanager
    def _snapshot(self) -> Iterator[Plain]:
        if is_memory(self.engine):
            with self._alone() as plain:
                yield plain
        else:
            with self._readers.connect() as plain, plain.begin():
                yield plain

    @contextmanager
    def _transaction(self) -> Iterator[Plain]:
        if self._thread.writing:
            raise RuntimeError(
                "a transaction that writes holds no other: the second would wait for the first"
            )
        self._thread.writing = True
        try:
            if is_memory(self.engine):
                with self._alone() as plain, plain.begin_nested():
                    yield plain
            else:
                with self._writers.connect() as plain, plain.begin():
                    yield plain
        finally:
            self._thread.writing, self._thread.work = False, None

    @contextmanager
    def _alone(self) -> Iterator[Plain]:
        """The one connection of a database in memory, whose other threads wait; what it holds stays."""
        with self._lock:
            if self._shared is not None:
                yield self._shared
                return
            with self.engine.connect() as plain:
                self._shared = plain
                try:
                    yield plain
                finally:
                    self._shared = None
                    plain.commit()


@contextmanager
def _translated() -> Iterator[None]:
    """What the driver says becomes Moved or Busy where that is what it means."""
    try:
        yield
    except driver_errors() as error:
        lost = lost_race(error)
        if lost is None:
            raise
        raise lost from error


def open_store(url: str, keyring: Keyring, files: Path | None = None) -> Store:
    """The store at ``sqlite:///path``, ``sqlite://`` (memory) or ``postgresql+psycopg://...``.

    ``files`` is the folder of attachments; without one the office keeps none.
    """
    return Store(url, keyring, files)

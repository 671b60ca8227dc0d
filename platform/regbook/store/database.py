"""One office's database: a Reading is one snapshot, a Work one transaction that happens whole or not at all.

Both carry the nouns as attributes (``w.journal.write(entry)``, ``r.timers.of(register, record)``); a
Reading's have no verb that writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock, local
from typing import Any

from sqlalchemy import Connection as Plain
from sqlalchemy import CursorResult, Executable, select, update

from regbook.model.definition import Definition
from regbook.model.office import Notice
from regbook.model.promises import Timer
from regbook.store.accounts import Accounts, AccountsWork
from regbook.store.accruals import Accruals, AccrualsWork
from regbook.store.answers import Answers, AnswersWork
from regbook.store.assignments import Assignments, AssignmentsWork
from regbook.store.calendar_days import CalendarDays, CalendarDaysWork
from regbook.store.connection import Connection, Counter, Prepared, Row, Values, counting
from regbook.store.differing import Plan, Step
from regbook.store.engines import (
    Moved,
    begins,
    driver_errors,
    glancing,
    is_memory,
    lost_race,
    open_engine,
)
from regbook.store.files import Files, FilesWork
from regbook.store.fixed import epoch as epochs
from regbook.store.grants import Grants, GrantsWork
from regbook.store.journal import Journal, JournalWork
from regbook.store.keyring import Keyring
from regbook.store.migrations import migrate, plan
from regbook.store.notices import Notices, NoticesWork
from regbook.store.numbers import NumbersWork
from regbook.store.office_files import OfficeFiles, OfficeFilesWork
from regbook.store.office_settings import OfficeSettings, OfficeSettingsWork
from regbook.store.policy import Policy, PolicyWork
from regbook.store.preparing import bring_to_head, schema_problem
from regbook.store.records import Records
from regbook.store.relations import Relations, RelationsWork
from regbook.store.revisions import Revisions, RevisionsWork
from regbook.store.sessions import Sessions, SessionsWork
from regbook.store.timers import Timers, TimersWork
from regbook.store.workers import Workers, WorkersWork
from regbook.store.writing import RecordsWork

__all__ = ["Moved", "Reading", "Store", "Work", "open_store"]

READ_EPOCH = select(epochs.c.epoch)
HOLD_EPOCH = select(epochs.c.epoch).with_for_update(read=True)
BUMP_EPOCH = update(epochs).values(epoch=epochs.c.epoch + 1).returning(epochs.c.epoch)


class Reading:
    """One snapshot of the store."""

    records: Records
    journal: Journal
    timers: Timers
    assignments: Assignments
    relations: Relations
    grants: Grants
    accruals: Accruals
    notices: Notices
    revisions: Revisions
    office_files: OfficeFiles
    policy: Policy
    settings: OfficeSettings
    calendar: CalendarDays
    accounts: Accounts
    sessions: Sessions
    files: Files
    answers: Answers
    workers: Workers

    nouns: Mapping[str, Callable[..., Any]] = {
        "records": Records,
        "journal": Journal,
        "timers": Timers,
        "assignments": Assignments,
        "relations": Relations,
        "grants": Grants,
        "accruals": Accruals,
        "notices": Notices,
        "revisions": Revisions,
        "office_files": OfficeFiles,
        "policy": Policy,
        "settings": OfficeSettings,
        "calendar": CalendarDays,
        "accounts": Accounts,
        "sessions": Sessions,
        "files": Files,
        "answers": Answers,
        "workers": Workers,
    }

    def __init__(self, store: Store, connection: Connection) -> None:
        self.store = store
        self.connection = connection

    def __getattr__(self, name: str) -> Any:
        """A noun, made when it is first asked for: a request needs two of them."""
        make = self.nouns.get(name)
        if make is None:
            raise AttributeError(name)
        more = {"records": (self.store.keyring,), "files": (self.store.files, self.store.keyring)}.get(
            name, ()
        )
        made = self.__dict__[name] = make(self.connection, *more)
        return made

    def run(self, statement: Executable | str, values: Values | None = None) -> list[Row]:
        """The rows of a constant statement or of SQL text compiled for this store."""
        return self.connection.run(statement, values)

    def epoch(self) -> int:
        """The number that moves whenever definitions, policy or the organisation do."""
        return int(self.connection.run(READ_EPOCH)[0][0])

    def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """What SQLAlchemy answers to a statement that is built on the spot."""
        return self.connection.execute(statement, values)


class Work(Reading):
    """One transaction that writes: everything in it commits together, or any exception undoes all of it."""

    records: RecordsWork
    journal: JournalWork
    timers: TimersWork
    assignments: AssignmentsWork
    relations: RelationsWork
    grants: GrantsWork
    accruals: AccrualsWork
    notices: NoticesWork
    revisions: RevisionsWork
    office_files: OfficeFilesWork
    policy: PolicyWork
    settings: OfficeSettingsWork
    calendar: CalendarDaysWork
    accounts: AccountsWork
    sessions: SessionsWork
    files: FilesWork
    answers: AnswersWork
    numbers: NumbersWork
    workers: WorkersWork

    nouns: Mapping[str, Callable[..., Any]] = {
        "records": RecordsWork,
        "journal": JournalWork,
        "timers": TimersWork,
        "assignments": AssignmentsWork,
        "relations": RelationsWork,
        "grants": GrantsWork,
        "accruals": AccrualsWork,
        "notices": NoticesWork,
        "revisions": RevisionsWork,
        "office_files": OfficeFilesWork,
        "policy": PolicyWork,
        "settings": OfficeSettingsWork,
        "calendar": CalendarDaysWork,
        "accounts": AccountsWork,
        "sessions": SessionsWork,
        "files": FilesWork,
        "numbers": NumbersWork,
        "answers": AnswersWork,
        "workers": WorkersWork,
    }

    def __init__(self, store: Store, connection: Connection) -> None:
        super().__init__(store, connection)
        self._expected: int | None = None
        self.moved_epoch = False

    def expect_epoch(self, epoch: int) -> None:
        """Commit only if the epoch is still this one: asked last, in one batch with what was put off.

        Raises:
            Moved: at the end, when it is no longer what the decision was made on.
        """
        self._expected = epoch

    def bump_epoch(self) -> int:
        """The next epoch: every process serves what was published with its next request."""
        found = int(self.connection.run(BUMP_EPOCH)[0][0])
        if self._expected is not None:
            self._compare(found - 1)
            self._expected = found
        self.moved_epoch = True
        return found

    def finish(self) -> None:
        """Send what was put off, and hold the epoch where it was expected until the commit."""
        rows = self.connection.flush(None if self._expected is None or self.moved_epoch else HOLD_EPOCH)
        if rows:
            self._compare(int(rows[0][0]))

    def _compare(self, epoch: int) -> None:
        if epoch != self._expected:
            raise Moved(f"epoch {epoch}, not {self._expected}")


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
            SettingsInvalid: the schema is newer than this engine knows.
        """
        with self._transaction() as plain:
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

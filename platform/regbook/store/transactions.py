"""A Reading is one snapshot of the store, a Work one transaction that happens whole or not at all.

Both carry the nouns as attributes (``w.journal.write(entry)``, ``r.timers.of(register, record)``); a
Reading's have no verb that writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import CursorResult, Executable, select, update

from regbook.store.accounts import Accounts, AccountsWork
from regbook.store.accruals import Accruals, AccrualsWork
from regbook.store.answers import Answers, AnswersWork
from regbook.store.assignments import Assignments, AssignmentsWork
from regbook.store.calendar_days import CalendarDays, CalendarDaysWork
from regbook.store.connection import Connection, Row, Values
from regbook.store.engines import Moved
from regbook.store.files import Files, FilesWork
from regbook.store.fixed import epoch as epochs
from regbook.store.grants import Grants, GrantsWork
from regbook.store.journal import Journal, JournalWork
from regbook.store.keyring import Keyring
from regbook.store.notices import Notices, NoticesWork
from regbook.store.numbers import NumbersWork
from regbook.store.office_files import OfficeFiles, OfficeFilesWork
from regbook.store.office_settings import OfficeSettings, OfficeSettingsWork
from regbook.store.policy import Policy, PolicyWork
from regbook.store.records import Records
from regbook.store.relations import Relations, RelationsWork
from regbook.store.revisions import Revisions, RevisionsWork
from regbook.store.sessions import Sessions, SessionsWork
from regbook.store.timers import Timers, TimersWork
from regbook.store.workers import Workers, WorkersWork
from regbook.store.writing import RecordsWork

READ_EPOCH = select(epochs.c.epoch)
HOLD_EPOCH = select(epochs.c.epoch).with_for_update(read=True)
BUMP_EPOCH = update(epochs).values(epoch=epochs.c.epoch + 1).returning(epochs.c.epoch)


class Held(Protocol):
    """What an opened database has beside its tables: the keys, and the folder of attachments."""

    keyring: Keyring
    files: Path | None


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

    def __init__(self, store: Held, connection: Connection) -> None:
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

    def __init__(self, store: Held, connection: Connection) -> None:
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

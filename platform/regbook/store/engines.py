"""Opens SQLite and PostgreSQL so that both keep the same promises.

SQLite before 3.51.3 (and outside 3.50.7+ and 3.44.6+) can lose pages when two connections reset one
write-ahead log, so those libraries keep the rollback journal. The driver never begins a transaction by
itself: readers say BEGIN, writers BEGIN IMMEDIATE, and DDL rolls back like everything else.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from regbook.errors import Busy, SettingsInvalid

if TYPE_CHECKING:
    import psycopg

try:
    from pysqlite3 import dbapi2 as sqlite_driver
except ImportError:  # no wheel for this platform: the interpreter's own library, behind the same gate
    import sqlite3 as sqlite_driver

BEGIN = "regbook_begin"
BUSY_MILLISECONDS = 10_000
LOST_RACES = frozenset({"40001", "40P01"})
LOCK_REFUSED = "55P03"
SERVER_GONE = ("08", "53", "57")
"""PostgreSQL's classes of errors that pass: no connection, out of room, shut down by an administrator."""
WAITS = {"connect_timeout": "10"}
"""Seconds after which a server that says nothing counts as gone, where the URL does not say else."""
FILE_REFUSED = ("full", "readonly", "I/O error", "unable to open")
"""What SQLite says when the disk does not let it write or read."""
NETWORK_FILES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"}
)
"""File systems whose locks do not hold between machines: SQLite on them loses data."""


class Moved(Exception):
    """What was decided upon has changed since it was read: read again, decide again."""


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the fix for two connections resetting one write-ahead log.

    >>> wal_is_safe((3, 40, 1)), wal_is_safe((3, 50, 7)), wal_is_safe((3, 51, 2)), wal_is_safe((3, 53, 4))
    (False, True, False, True)
    """
    return (3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51) or version >= (3, 51, 3)


def open_engine(url: str) -> Engine:
    """The engine of ``sqlite:///path``, ``sqlite://`` (memory) or ``postgresql+psycopg://...``."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsInvalid(code="store-url") from None
    opener = {"sqlite": _open_sqlite, "postgresql": _open_postgresql}.get(parsed.get_backend_name())
    if opener is None:
        raise SettingsInvalid(code="store-unknown", url=place_of(parsed))
    return opener(parsed)


def place_of(url: URL) -> str:
    """Where a database is, without the password and whatever else its URL holds.

    >>> place_of(make_url("postgresql+psycopg://x:secret@127.0.0.1:5999/zz?password=more"))
    'postgresql+psycopg://x@127.0.0.1:5999/zz'
    """
    bare = URL.create(url.drivername, url.username, None, url.host, url.port, url.database)
    return bare.render_as_string()


def reach(engine: Engine) -> None:
    """Opens one connection, so that what keeps the database from being used is known at once.

    Raises:
        SettingsInvalid: nobody answers, the login is refused, or it is no database.
    """
    try:
        engine.connect().close()
    except driver_errors() as error:
        lines = str(getattr(error, "orig", None) or error).rpartition("failed: ")[2].strip().splitlines()
        why = lines[0] if lines else type(error).__name__
        raise SettingsInvalid(code="store-unreachable", url=place_of(engine.url), why=why) from None


def is_memory(engine: Engine) -> bool:
    """Whether the engine is the one shared connection of a database in memory."""
    return isinstance(engine.pool, StaticPool)


def lost_race(error: BaseException) -> Exception | None:
    """What a driver's error means for the caller: Moved (try again), Busy, or None (a fault of ours)."""
    cause = getattr(error, "orig", None) or error
    if postgresql_loaded() and isinstance(cause, sys.modules["psycopg"].Error):
        return _lost_on_postgresql(cause)
    if isinstance(cause, sqlite_driver.OperationalError):
        said = str(cause)
        if "locked" in said:
            return Busy()
        if any(each in said for each in FILE_REFUSED):
            return Busy(code="store-unavailable")
    return None


def _lost_on_postgresql(cause: psycopg.Error) -> Exception | None:
    state = cause.sqlstate or ""
    if state in LOST_RACES:
        return Moved(state)
    if state == LOCK_REFUSED:
        return Busy()
    if state.startswith(SERVER_GONE) or (
        not state and isinstance(cause, sys.modules["psycopg"].OperationalError)
    ):
        return Busy(code="store-unavailable")
    return None


def file_system_of(path: Path, mounts: str) -> str:
    """The kind of file system a path lies on, by the text of Linux's ``/proc/self/mounts``.

    >>> file_system_of(Path("/srv/office"), "x / ext4 rw 0 0\\nnas:/srv /srv nfs4 rw 0 0\\n")
    'nfs4'
    """
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, found, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        if len(point) >= len(best) and path.is_relative_to(point):
            best, kind = point, found
    return kind


def postgresql_loaded() -> bool:
    """Whether this process opened an engine of PostgreSQL; an office on SQLite never loads its driver."""
    return "psycopg" in sys.modules


def driver_errors() -> tuple[type[Exception], ...]:
    """What the drivers that are loaded raise."""
    known = (DBAPIError, sqlite_driver.Error)
    return (*known, sys.modules["psycopg"].Error) if postgresql_loaded() else known


def _open_sqlite(url: URL) -> Engine:
    memory = url.database in (None, "", ":memory:")
    if not memory:
        _refuse_network_files(Path(url.database or "").resolve())
    engine = create_engine(
        url,
        module=sqlite_driver,
        paramstyle="named",
        poolclass=StaticPool if memory else QueuePool,
        connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 1024},
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _refuse_network_files(path: Path) -> None:
    mounts = Path("/proc/self/mounts")
    if mounts.is_file() and (kind := file_system_of(path, mounts.read_text())) in NETWORK_FILES:
        raise SettingsInvalid(code="store-on-network", path=str(path), kind=kind)


def _set_pragmas(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    wanted = "wal" if wal_is_safe(sqlite_driver.sqlite_version_info) else "delete"
    present = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if present not in (wanted, "memory"):
        cursor.execute(f"PRAGMA journal_mode = {wanted}")
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.dbapi_connection
    driver.execute(connection.get_execution_options().get(BEGIN, "BEGIN")).close()


def _open_postgresql(url: URL) -> Engine:
    if url.get_driver_name() not in ("", "psycopg"):
        raise SettingsInvalid(code="store-unknown", url=place_of(url))
    return create_engine(
        url.set(drivername="postgresql+psycopg").update_query_dict(WAITS | dict(url.query)),
        isolation_level="READ COMMITTED",
        pool_size=10,
        max_overflow=20,
        pool_recycle=1800,
        connect_args={"options": "-c timezone=UTC -c idle_in_transaction_session_timeout=120000"},
    )


def glancing(engine: Engine) -> Engine:
    """The engine of statements that are each a snapshot of their own: nothing is begun for them."""
    if engine.dialect.name == "sqlite":
        return engine
    return create_engine(
        engine.url,
        isolation_level="AUTOCOMMIT",
        pool_size=10,
        max_overflow=20,
        pool_recycle=1800,
        pool_reset_on_return=None,
        connect_args={"options": "-c timezone=UTC -c default_transaction_read_only=on"},
    )


def begins(engine: Engine) -> tuple[Engine, Engine]:
    """The engine for readers (one snapshot, read only) and the one for writers; one pool under both."""
    if engine.dialect.name == "sqlite":
        return engine, engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True), engine

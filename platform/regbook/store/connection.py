"""One transaction's connection: statements prepared once run on the driver's cursor, others on SQLAlchemy.

SQLAlchemy writes the SQL; building and keying a statement anew costs more than the SQL itself, so a
statement that is a module's constant is compiled once per store and then only its values move.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection as Plain
from sqlalchemy import CursorResult, Dialect, Executable
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql import Select
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]
Values = Mapping[str, Any]
Row = tuple[Any, ...]


@dataclass(slots=True)
class Counter:
    """The statements that ran inside one ``store.statements()``."""

    texts: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self.texts)


counting: ContextVar[Counter | None] = ContextVar("counting", default=None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as the driver takes it: its text, what its values become, what its columns become."""

    text: str
    fixed: Values
    converts: Mapping[str, Convert]
    columns: tuple[tuple[int, Convert], ...]

    def values(self, given: Values) -> dict[str, Any]:
        """The values that the driver gets."""
        ready = {**self.fixed, **given}
        for name, convert in self.converts.items():
            if name in given:
                ready[name] = convert(given[name])
        return ready

    def rows(self, found: list[Row]) -> list[Row]:
        """The rows with every column in the form the engine speaks."""
        if not self.columns:
            return found
        shaped = []
        for row in found:
            cells = list(row)
            for index, convert in self.columns:
                cells[index] = convert(cells[index])
            shaped.append(tuple(cells))
        return shaped


def prepare(statement: Executable, dialect: Dialect) -> Prepared:
    """Compile a statement once. Its values have the names of its bind parameters.

    Raises:
        TypeError: the statement holds a list whose length only its values tell.
    """
    compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
        raise TypeError("a prepared statement has no lists of unknown length")
    fixed: dict[str, Any] = {}
    converts: dict[str, Convert] = {}
    for name, bind in compiled.binds.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if not bind.required:
            fixed[name] = convert(bind.effective_value) if convert else bind.effective_value
        if convert:
            converts[name] = convert
    return Prepared(compiled.string, fixed, converts, _column_converts(statement, dialect))


def _column_converts(statement: Executable, dialect: Dialect) -> tuple[tuple[int, Convert], ...]:
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    if not isinstance(statement, Select):
        columns = getattr(statement, "exported_columns", ())
    found = []
    for index, column in enumerate(columns):
        if convert := column.type.dialect_impl(dialect).result_processor(dialect, None):
            found.append((index, convert))
    return tuple(found)


_MARK = re.compile(r"%(?:\(([^)]+)\)s|(%))")


@lru_cache(maxsize=8192)
def numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with the server's own numbered parameters, and their names in order.

    psycopg would find named ones anew in every long statement it is given.

    >>> numbered("SELECT %(b)s, %(a)s, %(b)s, 5 %% 2")
    (b'SELECT $1, $2, $1, 5 % 2', ('b', 'a'))
    """
    names: dict[str, int] = {}

    def mark(found: re.Match[str]) -> str:
        return "%" if found[2] else f"${names.setdefault(found[1], len(names) + 1)}"

    return _MARK.sub(mark, text).encode(), tuple(names)


class Connection:
    """Where one transaction's statements run. Every one of them is counted."""

    __slots__ = ("_cursor", "_later", "_open", "_opened", "_prepared", "_raw", "dialect")

    def __init__(
        self,
        dialect: Dialect,
        prepared: dict[int, tuple[Executable, Prepared]],
        open: Callable[[], Plain | PoolProxiedConnection],
    ) -> None:
        """``open`` is called with the first statement: what asks nothing takes no connection."""
        self._open = open
        self._opened: Plain | PoolProxiedConnection | None = None
        self.dialect = dialect
        self._raw = dialect.name == "postgresql"
        self._prepared = prepared
        self._cursor: Any = None
        self._later: list[tuple[str, list[dict[str, Any]]]] = []

    @property
    def plain(self) -> Plain:
        """SQLAlchemy's connection, for what is built on the spot.

        Raises:
            RuntimeError: a glance has none.
        """
        if self._opened is None:
            self._opened = self._open()
        if not isinstance(self._opened, Plain):
            raise RuntimeError("a glance runs constant statements alone")
        return self._opened

    def _driver(self) -> Any:
        """The driver's own connection."""
        if self._opened is None:
            self._opened = self._open()
        held = self._opened.connection if isinstance(self._opened, Plain) else self._opened
        return held.dbapi_connection

    def later(self, statement: Executable | str, rows: Iterable[Values]) -> None:
        """Put off a constant statement whose answer nobody waits for.

        What is put off keeps its order and is sent as one batch: before the next statement, or at the end.
        """
        prepared = self._ready(statement)
        if ready := [prepared.values(each) for each in rows]:
            self._later.append((prepared.text, ready))

    def flush(self, last: Executable | None = None) -> list[Row]:
        """Send what was put off: on PostgreSQL in one round trip; the rows of the ``last`` statement."""
        later, self._later = self._later, []
        asked = None if last is None else self._ready(last)
        texts = [text for text, _ in later] + ([asked.text] if asked else [])
        if not texts:
            return []
        if counter := counting.get():
            counter.texts.append("; ".join(texts))
        driver = self._driver()
        if len(texts) == 1 or not self._raw:
            for text, rows in later:
                self._send(self._cursor_opened(), text, rows)
            return self._rows(asked, self._cursor_opened()) if asked else []
        with driver.pipeline():
            for text, rows in later:
                self._send(_raw_cursor(driver), text, rows)
            return self._rows(asked, _raw_cursor(driver)) if asked else []

    def _rows(self, asked: Prepared, cursor: Any) -> list[Row]:
        self._send(cursor, asked.text, [asked.values({})])
        return asked.rows(cursor.fetchall())

    def run(self, statement: Executable | str, values: Values | None = None) -> list[Row]:
        """The rows of a statement that is a constant of its module, or of SQL text compiled before."""
        prepared = self._ready(statement)
        cursor = self._execute(prepared, values or {})
        return prepared.rows(cursor.fetchall()) if cursor.description else []

    def one(self, statement: Executable | str, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        rows = self.run(statement, values)
        return rows[0] if rows else None

    def change(self, statement: Executable | str, values: Values | None = None) -> int:
        """How many rows a constant statement changed."""
        return int(self._execute(self._ready(statement), values or {}).rowcount)

    def many(self, statement: Executable | str, rows: Iterable[Values]) -> int:
        """How many rows a constant statement changed for many sets of values, sent as one batch."""
        prepared = self._ready(statement)
        ready = [prepared.values(each) for each in rows]
        if not ready:
            return 0
        cursor = self._counted(prepared.text)
        self._send(cursor, prepared.text, ready)
        return int(cursor.rowcount)

    def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """What SQLAlchemy answers to a statement that is built on the spot."""
        plain = self.plain
        self.flush()
        if counter := counting.get():
            counter.texts.append(str(statement))
        return plain.execute(statement, values)

    def _execute(self, prepared: Prepared, values: Values) -> Any:
        cursor = self._counted(prepared.text)
        self._send(cursor, prepared.text, [prepared.values(values)])
        return cursor

    def _counted(self, text: str) -> Any:
        self.flush()
        if counter := counting.get():
            counter.texts.append(text)
        return self._cursor_opened()

    def _cursor_opened(self) -> Any:
        if self._cursor is None:
            driver = self._driver()
            self._cursor = _raw_cursor(driver) if self._raw else driver.cursor()
        return self._cursor

    def _send(self, cursor: Any, text: str, rows: list[dict[str, Any]]) -> None:
        query: str | bytes = text
        given: list[Any] = rows
        if self._raw:
            query, names = numbered(text)
            given = [[row[name] for name in names] for row in rows]
        if len(given) == 1:
            cursor.execute(query, given[0])
        else:
            cursor.executemany(query, given)

    def _ready(self, statement: Executable | str) -> Prepared:
        if isinstance(statement, str):
            return Prepared(statement, {}, {}, ())
        held = self._prepared.get(id(statement))
        if held is None:  # the statement itself is kept too, so that its id is never another's
            held = self._prepared[id(statement)] = (statement, prepare(statement, self.dialect))
        return held[1]


def _raw_cursor(driver: Any) -> Any:
    from psycopg import RawCursor  # loaded with the first connection, and never on SQLite

    return RawCursor(driver)

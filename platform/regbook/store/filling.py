"""The steps of a migration that go through the records: sealing values, making the words anew.

Each batch is one transaction and answers the id it reached, or None when there is no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import column, inspect, select, table, text, update

from regbook.model.record import Record
from regbook.store.codecs import SQLITE
from regbook.store.connection import Connection
from regbook.store.crypto import RecordKey, blind, fresh_record_key, unwrap, wrap
from regbook.store.differing import Plan, Step
from regbook.store.keyring import Keyring
from regbook.store.rows import search_words
from regbook.store.search import full_text
from regbook.store.tables import FieldColumn, LinesTable, Shape, shape_of

BATCH = 500
Batch = Callable[[Connection, Keyring, Plan, Step, str], str | None]


def _words(connection: Connection, keyring: Keyring, plan: Plan, step: Step, reached: str) -> str | None:
    """The words of the next records, from the fields that are public now."""
    shape = shape_of(plan.new, connection.dialect.name)
    c = shape.table.c
    public = [shape.columns[each] for each in shape.public]
    asked = select(c.id, c.number, *(each.column for each in public)).where(c.id > reached)
    rows: Sequence[Any] = connection.execute(asked.order_by(c.id).limit(BATCH)).all()
    for row in rows:
        id = row[0]
        facts = {each.field.key: value for each, value in zip(public, row[2:], strict=True)}
        words = search_words(plan.new, shape, Record(shape.register, id, "", facts, number=row[1]))
        if shape.store == SQLITE:
            connection.execute(text(words_text(shape)), {"id": id, "words": full_text(words)})
        else:
            connection.execute(update(shape.table).where(c.id == id).values(words=words))
    if len(rows) == BATCH:
        last: str = rows[-1][0]
        return last
    if shape.store == SQLITE:  # merges the index, so that words of a field that is no longer public are gone
        connection.execute(text(f"INSERT INTO {shape.words} ({shape.words}) VALUES ('optimize')"))  # noqa: S608
    return None


def words_text(shape: Shape) -> str:
    """Puts a record's words into SQLite's full-text table; both names are generated."""
    mine = f"(SELECT seq FROM {shape.table.name} WHERE id = :id)"  # noqa: S608
    return f"INSERT OR REPLACE INTO {shape.words} (rowid, words) VALUES ({mine}, :words)"  # noqa: S608


def _seal(connection: Connection, keyring: Keyring, plan: Plan, step: Step, reached: str) -> str | None:
    """The next open values as envelopes; they are emptied in the same transaction."""
    if plan.old is None or not _is_there(connection, step):
        return None
    if connection.dialect.name == SQLITE:  # what is emptied is overwritten
        connection.execute(text("PRAGMA secure_delete = ON"))
    shape, before = (shape_of(each, connection.dialect.name) for each in (plan.new, plan.old))
    held, lines = _place(shape, step.target)
    old, _ = _place(before, step.column)
    of, record = (lines.table, "record") if lines else (shape.table, "id")
    plain = table(of.name, column("id"), column(record), column(old.column.name, old.column.type))
    opened = plain.c[old.column.name]
    asked = select(plain.c[record], plain.c.id.label("line"), opened).where(opened.is_not(None)).limit(BATCH)
    rows: Sequence[Any] = connection.execute(asked).all()
    for row in rows:
        owner, id, fact = row[0], row[1], old.codec.read(row[2])
        path = f"{held.path}/{id}" if lines else held.path
        envelope = _key_of(connection, keyring, shape, owner).seal(path, held.field.secrecy, fact)
        given: dict[str, Any] = {held.column.name: envelope}
        if held.blind is not None:
            given[held.blind.name] = blind(keyring, shape.register, held.path, fact)
        connection.execute(update(of).where(of.c[record] == owner, of.c.id == id).values(given))
        emptied = update(plain).where(plain.c[record] == owner, plain.c.id == id)
        connection.execute(emptied.values({old.column.name: None}))
    return "more" if len(rows) == BATCH else None


def _is_there(connection: Connection, step: Step) -> bool:
    """Whether the open column is still there: retired, it has been emptied before."""
    return step.column in {each["name"] for each in inspect(connection.plain).get_columns(step.table)}


def _key_of(connection: Connection, keyring: Keyring, shape: Shape, record: str) -> RecordKey:
    """The record's key, made and kept if it has none."""
    c = shape.table.c
    wrapped = connection.execute(select(c.seal).where(c.id == record)).scalar_one()
    if wrapped:
        return unwrap(keyring, shape.register, record, bytes(wrapped))
    key = fresh_record_key(shape.register, record)
    connection.execute(update(shape.table).where(c.id == record).values(seal=wrap(keyring, key)))
    return key


def _place(shape: Shape, name: str) -> tuple[FieldColumn, LinesTable | None]:
    for held in shape.columns.values():
        if held.column.name == name:
            return held, None
    for lines in shape.lines.values():
        for held in lines.columns.values():
            if held.column.name == name:
                return held, lines
    raise LookupError(name)


BATCHES: dict[str, Batch] = {"words": _words, "seal": _seal}

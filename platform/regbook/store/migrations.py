"""Runs a plan: each step is one transaction that finds out for itself whether it was already done.

An interrupted migration is finished by running its plan again. On PostgreSQL no step waits long for a lock,
so that readers never queue behind it; rows are counted before and after every step.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy import ColumnClause, Table, cast, column, func, inspect, select, table, text, update
from sqlalchemy import Connection as Plain
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from regbook.errors import Busy, DefinitionInvalid, Problem, RegbookError
from regbook.model.definition import Definition
from regbook.store.codecs import POSTGRESQL, SQLITE
from regbook.store.connection import Connection
from regbook.store.differing import Plan, Step, steps_between
from regbook.store.filling import BATCHES
from regbook.store.keyring import Keyring
from regbook.store.tables import FieldColumn, Shape, shape_of

MIGRATOR = 7_311_002
"""The advisory lock of whoever changes register tables on PostgreSQL."""
TRIES = 40
COUNTS_VALUES = frozenset({"widen", "seal", "retire", "empty", "take-up"})


class Transaction(Protocol):
    """What a step needs of a Work."""

    connection: Connection


Begin = Callable[[], AbstractContextManager[Transaction]]


def plan(connection: Connection, old: Definition | None, new: Definition) -> Plan:
    """What publishing ``new`` over ``old`` does, with the number of rows that each step touches.

    Raises:
        DefinitionInvalid: a change would lose values; the problem says how many.
    """
    plain = connection.plain
    steps = tuple(_counted(plain, _left(plain, each)) for each in steps_between(old, new, plain.dialect.name))
    refused = [
        Problem(step.path, "values-would-be-lost", {"title": step.title, "rows": step.rows})
        for step in steps
        if step.kind == "empty" and step.rows
    ]
    if refused:
        raise DefinitionInvalid(refused)
    return Plan(old, new, steps)


def _left(plain: Plain, step: Step) -> Step:
    """The step; where a field comes back that left a column or lines behind, it takes them up again."""
    if step.kind == "add":
        kept = _last_retired(step.column, _columns(plain, step.table) if _is_there(plain, step.table) else ())
        return replace(step, kind="take-up", column=kept, target=step.column) if kept else step
    if step.kind == "create" and not _is_there(plain, step.table):
        kept = _last_retired(step.table, inspect(plain).get_table_names())
        return replace(step, kind="take-up", table=kept, target=step.table) if kept else step
    return step


def _is_there(plain: Plain, name: str) -> bool:
    return inspect(plain).has_table(name)


def _last_retired(name: str, names: Iterable[str]) -> str:
    """What of these names a column or table was retired under last; empty when it never was."""
    known = {each for each in names if each.startswith(retired(name, 0)[:-1])}
    return max(known, key=lambda each: int(each.rpartition("_r")[2]), default="") if name not in names else ""


def _counted(plain: Plain, step: Step) -> Step:
    if step.kind == "create" or not inspect(plain).has_table(step.table):
        return step
    if step.kind not in COUNTS_VALUES:
        return replace(step, rows=_rows(plain, step.table) or 0)
    if step.column not in _columns(plain, step.table):
        return step
    counted = table(step.table, column(step.column))
    return replace(step, rows=int(plain.scalar(select(func.count(counted.c[step.column]))) or 0))


def migrate(
    begin: Begin, keyring: Keyring, plan: Plan, told: Callable[[Step], None] = lambda step: None
) -> None:
    """Run every step of a plan; ``told`` hears of each one that is done.

    Raises:
        Busy: a lock could not be had in many tries; run the plan again.
        DefinitionInvalid: values that are to be unique are not.
    """
    for step in plan.steps:
        if step.kind in BATCHES:
            _fill(begin, keyring, plan, step)
        elif step.kind in _STEPS:
            _patiently(begin, lambda work, step=step: _run(work, plan, step))  # type: ignore[misc]
        told(step)


def _patiently(begin: Begin, do: Callable[[Transaction], Any]) -> Any:
    """Do something in a transaction that waits for no lock, again until the lock was free."""
    for left in reversed(range(TRIES)):
        try:
            with begin() as work:
                if work.connection.dialect.name == POSTGRESQL:
                    work.connection.execute(text("SET LOCAL lock_timeout = '300ms'"))
                    work.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATOR})
                return do(work)
        except Busy:
            if not left:
                raise
            time.sleep(random.uniform(0.05, 0.3))  # noqa: S311 - only so that two migrators fall out of step
    raise AssertionError("unreachable")


def _fill(begin: Begin, keyring: Keyring, plan: Plan, step: Step) -> None:
    """Run a step that goes through the records, a batch a transaction."""
    reached = ""
    while True:
        next_one = _patiently(
            begin,
            lambda work, reached=reached: BATCHES[step.kind](work.connection, keyring, plan, step, reached),  # type: ignore[misc]
        )
        if next_one is None:
            return
        reached = next_one


def _run(work: Transaction, plan: Plan, step: Step) -> None:
    plain = work.connection.plain
    shape = shape_of(plan.new, plain.dialect.name)
    _keep_writers_out(plain, step.table)
    before = _rows(plain, step.table)
    _STEPS[step.kind](plain, shape, step, plan.old.revision if plan.old else 0)
    after = _rows(plain, step.table)
    if before is not None and after is not None and after != before:
        raise RegbookError(code="rows-lost")


def _keep_writers_out(plain: Plain, name: str) -> None:
    """Records entered meanwhile would count as rows changed; who reads goes on, who writes waits."""
    if plain.dialect.name == POSTGRESQL and inspect(plain).has_table(name):
        plain.execute(text(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE"))


def _rows(plain: Plain, name: str) -> int | None:
    """How many rows a table has; None when there is none."""
    if not inspect(plain).has_table(name):
        return None
    return int(plain.scalar(select(func.count()).select_from(table(name))) or 0)


def _columns(plain: Plain, name: str) -> set[str]:
    return {each["name"] for each in inspect(plain).get_columns(name)}


def _table(shape: Shape, name: str) -> Table:
    return next(each for each in shape.tables if each.name == name)


def _create(plain: Plain, shape: Shape, step: Step, revision: int) -> None:
    """The table, whole; what an earlier life of the register left behind gets what it lacks."""
    made = _table(shape, step.table)
    if not inspect(plain).has_table(made.name):
        plain.execute(CreateTable(made))
    present = _columns(plain, made.name)
    for each in made.columns:
        if each.name not in present:
            _add_column(plain, made, each.name)
    for index in made.indexes:
        plain.execute(CreateIndex(index, if_not_exists=True))
    if made is shape.table and shape.store == SQLITE:
        options = "content='', contentless_delete=1, detail=none, tokenize='ascii'"
        plain.execute(text(f"CREATE VIRTUAL TABLE IF NOT EXISTS {shape.words} USING fts5(words, {options})"))


def _add(plain: Plain, shape: Shape, step: Step, revision: int) -> None:
    if step.column not in _columns(plain, step.table):
        _add_column(plain, _table(shape, step.table), step.column)


def _take_up(plain: Plain, shape: Shape, step: Step, revision: int) -> None:
    """What a field left behind when it was retired is its own again: its column, or its lines' table."""
    if step.column:
        if step.column in _columns(plain, step.table) and step.target not in _columns(plain, step.table):
            plain.execute(text(f"ALTER TABLE {step.table} RENAME COLUMN {step.column} TO {step.target}"))
        return
    if _is_there(plain, step.table) and not _is_there(plain, step.target):
        plain.execute(text(f"ALTER TABLE {step.table} RENAME TO {step.target}"))
    _create(plain, shape, replace(step, kind="create", table=step.target), revision)


def _add_column(plain: Plain, to: Table, name: str) -> None:
    written = CreateColumn(to.c[name]).compile(dialect=plain.dialect)
    plain.execute(text(f"ALTER TABLE {to.name} ADD COLUMN {written}"))


def _widen(plain: Plain, shape: Shape, step: Step, revision: int) -> None:
    """The wider column gets every value of the narrower one, in the units it is kept in."""
    if step.column not in _columns(plain, step.table):
        return
    held = _held(shape, step.target)
    wide = _table(shape, step.table)
    narrow: ColumnClause[Any] = column(step.column)
    given: Any = cast(narrow, wide.c[step.target].type)
    if plain.dialect.name == SQLITE and held.codec.storage == "decimal":
        _, _, scale = step.column.rpartition("_d")
        given = narrow * 10 ** ((held.kind.scale or 0) - (int(scale) if scale.isdigit() else 0))
    plain.execute(update(wide).where(narrow.is_not(None)).values({step.target: given}))


def _held(shape: Shape, name: str) -> FieldColumn:
    everywhere = (shape.columns, *(each.columns for each in shape.lines.values()))
    return next(each for columns in everywhere for each in columns.values() if each.column.name == name)


def retired(name: str, revision: int) -> str:
    """The name under which a retired column or table is kept.

    >>> retired("f_0a1b_t", 3)
    'zz_f_0a1b_t_r3'
    """
    return f"zz_{name}_r{revision}"


def _retire(plain: Plain, shape: Shape, step: Step, revision: int) -> None:
    if step.column in _columns(plain, step.table):
        kept = retired(step.column, revision)
        plain.execute(text(f"ALTER TABLE {step.table} RENAME COLUMN {step.column} TO {kept}"))


def _retire_lines(plain: Plain, shape: Shape, step: Step, revision: int) -> None:
    if not inspect(plain).has_table(step.table):
        return
    for each in inspect(plain).get_indexes(step.table):
        plain.execute(text(f"DROP INDEX IF EXISTS {each['name']}"))
    plain.execute(text(f"ALTER TABLE {step.table} RENAME TO {retired(step.table, revision)}"))


def _index(plain: Plain, shape: Shape, step: Step, revision: int) -> None:
    made = next(each for each in _table(shape, step.table).indexes if each.name == step.column)
    try:
        plain.execute(CreateIndex(made, if_not_exists=True))
    except IntegrityError as error:
        problem = Problem(step.path, "values-not-unique", {"title": step.title})
        raise DefinitionInvalid([problem]) from error


def _unindex(plain: Plain, shape: Shape, step: Step, revision: int) -> None:
    plain.execute(text(f"DROP INDEX IF EXISTS {step.column}"))


_STEPS: dict[str, Callable[[Plain, Shape, Step, int], None]] = {
    "create": _create,
    "add": _add,
    "beside": _add,
    "take-up": _take_up,
    "widen": _widen,
    "retire": _retire,
    "retire-lines": _retire_lines,
    "index": _index,
    "unindex": _unindex,
}
"""What each kind of step does; the others (alias, empty) change nothing in the store."""

"""What publishing a definition does to its tables: the steps from one shape to the next, and what is refused.

Columns are added, retired (renamed ``zz_…`` and kept), taken up again by a field that comes back, widened
(a new column, filled from the old one), sealed (the same, encrypted) or merely known by another key. A
change of storage that could lose something is refused as long as there are values that it could lose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Table

from regbook.errors import DefinitionInvalid, Problem
from regbook.model.definition import Definition
from regbook.store.tables import FieldColumn, LinesTable, Shape, shape_of

StepKind = Literal[
    "unindex",
    "create",
    "take-up",
    "add",
    "beside",
    "alias",
    "widen",
    "seal",
    "empty",
    "retire",
    "retire-lines",
    "index",
    "words",
]
ORDER = get_args(StepKind)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a migration: ``title`` is what it is about, ``rows`` how many rows it touches.

    ``table``, ``column`` and ``target`` are generated names; ``path`` points into the definition. A step
    of kind empty asks that a column has no values: it can neither be widened nor be left behind.
    """

    kind: StepKind
    table: str
    title: str
    column: str = ""
    target: str = ""
    path: str = ""
    rows: int = 0

    @property
    def code(self) -> str:
        """The catalogue code of the step's sentence."""
        return f"migration-{self.kind}"

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of the step's sentence."""
        return {"title": self.title, "rows": self.rows}


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing ``new`` does to the tables of ``old``, step by step."""

    old: Definition | None
    new: Definition
    steps: tuple[Step, ...]


def steps_between(old: Definition | None, new: Definition, store: str) -> tuple[Step, ...]:
    """The steps from the tables of ``old`` (None: there are none) to those of ``new``.

    Raises:
        DefinitionInvalid: a key that names another field's past, or a past that was changed.
    """
    after = shape_of(new, store)
    if old is None:
        return tuple(Step("create", each.name, new.title) for each in after.tables)
    before = shape_of(old, store)
    problems = list(_past_problems(before, after))
    if problems:
        raise DefinitionInvalid(problems)
    steps = [
        *_column_steps(before.columns, after.columns, after.table, "/entity/properties"),
        *_lines_steps(before, after),
        *_index_steps(before, after),
    ]
    if _found_by(before) != _found_by(after):
        steps.append(Step("words", after.table.name, new.title))
    return tuple(sorted(steps, key=lambda step: ORDER.index(step.kind)))


def _past_problems(before: Shape, after: Shape) -> Iterator[Problem]:
    """Keys whose past would make a field lose its column."""
    old_paths = {**_paths(before.columns), **_lines_paths(before.lines)}
    new_paths = {**_paths(after.columns), **_lines_paths(after.lines)}
    for key, path in new_paths.items():
        at = f"/entity/properties/{key}/x-was"
        was = (after.definition.fields[key]).was
        for past in (key, *was):
            if past in old_paths and old_paths[past] != path and (past == key or past not in new_paths):
                yield Problem(at, "was-must-stay", {"field": key, "was": old_paths[past]})


def _paths(columns: Mapping[str, FieldColumn]) -> dict[str, str]:
    return {key: each.path for key, each in columns.items()}


def _lines_paths(lines: Mapping[str, LinesTable]) -> dict[str, str]:
    return {key: each.field.origin for key, each in lines.items()}


def _found_by(shape: Shape) -> tuple[Any, ...]:
    """What the words of a record are made of."""
    titles = [shape.columns[each].path for each in shape.definition.titles if each in shape.columns]
    return sorted(shape.columns[each].path for each in shape.public), sorted(titles)


def _column_steps(
    before: Mapping[str, FieldColumn], after: Mapping[str, FieldColumn], table: Table, path: str
) -> Iterator[Step]:
    old = {each.path: each for each in before.values()}
    new = {each.path: each for each in after.values()}
    for name, held in new.items():
        at = f"{path}/{held.field.key}"
        if name not in old:
            yield from _added(held, table, at)
            continue
        yield from _changed(old[name], held, table, at)
    for name, held in old.items():
        if name not in new:
            at = f"{path}/{held.field.key}"
            yield Step("retire", table.name, held.field.title, held.column.name, path=at)
            if held.blind is not None:
                yield Step("retire", table.name, held.field.title, held.blind.name)


def _added(held: FieldColumn, table: Table, at: str) -> Iterator[Step]:
    yield Step("add", table.name, held.field.title, held.column.name, path=at)
    if held.blind is not None:
        yield Step("add", table.name, held.field.title, held.blind.name, path=at)


def _changed(old: FieldColumn, new: FieldColumn, table: Table, at: str) -> Iterator[Step]:
    title = new.field.title
    if old.field.key != new.field.key:
        yield Step("alias", table.name, title, new.column.name, path=at)
    if old.column.name != new.column.name:
        kind = _way(old, new)
        yield Step("beside", table.name, title, new.column.name, path=at)
        yield Step(kind, table.name, title, old.column.name, new.column.name, at)
        yield Step("retire", table.name, title, old.column.name, path=at)
    if new.blind is not None and old.blind is None:
        yield Step("beside", table.name, title, new.blind.name, path=at)
        if old.encrypted:
            yield Step("empty", table.name, title, new.column.name, path=at)
    if old.blind is not None and new.blind is None:
        yield Step("retire", table.name, title, old.blind.name, path=at)


def _way(old: FieldColumn, new: FieldColumn) -> StepKind:
    """How values get from the old column to the new one."""
    if new.encrypted and not old.encrypted:
        return "seal"
    if old.encrypted or new.encrypted:
        return "empty"
    storages = (old.codec.storage, new.codec.storage)
    wider = storages == ("decimal", "decimal") and (old.kind.scale or 0) < (new.kind.scale or 0)
    return "widen" if wider or storages in (("int", "decimal"), ("int", "text")) else "empty"


def _lines_steps(before: Shape, after: Shape) -> Iterator[Step]:
    old = {each.table.name: each for each in before.lines.values()}
    new = {each.table.name: each for each in after.lines.values()}
    for name, lines in new.items():
        at = f"/entity/properties/{lines.field.key}"
        if name not in old:
            yield Step("create", name, lines.field.title, path=at)
            continue
        if old[name].field.key != lines.field.key:
            yield Step("alias", name, lines.field.title, path=at)
        yield from _column_steps(old[name].columns, lines.columns, lines.table, f"{at}/items/properties")
    for name, lines in old.items():
        if name not in new:
            yield Step("retire-lines", name, lines.field.title, path=f"/entity/properties/{lines.field.key}")


def _index_steps(before: Shape, after: Shape) -> Iterator[Step]:
    kept = {each.name for each in before.tables} & {each.name for each in after.tables}
    old = {index.name: table.name for table in before.tables if table.name in kept for index in table.indexes}
    new = {index.name: table.name for table in after.tables if table.name in kept for index in table.indexes}
    title = after.definition.title
    for name in sorted(old.keys() - new.keys(), key=str):
        yield Step("unindex", old[name], title, column=str(name))
    for name in sorted(new.keys() - old.keys(), key=str):
        yield Step("index", new[name], title, column=str(name))

"""The compiler: every SELECT on a register is written here, from a definition, a query and a scope.

There is no way to ask without a scope. A statement is compiled once for each shape of question and then
only its values move: asking again costs a walk over the question, the driver and the reading of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import (
    Boolean,
    Dialect,
    Integer,
    Select,
    Text,
    cast,
    func,
    literal_column,
    null,
    select,
    type_coerce,
    union,
)
from sqlalchemy.sql.elements import ColumnElement

from regbook.store.asking import YES, Tree
from regbook.store.codecs import SQLITE, as_is
from regbook.store.rendering import (
    Key,
    effective_level,
    field_value,
    open_assignments,
    parameter,
    render,
    within_reach,
)
from regbook.store.rows import Cell, Reader
from regbook.store.tables import LinesTable, Shape
from regbook.store.ways import WAYS, Asked, seen_through

Expression = ColumnElement[Any]
Parts = tuple[tuple[str, Tree], ...]
"""Names, each with the condition under which the reader may read what it names."""
Wanted = tuple[tuple[str, Tree, Parts], ...]
"""The fields to return: name, condition, and of lines those of their fields that are returned."""

HIDEABLE = ("owner", "department", "number", "declassify_on", "entered_at", "submitted_at", "amended_at")
"""The facts of every register that a scope may hide; the others say where a record stands, to the engine."""

LEAD = (
    *("id", "state", "owner", "department", "number", "level", "declassify_on", "revision"),
    *("counter", "entered_at", "submitted_at", "amended_at", "seal", "assignee"),
)
MOST_STATEMENTS = 2_000
NAMES = tuple(f"p{number}" for number in range(4_096))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement as the driver takes it, and how its rows are read."""

    text: str
    fixed: Mapping[str, Any]
    converts: tuple[tuple[str, Callable[[Any], Any]], ...]
    reader: Reader | None = None
    order_at: int = 0

    def values(self, given: list[Any]) -> dict[str, Any]:
        """The values by the names of their parameters."""
        ready = dict(zip(NAMES, given, strict=False))
        ready.update(self.fixed)
        for name, convert in self.converts:
            ready[name] = convert(ready[name])
        return ready


def compiled(shape: Shape, dialect: Dialect, key: Tree) -> Compiled:
    """The statement of a question's shape, compiled when it is first asked."""
    found = shape.statements.get(key)
    if found is None:
        if len(shape.statements) >= MOST_STATEMENTS:
            shape.statements.clear()
        found = shape.statements[key] = _WRITERS[key[0]](shape, dialect, *key[1:])
    return found


def _finished(
    statement: Select[Any], dialect: Dialect, reader: Reader | None = None, order_at: int = 0
) -> Compiled:
    ready = statement.compile(dialect=dialect)
    fixed: dict[str, Any] = {}
    converts = []
    for name, bind in ready.binds.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required:
            if convert is not None:
                converts.append((name, convert))
        else:
            fixed[name] = convert(bind.effective_value) if convert else bind.effective_value
    return Compiled(ready.string, fixed, tuple(converts), reader, order_at)


def _write_page(
    shape: Shape, dialect: Dialect, way: str, asked: Asked, wanted: Wanted, lead: Parts
) -> Compiled:
    """The ids of the page, found by its way, then what is wanted of those records alone."""
    keys = [Key(*each) for each in asked.order]
    found = WAYS[way](shape, asked, keys).subquery("k")
    places: list[Expression] = [found.c[f"o{at}"] for at in range(len(keys))]
    rows = select(shape.table, *places).select_from(shape.table.join(found, shape.table.c.id == found.c.id))
    if reaches := _reaches(wanted, lead):
        shape = _with_flags(shape, rows, reaches)
        places = [shape.table.c[f"o{at}"] for at in range(len(keys))]
        rows = select(shape.table)
    columns, order_at, reader = _columns(shape, wanted, dict(lead), places)
    statement = rows.with_only_columns(*columns, maintain_column_froms=True)
    ordered = [key.ordered(shape, place) for key, place in zip(keys, places, strict=True)]
    return _finished(statement.order_by(*ordered), dialect, reader, order_at)


def _write_one(shape: Shape, dialect: Dialect, where: Tree, wanted: Wanted, lead: Parts) -> Compiled:
    rows: Select[Any] = select(shape.table).where(render(shape, where))
    if reaches := _reaches(wanted, lead):
        shape = _with_flags(shape, rows, reaches)
        rows = select(shape.table)
    columns, order_at, reader = _columns(shape, wanted, dict(lead), [])
    return _finished(rows.with_only_columns(*columns, maintain_column_froms=True), dialect, reader, order_at)


def _reaches(wanted: Wanted, lead: Parts) -> list[Tree]:
    """Every condition that is asked of the records found."""
    conditions = [each for _, reach, parts in wanted for each in (reach, *(on for _, on in parts))]
    return list(dict.fromkeys(each for each in (*conditions, *(on for _, on in lead)) if each != YES))


def _with_flags(shape: Shape, rows: Select[Any], reaches: list[Tree]) -> Shape:
    """The shape over the rows found, with the answer to each condition beside them: each is asked once.

    The bound that bounds nothing keeps the stores from asking again wherever the answer is used.
    """
    flags = [type_coerce(_flag(shape, each), Boolean()).label(f"b{at}") for at, each in enumerate(reaches)]
    rows = rows.add_columns(*flags)
    bound: Expression = literal_column("-1" if shape.store == SQLITE else "0")
    fenced = (rows.limit(bound) if shape.store == SQLITE else rows.offset(bound)).subquery("f")
    answers = {each: fenced.c[f"b{at}"] for at, each in enumerate(reaches)}
    return replace(seen_through(shape, fenced), flags=answers)


def _columns(
    shape: Shape, wanted: Wanted, lead: Mapping[str, Tree], keys: Sequence[Expression]
) -> tuple[list[Expression], int, Reader]:
    """What is selected: what every record has, the keys of the order, the flags of reaches, the fields."""
    columns = [_lead_column(shape, name, lead.get(name)) for name in LEAD]
    order_at = len(columns)
    columns += keys
    conditions = (each for _, reach, parts in wanted for each in (reach, *(on for _, on in parts)))
    reaches = list(dict.fromkeys(each for each in conditions if each != YES))
    flag_at = {reach: len(columns) + at for at, reach in enumerate(reaches)}
    columns += [_flag(shape, reach) for reach in reaches]
    cells: dict[str, list[Cell]] = {"plain": [], "flagged": [], "sealed": [], "lines": []}
    for name, reach, parts in wanted:
        place, flag = len(columns), flag_at.get(reach)
        if name in shape.lines:
            lines = shape.lines[name]
            columns.append(within_reach(shape, reach, lines_value(shape, lines, parts)))
            shown = tuple((key, lines.columns[key], flag_at.get(on)) for key, on in parts)
            cells["lines"].append(Cell(name, place, flag, as_is, parts=shown))
            continue
        held = shape.columns[name]
        value = (
            cast(held.column, Text) if held.codec.storage == "json" and shape.store != SQLITE else held.column
        )
        columns.append(within_reach(shape, reach, value))
        sort = "sealed" if held.encrypted else "plain" if flag is None else "flagged"
        cells[sort].append(Cell(name, place, flag, held.codec.read, held=held))
    return (
        columns,
        order_at,
        Reader(shape, *(tuple(cells[each]) for each in ("plain", "flagged", "sealed", "lines"))),
    )


def _lead_column(shape: Shape, name: str, reach: Tree | None) -> Expression:
    """One of the columns of every record: null where the reader may not know it (``reach`` None: nowhere)."""
    if name == "assignee":
        if reach is None:
            return null().label(name)
        return within_reach(shape, reach, _assignees(shape))
    if name in HIDEABLE:
        return null().label(name) if reach is None else within_reach(shape, reach, shape.table.c[name])
    if name == "seal" and not shape.sealed:
        return null().label(name)
    return shape.table.c[name]


def _assignees(shape: Shape) -> Expression:
    people = open_assignments(shape).order_by("person").distinct().subquery()
    together = func.json_group_array if shape.store == SQLITE else func.json_agg
    found = select(together(people.c.person)).select_from(people).scalar_subquery()
    return found if shape.store == SQLITE else cast(found, Text)


def _flag(shape: Shape, reach: Tree) -> Expression:
    if reach in shape.flags:
        answer: Expression = shape.flags[reach]
        return answer
    return func.coalesce(render(shape, reach), literal_column("false" if shape.store != SQLITE else "0"))


def lines_value(shape: Shape, lines: LinesTable, parts: Parts) -> Expression:
    """The lines of one field as JSON: a list of lists, each the line's id and its parts in their order."""
    array, together = (
        (func.json_array, func.json_group_array)
        if shape.store == SQLITE
        else (func.json_build_array, func.json_agg)
    )
    held = [(lines.columns[key], on) for key, on in parts]
    cells = [within_reach(shape, on, each.codec.in_json(each.column)) for each, on in held]
    line = array(lines.table.c.id, *cells).label("line")
    mine = select(line).where(lines.table.c.record == shape.table.c.id).correlate(shape.table)
    each = mine.order_by(lines.table.c.position, lines.table.c.id).subquery()
    value = func.json(each.c.line) if shape.store == SQLITE else each.c.line
    found = select(together(value)).select_from(each).scalar_subquery()
    return found if shape.store == SQLITE else cast(found, Text)


def _write_count(
    shape: Shape, dialect: Dialect, terms: tuple[Tree, ...], rest: Tree, limit: int, along: bool
) -> Compiled:
    """How many there are, counted no further than the limit; several terms are counted as streams.

    ``along`` counts the records as they lie, by no index.
    """
    if along:
        shape = seen_through(shape, select(shape.table).limit(literal_column("-1")).subquery())
    most, held = parameter(limit, Integer()), render(shape, rest)
    streams = [select(shape.table.c.id).where(render(shape, each), held).limit(most) for each in terms]
    found = streams[0]
    if len(streams) > 1:
        found = select(union(*(select(each.subquery()) for each in streams)).subquery()).limit(most)
    return _finished(select(func.count()).select_from(found.subquery()), dialect)


def _write_group(
    shape: Shape, dialect: Dialect, where: Tree, name: str, period: str | None, minutes: int, limit: int
) -> Compiled:
    value = field_value(shape, name) if period is None else _period(shape, name, period, minutes)
    grouped = select(value.label("value")).where(render(shape, where)).subquery()
    number = func.count().label("number")
    statement = select(grouped.c.value, number).group_by(grouped.c.value)
    return _finished(
        statement.order_by(number.desc(), grouped.c.value).limit(parameter(limit, Integer())), dialect
    )


PERIODS = {"year": ("%Y", "YYYY", 4), "month": ("%Y-%m", "YYYY-MM", 7), "day": ("%Y-%m-%d", "YYYY-MM-DD", 10)}


def _period(shape: Shape, name: str, period: str, minutes: int) -> Expression:
    """The year, month or day of a date, or of an instant ``minutes`` away from UTC, as text."""
    value = field_value(shape, name)
    short, long, length = PERIODS[period]
    dated = name in shape.columns and shape.columns[name].codec.storage == "date"
    if shape.store == SQLITE:
        if dated:
            return func.substr(value, 1, length)
        away = func.printf("%+d minutes", parameter(minutes, Integer()))
        return func.strftime(short, value, away)
    if dated:
        return func.to_char(value, long)
    away = func.make_interval(0, 0, 0, 0, 0, parameter(minutes, Integer()))
    return func.to_char(func.timezone("UTC", value) + away, long)


def _write_seal(shape: Shape, dialect: Dialect, where: Tree) -> Compiled:
    return _finished(select(shape.table.c.seal).where(render(shape, where)), dialect)


_WRITERS: Mapping[str, Callable[..., Compiled]] = {
    "page": _write_page,
    "one": _write_one,
    "count": _write_count,
    "seal": _write_seal,
    "group": _write_group,
}


def offset_minutes(zone: tzinfo, now: datetime) -> int:
    """How far a zone is from UTC now, in minutes."""
    away = now.astimezone(zone).utcoffset()
    return 0 if away is None else int(away.total_seconds()) // 60


__all__ = ["UTC", "Compiled", "compiled", "effective_level", "offset_minutes"]

"""Three ways to the ids of a page: plainly, along the order, and by a stream for each reason to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, Subquery, literal_column, select, true, union
from sqlalchemy.sql.elements import ColumnElement

from regbook.store.asking import Tree, any_of
from regbook.store.rendering import Key, after, parameter, render
from regbook.store.tables import Shape

Expression = ColumnElement[Any]
WINDOW = 2_000
"""How many records of an order are looked at before another way is taken."""


class Asked(NamedTuple):
    """What a page is asked with: terms of which any lets a record in, what must hold besides, the order.

    ``order`` is that in which the page is read (backwards for the page before), ``marks`` are the
    parameters of the record it begins after, ``limit`` that of how many.
    """

    terms: tuple[Tree, ...]
    rest: Tree
    order: tuple[tuple[str, bool, Tree], ...]
    marks: tuple[int | None, ...] | None
    limit: int


def _plain(shape: Shape, asked: Asked, keys: list[Key]) -> Select[Any]:
    """Whatever way the store's planner finds."""
    reasons = any_of(*asked.terms)
    streams = [_stream(shape, asked, keys, reasons, part) for part in _parts(shape, asked, keys)]
    return _joined(shape, asked, keys, streams)


def _streams(shape: Shape, asked: Asked, keys: list[Key]) -> Select[Any]:
    """One ordered stream for each term of the scope, each cut at the page: for readers of few records."""
    parts = _parts(shape, asked, keys)
    streams = [_stream(shape, asked, keys, term, part) for term in asked.terms for part in parts]
    return _joined(shape, asked, keys, streams)


def _walk(shape: Shape, asked: Asked, keys: list[Key]) -> Select[Any]:
    """Along the order, no further than a window: for readers who may see much of what there is."""
    windows: list[Select[Any]] = []
    for part in _parts(shape, asked, keys):
        ordered = [key.ordered(shape, key.value(shape)) for key in keys]
        near = select(shape.table).where(part).order_by(*ordered).limit(literal_column(str(WINDOW)))
        seen = seen_through(shape, near.subquery())
        found = select(seen.table.c.id, *_key_columns(seen, keys))
        found = found.where(render(seen, any_of(*asked.terms)), render(seen, asked.rest))
        windows.append(found.limit(parameter(asked.limit, Integer())))
    return _joined(shape, asked, keys, windows)


def seen_through(shape: Shape, window: Subquery) -> Shape:
    """The shape whose record table is the window."""
    c: Any = window.c
    seen: Any = window  # it has the columns of the record table, which is all that conditions ask of one
    columns = {
        key: replace(
            held,
            column=c[held.column.name],
            blind=None if held.blind is None else c[held.blind.name],
        )
        for key, held in shape.columns.items()
    }
    return replace(shape, table=seen, columns=columns)


def _parts(shape: Shape, asked: Asked, keys: list[Key]) -> list[Expression]:
    return [true()] if asked.marks is None else after(shape, keys, asked.marks)


def _stream(shape: Shape, asked: Asked, keys: list[Key], term: Tree, part: Expression) -> Select[Any]:
    found = select(shape.table.c.id, *_key_columns(shape, keys))
    found = found.where(render(shape, term), render(shape, asked.rest), part)
    ordered = [key.ordered(shape, key.value(shape)) for key in keys]
    return found.order_by(*ordered).limit(parameter(asked.limit, Integer()))


def _key_columns(shape: Shape, keys: list[Key]) -> list[Expression]:
    return [key.value(shape).label(f"o{at}") for at, key in enumerate(keys)]


def _joined(shape: Shape, asked: Asked, keys: list[Key], streams: list[Select[Any]]) -> Select[Any]:
    """The streams as one, each record once, cut at the page."""
    if len(streams) == 1:
        return streams[0]
    together = union(*(select(each.subquery()) for each in streams)).subquery()
    ordered = [key.ordered(shape, together.c[f"o{at}"]) for at, key in enumerate(keys)]
    return select(together).order_by(*ordered).limit(parameter(asked.limit, Integer()))


WAYS: Mapping[str, Callable[[Shape, Asked, list[Key]], Select[Any]]] = {
    "plain": _plain,
    "streams": _streams,
    "walk": _walk,
}

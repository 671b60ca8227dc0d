"""What a reader asks of a register: filters, order, page. The store answers it inside a scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regbook.model.record import Record

OPERATORS = ("eq", "ne", "in", "lt", "le", "gt", "ge", "contains", "starts", "empty", "between")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: ``Filter("state", "in", ("raised", "handled"))``. Values are facts."""

    field: str
    op: str
    value: Any


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of the order."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A page: filters all hold, ``search`` words all match, at most ``limit`` records after a cursor.

    ``fields`` names what to return; empty means everything the scope knows. ``after`` is an opaque cursor
    from the page before; ``group`` asks for counts by a field's values instead of records.
    """

    fields: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    sort: tuple[Sort, ...] = ()
    search: str = ""
    limit: int = 25
    after: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A bounded count: ``exact`` is False when there are more than were counted."""

    number: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """The records of one page; ``after`` and ``before`` are cursors of its neighbours, None where it ends."""

    records: tuple[Record, ...]
    after: str | None = None
    before: str | None = None

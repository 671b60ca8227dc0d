"""Reads the records of registers, each question inside a scope and each in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Any

from regbook.model.access import Scope
from regbook.model.definition import Definition
from regbook.model.query import Count, Page, Query
from regbook.model.record import Entry, Record
from regbook.store.asking import (
    ID,
    NO,
    YES,
    Asking,
    Tree,
    Uses,
    all_of,
    any_of,
    field_reach,
    group_tree,
    in_scope,
    instants_of,
    scope_parts,
)
from regbook.store.codecs import SQLITE
from regbook.store.connection import Connection
from regbook.store.crypto import RecordKey, unwrap
from regbook.store.differing import Plan
from regbook.store.filters import filter_trees, search_tree
from regbook.store.keyring import Keyring
from regbook.store.migrations import plan
from regbook.store.paging import MOST_STREAMS, Pager, broad, wanted_of
from regbook.store.query import Compiled, compiled, offset_minutes
from regbook.store.sealing import opened_facts
from regbook.store.tables import Shape, shape_of

identity = id
MOST_GROUPS = 1_000
MOST_SEEN = 2_000
"""Pairs of scopes of which it is kept how one record of a register is asked for."""
NO_USES: Uses = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Seen:
    """How one record is asked for in a scope, None when it reaches none; its id goes ``at`` its place."""

    scope: Scope
    shown: Scope | None
    found: Compiled | None = None
    values: tuple[Any, ...] = ()
    at: int = 0


class Records:
    """The records of every register, as far as a scope reaches."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring

    def one(
        self, definition: Definition, id: str, scope: Scope, now: datetime, shown: Scope | None = None
    ) -> Record | None:
        """The record as the scope shows it, or None: not there and not to be seen are one answer.

        The engine's own scopes find drafts here, and here alone. With ``shown`` the record is one of the
        scope, and its facts are those that the other scope knows: the engine's, to decide on the whole.
        """
        shape = shape_of(definition, self._connection.dialect.name)
        seen = shape.seen.get((identity(scope), identity(shown)))
        if seen is None or seen.scope is not scope or seen.shown is not shown:
            if len(shape.seen) >= MOST_SEEN:
                shape.seen.clear()
            seen = shape.seen[identity(scope), identity(shown)] = self._seen(shape, scope, shown, now)
        if seen.found is None or seen.found.reader is None:
            return None
        values = [*instants_of(shape, now), *seen.values[2:]]
        values[seen.at] = id
        rows = self._connection.run(seen.found.text, seen.found.values(values))
        records = seen.found.reader.records(rows, self._keyring)
        return records[0] if records else None

    def _seen(self, shape: Shape, scope: Scope, shown: Scope | None, now: datetime) -> Seen:
        asking = Asking(shape, scope, now, self._keyring)
        at = asking.take("")
        where = all_of(in_scope(asking, drafts=True), ("field", ID, "eq", at))
        if where == NO:
            return Seen(scope, shown)
        asking.scope = shown or scope
        found = compiled(shape, self._connection.dialect, ("one", where, *wanted_of(asking, ())))
        return Seen(scope, shown, found, tuple(asking.values), at)

    def page(
        self, definition: Definition, query: Query, scope: Scope, now: datetime, uses: Uses = NO_USES
    ) -> Page:
        """At most ``query.limit`` records in the order asked for, after (or before) its cursor.

        ``uses`` are the reader's scopes for ``match`` (equality) and ``range`` (order, parts, groups);
        without one she may use what she may read.

        Raises:
            RequestInvalid: a name does not exist for the reader, a value is not of its field's kind,
                or the cursor is of another question.
        """
        return Pager(self._connection, self._keyring, definition, query, scope, now, uses).page()

    def count(
        self,
        definition: Definition,
        query: Query,
        scope: Scope,
        now: datetime,
        limit: int = 10_000,
        uses: Uses = NO_USES,
    ) -> Count:
        """How many records there are, counted up to ``limit``; ``uses`` as of a page."""
        along = self._counts_along(definition, query, scope)
        asking = self._asking(definition, scope, now, driven=not along, uses=uses)
        terms, rest = scope_parts(asking, scope.records.allow)
        rest = all_of(rest, filter_trees(asking, query.filters), search_tree(asking, query.search))
        asking.finish()
        terms = tuple(each for each in dict.fromkeys(terms) if each != NO)
        if along or len(terms) > MOST_STREAMS or YES in terms:
            terms = (any_of(*terms),)
        if rest == NO or not terms:
            return Count(0)
        found = compiled(
            asking.shape, self._connection.dialect, ("count", terms, rest, asking.take(limit + 1), along)
        )
        number = int(self._connection.run(found.text, found.values(asking.values))[0][0])
        return Count(min(number, limit), number <= limit)

    def group(
        self,
        definition: Definition,
        query: Query,
        scope: Scope,
        now: datetime,
        zone: tzinfo = UTC,
        uses: Uses = NO_USES,
    ) -> tuple[tuple[Any, int], ...]:
        """How many records have each value of ``query.group``, most first; periods are those of ``zone`` now.

        Records in which the reader may not read the field are in no group.
        """
        asking = self._asking(definition, scope, now, driven=True, uses=uses)
        name, period, reach = group_tree(asking, query.group or "")
        where = all_of(_conditions(asking, query), reach)
        asking.finish()
        if where == NO:
            return ()
        minutes = asking.take(offset_minutes(zone, now)) if period else 0
        key = ("group", where, name, period, minutes, asking.take(MOST_GROUPS))
        found = compiled(asking.shape, self._connection.dialect, key)
        rows = self._connection.run(found.text, found.values(asking.values))
        read = _group_reader(asking.shape, name, period)
        return tuple((None if value is None else read(value), int(number)) for value, number in rows)

    def among(
        self, definition: Definition, ids: Iterable[str], scope: Scope, now: datetime
    ) -> tuple[Record, ...]:
        """The records of these ids that the scope reaches, in no order."""
        asking = self._asking(definition, scope, now)
        members = frozenset(ids)
        where = all_of(in_scope(asking), ("among", ID, *asking.take_set(members))) if members else NO
        if where == NO:
            return ()
        found = compiled(asking.shape, self._connection.dialect, ("one", where, *wanted_of(asking, ())))
        rows = self._connection.run(found.text, found.values(asking.values))
        return found.reader.records(rows, self._keyring) if found.reader else ()

    def titles(
        self, definition: Definition, ids: Iterable[str], scope: Scope, now: datetime
    ) -> Mapping[str, str]:
        """What references show of the records that the scope reaches: their titles, else their numbers."""
        asking = self._asking(definition, scope, now)
        members = frozenset(ids)
        where = all_of(in_scope(asking), ("among", ID, *asking.take_set(members))) if members else NO
        if where == NO:
            return {}
        columns = asking.shape.columns
        names = tuple(each for each in definition.titles if each in columns and not columns[each].masked)
        shown = tuple(
            each for each in names if (reach := field_reach(asking, each)) is None or not reach.nothing
        )
        found = compiled(
            asking.shape, self._connection.dialect, ("one", where, *wanted_of(asking, shown or ("number",)))
        )
        rows = self._connection.run(found.text, found.values(asking.values))
        records = found.reader.records(rows, self._keyring) if found.reader else ()
        return {each.id: _title(asking.shape, each) for each in records}

    def opened(self, definition: Definition, id: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """The entries of one record, their secrets opened; what a reader may see of them is not asked."""
        shape = shape_of(definition, self._connection.dialect.name)
        given = tuple(entries)
        if not shape.sealed or not given:
            return given
        key = self._record_key(shape, id)
        return tuple(_opened(shape, key, each) for each in given)

    def _record_key(self, shape: Shape, id: str) -> RecordKey | None:
        """The key of a record's secrets; None when it has none, or has it no more."""
        found = compiled(shape, self._connection.dialect, ("seal", ("field", ID, "eq", 0)))
        rows = self._connection.run(found.text, found.values([id]))
        return unwrap(self._keyring, shape.register, id, bytes(rows[0][0])) if rows and rows[0][0] else None

    def plan(self, old: Definition | None, new: Definition) -> Plan:
        """What publishing ``new`` over ``old`` does to the tables, and how many rows each step touches.

        Raises:
            DefinitionInvalid: a change would lose values, or a field's past was changed.
        """
        return plan(self._connection, old, new)

    def _counts_along(self, definition: Definition, query: Query, scope: Scope) -> bool:
        """Whether records are best counted as they lie: SQLite would look each of many up by an index."""
        shape = shape_of(definition, self._connection.dialect.name)
        return shape.store == SQLITE and not query.filters and not query.search and broad(shape, scope)

    def _asking(
        self,
        definition: Definition,
        scope: Scope,
        now: datetime,
        *,
        driven: bool = False,
        uses: Uses = NO_USES,
    ) -> Asking:
        shape = shape_of(definition, self._connection.dialect.name)
        return Asking(shape, scope, now, self._keyring, driven, uses)


def _opened(shape: Shape, key: RecordKey | None, entry: Entry) -> Entry:
    old, new = (
        opened_facts(shape, key, {name: pair[at] for name, pair in entry.changes.items()}) for at in (0, 1)
    )
    return replace(entry, changes={name: (old[name], new[name]) for name in entry.changes})


def _conditions(asking: Asking, query: Query) -> Tree:
    return all_of(in_scope(asking), filter_trees(asking, query.filters), search_tree(asking, query.search))


def _group_reader(shape: Shape, name: str, period: str | None) -> Any:
    if period is not None:
        return str
    if name in shape.columns:
        return shape.columns[name].codec.read
    return shape.instant.read if name.endswith(("_at", "_on")) else lambda value: value


def _title(shape: Shape, record: Record) -> str:
    parts = [
        shape.columns[key].kind.shown(record.facts.get(key), shape.columns[key].field.schema)
        for key in shape.definition.titles
        if key in shape.columns and not shape.columns[key].masked
    ]
    return " ".join(filter(None, parts)) or record.number or record.id

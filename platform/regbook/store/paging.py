"""One page of records, and which way to it: along the order, by a stream for each reason to see, or plainly.

No single statement serves a reader who may see half of a register and one who may see twenty records of a
million. The first way is to walk along the order through a bounded window; where that does not fill the
page, the reader's next pages take another way, and now and then the walk is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from regbook.errors import Problem
from regbook.model.access import DepartmentIn, Granted, OwnerIn, Related, Scope
from regbook.model.definition import Definition
from regbook.model.query import Page, Query
from regbook.model.record import RESERVED
from regbook.store.asking import (
    ID,
    NO,
    YES,
    Asking,
    Tree,
    Uses,
    all_of,
    apart,
    condition,
    known,
    order_tree,
    part_condition,
    scope_parts,
)
from regbook.store.connection import Connection
from regbook.store.cursors import Place, bound_to, read_cursor, write_cursor
from regbook.store.filters import filter_trees, search_tree
from regbook.store.keyring import Keyring
from regbook.store.query import HIDEABLE, Compiled, Parts, Wanted, compiled
from regbook.store.tables import Shape, Way, default_order, shape_of
from regbook.store.ways import Asked

MOST_RECORDS = 1_000
MOST_STREAMS = 40
MOST_WAYS = 10_000
TRY_AGAIN = 64
PLAIN, WALK, STREAMS = "plain", "walk", "streams"


@dataclass(frozen=True, slots=True)
class _Answer:
    """The rows found, and what they were asked with."""

    order: tuple[tuple[str, bool, Tree], ...]
    bound: str
    place: Place | None
    found: Compiled | None = None
    rows: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pager:
    """Answers one question for a page."""

    connection: Connection
    keyring: Keyring
    definition: Definition
    query: Query
    scope: Scope
    now: datetime
    uses: Uses = field(default_factory=dict)

    @property
    def shape(self) -> Shape:
        """The tables asked."""
        return shape_of(self.definition, self.connection.dialect.name)

    def page(self) -> Page:
        """The page."""
        way = self._way()
        answer = self._ask(way)
        if way == WALK and len(answer.rows) <= self.query.limit:
            other = self._other_way()
            if not self.query.after:
                self._remember(other)
            answer = self._ask(other)
        elif way == WALK and not self.query.after:
            self._remember(WALK)
        return self._page_of(answer)

    def _ask(self, way: str) -> _Answer:
        query, reach = self.query, self.scope.records
        asking = Asking(self.shape, self.scope, self.now, self.keyring, driven=way != WALK, uses=self.uses)
        terms, rest = scope_parts(asking, apart(reach, MOST_STREAMS) if way == STREAMS else reach.allow)
        rest = all_of(rest, filter_trees(asking, query.filters), search_tree(asking, query.search))
        keys = order_tree(asking, query.sort)
        order = (*keys, (ID, keys[-1][1], YES))
        wanted, lead = wanted_of(asking, query.fields)
        if not 1 <= query.limit <= MOST_RECORDS:
            asking.problems.append(Problem("/limit", "limit-range", {"most": MOST_RECORDS}))
        asking.finish()
        bound = bound_to(self.scope, query, order)
        place = read_cursor(self.keyring, bound, self.shape, order, query.after) if query.after else None
        terms = tuple(each for each in dict.fromkeys(terms) if each != NO)
        if rest == NO or not terms:
            return _Answer(order, bound, place)
        asked = _asked(asking, terms, rest, order, place)._replace(limit=asking.take(query.limit + 1))
        found = compiled(self.shape, self.connection.dialect, ("page", way, asked, wanted, lead))
        rows = self.connection.run(found.text, found.values(asking.values))
        return _Answer(order, bound, place, found, rows)

    def _page_of(self, answer: _Answer) -> Page:
        found, rows, place = answer.found, answer.rows, answer.place
        if found is None or found.reader is None or not rows:
            return Page(())
        back = place is not None and place.back
        more = len(rows) > self.query.limit
        rows = rows[: self.query.limit][:: -1 if back else 1]
        first, last = (
            row[found.order_at : found.order_at + len(answer.order)] for row in (rows[0], rows[-1])
        )
        return Page(
            found.reader.records(rows, self.keyring),
            self._cursor(answer, last, back=False) if back or more else None,
            self._cursor(answer, first, back=True) if (more if back else place is not None) else None,
        )

    def _cursor(self, answer: _Answer, values: tuple[Any, ...], *, back: bool) -> str:
        return write_cursor(self.keyring, answer.bound, self.shape, answer.order, values, back=back)

    def _way(self) -> str:
        if self.query.search or (not _many_reasons(self.scope) and not self.query.filters):
            return STREAMS if self.query.search and narrow(self.shape, self.scope) else PLAIN
        if not self._along_the_order():
            return self._other_way()
        known_way = self.shape.ways.get(self._memo())
        if known_way is None or known_way.way == WALK:
            return WALK
        known_way.taken += 1
        if known_way.taken < TRY_AGAIN or self.query.after:
            return known_way.way
        del self.shape.ways[self._memo()]
        return WALK

    def _along_the_order(self) -> bool:
        """Whether the order asked for is the one that has an index of its own."""
        definition, sort = self.definition, self.query.sort
        name = default_order(definition, self.shape.columns)
        asked = [each.field for each in sort] or [definition.list.sort.lstrip("-") or "entered_at"]
        reach = self.uses.get("range", self.scope).fields.get(name)
        alike = "range" not in self.uses or self.uses["range"].records == self.scope.records
        return asked == [name] and alike and (reach is None or reach.everything)

    def _other_way(self) -> str:
        if not _many_reasons(self.scope):
            return PLAIN
        plain_query = not self.query.filters and not self.query.search
        few = narrow(self.shape, self.scope) or (plain_query and self._along_the_order())
        return STREAMS if few else PLAIN

    def _memo(self) -> tuple[Any, ...]:
        return reader_of(self.scope, tuple((each.field, each.op) for each in self.query.filters))

    def _remember(self, way: str) -> None:
        ways = self.shape.ways
        if len(ways) >= MOST_WAYS:
            ways.clear()
        ways[self._memo()] = Way(way)


def _asked(
    asking: Asking, terms: tuple[Tree, ...], rest: Tree, order: tuple[Any, ...], place: Place | None
) -> Asked:
    """What is asked from a place on, in the direction of the page."""
    back = place is not None and place.back
    turned = tuple((name, descending != back, on) for name, descending, on in order)
    if place is None:
        return Asked(terms, rest, turned, None, 0)
    marks = tuple(None if value is None else asking.take(value) for value in place.values)
    return Asked(terms, rest, turned, marks, 0)


def reader_of(scope: Scope, filters: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """Whose ways are remembered."""
    return scope.person, scope.verb, scope.clearance, filters


def narrow(shape: Shape, scope: Scope) -> bool:
    """Whether the reader was found to see few of the register's records."""
    found = shape.ways.get(reader_of(scope))
    return found is not None and found.way == STREAMS


def broad(shape: Shape, scope: Scope) -> bool:
    """Whether the reader was found to see many of the register's records."""
    found = shape.ways.get(reader_of(scope))
    return found is not None and found.way == WALK


def _many_reasons(scope: Scope) -> bool:
    """Whether no one index serves the scope: more than one term, or a term that is no single value."""
    allow = scope.records.allow
    if () in allow:
        return False
    if len(allow) > 1:
        return True
    return any(
        isinstance(atom, Related | Granted)
        or (isinstance(atom, OwnerIn) and len(atom.people) > 1)
        or (isinstance(atom, DepartmentIn) and len(atom.departments) > 1)
        for term in allow
        for atom in term
    )


def _parts_of(asking: Asking, name: str) -> Parts:
    """The fields of lines that exist for the reader, each with its condition."""
    if name not in asking.shape.lines:
        return ()
    keys = asking.shape.lines[name].columns
    conditions = ((key, part_condition(asking, name, key)) for key in keys)
    return tuple((key, reach) for key, reach in conditions if reach is not None)


def wanted_of(asking: Asking, fields: tuple[str, ...]) -> tuple[Wanted, Parts]:
    """The declared fields to return, then the facts of every register, each with its condition."""
    shape = asking.shape
    names = [each for each in fields if each not in RESERVED and each != shape.serial]
    wanted: list[tuple[str, Tree, Parts]] = []
    for name in names if fields else (*shape.columns, *shape.lines):
        reach = known(asking, name, "/fields") if fields else condition(asking, name)
        if reach is not None:
            wanted.append((name, reach, _parts_of(asking, name)))
    for name in fields:
        if name in RESERVED or name == shape.serial:
            known(asking, name, "/fields")
    lead = [*HIDEABLE, *(["assignee"] if not fields or "assignee" in fields else [])]
    conditions = [(name, condition(asking, name)) for name in lead]
    return tuple(wanted), tuple((name, reach) for name, reach in conditions if reach is not None)

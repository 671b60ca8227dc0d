"""Writes conditions from trees: generated names and numbered parameters, nothing that a person typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    column,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
    tuple_,
)
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from regbook.model.workflow import DRAFT
from regbook.store.asking import ID, NOW, NOW_FIXED, YES, Tree
from regbook.store.codecs import SQLITE
from regbook.store.columns import Instant
from regbook.store.fixed import assignment, grant, relation
from regbook.store.tables import Shape

Expression = ColumnElement[Any]
OPERATORS: Mapping[str, Callable[[Expression, Expression], Expression]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left.is_distinct_from(right),
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
}


def parameter(number: int, type_: TypeEngine[Any]) -> Expression:
    """The parameter of that number."""
    return bindparam(f"p{number}", type_=type_)


def effective_level(shape: Shape) -> Expression:
    """The level of a record at the instant of asking: 公开 from the declassification instant on."""
    ended = shape.table.c.declassify_on
    return case((ended <= parameter(NOW, shape.instant.type_), 0), else_=shape.table.c.level)


def within_reach(shape: Shape, tree: Tree, value: Expression) -> Expression:
    """A value where the reach holds, else null."""
    if tree == YES:
        return value
    flag = shape.flags.get(tree)
    return case((render(shape, tree) if flag is None else flag, value))


def field_value(shape: Shape, name: str) -> Expression:
    """The column of a field, or of a fact that every register has."""
    if name in shape.columns:
        held = shape.columns[name]
        return held.blind if held.blind is not None else held.column
    if name == ID:
        return shape.table.c.id
    if name == "level":
        return effective_level(shape)
    return shape.table.c["number" if name == shape.serial else name]


def open_assignments(shape: Shape) -> Select[Any]:
    """Who must act on the record."""
    mine = and_(assignment.c.register == shape.register, assignment.c.record == shape.table.c.id)
    open_ones = select(assignment.c.person).where(mine, assignment.c.closed_at.is_(None))
    return open_ones.correlate(shape.table)


def render(shape: Shape, tree: Tree) -> Expression:
    """The condition that a tree says."""
    return _RENDERERS[tree[0]](shape, *tree[1:])


def _and(shape: Shape, *trees: Tree) -> Expression:
    return and_(true(), *(render(shape, each) for each in trees))


def _or(shape: Shape, *trees: Tree) -> Expression:
    return or_(false(), *(render(shape, each) for each in trees))


def _not(shape: Shape, tree: Tree) -> Expression:
    return not_(func.coalesce(render(shape, tree), false()))


def _level(shape: Shape, number: int) -> Expression:
    return effective_level(shape) <= parameter(number, Integer())


def _draft(shape: Shape, number: int) -> Expression:
    return or_(shape.table.c.state != DRAFT, shape.table.c.owner == parameter(number, Text()))


def _member(shape: Shape, value: Expression, number: int, many: bool) -> Expression:
    """Whether a value is the parameter's, or one of its members."""
    if not many:
        return value == parameter(number, value.type)
    if shape.store == SQLITE:
        each = func.json_each(parameter(number, Text())).table_valued("value")
        return value.in_(select(each.c.value))
    return value == any_(parameter(number, ARRAY(value.type)))


def _in(shape: Shape, name: str, number: int, many: bool) -> Expression:
    return _member(shape, shape.table.c[name], number, many)


def _related(shape: Shape, kinds: Any, people: Any, departments: Any, by: int | None) -> Expression:
    mine = relation.c.record == shape.table.c.id
    return exists().where(mine, *_relations(shape, kinds, people, departments, by))


def _related_in(shape: Shape, kinds: Any, people: Any, departments: Any, by: int | None) -> Expression:
    records = select(relation.c.record).where(*_relations(shape, kinds, people, departments, by))
    return shape.table.c.id.in_(records)


def _relations(shape: Shape, kinds: Any, people: Any, departments: Any, by: int | None) -> list[Expression]:
    """What makes a relation one of those asked for, apart from its record."""
    c = relation.c
    who = [
        _member(shape, each, *given)
        for each, given in ((c.person, people), (c.department, departments))
        if given is not None
    ]
    lasting = or_(c.until.is_(None), c.until > parameter(NOW_FIXED, Instant()))
    conditions = [_member(shape, c.kind, *kinds), or_(*who), lasting]
    if by is not None:
        conditions.append(c.field == parameter(by, Text()))
    return [c.register == shape.register, *conditions]


def _granted(shape: Shape, person: int, verb: int, by: int | None) -> Expression:
    return exists().where(grant.c.record == shape.table.c.id, *_grants(shape, person, verb, by))


def _granted_in(shape: Shape, person: int, verb: int, by: int | None) -> Expression:
    return shape.table.c.id.in_(select(grant.c.record).where(*_grants(shape, person, verb, by)))


def _grants(shape: Shape, person: int, verb: int, by: int | None) -> list[Expression]:
    """What makes a grant one of those asked for, apart from its record."""
    c = grant.c
    now = parameter(NOW_FIXED, Instant())
    named = [c.field == ""] if by is None else [or_(c.field == "", c.field == parameter(by, Text()))]
    return [
        c.register == shape.register,
        c.person == parameter(person, Text()),
        c.verb == parameter(verb, Text()),
        *named,
        c.start_at <= now,
        or_(c.end_at.is_(None), c.end_at > now),
    ]


def _field(shape: Shape, name: str, op: str, number: int) -> Expression:
    if name == "assignee":
        return open_assignments(shape).where(assignment.c.person == parameter(number, Text())).exists()
    value = field_value(shape, name)
    if op != "contains":
        return OPERATORS[op](value, parameter(number, value.type))
    if name not in shape.columns or shape.columns[name].codec.storage != "json":
        found = func.instr if shape.store == SQLITE else func.strpos
        return found(func.lower(value), parameter(number, Text())) > 0
    if shape.store == SQLITE:
        each = func.json_each(value).table_valued("value")
        return parameter(number, Text()).in_(select(each.c.value))
    holds: Expression = value.op("?", return_type=Boolean())(parameter(number, Text()))
    return holds


def _among(shape: Shape, name: str, number: int, many: bool) -> Expression:
    if name == "assignee":
        return open_assignments(shape).where(_member(shape, assignment.c.person, number, many)).exists()
    return _member(shape, field_value(shape, name), number, many)


def _empty(shape: Shape, name: str) -> Expression:
    if name == "assignee":
        return not_(open_assignments(shape).exists())
    if name in shape.lines:
        lines = shape.lines[name].table
        return not_(select(lines.c.id).where(lines.c.record == shape.table.c.id).exists())
    return field_value(shape, name).is_(None)


def _match(shape: Shape, number: int) -> Expression:
    words = table(shape.words, column("rowid", Integer))
    found = literal_column(shape.words).op("MATCH")(parameter(number, Text()))
    return shape.table.c.seq.in_(select(words.c.rowid).where(found))


def _words(shape: Shape, number: int) -> Expression:
    return shape.table.c.words.contains(cast(parameter(number, ARRAY(Text)), ARRAY(Text)))


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an order: its field, whether descending, where the reader may use it."""

    name: str
    descending: bool
    reach: Tree

    def value(self, shape: Shape) -> Expression:
        """What is ordered by."""
        return within_reach(shape, self.reach, field_value(shape, self.name))

    def ordered(self, shape: Shape, value: Expression) -> Expression:
        """An expression in the key's direction, null as the smallest value."""
        turned = value.desc() if self.descending else value.asc()
        if shape.store == SQLITE or self.never_null(shape):
            return turned
        return turned.nulls_last() if self.descending else turned.nulls_first()

    def never_null(self, shape: Shape) -> bool:
        """Whether every record has a value to order by."""
        return (
            self.reach == YES
            and self.name not in shape.columns
            and self.name in (ID, "state", "level", "entered_at")
        )


def after(shape: Shape, keys: list[Key], marks: tuple[int | None, ...]) -> list[Expression]:
    """What comes after the record whose values of the keys are given, as parts that follow one another.

    Null is the smallest value. Each part begins with a condition that an index on the first key can use.
    """
    first, mark = keys[0], marks[0]
    value = first.value(shape)
    rest = _beyond(shape, keys[1:], marks[1:])
    if mark is None:
        tied = and_(value.is_(None), rest)
        return [tied] if first.descending else [tied, value.is_not(None)]
    at = parameter(mark, value.type)
    if len(keys) == 2 and keys[1].descending == first.descending and marks[1] is not None:
        pair = tuple_(value, keys[1].value(shape))
        there = tuple_(at, parameter(marks[1], keys[1].value(shape).type))
        near = pair < there if first.descending else pair > there
    else:
        bound = value <= at if first.descending else value >= at
        near = and_(bound, or_(value != at, rest))
    return [near, value.is_(None)] if first.descending and not first.never_null(shape) else [near]


def _beyond(shape: Shape, keys: list[Key], marks: tuple[int | None, ...]) -> Expression:
    """What comes after the marks in the order of the keys, as one condition."""
    ways: list[Expression] = []
    ties: list[Expression] = []
    for key, number in zip(keys, marks, strict=True):
        value = key.value(shape)
        if number is None:
            beyond: Expression = false() if key.descending else value.is_not(None)
            tie: Expression = value.is_(None)
        else:
            mark = parameter(number, value.type)
            beyond = value < mark if key.descending else value > mark
            if key.descending and not key.never_null(shape):
                beyond = or_(beyond, value.is_(None))
            tie = value == mark
        ways.append(and_(*ties, beyond))
        ties.append(tie)
    return or_(*ways)


_RENDERERS: Mapping[str, Callable[..., Expression]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "level": _level,
    "draft": _draft,
    "in": _in,
    "related": _related,
    "granted": _granted,
    "related-in": _related_in,
    "granted-in": _granted_in,
    "field": _field,
    "among": _among,
    "empty": _empty,
    "match": _match,
    "words": _words,
}

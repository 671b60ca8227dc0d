"""Turns a query and a scope into a condition tree: what is asked, apart from the values it is asked with.

A tree is nested tuples of names and numbers of parameters; equal trees are one statement, compiled once.
This is where it is decided what a reader may ask: a field that does not exist for her is answered with
the same problem as a name that was never there, before anything else is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from regbook.errors import Problem, RequestInvalid
from regbook.model.access import (
    LEVELS,
    Atom,
    DepartmentIn,
    Granted,
    LevelAtMost,
    OwnerIn,
    Reach,
    Related,
    Scope,
)
from regbook.model.record import RESERVED
from regbook.store.codecs import SQLITE, instant_fact, json_text
from regbook.store.keyring import Keyring
from regbook.store.tables import Shape

Tree: TypeAlias = tuple[Any, ...]
Use: TypeAlias = Literal["read", "match", "range", "unmask"]
Uses: TypeAlias = Mapping[str, Scope]
Set: TypeAlias = tuple[int, bool]
"""A parameter that is a set: its number, and whether it has other than one member."""

ID = "\0id"
"""The record's own id, as a name that no field can have: a field may well be called ``id``."""
YES: Tree = ("and",)
NO: Tree = ("or",)
NOW, NOW_FIXED = 0, 1
"""The parameters that hold now: as register tables and as fixed tables keep instants."""

HIGHEST = len(LEVELS) - 1
ENGINE = "engine:"
"""How the names of the engine's own scopes begin: no person's id has a colon."""
PERIOD = re.compile(r"(year|month|day)\(([^()]+)\)\Z")


@dataclass(slots=True)
class Asking:
    """One question in the making: the shape, who asks, and the values so far.

    ``uses`` are her scopes for match and range, where they are not that for read.
    ``driven`` asks for relations and grants first and for their records then, for readers of few.
    """

    shape: Shape
    scope: Scope
    now: datetime
    keyring: Keyring
    driven: bool = False
    uses: Uses = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    kept: dict[Any, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.scope.register not in (self.shape.register, "*"):
            raise ValueError("the scope is of another register")
        self.values += instants_of(self.shape, self.now)

    def take(self, value: Any) -> int:
        """The number of a new parameter."""
        self.values.append(value)
        return len(self.values) - 1

    def keep(self, value: str | int | None) -> int:
        """The number of a parameter of a scope: one for each value, so that equal conditions are equal."""
        if (type(value), value) not in self.kept:
            self.kept[type(value), value] = self.take(value)
        return self.kept[type(value), value]

    def take_set(self, members: Any) -> Set:
        """A new parameter that is a set: an array, or its text as JSON where the store has no arrays."""
        if len(members) == 1:
            return self.take(next(iter(members))), False
        listed = sorted(members)
        return self.take(json_text(listed) if self.shape.store == SQLITE else listed), True

    def keep_set(self, members: frozenset[str]) -> Set:
        """A parameter of a scope that is a set, one for each set."""
        if len(members) == 1:
            return self.keep(next(iter(members))), False
        if members not in self.kept:
            self.kept[members] = self.take_set(members)[0]
        return self.kept[members], True

    def finish(self) -> None:
        """Raise every problem at once."""
        if self.problems:
            raise RequestInvalid(self.problems)


def instants_of(shape: Shape, now: datetime) -> list[Any]:
    """The first two parameters of every question: now as records keep it, and as the engine's tables do."""
    return [shape.instant.write(instant_fact(now.replace(microsecond=0))), now]


def in_scope(asking: Asking, *, drafts: bool = False) -> Tree:
    """The records of the scope; ``drafts`` lets the engine's own scopes see them too, nobody else's."""
    terms, rest = scope_parts(asking, asking.scope.records.allow, drafts=drafts)
    return all_of(any_of(*terms), rest)


def scope_parts(
    asking: Asking, allow: tuple[tuple[Atom, ...], ...], *, drafts: bool = False
) -> tuple[tuple[Tree, ...], Tree]:
    """The terms of which any lets a record in, and what must hold of each record besides."""
    scope = asking.scope
    terms = tuple(_term_tree(asking, term) for term in allow)
    parts: list[Tree] = [("not", _term_tree(asking, term)) for term in scope.records.deny]
    if scope.clearance < HIGHEST and not _cleared(scope.records, scope.clearance):
        parts.append(("level", asking.keep(scope.clearance)))
    if not (drafts and scope.person is not None and scope.person.startswith(ENGINE)):
        parts.append(("draft", asking.keep(scope.person)))
    return terms, all_of(*parts)


def apart(reach: Reach, most: int) -> tuple[tuple[Atom, ...], ...]:
    """The allowing terms with one owner or department in each, so that every one has its own index.

    Sets beyond ``most`` stay together.
    """
    found: list[tuple[Atom, ...]] = []
    for term in reach.allow:
        ways: list[tuple[Atom, ...]] = [()]
        for atom in term:
            each_alone = _alone(atom) if len(ways) == 1 else [atom]
            ways = [(*way, one) for way in ways for one in each_alone]
        found += ways
    return tuple(found) if len(found) <= most else reach.allow


def _alone(atom: Atom) -> list[Atom]:
    match atom:
        case OwnerIn(people):
            return [OwnerIn(frozenset({each})) for each in sorted(people)]
        case DepartmentIn(departments):
            return [DepartmentIn(frozenset({each})) for each in sorted(departments)]
    return [atom]


def _cleared(reach: Reach, clearance: int) -> bool:
    """Whether every allowing term already bounds the level as low."""
    return all(
        any(isinstance(atom, LevelAtMost) and atom.level <= clearance for atom in term)
        for term in reach.allow
    )


def reach_tree(asking: Asking, reach: Reach) -> Tree:
    """A reach as a tree: allowing terms side by side, denying ones against them all."""
    allowed = any_of(*(_term_tree(asking, term) for term in reach.allow))
    return all_of(allowed, *(("not", _term_tree(asking, term)) for term in reach.deny))


def _term_tree(asking: Asking, term: tuple[Atom, ...]) -> Tree:
    return all_of(*(_atom_tree(asking, atom) for atom in term))


def _atom_tree(asking: Asking, atom: Atom) -> Tree:
    match atom:
        case LevelAtMost(level):
            return ("level", asking.keep(level))
        case OwnerIn(people):
            return ("in", "owner", *asking.keep_set(people))
        case DepartmentIn(departments):
            return ("in", "department", *asking.keep_set(departments))
        case Related(kinds, people, departments, by):
            if not kinds or not (people or departments):
                return NO
            return (
                "related-in" if asking.driven else "related",
                asking.keep_set(kinds),
                asking.keep_set(people) if people else None,
                asking.keep_set(departments) if departments else None,
                None if by is None else asking.keep(by),
            )
        case Granted(person, verb, by):
            return (
                "granted-in" if asking.driven else "granted",
                asking.keep(person),
                asking.keep(verb),
                None if by is None else asking.keep(by),
            )


def all_of(*trees: Tree) -> Tree:
    """All of the trees hold."""
    kept = tuple(dict.fromkeys(each for each in trees if each != YES))
    if NO in kept:
        return NO
    return kept[0] if len(kept) == 1 else ("and", *kept)


def any_of(*trees: Tree) -> Tree:
    """Any of the trees holds."""
    kept = tuple(dict.fromkeys(each for each in trees if each != NO))
    if YES in kept:
        return YES
    return kept[0] if len(kept) == 1 else ("or", *kept)


def field_reach(asking: Asking, name: str) -> Reach | None:
    """The reach of a field that exists for the reader: None when it is that of the record.

    An empty reach means that there is no such field for her; so does a level above her clearance.
    """
    shape, scope = asking.shape, asking.scope
    if not exists(shape, name):
        return Reach()
    declared = shape.definition.fields.get(name)
    if declared is not None and declared.secrecy > scope.clearance:
        return Reach()
    return scope.fields.get(name)


def exists(shape: Shape, name: str) -> bool:
    """Whether the register has the field, or every register has it."""
    return name in shape.columns or name in shape.lines or name in RESERVED or name == shape.serial


def known(asking: Asking, name: str, path: str, use: Use = "read") -> Tree | None:
    """Where the reader may use the field so; None, and a problem, when she may not.

    A field that she may neither read nor use does not exist for her.
    """
    reach = use_reach(asking, name, use)
    if reach is not None and reach.nothing:
        read = field_reach(asking, name)
        code = "unknown-field" if read is not None and read.nothing else "not-to-be-asked"
        asking.problems.append(Problem(path, code, {"field": name}))
        return None
    return YES if reach is None or reach.everything else reach_tree(asking, reach)


def use_reach(asking: Asking, name: str, use: Use) -> Reach | None:
    """The reach of a field for a use: None when it is that of the record."""
    given = asking.uses.get(use)
    if given is None:
        return field_reach(asking, name)
    declared = asking.shape.definition.fields.get(name)
    if not exists(asking.shape, name) or (declared is not None and declared.secrecy > given.clearance):
        return Reach()
    reach = given.fields.get(name, given.records)
    return None if reach == asking.scope.records else reach


def condition(asking: Asking, name: str) -> Tree | None:
    """Where the reader may read the field; None when it does not exist for her."""
    reach = field_reach(asking, name)
    if reach is None or reach.everything:
        return YES
    return None if reach.nothing else reach_tree(asking, reach)


def part_condition(asking: Asking, lines: str, key: str) -> Tree | None:
    """Where the reader may read one field of lines; None when it does not exist for her.

    The lines as a whole are asked about apart.
    """
    part = asking.shape.lines[lines].columns[key].field
    if part.secrecy > asking.scope.clearance:
        return None
    reach = asking.scope.fields.get(f"{lines}.{key}")
    if reach is None or reach.everything:
        return YES
    return None if reach.nothing else reach_tree(asking, reach)


def order_tree(asking: Asking, sort: tuple[Any, ...]) -> tuple[tuple[str, bool, Tree], ...]:
    """The order asked for as (field, descending, reach), the record's id always last."""
    keys: list[tuple[str, bool, Tree]] = []
    for index, each in enumerate(sort):
        path = f"/sort/{index}"
        reach = known(asking, each.field, path, "range")
        if reach is None:
            continue
        if not sortable(asking.shape, each.field):
            asking.problems.append(Problem(path, "not-sortable", {"field": each.field}))
        keys.append((each.field, each.descending, reach))
    return tuple(keys or [_default_key(asking)])


def _default_key(asking: Asking) -> tuple[str, bool, Tree]:
    """The register's own order where the reader may use it, else newest first."""
    wanted = asking.shape.definition.list.sort
    name = wanted.lstrip("-")
    if sortable(asking.shape, name):
        reach = use_reach(asking, name, "range")
        if reach is None or reach.everything:
            return name, wanted.startswith("-"), YES
        if not reach.nothing:
            return name, wanted.startswith("-"), reach_tree(asking, reach)
    return "entered_at", True, YES


def sortable(shape: Shape, name: str) -> bool:
    """Whether records can be put in the order of the field."""
    if name in shape.columns:
        return shape.columns[name].ordered
    return (name in RESERVED or name == shape.serial) and name != "assignee"


def group_tree(asking: Asking, group: str) -> tuple[str, str | None, Tree]:
    """What to group by as (field, period, reach): ``month(occurred_at)`` is a field and a period."""
    found = PERIOD.match(group)
    name, period = (found[2], found[1]) if found else (group, None)
    reach = known(asking, name, "/group", "range")
    if reach is None:
        return name, period, NO
    if not (_has_days(asking.shape, name) if period else _groupable(asking.shape, name)):
        asking.problems.append(Problem("/group", "not-groupable", {"field": name}))
    return name, period, reach


def _has_days(shape: Shape, name: str) -> bool:
    if name in shape.columns:
        column = shape.columns[name]
        return not column.encrypted and column.codec.storage in ("date", "instant")
    return name.endswith(("_at", "_on")) and name in RESERVED


def _groupable(shape: Shape, name: str) -> bool:
    if name in shape.columns:
        return shape.columns[name].grouped
    return sortable(shape, name)

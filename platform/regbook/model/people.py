"""People and the line they report along, as one frozen value that the engine asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ActorKind = Literal["person", "token", "clock", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person (by browser or token), the clock, or the system at set-up.

    ``on_behalf_of`` names the absent person whose delegate acts; ``reason`` is what an entry will say.
    """

    kind: ActorKind
    person: str | None = None
    language: str = "zh"
    on_behalf_of: str | None = None

    @property
    def name(self) -> str:
        """The person's id, else the kind: what an entry names."""
        return self.person or self.kind

    @property
    def is_engine(self) -> bool:
        """Whether it is nobody of the office: no rule of access bounds what the engine does."""
        return self.kind in ("clock", "system")


CLOCK = Actor("clock")
SYSTEM = Actor("system")


@dataclass(frozen=True, slots=True)
class Person:
    """One person. ``clearance`` is the highest secrecy level she may see (1 = 内部 when none was given).

    ``reach`` are units beside her own whose records she reaches as one of theirs would.
    """

    id: str
    name: str
    account: str | None = None
    unit: str | None = None
    post: str | None = None
    superior: str | None = None
    clearance: int = 1
    grade: str | None = None
    roles: frozenset[str] = frozenset()
    active: bool = True
    reach: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Department:
    """One unit of the tree. ``kind`` is centre, division, department or group; ``head`` a person's id."""

    id: str
    name: str
    parent: str | None = None
    kind: str = "department"
    head: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One post and the roles whoever holds it has; ``code`` is what who-texts call it."""

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Delegation:
    """One person stands in for another from ``start`` until ``end``; ``registers`` None means all."""

    giver: str
    taker: str
    start: datetime
    end: datetime
    registers: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Right:
    """Clearance, roles and units given to a person from ``start`` until ``end``, or, with ``takes``, taken.

    A clearance that is taken is lowered to ``clearance``; what is taken outweighs whatever is given.
    """

    person: str
    start: datetime
    end: datetime
    clearance: int | None = None
    roles: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    takes: bool = False

    def lasts(self, now: datetime) -> bool:
        """Whether it holds at the instant: from its start on, at its end no more."""
        return self.start <= now < self.end


@dataclass(frozen=True, slots=True)
class Directory:
    """Everyone, every unit and post, and the questions the engine asks of them; all answers are ids.

    >>> line = Directory({p: Person(p, p, superior=s) for p, s in (("a", "b"), ("b", "c"), ("c", None))})
    >>> line.superior("a"), line.superior("a", 2), line.superior("c"), line.common_superior("a", "b")
    ('b', 'c', None, 'c')
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    posts: Mapping[str, Post] = field(default_factory=dict)
    delegations: tuple[Delegation, ...] = ()
    _held: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _headed: dict[str, list[Department]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _holders: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for each in self.departments.values():
            if each.head:
                self._headed.setdefault(each.head, []).append(each)

    def active(self, person: str | None) -> bool:
        """Whether the person is here and has not left."""
        found = self.people.get(person or "")
        return found is not None and found.active

    def line(self, person: str) -> tuple[str, ...]:
        """The superiors of a person, nearest first; a ring in the data ends it."""
        seen, climbed = {person}, []
        at = self.people.get(person)
        while at and at.superior and at.superior not in seen:
            climbed.append(at.superior)
            seen.add(at.superior)
            at = self.people.get(at.superior)
        return tuple(climbed)

    def superior(self, person: str, n: int = 1) -> str | None:
        """The superior ``n`` levels up, or None past the top."""
        line = self.line(person)
        return line[n - 1] if 0 < n <= len(line) else None

    def common_superior(self, one: str, other: str) -> str | None:
        """The lowest person above both, neither of them included."""
        above = self.line(other)
        return next((each for each in self.line(one) if each in above and each != other), None)

    def units_above(self, department: str | None) -> tuple[str, ...]:
        """The department itself, then the units it belongs to, nearest first."""
        climbed: list[str] = []
        while department and department in self.departments and department not in climbed:
            climbed.append(department)
            department = self.departments[department].parent
        return tuple(climbed)

    def subtree(self, department: str) -> frozenset[str]:
        """The department and every unit below it."""
        return frozenset(each for each in self.departments if department in self.units_above(each))

    def head(self, department: str | None) -> str | None:
        """The head of the unit."""
        unit = self.departments.get(department or "")
        return unit.head if unit else None

    def division_head(self, department: str | None) -> str | None:
        """The head of the nearest unit of kind division at or above the unit (部经理)."""
        for each in self.units_above(department):
            if self.departments[each].kind == "division":
                return self.departments[each].head
        return None

    def general_manager(self) -> str | None:
        """The head of the unit that stands above all others."""
        roots = [each for each in self.departments.values() if not each.parent]
        return roots[0].head if roots else None

    def roles(self, person: str) -> frozenset[str]:
        """Every role a person holds: by post, by grant, and those that her place in the tree gives."""
        if (known := self._held.get(person)) is not None:
            return known
        found = self.people.get(person)
        if not found or not found.active:
            return frozenset()
        post = self.posts.get(found.post or "")
        held = {"staff"} | found.roles | (post.roles if post else frozenset())
        for each in self._headed.get(person, ()):
            held.add("head")
            if each.kind == "division":
                held.add("division_head")
            if not each.parent:
                held.add("gm")
        # Asked of everyone at every turn, and nothing of a directory ever changes.
        return self._held.setdefault(person, frozenset(held))

    def holders_of_role(self, role: str) -> tuple[str, ...]:
        """Everyone active who holds the role, in the order of their ids; looked for once a directory."""
        if role not in self._holders:
            self._holders[role] = tuple(each for each in sorted(self.people) if role in self.roles(each))
        return self._holders[role]

    def holders_of_post(self, post: str, department: str | None = None) -> tuple[str, ...]:
        """The active holders of a post in the department, else in the nearest unit above that has one.

        ``post`` is the post's id or its code.
        """
        ids = {each.id for each in self.posts.values() if post in (each.id, each.code)}
        holders = [each for each in self.people.values() if each.active and each.post in ids]
        for unit in self.units_above(department):
            if near := tuple(sorted(each.id for each in holders if each.unit == unit)):
                return near
        return tuple(sorted(each.id for each in holders))

    def delegate(self, person: str, at: datetime, register: str | None = None) -> str | None:
        """Who stands in for the person at the instant, or None."""
        for each in self.delegations:
            covers = each.registers is None or register in each.registers
            if each.giver == person and each.start <= at < each.end and covers and self.active(each.taker):
                return each.taker
        return None

"""One person as the matcher sees her: roles, clearance, and the people and departments of each scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from regbook.model.access import Atom, DepartmentIn, OwnerIn, Related
from regbook.model.people import Directory
from regbook.model.policy import EVERYONE

Nobody: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """``subs`` are the subjects whose rows reach her; ``key`` is the name that casbin links them to.

    ``unit`` is her own, ``home`` it and those she is given to reach, ``units`` the subtrees of these and of
    what she heads, ``headed`` and ``division`` the
    units whose head or division head she is, ``below`` everyone whose line she is on, ``reports`` those
    whose superior she is. None of them ever holds None: an empty owner or department is in no scope.
    """

    id: str
    clearance: int
    subs: frozenset[str]
    unit: str | None = None
    home: frozenset[str] = Nobody
    units: frozenset[str] = Nobody
    headed: frozenset[str] = Nobody
    division: frozenset[str] = Nobody
    below: frozenset[str] = Nobody
    reports: frozenset[str] = Nobody
    staff: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """A name no role can bear."""
        return f"person:{self.id}"

    def members(self, departments: Iterable[str]) -> frozenset[str]:
        """Everyone whose unit is one of these."""
        return frozenset().union(*(self.staff.get(each, Nobody) for each in departments))

    def ties(self, scope: str) -> Atom | None:
        """What a relational scope asks of a record, or None when nothing could satisfy it.

        The scopes that the matcher itself compares (all, own, department, subtree, line) are not here.
        A scope about departments with a field means: the field names the department or one of its
        people. The field ``assignee`` means the record's assignments, ``owner`` its owner.
        """
        base, _, by = scope.partition(":")
        if base in ("assigned", "copied", "subject"):
            kind = "assignee" if base == "assigned" else base
            return Related(frozenset({kind}), frozenset({self.id}), field=by or None)
        if base == "party":
            return Related(frozenset({"party"}), frozenset({self.id}), self.home, by or None)
        if scope in ("department", "subtree", "line"):
            return None
        if base in ("department", "subtree", "headed", "division"):
            return _through(
                by, self._departments[base], self.members(self._departments[base]) if by else Nobody
            )
        if base in ("line", "superior"):
            return _through(by or "owner", Nobody, self.below if base == "line" else self.reports)
        return None

    @cached_property
    def _departments(self) -> Mapping[str, frozenset[str]]:
        return {
            "department": self.home,
            "subtree": self.units,
            "headed": self.headed,
            "division": self.division,
        }


def _through(by: str, departments: frozenset[str], people: frozenset[str]) -> Atom | None:
    if not (departments or people):
        return None
    if not by:
        return DepartmentIn(departments)
    if by == "owner":
        return OwnerIn(people) if people else None
    if by == "assignee":
        return Related(frozenset({"assignee"}), people) if people else None
    return Related(frozenset({"party"}), people, departments, by)


class Readers:
    """Makes readers from one directory; what all of them need is worked out once."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._reports: dict[str, set[str]] = {}
        staff: dict[str, set[str]] = {}
        for each in directory.people.values():
            if each.superior:
                self._reports.setdefault(each.superior, set()).add(each.id)
            if each.unit:
                staff.setdefault(each.unit, set()).add(each.id)
        self._staff = {unit: frozenset(people) for unit, people in staff.items()}
        self._inner: dict[str, set[str]] = {}
        for unit in directory.departments:
            for above in directory.units_above(unit):
                self._inner.setdefault(above, set()).add(unit)

    def reader(self, person: str | None) -> Reader | None:
        """The reader, or None for no one, the unknown and those who have left: they may nothing."""
        found = self.directory.people.get(person or "")
        if found is None or not found.active:
            return None
        departments = self.directory.departments
        own = frozenset([found.unit] if found.unit and found.unit in departments else ())
        home = own | found.reach & departments.keys()
        headed = frozenset(each.id for each in departments.values() if each.head == found.id)
        roles = {f"role:{each}" for each in self.directory.roles(found.id)}
        return Reader(
            id=found.id,
            clearance=found.clearance,
            subs=frozenset({EVERYONE, *roles, *([f"post:{found.post}"] if found.post else ())}),
            unit=found.unit if own else None,
            home=home,
            units=frozenset(inner for each in home | headed for inner in self._inner.get(each, ())),
            headed=headed,
            division=frozenset(each for each in departments if self.directory.division_head(each) == found.id)
            if headed
            else Nobody,
            below=self._below(found.id),
            reports=frozenset(self._reports.get(found.id, ())),
            staff=self._staff,
        )

    def _below(self, person: str) -> frozenset[str]:
        """Everyone who reports to the person, at any distance; a ring in the data ends it."""
        found: set[str] = set()
        waiting = list(self._reports.get(person, ()))
        while waiting:
            each = waiting.pop()
            if each != person and each not in found:
                found.add(each)
                waiting.extend(self._reports.get(each, ()))
        return frozenset(found)

"""From who to people: for one record, at one instant, in one directory.

A person who is gone or may not is passed over. If nobody of a noun is left, it goes one step up the line
from there, and on, until someone may; past the top it goes to the holders of the role process_admin.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from regbook.model.people import Directory
from regbook.model.who import (
    Assignee,
    Chain,
    Chosen,
    CommonSuperior,
    DivisionHead,
    FieldPerson,
    GeneralManager,
    Head,
    Owner,
    Post,
    Resolution,
    Responsible,
    Role,
    Superior,
    WhoTerm,
)

PROCESS_ADMIN: Final = "process_admin"
_NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Named:
    """Who a noun names as it stands; and whom to ask next, in order, after the lines of those."""

    people: tuple[str, ...]
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """The record's facts, the directory, and who may: all that resolving asks."""

    facts: Mapping[str, Any]
    directory: Directory
    forbidden: Container[str]
    at: datetime | None
    register: str | None
    unfit: Container[str] = _NOBODY
    skipped: dict[tuple[str, str], None] = field(default_factory=dict)

    def skip(self, who: str, code: str) -> None:
        self.skipped[(who, code)] = None

    def department(self) -> str | None:
        """The record's department."""
        found = self.facts.get("department")
        return found if isinstance(found, str) else None

    def heads(self, units: Iterable[str]) -> tuple[str, ...]:
        """The heads of units, in order; a unit without one is passed over."""
        return tuple(head for unit in units if (head := self.directory.head(unit)))

    def able(self, person: str) -> str | None:
        """The person, or who stands in for her; None if she is gone or may not."""
        if person in self.forbidden:
            self.skip(person, "who-forbidden")
            return None
        if not self.directory.active(person):
            self.skip(person, "who-gone")
            return None
        taker = self.directory.delegate(person, self.at, self.register) if self.at else None
        if taker is None or taker in self.forbidden or taker in self.unfit:
            return person
        self.skip(person, "who-away")
        return taker


def resolve(
    who: WhoTerm | Iterable[WhoTerm],
    facts: Mapping[str, Any],
    directory: Directory,
    *,
    forbidden: Container[str] = _NOBODY,
    at: datetime | None = None,
    register: str | None = None,
    unfit: Container[str] = _NOBODY,
) -> Resolution:
    """The people that a who, or a union of several, stands for: active, in order, each once.

    ``facts`` are the record's, flat; ``responsible`` and ``chosen`` may stand among them. ``forbidden`` has
    those who may not, such as the owner in an approval: a set, or anything that answers ``in``. With ``at``,
    the delegates of that instant stand in, for ``register`` if theirs is not for all, but for those who are
    ``unfit`` to stand in for anybody.
    """
    place = _Place(facts, directory, forbidden, at, register, unfit)
    people: dict[str, None] = {}
    for term in who if isinstance(who, Iterable) else (who,):
        people |= dict.fromkeys(_people(term, place))
    return Resolution(tuple(people), tuple(place.skipped))


def _people(term: WhoTerm, place: _Place) -> list[str]:
    """Those of a noun who can act, else the first above them who can, else the process administrators."""
    named = _NAMED[type(term)](term, place)
    if not named.people:
        place.skip(str(term), "who-empty")
    if found := [able for each in named.people if (able := place.able(each))]:
        return found
    lines = (each for person in named.people for each in place.directory.line(person))
    tried = set(named.people)
    for each in (*lines, *named.above):
        if each in tried:
            continue
        tried.add(each)
        if able := place.able(each):
            return [able]
    return _process_admins(term, place)


def _process_admins(term: WhoTerm, place: _Place) -> list[str]:
    place.skip(str(term), "who-past-top")
    holders = place.directory.holders_of_role(PROCESS_ADMIN)
    found = [able for each in holders if (able := place.able(each))]
    if not found:
        place.skip(f"role:{PROCESS_ADMIN}", "who-nobody")
    return found


def _ids(value: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(each for each in value if isinstance(each, str) and each)
    return (value,) if isinstance(value, str) and value else ()


def _fact(name: str) -> Callable[[Any, _Place], _Named]:
    """Reads people from a reserved fact; if it is empty, the head of the record's department is next."""

    def named(term: Any, place: _Place) -> _Named:
        return _Named(_ids(place.facts.get(name)), _above(place.department(), place))

    return named


def _above(department: str | None, place: _Place) -> tuple[str, ...]:
    return place.heads(place.directory.units_above(department))


def _values(term: FieldPerson, place: _Place) -> tuple[str, ...]:
    """What a field holds: ids of people or departments."""
    key, _, name = term.field.partition(".")
    value = place.facts.get(key)
    if not name:
        return _ids(value)
    lines = value if isinstance(value, list | tuple) else ()
    return tuple(one for each in lines if isinstance(each, Mapping) for one in _ids(each.get(name)))


def _field(term: FieldPerson, place: _Place) -> _Named:
    people: list[str] = []
    above: list[str] = []
    for each in _values(term, place):
        if each in place.directory.departments:
            people += place.heads([each])
            above += place.heads(place.directory.units_above(each)[1:])
        else:
            people.append(each)
    return _Named(tuple(people), tuple(above) or _above(place.department(), place))


def _role(term: Role, place: _Place) -> _Named:
    return _Named(place.directory.holders_of_role(term.name))


def _post(term: Post, place: _Place) -> _Named:
    department = place.department()
    return _Named(place.directory.holders_of_post(term.name, department), _above(department, place))


def _general_manager(term: GeneralManager, place: _Place) -> _Named:
    return _Named(_ids(place.directory.general_manager()))


def _departments(start: WhoTerm | None, place: _Place) -> tuple[str, ...]:
    """The departments from which a head is looked for: of the record, of a field, of the people of a noun."""
    if start is None:
        return _ids(place.department())
    values = _values(start, place) if isinstance(start, FieldPerson) else _starting(start, place)
    units = (each if each in place.directory.departments else _unit(each, place) for each in values)
    return tuple(dict.fromkeys(each for each in units if each))


def _unit(person: str, place: _Place) -> str | None:
    found = place.directory.people.get(person)
    return found.unit if found else None


def _head(term: Head, place: _Place) -> _Named:
    units = _departments(term.start, place)
    above = (higher for each in units for higher in place.directory.units_above(each)[1:])
    return _Named(place.heads(units), place.heads(above))


def _division_head(term: DivisionHead, place: _Place) -> _Named:
    units = _departments(term.start, place)
    heads = (place.directory.division_head(each) for each in units)
    above = (higher for each in units for higher in place.directory.units_above(each)[1:])
    return _Named(tuple(dict.fromkeys(each for each in heads if each)), place.heads(above))


def _starting(term: WhoTerm, place: _Place) -> tuple[str, ...]:
    """The people from whom a line begins, here or gone; those above an empty place begin one step up."""
    return _NAMED[type(term)](term, place).people


def _superior(term: Superior, place: _Place) -> _Named:
    start = term.start or (Responsible() if place.facts.get("responsible") else Owner())
    from_here = _NAMED[type(start)](start, place)
    if not from_here.people:  # an empty place: whoever stands above it is its superior
        return _Named(from_here.above[term.n - 1 : term.n], from_here.above[term.n :])
    found = (place.directory.superior(each, term.n) for each in from_here.people)
    return _Named(tuple(dict.fromkeys(each for each in found if each)))


def _common_superior(term: CommonSuperior, place: _Place) -> _Named:
    ends = [_starting(each, place)[:1] for each in (term.one, term.other)]
    if not all(ends):
        beginning = next((each[0] for each in ends if each), None)
        return _Named(_ids(beginning and place.directory.superior(beginning)))
    return _Named(_ids(place.directory.common_superior(ends[0][0], ends[1][0])))


def _chain(term: Chain, place: _Place) -> _Named:
    start = _NAMED[type(term.start)](term.start, place)
    ends = _starting(term.end, place)
    climbed: dict[str, None] = {}
    for first in (start.people or start.above)[:1]:
        for each in (first, *place.directory.line(first)):
            climbed[each] = None
            if each in ends:
                return _Named(tuple(climbed))
    return _Named(tuple(climbed | dict.fromkeys(ends)))


_NAMED: Final[Mapping[type[Any], Callable[[Any, _Place], _Named]]] = {
    Owner: _fact("owner"),
    Assignee: _fact("assignee"),
    Responsible: _fact("responsible"),
    Chosen: _fact("chosen"),
    GeneralManager: _general_manager,
    FieldPerson: _field,
    Role: _role,
    Post: _post,
    Head: _head,
    DivisionHead: _division_head,
    Superior: _superior,
    CommonSuperior: _common_superior,
    Chain: _chain,
}

"""Whether one record lies in a reach: the closure that a scope's SQL must agree with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from regbook.model.access import (
    Atom,
    DepartmentIn,
    Granted,
    LevelAtMost,
    OwnerIn,
    Reach,
    Related,
    Term,
)
from regbook.model.policy import HeldGrant, Relation
from regbook.model.record import Record


def holds(
    reach: Reach,
    record: Record,
    relations: Iterable[Relation],
    grants: Iterable[HeldGrant],
    now: datetime,
) -> bool:
    """Whether the record is reached: any allowing term holds and no denying one.

    Relations and grants of other records are passed over. Drafts are the caller's: only the owner's.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 9, 30, tzinfo=UTC)
    >>> mine = Reach(((OwnerIn(frozenset({"ann"})), LevelAtMost(1)),))
    >>> [holds(mine, Record("r", "1", "current", {}, owner="ann", level=n), (), (), now) for n in (1, 2)]
    [True, False]
    """
    ties = tuple(
        each
        for each in relations
        if each.register == record.register and each.record == record.id and each.lasts(now)
    )
    given = tuple(each for each in grants if each.register == record.register and each.record == record.id)

    def met(atom: Atom) -> bool:
        match atom:
            case LevelAtMost(level):
                return record.level_at(now) <= level
            case OwnerIn(people):
                return record.owner in people
            case DepartmentIn(departments):
                return record.department in departments
            case Related():
                return any(_ties(atom, each) for each in ties)
            case Granted(person, verb, field):
                return any(each.gives(person, verb, field, now) for each in given)

    def all_met(term: Term) -> bool:
        return all(met(atom) for atom in term)

    return any(map(all_met, reach.allow)) and not any(map(all_met, reach.deny))


def _ties(atom: Related, relation: Relation) -> bool:
    by_field = atom.field is None or relation.field == atom.field
    named = relation.person in atom.people or relation.department in atom.departments
    return relation.kind in atom.kinds and by_field and named

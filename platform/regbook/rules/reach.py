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

    Relations and grants of other records are passed over, and neither is looked into before a term asks
    for it. Drafts are the caller's: only the owner's.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 9, 30, tzinfo=UTC)
    >>> mine = Reach(((OwnerIn(frozenset({"ann"})), LevelAtMost(1)),))
    >>> [holds(mine, Record("r", "1", "current", {}, owner="ann", level=n), (), (), now) for n in (1, 2)]
    [True, False]
    """
    ties: list[Relation] | None = None
    given: list[HeldGrant] | None = None

    def met(atom: Atom) -> bool:
        nonlocal ties, given
        match atom:
            case LevelAtMost(level):
                return record.level_at(now) <= level
            case OwnerIn(people):
                return record.owner in people
            case DepartmentIn(departments):
                return record.department in departments
            case Related():
                if ties is None:
                    ties = [each for each in relations if _of(each, record) and each.lasts(now)]
                return any(_ties(atom, each) for each in ties)
            case Granted(person, verb, field):
                if given is None:
                    given = [each for each in grants if _of(each, record)]
                return any(each.gives(person, verb, field, now) for each in given)

    def all_met(term: Term) -> bool:
        return all(met(atom) for atom in sorted(term, key=_asks_ties))

    return any(map(all_met, sorted(reach.allow, key=_ask_ties))) and not any(map(all_met, reach.deny))


def _asks_ties(atom: Atom) -> bool:
    """Whether an atom asks of relations or grants, which somebody may have to read first: it comes last."""
    return isinstance(atom, Related | Granted)


def _ask_ties(term: Term) -> bool:
    return any(map(_asks_ties, term))


def _of(tie: Relation | HeldGrant, record: Record) -> bool:
    return tie.register == record.register and tie.record == record.id


def _ties(atom: Related, relation: Relation) -> bool:
    by_field = atom.field is None or relation.field == atom.field
    named = relation.person in atom.people or relation.department in atom.departments
    return relation.kind in atom.kinds and by_field and named

"""Rights that people are given for a time: what they have at an instant, and how long that stays so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from regbook.model.people import Person, Right


def with_rights(people: Mapping[str, Person], rights: Iterable[Right], now: datetime) -> dict[str, Person]:
    """The people with what they are given, and without what is taken from them, at the instant."""
    lasting = [each for each in rights if each.lasts(now)]
    found = dict(people)
    for right in sorted(lasting, key=lambda each: each.takes):
        person = found.get(right.person)
        if person is not None:
            found[person.id] = _less(person, right) if right.takes else _more(person, right)
    return found


def _more(person: Person, right: Right) -> Person:
    return replace(
        person,
        clearance=max(person.clearance, right.clearance or 0),
        roles=person.roles | right.roles,
        reach=person.reach | right.units,
    )


def _less(person: Person, right: Right) -> Person:
    lowered = person.clearance if right.clearance is None else min(person.clearance, right.clearance)
    return replace(
        person, clearance=lowered, roles=person.roles - right.roles, reach=person.reach - right.units
    )


def window(rights: Iterable[Right], now: datetime) -> tuple[datetime | None, datetime | None]:
    """Since when and until when the same rights hold as now; None where nothing begins or ends."""
    bounds = [at for each in rights for at in (each.start, each.end)]
    since = max((at for at in bounds if at <= now), default=None)
    return since, min((at for at in bounds if at > now), default=None)

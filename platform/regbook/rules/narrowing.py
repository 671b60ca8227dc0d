"""A condition as the filters of a query: what a view shows and what may be chosen in a reference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from regbook.model.query import Filter
from regbook.rules.conditions.moments import limit_of
from regbook.rules.kinds import date_time

_WORDS: Mapping[str, str] = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "const": "eq",
    "enum": "in",
}
_TIMES: Mapping[str, str] = {"before": "lt", "after": "gt"}


def filters_of(
    condition: Mapping[str, Any] | None, kinds: Mapping[str, str], now: datetime, me: str | None
) -> tuple[Filter, ...] | None:
    """The filters that ask what the condition asks, or None when no filters do (``anyOf``, ``not``).

    ``kinds`` gives the kind of each field; ``now`` bears the office's zone, ``me`` is the reader.

    >>> from datetime import UTC
    >>> filters_of({"state": ["out"], "keeper": "me"}, {}, datetime.now(UTC), "p1")
    (Filter(field='state', op='in', value=('out',)), Filter(field='keeper', op='in', value=('p1',)))
    """
    found: list[Filter] = []
    for name, wanted in (condition or {}).items():
        made = _filters(name, wanted, kinds.get(name, ""), now, me)
        if made is None:
            return None
        found += made
    return tuple(found)


def _filters(name: str, wanted: Any, kind: str, now: datetime, me: str | None) -> list[Filter] | None:
    if wanted is None:
        return [Filter(name, "empty", True)]
    if isinstance(wanted, bool):
        return [Filter(name, "eq", wanted)]
    if not isinstance(wanted, Mapping):
        values = wanted if isinstance(wanted, list) else [wanted]
        return [Filter(name, "in", tuple(me if each == "me" else each for each in values))]
    made: list[Filter] = []
    for word, value in wanted.items():
        if word in _TIMES:
            made.append(Filter(name, _TIMES[word], _moment(value, kind, now)))
        elif word in _WORDS:
            made.append(Filter(name, _WORDS[word], tuple(value) if word == "enum" else value))
        elif word in ("minLength", "minItems") and value == 1:
            made.append(Filter(name, "empty", False))
        else:
            return None
    return made


def _moment(text: str, kind: str, now: datetime) -> str:
    """The bound as a fact of the field's kind: a date, or an instant in UTC."""
    limit = limit_of(text, now)
    if kind == "date":
        return (limit.date() if isinstance(limit, datetime) else limit).isoformat()
    if not isinstance(limit, datetime):
        limit = _midnight(limit, now)
    return date_time.write(limit)


def _midnight(day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)

"""Filling in the next record from this one: the texts in braces of openings, sets and obligations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regbook.model.record import Record


def known_facts(record: Record, **besides: Any) -> dict[str, Any]:
    """What braces may name: every fact, ``self`` (``register/id``), ``id``, and what is given."""
    return {**record.flat(), "self": f"{record.register}/{record.id}", "id": record.id, **besides}


def filled_in(value: Any, known: Mapping[str, Any]) -> Any:
    """A constant as it is; ``{field}`` the fact itself; a text with braces in it the text.

    >>> filled_in("{amount}", {"amount": 3}), filled_in("第 {n} 次", {"n": 2}), filled_in("{gone}", {})
    (3, '第 2 次', None)
    """
    if not isinstance(value, str):
        return value
    if value.startswith("{") and value.endswith("}") and value.count("{") == 1:
        return known.get(value[1:-1])
    for key, fact in known.items():
        value = value.replace("{" + key + "}", "" if fact is None else str(fact))
    return value

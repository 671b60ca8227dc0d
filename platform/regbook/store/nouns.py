"""How a frozen noun becomes a row and a row the noun: a column for each of its fields, by the same name.

A frozen dataclass with slots names its fields, in order, in ``__slots__``.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, func


def columns_for(table: Table, noun: type[Any], blank: Collection[str] = ()) -> list[ColumnElement[Any]]:
    """The columns of a noun in the order of its fields, so that ``noun(*row)`` is the noun.

    In the ``blank`` ones the empty text, which a key needs, reads as None.
    """
    return [
        func.nullif(table.c[name], "", type_=Text()).label(name) if name in blank else table.c[name]
        for name in noun.__slots__
    ]


def values_of(noun: Any, blank: Collection[str] = ()) -> dict[str, Any]:
    """A noun's values by column; None in the ``blank`` ones is the empty text."""
    values = {name: getattr(noun, name) for name in noun.__slots__}
    for name in blank:
        values[name] = values[name] or ""
    return values

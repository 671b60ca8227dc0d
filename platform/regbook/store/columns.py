"""Column types that behave alike on SQLite and PostgreSQL, and the inserts that use every column."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Table, Text, TypeDecorator, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Later than anything: what an order needs in place of None."""
Counted = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, to the microsecond: timestamptz, or microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """How the store keeps it."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What the driver gets; an instant without a zone is a fault."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant has a time zone")
        return (value - EPOCH) // MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """What the engine gets."""
        if value is None:
            return None
        at: datetime = EPOCH + value * MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC)
        return at


class Json(TypeDecorator[Any]):
    """A JSON value as text, never searched by SQL. Numbers with a fraction come back as Decimal."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The value as text with sorted keys; Decimals keep every digit."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value."""
        return None if value is None else json.loads(value, parse_float=Decimal)


class Written(Json):
    """JSON as text, its keys in the order they were written in: in a definition that means something."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The value as text, in its own order."""
        return None if value is None else orjson.dumps(value, default=_plain).decode()


class Exact(TypeDecorator[Decimal]):
    """A decimal with at most four places, kept as whole ten-thousandths: both stores add it exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """The number of ten-thousandths; a fifth place is a fault."""
        if value is None:
            return None
        scaled = value.scaleb(4)
        if scaled != int(scaled):
            raise ValueError(f"{value} has more than four decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The decimal, with two places or as many as it needs."""
        if value is None:
            return None
        number = Decimal(int(value)).scaleb(-4)
        return number.quantize(Decimal("0.01")) if value % 100 == 0 else number.normalize()


def json_text(value: Any) -> str:
    """A JSON value as text, keys sorted, the same for the same value.

    >>> json_text({"b": Decimal("1.50"), "a": [1, None]})
    '{"a":[1,null],"b":1.50}'
    """
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f"))
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "items"):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def into(table: Table, *, leave: Iterable[str] = ()) -> postgresql.Insert:
    """An insert of one row: every column that the store does not count itself, each bound by its name.

    PostgreSQL's construct also writes SQLite's ``ON CONFLICT``, which the standard one lacks.
    """
    names = [each.name for each in table.columns if each.identity is None and each.name not in set(leave)]
    return postgresql.insert(table).values({name: bindparam(name) for name in names}).inline()

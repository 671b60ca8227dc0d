"""How the storages of field kinds rest in each store: column type, fact to column, column to fact."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    Text,
    Time,
    cast,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from regbook.model.kind import Kind
from regbook.rules.numbers import DIGITS, shortest

SQLITE, POSTGRESQL = "sqlite", "postgresql"
Expression = ColumnElement[Any]
Convert = Callable[[Any], Any]

ORDERED = frozenset({"text", "id", "int", "decimal", "instant", "date", "time"})
GROUPED = ORDERED | {"bool"}
"""Storages whose columns have an order, and those whose equal values make a group."""


def as_is(value: Any) -> Any:
    """The value itself."""
    return value


def itself(column: Expression) -> Expression:
    """The column itself."""
    return column


@dataclass(frozen=True, slots=True)
class Codec:
    """One storage in one store. ``tag`` ends the column's name, so that another storage is another column.

    ``write`` makes a fact what the driver takes, ``read`` the reverse; ``in_json`` is the column inside
    a JSON aggregate and ``read_json`` its fact again. None of them is asked about null. ``write``
    raises ValueError or TypeError for what is no fact of the storage.
    """

    storage: str
    tag: str
    type_: TypeEngine[Any]
    write: Convert
    read: Convert = as_is
    in_json: Callable[[Expression], Expression] = itself
    read_json: Convert = as_is


def plain_text(store: str) -> Text:
    """Text in the order of its code points on both stores."""
    return Text(collation="C") if store == POSTGRESQL else Text()


def codec_for(kind: Kind, encrypted: bool, store: str) -> Codec:
    """The codec of a field kind: bytes when the field is kept as an envelope."""
    if encrypted:
        return sealed_codec(store)
    if kind.storage == "decimal":
        worded = kind.schema({}).get("type") == "string"
        return decimal_codec(kind.scale or 0, worded, store)
    return CODECS[kind.storage](store)


def sealed_codec(store: str) -> Codec:
    """An envelope of crypto.py; it travels through JSON as hexadecimal digits."""

    def digits(column: Expression) -> Expression:
        return func.nullif(func.hex(column), "") if store == SQLITE else func.encode(column, "hex")

    return Codec("bytes", "z", LargeBinary(), bytes, bytes, digits, bytes.fromhex)


def decimal_codec(scale: int, worded: bool, store: str) -> Codec:
    """An exact figure: NUMERIC on PostgreSQL, whole units of the last place on SQLite.

    ``worded`` facts are text with every place (money), others are Decimals without needless zeros.
    """
    finish: Convert = (lambda number: format(number, "f")) if worded else shortest

    def whole(value: Any) -> int:
        if isinstance(value, bool | float):
            raise TypeError("a figure is a Decimal, an int or text")
        scaled = Decimal(value).scaleb(scale)
        if scaled != scaled.to_integral_value() or abs(scaled) >= 10**DIGITS:
            raise ValueError("the figure does not fit")
        return int(scaled)

    def number(units: Any) -> Any:
        return finish(Decimal(units).scaleb(-scale))

    if store == SQLITE:
        return Codec("decimal", f"d{scale}", Integer(), whole, number, itself, number)
    return Codec(
        "decimal",
        f"d{scale}",
        Numeric(DIGITS + 2, scale),
        lambda value: Decimal(whole(value)).scaleb(-scale),
        finish,
        lambda column: cast(column, Text),
        lambda text: finish(Decimal(text)),
    )


def _text(store: str) -> Codec:
    return Codec("text", "t", plain_text(store), _checked_text)


def _id(store: str) -> Codec:
    return Codec("id", "t", plain_text(store), _checked_text)


def _checked_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text is wanted")
    if "\0" in value:
        raise ValueError("text without NUL is wanted")
    return value


def _int(store: str) -> Codec:
    def write(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
            raise TypeError("a whole number is wanted")
        return value

    return Codec("int", "i", Integer() if store == SQLITE else BigInteger(), write)


def _bool(store: str) -> Codec:
    def write(value: Any) -> Any:
        if not isinstance(value, bool):
            raise TypeError("yes or no is wanted")
        return int(value) if store == SQLITE else value

    return Codec("bool", "b", Integer() if store == SQLITE else Boolean(), write, bool, itself, bool)


def instant_of(text: str) -> datetime:
    """The aware instant of a fact's text."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant has a zone")
    return at.astimezone(UTC)


def instant_fact(at: datetime) -> str:
    """The fact of an aware instant, to the second."""
    return at.astimezone(UTC).isoformat()[:19] + "Z"


def _instant(store: str) -> Codec:
    if store == SQLITE:
        return Codec("instant", "s", Text(), lambda text: instant_fact(instant_of(text)))

    def written(column: Expression) -> Expression:
        return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')

    return Codec("instant", "s", DateTime(timezone=True), instant_of, instant_fact, written)


def _date(store: str) -> Codec:
    if store == SQLITE:
        return Codec("date", "a", Text(), lambda text: date.fromisoformat(text).isoformat())
    return Codec("date", "a", Date(), date.fromisoformat, date.isoformat)


def _time(store: str) -> Codec:
    if store == SQLITE:
        return Codec("time", "c", Text(), lambda text: time.fromisoformat(text).isoformat("minutes"))
    return Codec(
        "time", "c", Time(), time.fromisoformat, lambda at: at.isoformat("minutes"), itself, lambda at: at[:5]
    )


def json_text(value: Any) -> str:
    """A JSON value as text; Decimals keep every digit."""
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} is no JSON value")


def json_value(text: str) -> Any:
    """The JSON value of a text; figures with decimals are Decimals."""
    return json.loads(text, parse_float=Decimal)


def _json(store: str) -> Codec:
    if store == SQLITE:
        return Codec("json", "j", Text(), json_text, json_value, func.json)
    return Codec("json", "j", JSONB(), json_text, json_value)


CODECS: dict[str, Callable[[str], Codec]] = {
    "text": _text,
    "id": _id,
    "int": _int,
    "bool": _bool,
    "instant": _instant,
    "date": _date,
    "time": _time,
    "json": _json,
}
"""Every storage but decimal, which needs its scale, and lines, which are a table of their own."""

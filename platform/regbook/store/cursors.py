"""Cursors: where a page ended, sealed so that nobody reads it, bound so that it serves one question."""

from __future__ import annotations

import hashlib
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from regbook.errors import Problem, RequestInvalid
from regbook.model.access import Scope
from regbook.model.query import Query
from regbook.store.codecs import Codec, json_text
from regbook.store.crypto import Broken, open_token, seal_token
from regbook.store.keyring import Keyring
from regbook.store.tables import Shape

USE = "cursor"
LONGEST = 8_000
Order = tuple[tuple[str, bool, Any], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A record's place in an order: the values of its keys, and whether the page before it is wanted."""

    values: tuple[Any, ...]
    back: bool


def bound_to(scope: Scope, query: Query, order: Order) -> str:
    """What a cursor serves alone: the reader, the register, the order, the filters and the search."""
    filters = [[each.field, each.op, repr(each.value)] for each in query.filters]
    keys = [[name, descending] for name, descending, _ in order]
    said = json_text([scope.person, scope.register, scope.verb, scope.clearance, keys, filters, query.search])
    return hashlib.sha256(said.encode()).hexdigest()


def write_cursor(
    keyring: Keyring, bound: str, shape: Shape, order: Order, row: tuple[Any, ...], *, back: bool
) -> str:
    """The cursor of a row, whose values are those of the order's keys."""
    facts = [
        None if value is None else codec.read(value) if codec else value
        for value, codec in zip(row, _codecs(shape, order), strict=True)
    ]
    token = seal_token(keyring, USE, bound, {"at": facts, "back": back})
    return urlsafe_b64encode(token).decode().rstrip("=")


def read_cursor(keyring: Keyring, bound: str, shape: Shape, order: Order, cursor: str) -> Place:
    """The place that a cursor means.

    Raises:
        RequestInvalid: it was given for something else, or made up.
    """
    try:
        if len(cursor) > LONGEST:
            raise ValueError("too long")
        token = b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        found = open_token(keyring, USE, bound, token)
        values = zip(found["at"], _codecs(shape, order), strict=True)
        written = tuple(
            None if fact is None else codec.write(fact) if codec else fact for fact, codec in values
        )
        return Place(written, bool(found["back"]))
    except (Broken, ValueError, TypeError, KeyError) as error:
        raise RequestInvalid([Problem("/after", "cursor-invalid")]) from error


def _codecs(shape: Shape, order: Order) -> list[Codec | None]:
    """How the keys' values become facts and back; None for those that are facts already."""
    return [
        shape.columns[name].codec
        if name in shape.columns
        else shape.instant
        if name.endswith(("_at", "_on"))
        else None
        for name, _, _ in order
    ]

"""JSON text, read strictly and written in one way only.

Reading refuses what two readers could understand differently: a key twice, NaN, figures that no 64-bit
integer holds, text that is not UTF-8, NUL, lone surrogates. Numbers with a point come as Decimal.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeAlias

import orjson

from regbook.errors import Problem, RequestInvalid
from regbook.rules import numbers
from regbook.rules.pointers import pointer

MOST_PROBLEMS = 50
"""A text with more is refused with these; it is not worth reading on."""

_INTEGERS = range(-(2**63), 2**63)
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_Trail: TypeAlias = "tuple[_Trail, str] | None"


def loads(text: bytes | str, *, max_bytes: int, max_depth: int = 32) -> Any:
    """The value that a JSON text says.

    Raises:
        RequestInvalid: it says none, or one that could be understood in two ways; ``problems`` has them
            all, up to MOST_PROBLEMS, each with its JSON pointer where it has one.

    >>> loads(b'{"amount": 12.50}', max_bytes=100)
    {'amount': Decimal('12.50')}
    """
    problems: list[Problem] = []
    value = _parsed(_decoded(text, max_bytes), max_depth, problems)
    for problem in _unfit(value, max_depth):
        if len(problems) >= MOST_PROBLEMS:
            break
        problems.append(problem)
    if problems:
        raise RequestInvalid(problems[:MOST_PROBLEMS])
    return value


def published(text: str) -> Any:
    """The value of a text that was read strictly before it was kept."""
    return json.loads(text, parse_float=Decimal)


def dumps(value: Any) -> str:
    """The one text of a value: keys sorted, no blanks, Decimals as plain numbers without needless zeros.

    >>> dumps({"b": Decimal("1.50"), "a": [True, None]})
    '{"a":[true,null],"b":1.5}'
    """
    return orjson.dumps(value, default=_number, option=_OPTIONS).decode()


def written(value: Any) -> str:
    """A value as text whose keys stay in the order they were written in.

    >>> written({"b": Decimal("1.50"), "a": 1})
    '{"b":1.5,"a":1}'
    """
    return orjson.dumps(value, default=_number).decode()


def canonical_hash(value: Any) -> str:
    """The SHA-256 of the one text of a value, in hex: equal values have equal hashes."""
    return hashlib.sha256(dumps(value).encode()).hexdigest()


def _number(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(numbers.shortest(value), "f"))
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not a JSON value: {type(value).__name__}")


def _refuse(code: str, **values: Any) -> NoReturn:
    raise RequestInvalid([Problem("", code, values)])


def _decoded(text: bytes | str, max_bytes: int) -> str:
    try:
        raw = text if isinstance(text, bytes) else text[: max_bytes + 1].encode()
        if len(raw) > max_bytes:
            _refuse("json-large", most=max_bytes)
        return raw.decode("utf-8-sig")
    except UnicodeError:
        _refuse("json-encoding")


def _parsed(text: str, max_depth: int, problems: list[Problem]) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object(problems),
            parse_float=_decimal(problems),
            parse_int=_integer(problems),
            parse_constant=lambda name: _note(problems, "json-number", number=name),
        )
    except json.JSONDecodeError as error:
        _refuse("json-syntax", line=error.lineno, column=error.colno)
    except RecursionError:
        _refuse("json-deep", most=max_depth)


def _note(problems: list[Problem], code: str, **values: Any) -> None:
    if len(problems) < MOST_PROBLEMS:
        problems.append(Problem("", code, values))


def _object(problems: list[Problem]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    _note(problems, "json-key-twice", key=_fit(key))
                seen.add(key)
        return value

    return read


def _integer(problems: list[Problem]) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text) if len(text) <= 20 else None
        if value is None or value not in _INTEGERS:
            _note(problems, "json-number", number=text[:30])
            return 0
        return value

    return read


def _decimal(problems: list[Problem]) -> Callable[[str], Decimal]:
    def read(text: str) -> Decimal:
        try:
            value = Decimal(text) if len(text) <= 60 else None
        except InvalidOperation:
            value = None
        if value is None or abs(value.adjusted()) > 40:
            _note(problems, "json-number", number=text[:30])
            return Decimal(0)
        return value

    return read


def _unfit(value: Any, max_depth: int) -> Iterator[Problem]:
    """What a well-formed value may still not hold: too many levels, NUL, halves of surrogate pairs."""
    waiting: list[tuple[Any, int, _Trail]] = [(value, 0, None)]
    while waiting:
        each, depth, trail = waiting.pop()
        if isinstance(each, str):
            if found := _UNFIT.search(each):
                yield Problem(_path(trail), "json-text", {"character": f"U+{ord(found.group()):04X}"})
        elif isinstance(each, dict | list):
            if depth == max_depth:
                yield Problem(_path(trail), "json-deep", {"most": max_depth})
                continue
            items = list(each.items() if isinstance(each, dict) else enumerate(each))
            for key, inner in reversed(items):
                if isinstance(key, str) and (found := _UNFIT.search(key)):
                    yield Problem(_path(trail), "json-text", {"character": f"U+{ord(found.group()):04X}"})
                waiting.append((inner, depth + 1, (trail, str(key))))


def _path(trail: _Trail) -> str:
    parts: list[str] = []
    while trail:
        trail, part = trail
        parts.append(_fit(part))
    return pointer(*reversed(parts))


def _fit(text: str) -> str:
    """A key, short enough and clean enough to be repeated in an answer."""
    return _UNFIT.sub("\ufffd", text[:80])

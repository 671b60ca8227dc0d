"""What a list's address asks for: its query text into a Query, every problem named by its parameter.

``?filter[state][in]=raised,handled&filter[occurred_at][ge]=2026-09-01T00:00:00Z&sort=-occurred_at&limit=50``
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from regbook.errors import Problem, RequestInvalid
from regbook.model.definition import Definition
from regbook.model.query import OPERATORS, Filter, Query, Sort
from regbook.rules.kinds import KINDS

MOST_PARAMETERS = 100
MOST_RECORDS = 100
MOST_FIELDS = 200
MOST_KEYS = 5
LONGEST_SEARCH = 200
LONGEST_CURSOR = 4_000
COUNTS = ("none", "bounded", "exact")
PARAMETERS = ("filter[field][operator]", "sort", "fields", "q", "limit", "after", "group", "count")

_FILTER = re.compile(r"filter\[([^\[\]]{1,200})\](?:\[([^\[\]]{0,20})\])?\Z")
_NAME = re.compile(r"[^\x00-\x20,\[\]]{1,200}\Z")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RESERVED: Mapping[str, str] = {
    "level": "secrecy-level",
    **dict.fromkeys(("entered_at", "submitted_at", "amended_at", "declassify_on"), "date-time"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A list's question: the query, how to count, and the parameter that each filter came from."""

    query: Query
    count: str = "none"
    origins: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """A query text half read."""

    values: dict[str, Any] = field(default_factory=dict)
    filters: list[Filter] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, parameter: str, code: str, **values: Any) -> None:
        self.problems.append(Problem(f"/{_shortened(parameter)}", code, values))


def read_query(text: bytes) -> Asked:
    """The question that an address asks after its question mark.

    Raises:
        RequestInvalid: every parameter that cannot be read.

    >>> read_query(b"filter[state]=raised&sort=-number").query.filters
    (Filter(field='state', op='eq', value='raised'),)
    """
    reading = _Reading()
    for name, value in _pairs(text):
        if _UNFIT.search(value) or _UNFIT.search(name):
            reading.refuse(name, "query-text", name=_shortened(name))
        elif found := _FILTER.match(name):
            _read_filter(reading, found[1], "eq" if found[2] is None else found[2], value)
        elif name not in _READERS:
            reading.refuse(name, "query-unknown", name=_shortened(name), known=", ".join(PARAMETERS))
        elif name in reading.values:
            reading.refuse(name, "query-twice", name=name)
        else:
            reading.values[name] = _READERS[name](reading, name, value)
    return _asked(reading)


def read_parameters(text: bytes, known: Collection[str]) -> dict[str, Any]:
    """The parameters of an address that takes no filters, each at most once.

    Raises:
        RequestInvalid: every parameter that is unknown, stands twice or cannot be read.
    """
    reading = _Reading()
    for name, value in _pairs(text):
        if _UNFIT.search(value) or name not in known:
            reading.refuse(name, "query-unknown", name=_shortened(name), known=", ".join(known) or "-")
        elif name in reading.values:
            reading.refuse(name, "query-twice", name=name)
        else:
            reading.values[name] = _READERS.get(name, _as_text)(reading, name, value)
    if reading.problems:
        raise RequestInvalid(reading.problems)
    return reading.values


def typed_query(query: Query, definition: Definition) -> Query:
    """The query with each filter's text read by its field's kind.

    What cannot be read stays text, and a name that is none stays too: the store refuses both, after it
    has asked whether the field exists for the reader.
    """
    return replace(query, filters=tuple(_typed_filter(each, definition) for each in query.filters))


def in_parameters(error: RequestInvalid, asked: Asked) -> RequestInvalid:
    """The store's refusal, its paths turned into those of the address's parameters."""
    return RequestInvalid(
        [replace(each, path=_parameter(each.path, asked)) for each in error.problems],
        error.code,
        **error.values,
    )


def _pairs(text: bytes) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except UnicodeDecodeError:
        raise RequestInvalid([Problem("", "query-encoding")]) from None
    except ValueError:
        raise RequestInvalid([Problem("", "query-long", {"most": MOST_PARAMETERS})]) from None


def _asked(reading: _Reading) -> Asked:
    values = reading.values
    count = values.pop("count", "none")
    if "group" in values:
        for name in ("sort", "fields", "limit", "after"):
            if name in values:
                reading.refuse(name, "query-group-page", name=name)
    if reading.problems:
        raise RequestInvalid(reading.problems)
    if "q" in values:
        values["search"] = values.pop("q")
    return Asked(Query(filters=tuple(reading.filters), **values), count, tuple(reading.origins))


def _read_filter(reading: _Reading, name: str, op: str, text: str) -> None:
    origin = f"/filter/{_escaped(name)}/{_escaped(op)}"
    value: Any = text
    if op not in OPERATORS:
        known = ", ".join(OPERATORS)
        reading.problems.append(Problem(origin, "query-operator", {"op": _shortened(op), "known": known}))
    elif op == "in":
        value = tuple(_parts(text))
    elif op == "between":
        value = tuple(_parts(text))
        if len(value) != 2:
            reading.problems.append(Problem(origin, "query-two"))
    elif op == "empty":
        value = {"true": True, "false": False}.get(text)
        if value is None:
            reading.problems.append(Problem(origin, "query-yes-no"))
    reading.filters.append(Filter(name, op, value))
    reading.origins.append(origin)


def _parts(text: str) -> list[str]:
    r"""The parts of a list; a comma or backslash of a part's own stands behind a backslash.

    >>> _parts(r"a,b\,c,")
    ['a', 'b,c', '']
    """
    if "\\" not in text:
        return text.split(",")
    parts, literal = [""], False
    for character in text:
        if literal or character not in ",\\":
            parts[-1] += character
            literal = False
        elif character == ",":
            parts.append("")
        else:
            literal = True
    return parts


def _read_sort(reading: _Reading, name: str, text: str) -> tuple[Sort, ...]:
    keys = _names(reading, name, text, MOST_KEYS, lambda each: each.removeprefix("-"))
    return tuple(Sort(each.removeprefix("-"), each.startswith("-")) for each in keys)


def _read_fields(reading: _Reading, name: str, text: str) -> tuple[str, ...]:
    return tuple(_names(reading, name, text, MOST_FIELDS, str))


def _names(reading: _Reading, name: str, text: str, most: int, bare: Callable[[str], str]) -> list[str]:
    names = text.split(",")
    plain = [bare(each) for each in names]
    if len(names) > most or len(set(plain)) < len(plain) or not all(map(_NAME.match, plain)):
        reading.refuse(name, "query-list", name=name, most=most)
        return []
    return names


def _read_search(reading: _Reading, name: str, text: str) -> str:
    if len(text) > LONGEST_SEARCH:
        reading.refuse(name, "query-text", name=name)
    return text


def _read_limit(reading: _Reading, name: str, text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= MOST_RECORDS:
        reading.refuse(name, "query-limit", most=MOST_RECORDS)
    return number


def _read_after(reading: _Reading, name: str, text: str) -> str:
    if not text or len(text) > LONGEST_CURSOR:
        reading.refuse(name, "query-text", name=name)
    return text


def _read_group(reading: _Reading, name: str, text: str) -> str:
    if not _NAME.match(text):
        reading.refuse(name, "query-list", name=name, most=1)
    return text


def _as_text(reading: _Reading, name: str, text: str) -> str:
    return text


def _read_count(reading: _Reading, name: str, text: str) -> str:
    if text not in COUNTS:
        reading.refuse(name, "query-choice", name=name, known=", ".join(COUNTS))
    return text


_READERS: Mapping[str, Callable[[_Reading, str, str], Any]] = {
    "sort": _read_sort,
    "fields": _read_fields,
    "q": _read_search,
    "limit": _read_limit,
    "after": _read_after,
    "group": _read_group,
    "count": _read_count,
}


def _typed_filter(given: Filter, definition: Definition) -> Filter:
    if given.op in ("empty", "contains", "starts"):
        return given
    declared = definition.fields.get(given.field)
    kind = KINDS[declared.kind if declared else _RESERVED.get(given.field, "text")]
    if kind.storage in ("json", "lines"):
        return given
    schema = declared.schema if declared else {}
    if isinstance(given.value, tuple):
        return replace(given, value=tuple(kind.typed(each, schema) for each in given.value))
    return replace(given, value=kind.typed(given.value, schema))


def _parameter(path: str, asked: Asked) -> str:
    head, _, rest = path.removeprefix("/").partition("/")
    if head == "filters" and rest.isdigit() and int(rest) < len(asked.origins):
        return asked.origins[int(rest)]
    return "/q" if head == "search" else path


def _shortened(name: str) -> str:
    return _escaped(_UNFIT.sub("\ufffd", name[:80]))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

"""Turns a reader's filters and search words into condition trees, each value read by its field's kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import Kind
from regbook.model.query import OPERATORS, Filter
from regbook.rules.kinds import KINDS
from regbook.store import search
from regbook.store.asking import NO, YES, Asking, Tree, Use, all_of, any_of, field_reach, known
from regbook.store.codecs import CODECS, SQLITE
from regbook.store.crypto import blind
from regbook.store.tables import FieldColumn

COMPARED = ("eq", "ne", "in", "lt", "le", "gt", "ge", "between", "empty")
TEXTUAL = (*COMPARED, "contains", "starts")
ALLOWED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("text", "id"), TEXTUAL),
    **dict.fromkeys(("int", "decimal", "instant", "date", "time"), COMPARED),
    "bool": ("eq", "ne", "in", "empty"),
    "json": ("contains", "in", "empty"),
    "lines": ("empty",),
    "assignee": ("eq", "in", "contains", "empty"),
    "bytes": (),
    "masked": ("eq", "ne", "in", "empty"),
    "blind": ("eq", "in"),
}
"""What may be asked of a field, by how it rests: of an encrypted one nothing, or equality by its index.

Of a masked one equality alone, and only by whoever may see it whole: a guess that is right would tell.
"""

RESERVED_KINDS: Mapping[str, tuple[str, str]] = {
    "number": ("text", "text"),
    "state": ("text", "text"),
    "owner": ("person", "id"),
    "department": ("department", "id"),
    "assignee": ("person", "assignee"),
    "level": ("secrecy-level", "int"),
    **dict.fromkeys(("entered_at", "submitted_at", "amended_at", "declassify_on"), ("date-time", "instant")),
}
MOST_MEMBERS = 1_000
HIGHEST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a filter is about: the field's name and kind, how it rests, how a fact becomes a value."""

    name: str
    kind: Kind
    schema: Mapping[str, Any]
    rests: str
    write: Callable[[Any], Any]


def filter_trees(asking: Asking, filters: tuple[Filter, ...]) -> Tree:
    """All of the filters, each within the reach of its field."""
    return all_of(*(_filter_tree(asking, each, f"/filters/{at}") for at, each in enumerate(filters)))


def _filter_tree(asking: Asking, given: Filter, path: str) -> Tree:
    reach = known(asking, given.field, path, _use(asking, given))
    if reach is None:
        return NO
    asked = _asked(asking, given.field)
    if given.op not in OPERATORS or given.op not in ALLOWED[asked.rests]:
        values = {"title": asked.schema.get("title", given.field), "op": given.op}
        asking.problems.append(Problem(path, "operator-not-here", values))
        return NO
    return all_of(reach, _OPERATIONS.get(given.op, _compare)(asking, asked, given, path))


def _use(asking: Asking, given: Filter) -> Use:
    """The right that the filter needs: whoever may not see a value whole learns nothing of it by guessing."""
    held = asking.shape.columns.get(given.field)
    if held is not None and held.masked:
        return "unmask"
    return "match" if _matches(asking, given) else "range"


def _matches(asking: Asking, given: Filter) -> bool:
    """Whether the filter asks for equality alone; anything else tells of an order or of parts of a value."""
    if given.op == "contains":
        held = asking.shape.columns.get(given.field)
        return given.field == "assignee" or (held is not None and held.codec.storage == "json")
    return given.op in ("eq", "ne", "in", "empty")


def _asked(asking: Asking, name: str) -> Asked:
    shape = asking.shape
    if name == shape.serial:
        name = "number"
    if name in shape.columns:
        return _asked_column(asking, shape.columns[name])
    if name in shape.lines:
        field = shape.lines[name].field
        return Asked(name, KINDS["lines"], field.schema, "lines", str)
    kind, rests = RESERVED_KINDS[name]
    write = str if rests == "assignee" else CODECS[rests](shape.store).write
    return Asked(name, KINDS[kind], {}, rests, write)


def _asked_column(asking: Asking, column: FieldColumn) -> Asked:
    field, register = column.field, asking.shape.register

    def mark(fact: Any) -> str:
        return blind(asking.keyring, register, column.path, fact)

    if column.encrypted:
        rests, write = ("blind", mark) if column.blind is not None else ("bytes", bytes)
        return Asked(field.key, column.kind, field.schema, rests, write)
    rests = "masked" if column.masked else column.codec.storage
    return Asked(field.key, column.kind, field.schema, rests, column.codec.write)


def _value(asking: Asking, asked: Asked, value: Any, path: str) -> Any:
    """The driver's value of what was asked for; a wrong one is a problem that names the field."""
    listed = asked.rests == "json"
    schema = {"title": asked.name, **asked.schema}
    fact = asked.kind.canonical([value] if listed else value, schema)
    problems = asked.kind.check(fact, schema)
    asking.problems += [
        Problem(path, each.code, {"title": schema["title"], **each.values}) for each in problems
    ]
    if problems:
        return None
    if listed:
        return fact[0] if fact else None
    try:
        return None if fact is None else asked.write(fact)
    except (TypeError, ValueError):
        asking.problems.append(Problem(path, "value-not-read", {"title": schema["title"]}))
        return None


def _compare(asking: Asking, asked: Asked, given: Filter, path: str) -> Tree:
    value = _value(asking, asked, given.value, path)
    if value is None:
        return {"eq": _empty(asked), "ne": ("not", _empty(asked))}.get(given.op, NO)
    return ("field", asked.name, given.op, asking.take(value))


def _empty(asked: Asked) -> Tree:
    return ("empty", asked.name)


def _is_empty(asking: Asking, asked: Asked, given: Filter, path: str) -> Tree:
    if not isinstance(given.value, bool):
        asking.problems.append(
            Problem(path, "wants-yes-no", {"title": asked.schema.get("title", asked.name)})
        )
    return _empty(asked) if given.value else ("not", _empty(asked))


def _members(asking: Asking, asked: Asked, given: Filter, path: str) -> Tree:
    given_values = given.value if isinstance(given.value, list | tuple | set | frozenset) else (given.value,)
    if len(given_values) > MOST_MEMBERS:
        asking.problems.append(Problem(path, "too-many-values", {"most": MOST_MEMBERS}))
        return NO
    values = [_value(asking, asked, each, path) for each in given_values]
    empty = [_empty(asked)] if None in values else []
    wanted = {each for each in values if each is not None}
    if asked.rests == "json":
        return any_of(
            *(("field", asked.name, "contains", asking.take(each)) for each in sorted(wanted)), *empty
        )
    return any_of(*([("among", asked.name, *asking.take_set(wanted))] if wanted else []), *empty)


def _between(asking: Asking, asked: Asked, given: Filter, path: str) -> Tree:
    if not isinstance(given.value, list | tuple) or len(given.value) != 2:
        asking.problems.append(
            Problem(path, "wants-two-values", {"title": asked.schema.get("title", asked.name)})
        )
        return NO
    bounds = (("ge", given.value[0]), ("le", given.value[1]))
    trees = []
    for op, bound in bounds:
        if bound is not None and bound != "":
            trees.append(_compare(asking, asked, Filter(given.field, op, bound), path))
    return all_of(*trees) if trees else YES


def _contains(asking: Asking, asked: Asked, given: Filter, path: str) -> Tree:
    if asked.rests in ("json", "assignee"):
        value = _value(asking, asked, given.value, path)
        op = "contains" if asked.rests == "json" else "eq"
        return ("field", asked.name, op, asking.take(value)) if value is not None else NO
    text = _text(asking, asked, given, path)
    return ("field", asked.name, "contains", asking.take(text.translate(_LOWER)))


_LOWER = {ord(each): ord(each.lower()) for each in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def _starts(asking: Asking, asked: Asked, given: Filter, path: str) -> Tree:
    text = _text(asking, asked, given, path)
    low, high = asking.take(text), asking.take(text + HIGHEST_CHARACTER)
    return ("and", ("field", asked.name, "ge", low), ("field", asked.name, "le", high))


def _text(asking: Asking, asked: Asked, given: Filter, path: str) -> str:
    if isinstance(given.value, str) and "\0" not in given.value:
        return given.value
    asking.problems.append(Problem(path, "wants-text", {"title": asked.schema.get("title", asked.name)}))
    return ""


_OPERATIONS: Mapping[str, Callable[[Asking, Asked, Filter, str], Tree]] = {
    "empty": _is_empty,
    "in": _members,
    "between": _between,
    "contains": _contains,
    "starts": _starts,
}


def search_tree(asking: Asking, words: str) -> Tree:
    """The records that hold every word in the fields that no reader of them is kept from.

    For a reader who is kept from one of those after all, nothing is found.
    """
    if not words.strip():
        return YES
    wanted = search.asked(words)
    if wanted is None:
        asking.problems.append(Problem("/search", "search-short"))
        return NO
    for name in (*asking.shape.public, "number"):
        reach = field_reach(asking, name)
        if reach is not None and not reach.everything:
            return NO
    if asking.shape.store == SQLITE:
        return ("match", asking.take(search.full_text_query(wanted)))
    return all_of(*(any_of(*(("words", asking.take(list(way))) for way in ways)) for ways in wanted))

"""What every reader of a record sees of it; what some rule, level, seal or mask keeps from one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from regbook.model.definition import Definition, Field
from regbook.model.record import Record
from regbook.rules.kinds import mask_of

READING = frozenset({"read", "match", "range"})


def kept_fields(definition: Definition) -> frozenset[str]:
    """The keys, and ``lines.key`` of the parts of lines, that some reader of a record may not see whole."""
    return frozenset(_kept(definition))


def changes_openly(definition: Definition, old: Record, new: Record) -> bool:
    """Whether anything is otherwise that every reader of the record sees."""
    kept = kept_fields(definition)
    return any(
        _open_part(definition, kept, key, old.facts.get(key))
        != _open_part(definition, kept, key, new.facts.get(key))
        for key in definition.fields
        if key not in kept and old.facts.get(key) != new.facts.get(key)
    )


def _open_part(definition: Definition, kept: frozenset[str], key: str, fact: Any) -> Any:
    if not definition.fields[key].lines or not isinstance(fact, list):
        return fact
    return [
        {name: each for name, each in line.items() if f"{key}.{name}" not in kept}
        for line in fact
        if isinstance(line, Mapping)
    ]


def _kept(definition: Definition) -> Iterator[str]:
    for path, field in _paths(definition.fields.values()):
        if field.secrecy or field.encrypted or mask_of(field.schema) is not None:
            yield path
    for rule in definition.access:
        if not READING & set(rule.do):
            continue  # what a rule lets people write keeps nothing from those who read
        yield from rule.deny
        if rule.only:
            yield from _left_out(definition, frozenset(rule.only))


def _left_out(definition: Definition, only: frozenset[str]) -> Iterator[str]:
    for key, field in definition.fields.items():
        named = {f"{key}.{inner}" for inner in field.lines} & only
        if key not in only and not named:
            yield key
        elif named:
            yield from (f"{key}.{inner}" for inner in field.lines if f"{key}.{inner}" not in named)


def _paths(fields: Iterable[Field]) -> Iterator[tuple[str, Field]]:
    for each in fields:
        yield each.key, each
        yield from ((f"{each.key}.{name}", inner) for name, inner in each.lines.items())

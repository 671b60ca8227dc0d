"""Secrets in the journal: they rest there as envelopes under their record's own key, like in its columns.

Destroying the record's key therefore ends them in every entry too.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

from regbook.store.crypto import Broken, RecordKey
from regbook.store.tables import FieldColumn, Shape

SEALED = "sealed"
Convert = Callable[[FieldColumn, Any], Any]


def sealed_facts(shape: Shape, key: RecordKey | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as a journal may keep them: what is encrypted in its column is an envelope here."""

    def seal(held: FieldColumn, value: Any) -> Any:
        if not held.encrypted or value is None:
            return value
        if key is None:
            return None
        envelope = key.seal(_path(held), held.field.secrecy, value)
        return {SEALED: b64encode(envelope).decode()}

    return {name: _converted(shape, name, fact, seal) for name, fact in facts.items()}


def opened_facts(shape: Shape, key: RecordKey | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a journal again; null where the key is gone."""

    def opened(held: FieldColumn, value: Any) -> Any:
        if not isinstance(value, dict) or set(value) != {SEALED}:
            return value
        try:
            return None if key is None else key.open(_path(held), b64decode(value[SEALED]))
        except Broken:
            return None

    return {name: _converted(shape, name, fact, opened) for name, fact in facts.items()}


def _path(held: FieldColumn) -> str:
    return f"entry/{held.path}"


def _converted(shape: Shape, name: str, fact: Any, convert: Convert) -> Any:
    if name in shape.columns:
        return convert(shape.columns[name], fact)
    if name not in shape.lines or not isinstance(fact, list):
        return fact
    columns = shape.lines[name].columns
    return [
        {key: convert(columns[key], each) if key in columns else each for key, each in line.items()}
        for line in fact
    ]

"""The name of a field's kind, whether the engine has it or not, and a schema with its references resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regbook.errors import DefinitionInvalid
from regbook.rules.kinds import kind_of

Raw = Mapping[str, Any]


def resolved(schema: Raw, shared: Mapping[str, Raw]) -> Raw:
    """A field's schema with its ``$ref`` replaced by the shared field; its own keywords win."""
    if "$ref" not in schema:
        return schema
    target = shared[schema["$ref"].removeprefix("#/$defs/")]
    return {**resolved(target, shared), **{key: value for key, value in schema.items() if key != "$ref"}}


def kind_name(schema: Raw) -> str:
    """The name of the field kind that a schema means; what it calls itself when the engine has no such kind.

    >>> kind_name({"type": "string", "format": "money"}), kind_name({"type": "string", "format": "colour"})
    ('money', 'colour')
    """
    try:
        return kind_of(schema).name
    except DefinitionInvalid:
        return str(schema.get("format") or schema.get("type", ""))

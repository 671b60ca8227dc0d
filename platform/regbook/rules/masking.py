"""Masking a record: personal values as a reader has them who has not asked to see them whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from regbook.model.definition import Definition, Field
from regbook.model.record import Record
from regbook.rules.kinds import mask_of


def masked_keys(definition: Definition) -> tuple[str, ...]:
    """The keys of the fields that are masked, whole or in their lines."""
    return tuple(
        key
        for key, field in definition.fields.items()
        if mask_of(field.schema) is not None
        or any(mask_of(each.schema) is not None for each in field.lines.values())
    )


def masked(fields: Mapping[str, Field], keys: tuple[str, ...], record: Record) -> Record:
    """The record with the values of these keys masked, in lines too."""
    hidden = {key: masked_value(fields[key], record.facts[key]) for key in keys if key in record.facts}
    return replace(record, facts={**record.facts, **hidden}) if hidden else record


def masked_value(field: Field, value: Any) -> Any:
    """One value as its reader sees it."""
    if field.lines and isinstance(value, list):
        return [_masked(field.lines, line) for line in value]
    mask = mask_of(field.schema)
    return mask(value) if mask is not None and isinstance(value, str) and value else value


def without_echoes(definition: Definition, record: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was really given: a masked value that comes back from a form as it was shown is no change."""
    return {
        key: value
        for key, value in given.items()
        if key not in definition.fields
        or mask_of(definition.fields[key].schema) is None
        or value != masked_value(definition.fields[key], record.facts.get(key))
    }


def _masked(fields: Mapping[str, Field], facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: masked_value(fields[key], value) if key in fields else value for key, value in facts.items()}

"""A question as casbin gets it: the record with what ties people to it, and the fields with their levels."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from regbook.access.deciding import Held
from regbook.access.reader import Reader
from regbook.access.rows import guarded_fields
from regbook.model.access import Granted, Reach
from regbook.model.definition import Definition
from regbook.model.policy import RECORD, HeldGrant, Relation
from regbook.model.record import HIDEABLE, RESERVED, Record
from regbook.model.workflow import DRAFT


def held_record(
    reader: Reader,
    definition: Definition,
    record: Record | None,
    relations: Collection[Relation],
    grants: Collection[HeldGrant],
    now: datetime,
) -> Held:
    """The record as the matcher sees it; without one, the draft that the reader would enter now."""
    if record is None:
        record = Record(definition.register, "", DRAFT, {}, owner=reader.id, department=reader.unit)
    return Held(
        record,
        record.owner,
        record.department,
        record.level_at(now),
        record.state == DRAFT,
        relations,
        grants,
        now,
    )


def levels_of(definition: Definition) -> Mapping[str, int]:
    """The level of each field that access speaks of; a part of lines has at least that of its lines."""
    fields = guarded_fields(definition)
    return {key: max(field.secrecy, fields[key.partition(".")[0]].secrecy) for key, field in fields.items()}


def questions_of(definition: Definition, field: str | None) -> Sequence[tuple[str, int]] | None:
    """What to ask casbin, with the level of each: the record, then the field, or None for no such field."""
    record = (RECORD, 0)
    levels = levels_of(definition)
    if field in HIDEABLE and field in levels and field not in definition.fields:
        return (record, (field, levels[field]))
    if field is None or (field in RESERVED and field not in definition.fields):
        return (record,)
    parent, _, part = field.partition(".")
    if parent not in definition.fields or (part and part not in definition.fields[parent].lines):
        return None
    return (record, *((each, levels[each]) for each in dict.fromkeys((parent, field)) if each in levels))


def asking_for(reach: Reach, field: str | None) -> Reach:
    """The same reach with grants asked for another field, None for those of the whole record."""

    def terms(found: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            tuple(
                dataclasses.replace(atom, field=field) if isinstance(atom, Granted) else atom for atom in term
            )
            for term in found
        )

    return Reach(terms(reach.allow), terms(reach.deny))

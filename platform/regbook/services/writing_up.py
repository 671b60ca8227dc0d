"""Writing up: what somebody enters above her own clearance tells her nothing of what lies there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from regbook.model.access import unbounded
from regbook.model.query import Filter, Query
from regbook.model.record import Record
from regbook.rules.compiled import Compiled
from regbook.services.planning import Plan

REASON = "kept-apart"


def is_above(plan: Plan, record: Record) -> bool:
    """Whether the record is of a level that the plan's actor may not see."""
    cleared = plan.edition.clearance(plan.actor.person, plan.now)
    return not plan.actor.is_engine and record.level_at(plan.now) > cleared


def receipt(plan: Plan, record: Record) -> Record:
    """The record as its enterer gets it back: a number of a level above hers would count what is there."""
    return replace(record, number=None) if is_above(plan, record) else record


def kept_apart(plan: Plan, compiled: Compiled, record: Record) -> tuple[Record, Mapping[str, Any]]:
    """The record without values that must be unique and are not, if its enterer may not know that they are.

    They are told to those who may see the record, in the entry's values: it is theirs to bring together
    what belongs together. Nothing is taken from whoever may see the level: she is refused and told why.
    """
    if not is_above(plan, record):
        return record, {}
    definition = compiled.definition
    engine = unbounded(definition.register, "read", "unique")
    taken = [
        field
        for key, field in definition.fields.items()
        if field.schema.get("x-unique")
        and record.facts.get(key) is not None
        and plan.reading.records.count(
            definition,
            Query(filters=(Filter(key, "eq", record.facts[key]), Filter("level", "eq", record.level))),
            engine,
            plan.now,
            1,
        ).number
    ]
    if not taken:
        return record, {}
    said = [f"{each.title} {'' if each.encrypted else record.facts[each.key]}".strip() for each in taken]
    without = {**record.facts, **dict.fromkeys((each.key for each in taken), None)}
    return replace(record, facts=without), {"values": "；".join(said)}

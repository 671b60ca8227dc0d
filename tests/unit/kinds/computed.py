"""A register with a computed field, filled and judged by the same rules as in a running office."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from regbook.model.timing import Calendar
from regbook.model.world import World
from regbook.rules.calendars import calendar_from
from regbook.rules.checking import definition_problems
from regbook.rules.compiled import Compiled, derived
from regbook.rules.reading import definition_from

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
WORLD = World(registers={}, languages=())
LINES = {
    "type": "array",
    "title": "明细",
    "items": {
        "type": "object",
        "properties": {
            "what": {"type": "string", "title": "品名"},
            "price": {"type": "string", "format": "money", "title": "单价"},
            "pieces": {"type": "integer", "title": "数量"},
        },
    },
}


def register(**fields: Any) -> dict[str, Any]:
    """The file of a register with these fields beside an amount, a date and lines."""
    given = {
        "amount": {"type": "string", "format": "money", "title": "金额"},
        "on": {"type": "string", "format": "date", "title": "日期"},
        "items": LINES,
    }
    return {
        "register": "order",
        "title": "订单",
        "entity": {"type": "object", "properties": given | fields},
        "access": [{"role": "staff", "do": ["enter", "read"]}],
    }


def problems(**fields: Any) -> list[tuple[str, str]]:
    """What is wrong with the register: where and its code."""
    return [(each.path, each.code) for each in definition_problems(register(**fields), WORLD)]


def calendar() -> Calendar:
    """The office's calendar as it is shipped."""
    return calendar_from(json.loads((ROOT / "definitions/calendar.json").read_text("utf-8")))


def computed(facts: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """What the computed fields of a record with these facts become."""
    assert problems(**fields) == []
    definition = definition_from(register(**fields))
    flat = {**dict.fromkeys(definition.fields), **facts}
    return derived(Compiled(definition, calendar()), flat, NOW)

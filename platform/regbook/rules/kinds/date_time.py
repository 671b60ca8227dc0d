"""An instant: ``2026-09-30T08:00:00Z``, always UTC and whole seconds; people see it in the office's zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules import texts
from regbook.rules.kinds import date
from regbook.rules.kinds.common import line_problems, refuse
from regbook.rules.masks import whole

_WRITTEN = re.compile(
    r"(?P<day>[^ Tt]{8,11})[ Tt]+(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9])(?:\.[0-9]{1,9})?)?"
    r" ?(?P<offset>[Zz]|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?\Z"
)


def read(text: str, zone: tzinfo | None = None) -> datetime | None:
    """The instant that a text means, in UTC, or None. Without an offset it is of ``zone``, if one is given.

    Parts of a second are dropped. A local time that a clock change skips is read as if it had not.

    >>> read("2026-09-30T16:00+08:00")
    datetime.datetime(2026, 9, 30, 8, 0, tzinfo=datetime.timezone.utc)
    """
    found = _WRITTEN.match(texts.narrow(text))
    day = date.read(found["day"]) if found else None
    if not found or day is None:
        return None
    offset = _offset(found["offset"]) if found["offset"] else zone
    if offset is None:
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=offset).astimezone(UTC)
    except OverflowError:
        return None


def _offset(text: str) -> tzinfo:
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if text[0] == "-" else away)


def write(instant: datetime) -> str:
    """The canonical text of an instant that knows its zone.

    >>> write(datetime(2026, 9, 30, 8, tzinfo=UTC))
    '2026-09-30T08:00:00Z'
    """
    return instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """UTC, to the second, from any offset; without an offset it stays, for ``check`` to refuse."""
    if not isinstance(value, str):
        return value
    instant = read(value)
    return write(instant) if instant else (texts.one_line(value) or None)


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """An instant: date, time and offset."""
    text = canonical(value, field_schema)
    if text is None:
        return ()
    found = line_problems(text, field_schema)
    if found or read(text):
        return found
    return refuse("instant-zone" if read(text, UTC) else "instant-form", field_schema)


def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """The canonical instant of a local time in ``zone``; a date alone is its first minute."""
    day = date.read(text)
    instant = read(f"{day.isoformat()} 00:00" if day else text, zone)
    return write(instant) if instant else (texts.one_line(text) or None)


def shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """``2026-09-30 16:00`` in ``zone``."""
    instant = read(value) if isinstance(value, str) else None
    if instant is None:
        return "" if value is None else str(value)
    try:
        return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    except OverflowError:
        return str(value)


DATE_TIME = Kind(
    name="date-time",
    storage="instant",
    widget="date_time",
    display="date",
    schema=lambda field_schema: {"type": "string", "maxLength": 40},
    check=check,
    canonical=canonical,
    typed=typed,
    shown=shown,
    mask=whole,
    sortable=True,
)

"""Yes or no."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem, say
from regbook.model.kind import FieldSchema, Kind
from regbook.rules import texts
from regbook.rules.kinds.common import blank, refuse

_YES = {"true", "yes", "y", "on", "1", "是", "对", "有", "√"}
_NO = {"false", "no", "n", "off", "0", "否", "错", "无", "×"}


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """The value itself: a JSON boolean has one spelling."""
    return None if blank(value) else value


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """True or false; 1 and "true" are neither."""
    return () if blank(value) or isinstance(value, bool) else refuse("wants-yes-no", field_schema)


def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """``是``, ``on``, ``1`` and the like are yes; ``否``, ``0`` and the like no; the rest stays text."""
    word = texts.narrow(text).lower()
    if word in _YES:
        return True
    return False if word in _NO else (text if word else None)


def shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """``是`` or ``否``."""
    return say("shown-yes" if value else "shown-no", {}, language) if isinstance(value, bool) else ""


YES_NO = Kind(
    name="yes_no",
    storage="bool",
    widget="yes_no",
    display="text",
    schema=lambda field_schema: {"type": "boolean"},
    check=check,
    canonical=canonical,
    typed=typed,
    shown=shown,
    sortable=True,
)

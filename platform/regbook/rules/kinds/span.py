"""A span of time in the engine's units: ``4wh`` is four working hours, ``-2d`` two days before."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import say
from regbook.model.kind import FieldSchema, Kind
from regbook.model.timing import Span
from regbook.rules.kinds.common import code_check, narrow, shown_as_is

_SPOKEN = {
    "秒": "s",
    "分钟": "m",
    "小时": "h",
    "天": "d",
    "周": "w",
    "个月": "mo",
    "年": "y",
    "个工作时": "wh",
    "个工作小时": "wh",
    "工作时": "wh",
    "个工作日": "wd",
    "工作日": "wd",
}


def read(text: str) -> Span | None:
    """The span that a text names, or None."""
    try:
        return Span.parse(text.replace(" ", "").lower())
    except ValueError:
        return None


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """Figure and unit in lower case, without blanks or leading noughts."""
    text = narrow(value, field_schema)
    if not isinstance(text, str):
        return text
    span = read(text)
    return text if span is None else str(span)


def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """The canonical span, also from ``4 工作时`` or ``3天``."""
    plain = str(narrow(text, field_schema) or "").replace(" ", "")
    figure = re.match(r"-?[0-9.]+", plain)
    unit = _SPOKEN.get(plain[figure.end() :]) if figure else None
    return canonical(figure.group() + unit if figure and unit else text, field_schema)


def shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """``4 工作小时`` or ``4 working hours``."""
    span = read(value) if isinstance(value, str) else None
    if span is None:
        return shown_as_is(value, field_schema, language, zone)
    return say(f"span-{span.unit}", {"n": str(span).removesuffix(span.unit)}, language)


SPAN = Kind(
    name="span",
    storage="text",
    widget="span",
    display="text",
    schema=lambda field_schema: {"type": "string", "maxLength": 20},
    check=code_check("span-form", canonical, lambda text: read(text) is not None),
    canonical=canonical,
    typed=typed,
    shown=shown,
)

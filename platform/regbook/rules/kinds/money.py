"""An amount of money: text with two decimals, in the currency the field names (``x-currency``, else CNY)."""

from __future__ import annotations

from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules import amounts, numbers, texts
from regbook.rules.kinds.common import refuse, typed_by

HOME = "CNY"


def currency(field_schema: FieldSchema) -> str:
    """The field's currency code."""
    return str(field_schema.get("x-currency", HOME))


def canonical(value: Any, field_schema: FieldSchema) -> Any:
    """``"1,234.5"``, ``"￥1234.5"`` and the number 1234.5 all become ``"1234.50"``."""
    if isinstance(value, str) and not texts.one_line(value):
        return None
    number = amounts.amount(value)
    if number is None or not numbers.fits(number, amounts.SCALE):
        return value
    return amounts.canonical_amount(number)


def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """An amount with at most two decimals, within the field's ``minimum`` and ``maximum``.

    JSON Schema bounds numbers only, so the bounds of an amount, which is text, are checked here.
    """
    if canonical(value, field_schema) is None:
        return ()
    number = amounts.amount(value)
    if number is None:
        return refuse("money-form", field_schema)
    if numbers.decimals(number) > amounts.SCALE:
        return refuse("money-decimals", field_schema)
    if not numbers.fits(number, amounts.SCALE):
        return refuse("number-long", field_schema, most=numbers.DIGITS - amounts.SCALE)
    return _outside(number, field_schema)


def _outside(number: Decimal, field_schema: FieldSchema) -> tuple[Problem, ...]:
    for keyword, broken, code in (
        ("minimum", number.__lt__, "money-below"),
        ("exclusiveMinimum", number.__le__, "money-not-above"),
        ("maximum", number.__gt__, "money-above"),
        ("exclusiveMaximum", number.__ge__, "money-not-below"),
    ):
        bound = amounts.amount(field_schema.get(keyword))
        if bound is not None and broken(bound):
            return refuse(code, field_schema, bound=numbers.grouped(bound, amounts.SCALE))
    return ()


def shown(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """``￥1,234.50``; a currency without a sign of its own shows its code."""
    number = amounts.amount(value)
    if number is None:
        return "" if value is None else str(value)
    code = currency(field_schema)
    sign = amounts.SYMBOLS.get(code, f"{code} ")
    return f"{'-' if number < 0 else ''}{sign}{numbers.grouped(abs(number), amounts.SCALE)}"


def in_words(value: Any, field_schema: FieldSchema) -> str:
    """``人民币壹仟贰佰叁拾肆元伍角整``; "" for other currencies, whose capitals no rule fixes."""
    words = amounts.upper_amount(value) if currency(field_schema) == HOME and value is not None else ""
    return f"人民币{words}" if words else ""


MONEY = Kind(
    name="money",
    storage="decimal",
    scale=amounts.SCALE,
    widget="money",
    display="number",
    schema=lambda field_schema: {"type": "string", "maxLength": 40},
    check=check,
    canonical=canonical,
    typed=typed_by(canonical),
    shown=shown,
    in_words=in_words,
    sortable=True,
    summable=True,
)

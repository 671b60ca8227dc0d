"""Figures: read from what people write, kept exact, written with thousands separators."""

from __future__ import annotations

import re
from decimal import Decimal

from regbook.rules import texts

DIGITS = 18
"""Most digits of any figure, decimals included: what a 64-bit integer holds of any scale."""

_FIGURE = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,40})(?:\.\d{1,40})?\Z")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u3001": ",", "\uff0c": ","})


def figure(text: str) -> Decimal | None:
    """The number that a person wrote, or None: ASCII or full-width, thousands apart or not.

    >>> figure(" １,２３４.50 "), figure("12,34")
    (Decimal('1234.50'), None)
    """
    plain = texts.narrow(text).translate(_MINUS)
    return Decimal(plain.replace(",", "")) if _FIGURE.match(plain) and plain.isascii() else None


def exact(value: object) -> Decimal | None:
    """A whole or decimal number as Decimal; None for anything else (yes and no are not numbers).

    >>> exact(3), exact(True), exact("3")
    (Decimal('3'), None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if number.is_finite() and abs(number.adjusted()) <= 40 else None


def shortest(number: Decimal) -> Decimal:
    """The same number without needless zeros and without an exponent.

    >>> shortest(Decimal("1.500")), shortest(Decimal("1E+2")), shortest(Decimal("-0"))
    (Decimal('1.5'), Decimal('100'), Decimal('0'))
    """
    if not number:
        return Decimal(0)
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def fits(number: Decimal, scale: int) -> bool:
    """Whether the number has no more decimals than ``scale`` and is not too long for the store."""
    short = shortest(number)
    return decimals(short) <= scale and len(str(abs(int(short)))) <= DIGITS - scale


def decimals(number: Decimal) -> int:
    """How many decimal places the number needs.

    >>> decimals(Decimal("1.250"))
    2
    """
    exponent = shortest(number).as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def grouped(number: Decimal, places: int | None = None) -> str:
    """The number with thousands separators, with so many decimals or as many as it has.

    >>> grouped(Decimal("1234.5"), 2), grouped(Decimal("-1000000"))
    ('1,234.50', '-1,000,000')
    """
    return f"{shortest(number):,f}" if places is None else f"{number:,.{places}f}"

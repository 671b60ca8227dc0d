"""What formulas reckon with: facts read as numbers, dates and instants, and written back as facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final, Literal

from regbook.errors import Problem, RecordInvalid
from regbook.rules.kinds import date_time

Type = Literal["number", "text", "truth", "date", "instant", "lines", "several", "null", "any"]
"""What a formula knows of a value before there is one; ``any`` is known only when it is there."""

MOST_LINES: Final = 1_000

TYPES: Final[Mapping[str, Type]] = {
    "number": "number",
    "integer": "number",
    "money": "number",
    "percent": "number",
    "yes_no": "truth",
    "boolean": "truth",
    "date": "date",
    "date-time": "instant",
    "lines": "lines",
    "secrecy-level": "number",
    "several_of": "several",
    "people": "several",
    "departments": "several",
    "records": "several",
    "file": "several",
    "json": "any",
}
"""The type of each field kind; every other kind is text."""

PLACES: Final[Mapping[str, int]] = {"money": 2, "integer": 0, "secrecy-level": 0, "percent": 4, "number": 6}
"""How many decimals a fact of the kind has at most."""

# 60 digits hold every sum and product of amounts exactly; only a division rounds.
_CONTEXT: Final = Context(prec=60, rounding=ROUND_HALF_UP, Emin=-999, Emax=999, traps=[], flags=[])
_FIGURE: Final = re.compile(r"-?(?:[0-9]{1,60}\.?[0-9]{0,60}|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,3})?\Z")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})\Z"
)
_SHOWN_DIGITS: Final = 80


def figures() -> Context:
    """A context of its own for one step: contexts carry state and threads must not share one."""
    return _CONTEXT.copy()


def settled(number: Decimal) -> Decimal | None:
    """The number, or None if it is none or beyond every bound."""
    kept = figures().plus(number)
    return kept if kept.is_finite() else None


def number_from(value: Any) -> Decimal | None:
    """The Decimal of a fact: an int, a Decimal, or text such as ``"1234.50"``; else None.

    >>> number_from("1234.50"), number_from(3), number_from(True), number_from("3,000")
    (Decimal('1234.50'), Decimal('3'), None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return settled(value)
    if isinstance(value, int):
        return settled(Decimal(value)) if value.bit_length() < 192 else None
    if isinstance(value, float):
        return settled(Decimal(repr(value)))
    if isinstance(value, str) and _FIGURE.match(value):
        return settled(Decimal(value))
    return None


def date_from(value: Any) -> date | None:
    """The date of a fact ``"2026-09-30"``; else None."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DATE.match(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def instant_from(value: Any) -> datetime | None:
    """The instant of a fact ``"2026-09-30T08:00:00Z"``, in UTC; text without a zone is None."""
    if isinstance(value, str) and _INSTANT.match(value):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return None


def text_from(value: Any) -> str | None:
    """The text of a fact, or None."""
    return value if isinstance(value, str) else None


def truth_from(value: Any) -> bool | None:
    """The truth of a fact, or None."""
    return value if isinstance(value, bool) else None


def lines_from(value: Any, name: str = "") -> list[Any]:
    """The lines of a fact; none if it is empty. ``name`` is the field that a problem points to.

    Raises:
        RecordInvalid: there are more than a formula may walk.
    """
    if not isinstance(value, list | tuple):
        return []
    if len(value) > MOST_LINES:
        raise RecordInvalid([Problem(f"/{name}", "formula-lines", {"most": MOST_LINES})])
    return list(value)


def several_from(value: Any) -> list[Any] | None:
    """The members of a fact that is a list; None if it is empty."""
    return lines_from(value) if isinstance(value, list | tuple) else None


def any_from(value: Any) -> Any:
    """A fact of a kind that is not known here: numbers as Decimals, all else as it is."""
    if isinstance(value, bool | str) or value is None:
        return value
    return lines_from(value) if isinstance(value, list | tuple) else number_from(value)


READ: Final[Mapping[Type, Callable[[Any], Any]]] = {
    "number": number_from,
    "text": text_from,
    "truth": truth_from,
    "date": date_from,
    "instant": instant_from,
    "lines": lines_from,
    "several": several_from,
    "any": any_from,
}


def plain(number: Decimal) -> str:
    """The digits of a number without an exponent; a number too long for a screen keeps it."""
    return f"{number:f}" if abs(number.adjusted()) < _SHOWN_DIGITS else str(number)


def fact_from(value: Any) -> Any:
    """A value of a formula as a fact: Decimal stays, dates and instants become their text."""
    if isinstance(value, datetime):
        return date_time.write(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return without_exponent(value)
    return value if isinstance(value, str | bool) else None


def without_exponent(number: Decimal) -> Decimal:
    """The same number with its zeros written out, unless there are more than anyone reads.

    >>> without_exponent(Decimal("1E+3"))
    Decimal('1000')
    """
    _, _, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent <= 0 or number.adjusted() >= _CONTEXT.prec:
        return number
    return figures().quantize(number, Decimal(1))


def to_fact(value: Any, kind: str, places: int | None = None) -> Any:
    """The canonical fact of a value for a field of the kind; None if the value is of another sort.

    Numbers are rounded half up to the decimals that the kind holds, or to ``places`` if those are fewer.

    >>> to_fact(Decimal("2.345"), "money"), to_fact(Decimal("2.5"), "integer"), to_fact("x", "money")
    ('2.35', 3, None)
    """
    form = TYPES.get(kind, "text")
    if form in ("lines", "several", "any"):
        return value
    if form == "text":
        return plain(value) if isinstance(value, Decimal) else text_from(fact_from(value))
    read = READ[form](value)
    return _figure(read, kind, places) if isinstance(read, Decimal) else fact_from(read)


def _figure(number: Decimal, kind: str, places: int | None) -> Any:
    most = PLACES.get(kind, PLACES["number"])
    rounded = rounded_to(number, most if places is None else min(places, most))
    if rounded is None:
        return None
    if kind == "money":
        return f"{rounded:.2f}"
    if most == 0:
        return int(rounded)
    short = rounded.normalize(figures())
    return rounded_to(rounded, 0) if short == short.to_integral_value() else short


def rounded_to(number: Decimal, digits: int) -> Decimal | None:
    """The number rounded half up (away from zero) to so many digits after the point; -0 becomes 0.

    >>> rounded_to(Decimal("2.345"), 2), rounded_to(Decimal("-0.5"), 0), rounded_to(Decimal("1250"), -2)
    (Decimal('2.35'), Decimal('-1'), Decimal('1.3E+3'))
    """
    kept = figures().quantize(number, Decimal(1).scaleb(-digits))
    if not kept.is_finite():
        return None
    return abs(kept) if kept.is_zero() else kept

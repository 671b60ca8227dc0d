"""The closed list of functions that a formula may call, each a row of one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from regbook.rules.formulas.values import Type, any_from, fact_from, figures, plain, rounded_to, settled

MOST_ARGUMENTS: Final = 8
_FINEST: Final = 12

SCALARS: Final[frozenset[Type]] = frozenset({"number", "text", "truth", "date", "instant"})
ORDERED: Final[frozenset[Type]] = frozenset({"number", "text", "date", "instant"})
_NUMBER: Final[frozenset[Type]] = frozenset({"number"})
_MOMENT: Final[frozenset[Type]] = frozenset({"date", "instant"})


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how many values it takes, of which types, and what it gives.

    ``takes`` are the types of its values, and ``alike`` says that they must be of one type. A ``walking``
    function asked of one thing is asked of all lines' values of it. ``gives`` None means: the type of what
    it was asked of. ``run`` gets values, never None; a walking one gets them in one list.
    """

    name: str
    least: int
    most: int
    takes: frozenset[Type]
    gives: Type | None
    run: Callable[..., Any]
    alike: bool = False
    walking: bool = False


def total(values: list[Any]) -> Decimal | None:
    """The sum of the numbers; 0 if there are none."""
    added = Decimal(0)
    context = figures()
    for each in values:
        if isinstance(each, Decimal):
            added = context.add(added, each)
    return settled(added)


def count(values: list[Any]) -> Decimal:
    """How many there are that are not empty."""
    return Decimal(sum(1 for each in values if each is not None))


def least(values: list[Any]) -> Any:
    """The smallest; None if there is none or they cannot be compared."""
    return _outermost(min, values)


def greatest(values: list[Any]) -> Any:
    """The largest; None if there is none or they cannot be compared."""
    return _outermost(max, values)


def first(values: list[Any]) -> Any:
    """The first that is not empty."""
    return next((each for each in values if each is not None), None)


def last(values: list[Any]) -> Any:
    """The last that is not empty."""
    return first(values[::-1])


def _outermost(choose: Callable[[list[Any]], Any], values: list[Any]) -> Any:
    found = [each for each in values if each is not None]
    kinds = {type(each) for each in found}
    return choose(found) if len(kinds) == 1 and kinds <= {Decimal, str, date, datetime} else None


def average(values: list[Any]) -> Decimal | None:
    """The mean of the numbers; None if there are none."""
    numbers = [each for each in values if isinstance(each, Decimal)]
    added = total(numbers)
    if not numbers or added is None:
        return None
    return settled(figures().divide(added, Decimal(len(numbers))))


def rounded(number: Decimal, digits: Decimal = Decimal(0)) -> Decimal | None:
    """Half up to so many digits, at most twelve either way."""
    if digits != digits.to_integral_value() or abs(digits) > _FINEST:
        return None
    return rounded_to(number, int(digits))


def days_between(start: date, end: date) -> Decimal | None:
    """Days from one date to another, or whole spans of 24 hours between instants; below 0 if turned round."""
    if type(start) is not type(end):
        return None
    between = end - start
    return Decimal(between.days if between.days >= 0 else -(-between).days)


def as_text(value: Any) -> str | None:
    """The value as text: digits without an exponent, dates and instants in their canonical form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    fact = plain(value) if isinstance(value, Decimal) else fact_from(value)
    return fact if isinstance(fact, str) else None


_OWN: Final = (
    Function("sum", 1, 1, _NUMBER, "number", total, walking=True),
    Function("count", 1, 1, SCALARS, "number", count, walking=True),
    Function("avg", 1, 1, _NUMBER, "number", average, walking=True),
    Function("first", 1, 1, SCALARS, None, first, walking=True),
    Function("last", 1, 1, SCALARS, None, last, walking=True),
    Function("min", 1, MOST_ARGUMENTS, ORDERED, None, least, alike=True, walking=True),
    Function("max", 1, MOST_ARGUMENTS, ORDERED, None, greatest, alike=True, walking=True),
    Function("round", 1, 2, _NUMBER, "number", rounded),
    Function("abs", 1, 1, _NUMBER, "number", abs),
    Function("text", 1, 1, SCALARS, "text", as_text),
    Function("days", 2, 2, _MOMENT, "number", days_between, alike=True),
)
_PASSED_IN: Final[Mapping[str, tuple[int, frozenset[Type], Type]]] = {
    "days": (2, _MOMENT, "number"),
    "workdays": (2, _MOMENT, "number"),
    "workhours": (2, _MOMENT, "number"),
    "upper_amount": (1, _NUMBER, "text"),
}

NAMES: Final = ("if", *dict.fromkeys((*(each.name for each in _OWN), *_PASSED_IN)))
"""Every function there is, for the designer's list."""


def functions_of(passed: Mapping[str, Callable[..., Any]]) -> Mapping[str, Function]:
    """The functions by name: the engine's own, and those of the closed list that the caller passes in.

    ``workdays``, ``workhours`` and ``upper_amount`` exist only when passed; ``days`` may be passed by a
    caller who knows the office's zone.
    """
    table = {each.name: each for each in _OWN}
    for name, (arity, takes, gives) in _PASSED_IN.items():
        if name in passed:
            table[name] = Function(name, arity, arity, takes, gives, _guarded(passed[name]))
    return table


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function from outside: what it cannot answer is None, what it answers is a value of ours."""

    def run(*values: Any) -> Any:
        try:
            return any_from(function(*values))
        except (ValueError, ArithmeticError, LookupError):
            return None

    return run

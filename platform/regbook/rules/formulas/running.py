"""The closures that a compiled formula is made of; every one of them lets null through as null."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any, Final

from regbook.rules.formulas.values import READ, Type, figures, lines_from, settled

Facts = Mapping[str, Any]
Run = Callable[[Facts], Any]
Step = Callable[[Any, Any], Any]

REASONED: Final[Mapping[str, Callable[[Context, Decimal, Decimal], Decimal]]] = {
    "-": Context.subtract,
    "*": Context.multiply,
    "/": Context.divide,
    "%": Context.remainder,
}
ASKED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CLASSES: Final[Mapping[Type, type]] = {
    "number": Decimal,
    "text": str,
    "truth": bool,
    "date": date,
    "instant": datetime,
}


def nothing(facts: Facts) -> None:
    """Null, whatever the facts."""


def constant(value: Any) -> Run:
    """The same value, whatever the facts."""
    return lambda facts: value


def reading(key: str, form: Type) -> Run:
    """A field of the record."""
    if form == "lines":
        return lambda facts: lines_from(facts.get(key), key)
    read = READ[form]
    return lambda facts: read(facts.get(key))


def walking(lines: str, name: str, form: Type) -> Run:
    """One field of every line."""
    read = READ[form]

    def run(facts: Facts) -> list[Any]:
        return [
            read(each.get(name)) for each in lines_from(facts.get(lines), lines) if isinstance(each, dict)
        ]

    return run


def inverted(run: Run) -> Run:
    """Not."""

    def invert(facts: Facts) -> bool | None:
        value = run(facts)
        return not value if isinstance(value, bool) else None

    return invert


def negative(run: Run) -> Run:
    """Minus."""

    def negate(facts: Facts) -> Decimal | None:
        value = run(facts)
        return settled(value.copy_negate()) if isinstance(value, Decimal) else None

    return negate


def added(left: Any, right: Any) -> Any:
    """Two numbers summed or two texts joined."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return settled(figures().add(left, right))
    return left + right if isinstance(left, str) and isinstance(right, str) else None


def step_of(sign: str) -> Step:
    """What an operator does; dividing by zero gives null."""
    if sign == "+":
        return added
    reckon = REASONED[sign]

    def step(left: Any, right: Any) -> Decimal | None:
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return settled(reckon(figures(), left, right))
        return None

    return step


def stepping(first: Run, steps: tuple[tuple[Step, Run], ...]) -> Run:
    """Operators of one rank, from left to right."""

    def run(facts: Facts) -> Any:
        value = first(facts)
        for step, operand in steps:
            if value is None:
                return None
            value = step(value, operand(facts))
        return value

    return run


def deciding(runs: tuple[Run, ...], decisive: bool) -> Run:
    """And (False decides) or or (True decides) in three values: null only if nothing decides."""

    def run(facts: Facts) -> bool | None:
        unknown = False
        for each in runs:
            value = each(facts)
            if isinstance(value, bool) and value == decisive:
                return value
            unknown = unknown or not isinstance(value, bool)
        return None if unknown else not decisive

    return run


def emptiness(run: Run, wanted: bool) -> Run:
    """Whether a value is null: the question that a written ``null`` asks."""
    return lambda facts: (run(facts) is None) is wanted


def asking(question: Callable[[Any, Any], bool], left: Run, right: Run) -> Run:
    """A comparison; values of two sorts cannot be compared."""

    def run(facts: Facts) -> bool | None:
        one, other = left(facts), right(facts)
        comparable = one is not None and type(one) is type(other)
        return question(one, other) if comparable else None

    return run


def finding(value: Run, choices: tuple[Run, ...]) -> Run:
    """Whether the value, or one of its members if it is a list, is among the choices."""

    def run(facts: Facts) -> bool | None:
        sought = value(facts)
        if sought is None:
            return None
        members = sought if isinstance(sought, list) else [sought]
        found = [each(facts) for each in choices]
        if any(one == other and type(one) is type(other) for one in members for other in found):
            return True
        return None if None in found else False

    return run


def calling(function: Callable[..., Any], runs: tuple[Run, ...]) -> Run:
    """A function of values; null if any of them is."""

    def run(facts: Facts) -> Any:
        values = []
        for each in runs:
            value = each(facts)
            if value is None:
                return None
            values.append(value)
        return function(*values)

    return run


def gathering(function: Callable[[list[Any]], Any], runs: tuple[Run, ...]) -> Run:
    """A function of values that it gets in one list; null if any of them is."""
    return calling(lambda *values: function(list(values)), runs)


def checked(run: Run, forms: frozenset[Type]) -> Run:
    """A value whose sort is known only now: null if the function does not take it."""
    classes = {_CLASSES[each] for each in forms}

    def check(facts: Facts) -> Any:
        value = run(facts)
        return value if type(value) in classes else None

    return check


def summing_up(answer: Callable[[list[Any]], Any], run: Run) -> Run:
    """A function of the values of all lines."""
    return lambda facts: answer(run(facts) or [])


def choosing(asked: Run, yes: Run, no: Run) -> Run:
    """One of two values; null if the question has no answer. The other is not reckoned."""

    def run(facts: Facts) -> Any:
        answer = asked(facts)
        if not isinstance(answer, bool):
            return None
        return yes(facts) if answer else no(facts)

    return run

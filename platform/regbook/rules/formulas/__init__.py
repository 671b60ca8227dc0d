"""Formulas: CEL's grammar over a record's facts, compiled once, reckoned in Decimals, with nothing of Python
within reach.

A formula reads fields by their keys, and one field of every line as ``lines.amount``. An empty field is
null, and null goes through every operator and function; ``&&``, ``||`` and ``!`` know three values. Two
things ask of null itself: ``x == null`` and ``x != null``, with null written out. ``sum``, ``count``,
``min``, ``max``, ``avg``, ``first`` and ``last`` pass over the empty values of lines. Dividing by
zero gives null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from typing import Any

from regbook.errors import DefinitionInvalid, Problem
from regbook.rules.formulas.compiling import NOW, Compiler, Part
from regbook.rules.formulas.functions import NAMES, functions_of
from regbook.rules.formulas.office import office_functions
from regbook.rules.formulas.running import Run
from regbook.rules.formulas.syntax import nodes_of
from regbook.rules.formulas.values import TYPES, Type, fact_from, to_fact

__all__ = (
    "NAMES",
    "TYPES",
    "Formula",
    "Type",
    "compile_formula",
    "evaluation_order",
    "formula_problems",
    "office_functions",
    "to_fact",
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula: its text, the names it reads (``lines.amount`` too) and what it gives."""

    text: str
    names: frozenset[str]
    gives: Type
    asks_now: bool
    run: Run = field(repr=False, compare=False)

    def value(self, facts: Mapping[str, Any], now: datetime | None = None) -> Any:
        """What the formula gives for a record: a fact (a number as Decimal), or None.

        ``now`` is what the name ``now`` stands for; without it that name is null.

        >>> total = compile_formula("sum(lines.amount) * 1.1", {"lines.amount": "money"})
        >>> total.value({"lines": [{"amount": "0.10"}, {"amount": "0.20"}]})
        Decimal('0.330')
        """
        return fact_from(self.run({**facts, NOW: now} if self.asks_now else facts))


def compile_formula(
    text: str,
    kinds: Mapping[str, str],
    functions: Mapping[str, Callable[..., Any]] | None = None,
    path: str = "",
) -> Formula:
    """The formula, ready to run.

    ``kinds`` has the field kind of every name the formula may read: ``{"due": "date", "lines.amount":
    "money"}``. ``functions`` are those that only an office has (``office_functions(calendar)``):
    ``workdays``, ``workhours`` and ``upper_amount``, and ``days`` if it is to count dates in the office's
    zone; they get dates, aware instants in UTC, and Decimals.

    Raises:
        DefinitionInvalid: with every problem of the text; ``values["at"]`` counts characters from 1.
    """
    formula, problems = _compiled(text, kinds, functions or {}, path)
    if problems:
        raise DefinitionInvalid(problems)
    return formula


def formula_problems(
    text: str,
    kinds: Mapping[str, str],
    functions: Mapping[str, Callable[..., Any]] | None = None,
    path: str = "",
) -> tuple[Problem, ...]:
    """Everything that is wrong with a formula's text, each with its place in it."""
    return _compiled(text, kinds, functions or {}, path)[1]


def _compiled(
    text: str, kinds: Mapping[str, str], functions: Mapping[str, Callable[..., Any]], path: str
) -> tuple[Formula, tuple[Problem, ...]]:
    problems: list[Problem] = []
    compiler = Compiler(kinds, functions_of(functions), path, problems)
    part: Part = compiler.whole(nodes_of(text, problems, path))
    formula = Formula(text, frozenset(compiler.names), part.gives, compiler.asks_now, part.run)
    return formula, tuple(problems)


def evaluation_order(formulas: Mapping[str, Formula], path: str = "") -> list[str]:
    """The keys of computed fields, each after those it reads; of equals the one first given comes first.

    The formula of a line's field, ``lines.total``, names its line's fields bare: ``price * quantity``.

    Raises:
        DefinitionInvalid: fields that wait for each other in a ring.
    """
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for key, formula in formulas.items():
        lines = key.rpartition(".")[0]
        read = {f"{lines}.{name}" if f"{lines}.{name}" in formulas else name for name in formula.names}
        sorter.add(key, *(each for each in formulas if each in read))
    try:
        return list(sorter.static_order())
    except CycleError as error:
        ring = " → ".join(reversed(error.args[1]))
        raise DefinitionInvalid([Problem(path, "formula-ring", {"ring": ring})]) from None

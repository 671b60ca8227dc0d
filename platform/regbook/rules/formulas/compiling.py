"""From nodes to closures: types are settled once, values are reckoned many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from regbook.errors import Problem
from regbook.rules.formulas import running
from regbook.rules.formulas.functions import ORDERED, SCALARS, Function
from regbook.rules.formulas.running import Run
from regbook.rules.formulas.syntax import (
    Call,
    Chain,
    Comparison,
    Literal,
    Logic,
    Name,
    Node,
    Refused,
    Unary,
    Within,
)
from regbook.rules.formulas.values import TYPES, Type, date_from, instant_from

NOW: Final = "now"
"""The instant at which the formula is asked; a declared field of that name comes first."""


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled node: what it gives, how to reckon it; ``of_lines`` if it gives one value a line."""

    gives: Type
    run: Run
    at: int
    of_lines: bool = False
    literal: bool = False


_MOMENTS: Final[Mapping[Type, Callable[[Any], Any]]] = {"date": date_from, "instant": instant_from}
_OPEN: Final[frozenset[Type]] = frozenset({"any", "null"})
_ADDED: Final[frozenset[Type]] = frozenset({"number", "text"})
_NUMBER: Final[frozenset[Type]] = frozenset({"number"})
_TRUTH: Final[frozenset[Type]] = frozenset({"truth"})


def _alike(one: Type | None, other: Type | None) -> Type | None:
    """The type that two values share if they are of one sort; None if they cannot be."""
    if one == other or other in _OPEN:
        return one
    return other if one in _OPEN else None


def _either(one: Type, other: Type) -> Type:
    """The type of a value that is one or the other."""
    if one == other or other == "null":
        return one
    return other if one == "null" else "any"


class Compiler:
    """Compiles the nodes of one formula; collects its problems and the names that it reads."""

    def __init__(
        self, kinds: Mapping[str, str], functions: Mapping[str, Function], path: str, problems: list[Problem]
    ) -> None:
        self.kinds = kinds
        self.functions = functions
        self.path = path
        self.problems = problems
        self.names: set[str] = set()
        self.asks_now = False
        self.holders = {key.partition(".")[0] for key in kinds if "." in key}

    def compile(self, node: Node) -> Part:
        """The node as a part that can be run."""
        return _COMPILE[type(node)](self, node)

    def whole(self, node: Node) -> Part:
        """The whole formula: it gives one value that a field can hold."""
        part = self.scalar(node)
        return self._refuse("formula-lines-value", part.at) if part.gives == "several" else part

    def scalar(self, node: Node) -> Part:
        """The node as a part that gives one value, not one a line."""
        part = self.compile(node)
        if part.of_lines or part.gives == "lines":
            return self._refuse("formula-lines-value", part.at)
        return part

    def _refuse(self, code: str, at: int, **values: object) -> Part:
        self.problems.append(Problem(self.path, code, {"at": at, **values}))
        return Part("any", running.nothing, at)

    def _refused(self, node: Refused) -> Part:
        return Part("any", running.nothing, node.at)

    def _literal(self, node: Literal) -> Part:
        value = node.value
        gives: Type = "null"
        if isinstance(value, bool):
            gives = "truth"
        elif value is not None:
            gives = "number" if isinstance(value, Decimal) else "text"
        return Part(gives, running.constant(value), node.at, literal=True)

    def _name(self, node: Name) -> Part:
        key = node.name
        if key == NOW and key not in self.kinds:
            self.asks_now = True
            return Part("instant", running.reading(key, "instant"), node.at)
        if "." in key:
            return self._member(key, node.at)
        if key in self.holders:
            self.names.add(key)
            return Part("lines", running.reading(key, "lines"), node.at)
        if key not in self.kinds:
            return self._refuse("formula-name", node.at, name=key)
        self.names.add(key)
        form = TYPES.get(self.kinds[key], "text")
        return Part(form, running.reading(key, form), node.at)

    def _member(self, key: str, at: int) -> Part:
        lines, _, name = key.partition(".")
        if lines not in self.kinds and lines not in self.holders:
            return self._refuse("formula-name", at, name=lines)
        if lines not in self.holders and self.kinds[lines] != "lines":
            return self._refuse("formula-member", at, name=name)
        if key not in self.kinds:
            return self._refuse("formula-name", at, name=key)
        self.names.add(key)
        form = TYPES.get(self.kinds[key], "text")
        return Part(form, running.walking(lines, name, form), at, of_lines=True)

    def _unary(self, node: Unary) -> Part:
        part = self.scalar(node.operand)
        wanted = _TRUTH if node.sign == "!" else _NUMBER
        if part.gives not in wanted | _OPEN:
            return self._refuse("formula-operands", node.at, sign=node.sign)
        if node.sign == "!":
            return Part("truth", running.inverted(part.run), node.at)
        return Part("number", running.negative(part.run), node.at)

    def _chain(self, node: Chain) -> Part:
        first = self.scalar(node.first)
        gives, steps = first.gives, []
        for sign, operand in node.rest:
            part = self.scalar(operand)
            joined = _alike(gives, part.gives)
            if joined is None or joined not in (_ADDED if sign == "+" else _NUMBER) | _OPEN:
                return self._refuse("formula-operands", part.at, sign=sign)
            gives = joined if sign == "+" else "number"
            steps.append((running.step_of(sign), part.run))
        return Part(gives, running.stepping(first.run, tuple(steps)), node.at)

    def _logic(self, node: Logic) -> Part:
        parts = [self.scalar(each) for each in node.operands]
        for part in parts:
            if part.gives not in _TRUTH | _OPEN:
                return self._refuse("formula-operands", part.at, sign=node.sign)
        return Part("truth", running.deciding(tuple(each.run for each in parts), node.sign == "||"), node.at)

    def _comparison(self, node: Comparison) -> Part:
        left, right = self.scalar(node.left), self.scalar(node.right)
        if "null" in (left.gives, right.gives) and node.sign in ("==", "!="):
            asked = right if left.gives == "null" else left
            return Part("truth", running.emptiness(asked.run, node.sign == "=="), node.at)
        left, right = self._moments([left, right])
        joined = _alike(left.gives, right.gives)
        if joined not in (SCALARS if node.sign in ("==", "!=") else ORDERED) | _OPEN:
            return self._refuse("formula-operands", node.at, sign=node.sign)
        return Part("truth", running.asking(running.ASKED[node.sign], left.run, right.run), node.at)

    def _within(self, node: Within) -> Part:
        value, *choices = self._moments([self.scalar(each) for each in (node.value, *node.choices)])
        wanted = SCALARS | _OPEN | {"several"}
        for each in choices:
            if value.gives not in wanted or (
                value.gives != "several" and _alike(value.gives, each.gives) not in wanted
            ):
                return self._refuse("formula-operands", each.at, sign="in")
        return Part("truth", running.finding(value.run, tuple(each.run for each in choices)), node.at)

    def _call(self, node: Call) -> Part:
        if node.name == "if":
            return self._choice(node)
        function = self.functions.get(node.name)
        if function is None:
            return self._refuse("formula-function", node.at, name=node.name)
        if not function.least <= len(node.arguments) <= function.most:
            return self._arity(node, function.least, function.most)
        parts = self._moments([self.compile(each) for each in node.arguments])
        if function.walking and len(parts) == 1:
            return self._walk(node, function, parts[0])
        return self._apply(node, function, parts)

    def _arity(self, node: Call, least: int, most: int) -> Part:
        for each in node.arguments:
            self.compile(each)
        return self._refuse("formula-arity", node.at, name=node.name, least=least, most=most)

    def _walk(self, node: Call, function: Function, part: Part) -> Part:
        whole = part.gives in ("lines", "several") and function.name == "count"
        if not whole and not (part.of_lines and part.gives in function.takes | _OPEN):
            return self._refuse("formula-walk", node.at, name=node.name)
        return Part(function.gives or part.gives, running.summing_up(function.run, part.run), node.at)

    def _apply(self, node: Call, function: Function, parts: list[Part]) -> Part:
        together: Type | None = parts[0].gives
        for part in parts:
            together = _alike(together, part.gives) if function.alike else part.gives
            if part.of_lines or together is None or together not in function.takes | _OPEN:
                return self._refuse("formula-argument", part.at, name=node.name)
        runs = tuple(
            running.checked(each.run, function.takes) if each.gives in _OPEN else each.run for each in parts
        )
        reckon = running.gathering if function.walking else running.calling
        return Part(function.gives or together or "any", reckon(function.run, runs), node.at)

    def _choice(self, node: Call) -> Part:
        if len(node.arguments) != 3:
            return self._arity(node, 3, 3)
        asked, yes, no = (self.scalar(each) for each in node.arguments)
        if asked.gives not in _TRUTH | _OPEN:
            return self._refuse("formula-argument", asked.at, name="if")
        yes, no = self._moments([yes, no])
        return Part(_either(yes.gives, no.gives), running.choosing(asked.run, yes.run, no.run), node.at)

    def _moments(self, parts: list[Part]) -> list[Part]:
        """Written text beside a date or an instant becomes one."""
        form = next((each.gives for each in parts if each.gives in _MOMENTS), None)
        return parts if form is None else [self._moment(each, form) for each in parts]

    def _moment(self, part: Part, form: Type) -> Part:
        if not part.literal or part.gives != "text":
            return part
        moment = _MOMENTS[form](part.run({}))
        if moment is None:
            return self._refuse("formula-moment", part.at)
        return Part(form, running.constant(moment), part.at, literal=True)


_COMPILE: Final[Mapping[type[Any], Callable[[Compiler, Any], Part]]] = {
    Literal: Compiler._literal,
    Name: Compiler._name,
    Call: Compiler._call,
    Unary: Compiler._unary,
    Chain: Compiler._chain,
    Logic: Compiler._logic,
    Comparison: Compiler._comparison,
    Within: Compiler._within,
    Refused: Compiler._refused,
}

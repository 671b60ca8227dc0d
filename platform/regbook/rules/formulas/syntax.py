"""From the text of a formula to its nodes: CEL's grammar, of which only a closed part is a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, cast

from regbook.errors import Problem
from regbook.rules.formulas.values import number_from

if TYPE_CHECKING:
    from celpy.celparser import CELParseError, CELParser
    from lark import Token, Tree

LONGEST = 1024
"""Bytes of UTF-8 that a formula may have."""
DEEPEST = 32
"""Levels of brackets, calls and operators that a formula may have."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written out: a number, text, true, false or null."""

    value: Decimal | str | bool | None
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A field, or one field of every line (``lines.amount``)."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is asked of."""

    name: str
    arguments: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Unary:
    """``!`` or ``-`` before a value."""

    sign: str
    operand: Node
    at: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one rank, from left to right: ``a + b - c`` is a, then (+, b), (-, c)."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    at: int


@dataclass(frozen=True, slots=True)
class Logic:
    """``&&`` or ``||`` between two or more statements."""

    sign: str
    operands: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values and the question between them."""

    sign: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a value is one of those in the brackets: ``state in ["handled", "closed"]``."""

    value: Node
    choices: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A place that is no part of a formula; its problem is already told."""

    at: int


Node = Literal | Name | Call | Unary | Chain | Logic | Comparison | Within | Refused

_SIGNS = {
    "addition_add": "+",
    "addition_sub": "-",
    "multiplication_mul": "*",
    "multiplication_div": "/",
    "multiplication_mod": "%",
    "relation_lt": "<",
    "relation_le": "<=",
    "relation_gt": ">",
    "relation_ge": ">=",
    "relation_eq": "==",
    "relation_ne": "!=",
    "relation_in": "in",
    "unary_not": "!",
    "unary_neg": "-",
    "conditionalor": "||",
    "conditionaland": "&&",
}

# The grammar's own pattern for text in quotes takes exponential time over a quote that never closes; so
# quotes and escapes are checked here first, by a pattern that cannot backtrack.
_QUOTED = r"""{q}(?:[^{q}\\\n\r]|\\(?:["'\\nrt]|u[0-9a-fA-F]{{4}}))*+{q}(?!{q})"""
_LEXABLE = re.compile(
    r"(?:[^\"'/]++|/(?!/)|//[^\n\r]*+|" + _QUOTED.format(q='"') + "|" + _QUOTED.format(q="'") + ")*+"
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


@cache
def _parser() -> tuple[CELParser, type[CELParseError]]:
    """The parser and its error; the grammar's tables are made when the first formula is read."""
    from celpy.celparser import CELParseError, CELParser

    return CELParser(), CELParseError


def nodes_of(text: str, problems: list[Problem], path: str = "") -> Node:
    """The formula as nodes; whatever it may not hold is told in ``problems``."""
    reader = _Reader(path, problems)
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        return reader.refuse("formula-long", 1, most=LONGEST)
    lexable = _LEXABLE.match(text)
    if lexable is None or lexable.end() < len(text):
        return reader.refuse("formula-quote", (lexable.end() if lexable else 0) + 1)
    parser, refused = _parser()
    try:
        tree = parser.parse(text)
    except refused as error:
        return reader.refuse("formula-syntax", _position(text, error))
    return reader.node(tree, 1, 1)


def _position(text: str, error: CELParseError) -> int:
    """The place of a syntax error as a count of characters, from 1; past the end if the text just stops."""
    if not error.line or error.line < 1 or not error.column or error.column < 1:
        return len(text) + 1
    lines = text.split("\n")
    return sum(len(each) + 1 for each in lines[: error.line - 1]) + error.column


class _Reader:
    """Reads the parser's tree; collects every problem on the way."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems

    def refuse(self, code: str, at: int, **values: object) -> Refused:
        """Tell the problem and go on; that it is too deep, once."""
        if code == "formula-deep" and any(each.code == code for each in self.problems):
            return Refused(at)
        self.problems.append(Problem(self.path, code, {"at": at, **values}))
        return Refused(at)

    def node(self, tree: Tree[Token], depth: int, at: int) -> Node:
        """One node of the formula, whichever rule of the grammar gave it."""
        while True:
            start = getattr(tree.meta, "start_pos", None)  # none for true and false
            at = at if start is None else start + 1
            if depth > DEEPEST:
                return self.refuse("formula-deep", at, most=DEEPEST)
            if tree.data == "paren_expr":
                depth += 1
            elif tree.data not in _TRANSPARENT or len(tree.children) != 1:
                break
            tree = _tree(tree.children[0])
        rule = _RULES.get(tree.data)
        return rule(self, tree, depth + 1, at) if rule else self.refuse("formula-foreign", at)

    def _nodes(self, trees: Iterable[Tree[Token] | Token], depth: int, at: int) -> tuple[Node, ...]:
        return tuple(self.node(_tree(each), depth, at) for each in trees)

    def _choice(self, tree: Tree[Token], depth: int, at: int) -> Node:
        return Call("if", self._nodes(tree.children, depth, at), at)

    def _logic(self, tree: Tree[Token], depth: int, at: int) -> Node:
        found: list[Tree[Token]] = []
        walked = tree
        while walked.data == tree.data and len(walked.children) == 2:
            found.append(_tree(walked.children[1]))
            walked = _tree(walked.children[0])
        return Logic(_SIGNS[tree.data], self._nodes([walked, *reversed(found)], depth, at), at)

    def _chain(self, tree: Tree[Token], depth: int, at: int) -> Node:
        found: list[tuple[str, Tree[Token]]] = []
        walked = tree
        while walked.data == tree.data and len(walked.children) == 2:
            head = _tree(walked.children[0])
            found.append((_SIGNS[head.data], _tree(walked.children[1])))
            walked = _tree(head.children[0])
        rest = tuple((sign, self.node(each, depth, at)) for sign, each in reversed(found))
        return Chain(self.node(walked, depth, at), rest, at)

    def _relation(self, tree: Tree[Token], depth: int, at: int) -> Node:
        head = _tree(tree.children[0])
        left = self.node(_tree(head.children[0]), depth, at)
        if head.data == "relation_in":
            return self._within(left, _tree(tree.children[1]), depth, at)
        return Comparison(_SIGNS[head.data], left, self.node(_tree(tree.children[1]), depth, at), at)

    def _within(self, left: Node, tree: Tree[Token], depth: int, at: int) -> Node:
        tree = _bare(tree)
        if tree.data != "list_lit" or not tree.children:
            return self.refuse("formula-in", at)
        return Within(left, self._nodes(_tree(tree.children[0]).children, depth, at), at)

    def _unary(self, tree: Tree[Token], depth: int, at: int) -> Node:
        sign = _SIGNS[_tree(tree.children[0]).data]
        return Unary(sign, self.node(_tree(tree.children[1]), depth, at), at)

    def _ident(self, tree: Tree[Token], depth: int, at: int) -> Node:
        return Name(str(tree.children[0]), at)

    def _ident_arg(self, tree: Tree[Token], depth: int, at: int) -> Node:
        arguments = _tree(tree.children[1]).children if len(tree.children) > 1 else []
        return Call(str(tree.children[0]), self._nodes(arguments, depth, at), at)

    def _member_dot(self, tree: Tree[Token], depth: int, at: int) -> Node:
        inner = _bare(_tree(tree.children[0]))
        if inner.data != "ident":
            return self.refuse("formula-member", at, name=str(tree.children[1]))
        return Name(f"{inner.children[0]}.{tree.children[1]}", at)

    def _literal(self, tree: Tree[Token], depth: int, at: int) -> Node:
        token = cast("Token", tree.children[0])
        if token.type == "BOOL_LIT":
            return Literal(token.value == "true", at)
        if token.type == "NULL_LIT":
            return Literal(None, at)
        if token.type in ("INT_LIT", "FLOAT_LIT"):
            number = None if "x" in token.value.lower() else number_from(token.value)
            return Literal(number, at) if number is not None else self.refuse("formula-number", at)
        if token.type == "STRING_LIT" and token.value[0] in "\"'":
            return self._text(token.value[1:-1], at)
        return self.refuse("formula-foreign", at)

    def _text(self, quoted: str, at: int) -> Node:
        text = _ESCAPE.sub(
            lambda found: chr(int(found[1], 16)) if found[1] else _ESCAPED.get(found[2], found[2]), quoted
        )
        if any((ord(each) < 32 and each not in "\n\r\t") or "\ud800" <= each <= "\udfff" for each in text):
            return self.refuse("formula-character", at)
        return Literal(text, at)


_RULES: Mapping[str, Callable[[_Reader, Tree[Token], int, int], Node]] = {
    "expr": _Reader._choice,
    "conditionalor": _Reader._logic,
    "conditionaland": _Reader._logic,
    "relation": _Reader._relation,
    "addition": _Reader._chain,
    "multiplication": _Reader._chain,
    "unary": _Reader._unary,
    "ident": _Reader._ident,
    "ident_arg": _Reader._ident_arg,
    "member_dot": _Reader._member_dot,
    "literal": _Reader._literal,
}
"""What of CEL is a formula; every other rule of the grammar is refused."""

_TRANSPARENT = frozenset(
    {"expr", "conditionalor", "conditionaland", "relation", "addition", "multiplication", "unary"}
    | {"member", "primary"}
)


def _bare(tree: Tree[Token]) -> Tree[Token]:
    """The tree below the rules of the grammar that only hand on what they hold."""
    while tree.data in _TRANSPARENT and len(tree.children) == 1:
        tree = _tree(tree.children[0])
    return tree


def _tree(part: Tree[Token] | Token) -> Tree[Token]:
    return cast("Tree[Token]", part)

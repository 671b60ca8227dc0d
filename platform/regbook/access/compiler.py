"""The partial evaluator: policy rows, with everything about the reader known, become terms over a record."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from regbook.access.matcher import Matcher
from regbook.access.reader import Reader
from regbook.access.terms import ALWAYS, NEVER, Terms, both, either, shortest
from regbook.model.access import DepartmentIn, Granted, LevelAtMost, OwnerIn, Reach
from regbook.model.policy import CARRIED, PolicyRow

OPERATORS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.In: lambda one, many: one in many,
}


@dataclass(frozen=True)
class Domain:
    """The register a request is about."""

    id: str
    private: bool


@dataclass(frozen=True)
class Question:
    """Everything of a request but the record: ``floor`` is the level that the field asked for has itself."""

    reader: Reader
    domain: Domain
    field: str
    verb: str
    now: str
    floor: int = 0


def granted_verb(verb: str) -> str:
    """The verb a grant must give: a read grant carries match and range."""
    return "read" if verb in CARRIED else verb


def named_field(field: str) -> str | None:
    """The field that a question names; None when it is of the whole record, or of a field no row names."""
    return None if field.startswith("*") else field


Evaluate = Callable[[Question, PolicyRow], Any]
Reduce = Callable[[Question, PolicyRow], Terms]


class Compiler:
    """The matcher as two functions of a question and a row: what is known at once, and what asks a record."""

    def __init__(self, matcher: Matcher) -> None:
        parts = matcher.tree.values if isinstance(matcher.tree, ast.BoolOp) else [matcher.tree]
        asks = [bool({"r_obj", "r_fld"} & _names(part)) for part in parts]
        self._known = [_condition(part) for part, later in zip(parts, asks, strict=True) if not later]
        self._asked = [_condition(part) for part, later in zip(parts, asks, strict=True) if later]

    def relevant(self, rows: Iterable[PolicyRow], question: Question) -> list[PolicyRow]:
        """The rows that could apply, whatever the field and the record."""
        return [row for row in rows if all(part(question, row) for part in self._known)]

    def reach(self, relevant: Iterable[PolicyRow], question: Question) -> Reach:
        """The records for which casbin would say yes, by the effect ``allow and not deny``."""
        by_effect: dict[str, list[Terms]] = {"allow": [], "deny": []}
        for row in relevant:
            if terms := _all(self._asked, question, row):
                by_effect[row.eft].append(terms)
        allow, deny = (shortest(either(by_effect[effect])) for effect in ("allow", "deny"))
        return Reach() if not allow or () in deny else Reach(allow, deny)


def _names(node: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _all(parts: Iterable[Reduce], question: Question, row: PolicyRow) -> Terms:
    terms = ALWAYS
    for part in parts:
        terms = both(terms, part(question, row))
        if not terms:
            break
    return terms


def _condition(node: ast.expr) -> Reduce:
    """What remains of an expression once question and row are known."""
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            parts = [_condition(each) for each in values]
            return lambda question, row: _all(parts, question, row)
        case ast.BoolOp(values=values):
            choices = [_condition(each) for each in values]
            return lambda question, row: either(each(question, row) for each in choices)
        case ast.UnaryOp(operand=operand):
            inner = _condition(operand)
            return lambda question, row: NEVER if inner(question, row) else ALWAYS
        case ast.Compare(left=ast.Attribute(value=ast.Name(id="r_obj"), attr=attr), comparators=[right]):
            bound = _value(right)
            return lambda question, row: _about_record(attr, question, bound(question, row))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            compare, one, other = OPERATORS[type(op)], _value(left), _value(right)
            return lambda question, row: (
                ALWAYS if compare(one(question, row), other(question, row)) else NEVER
            )
        case ast.Call(func=ast.Name(id=name)):
            return CALLS[name]
        case ast.Attribute(value=ast.Name(id="r_obj")):
            # Only drafts are asked for like this: whoever reads lists adds that a draft is its owner's.
            return lambda question, row: NEVER
    value = _value(node)
    return lambda question, row: _known(value(question, row))


def _known(holds: Any) -> Terms:
    return ALWAYS if holds else NEVER


def _value(node: ast.expr) -> Evaluate:
    match node:
        case ast.Constant(value=value):
            return lambda question, row: value
        case ast.Name(id=name) if name.startswith("p_"):
            of_row = operator.attrgetter(name.removeprefix("p_"))
            return lambda question, row: of_row(row)
        case ast.Name(id=name):
            asked = operator.attrgetter(REQUEST[name])
            return lambda question, row: asked(question)
        case ast.Attribute(value=ast.Name(id=name), attr=attr):
            known = operator.attrgetter(f"{REQUEST[name]}.{attr}")
            return lambda question, row: known(question)
    return lambda question, row: row.lvl  # num(p_lvl), the only call that is a value


def _about_record(attr: str, question: Question, value: Any) -> Terms:
    if attr == "level":
        return (frozenset({LevelAtMost(value)}),) if question.floor <= value else NEVER
    names = value if isinstance(value, frozenset) else frozenset({value})
    if not names:
        return NEVER
    return (frozenset({OwnerIn(names) if attr == "owner" else DepartmentIn(names)}),)


def _held(question: Question, row: PolicyRow) -> Terms:
    return _known(row.sub in question.reader.subs)


def _granted(question: Question, row: PolicyRow) -> Terms:
    asked = named_field(question.field)
    return (frozenset({Granted(question.reader.id, granted_verb(question.verb), asked)}),)


def _related(question: Question, row: PolicyRow) -> Terms:
    atom = question.reader.ties(row.scope)
    return NEVER if atom is None else (frozenset({atom}),)


REQUEST: Mapping[str, str] = {
    "r_sub": "reader",
    "r_dom": "domain",
    "r_fld": "field",
    "r_act": "verb",
    "r_now": "now",
}
CALLS: Mapping[str, Reduce] = {"g": _held, "granted": _granted, "related": _related}

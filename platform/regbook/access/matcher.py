"""The matcher of a casbin model, read as a tree and checked: what cannot be compiled stops the start."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass

import casbin
from casbin.model import Model

from regbook.errors import Problem, SettingsInvalid

EFFECT = "some(where (p_eft == allow)) && !some(where (p_eft == deny))"
REQUEST = ("r_sub", "r_dom", "r_obj", "r_fld", "r_act", "r_now")
ROW = ("p_sub", "p_dom", "p_fld", "p_act", "p_scope", "p_lvl", "p_nbf", "p_exp", "p_eft", "p_id")
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "r_sub": frozenset({"id", "key", "clearance", "home", "units", "headed", "division", "below", "reports"}),
    "r_dom": frozenset({"id", "private"}),
    "r_obj": frozenset({"owner", "department", "level", "draft"}),
}
CALLS = frozenset(
    {
        "g(r_sub.key, p_sub)",
        "num(p_lvl)",
        "related(r_sub, r_obj, p_scope)",
        "granted(r_sub, r_obj, r_fld, r_act, r_now)",
    }
)
OF_RECORD: Mapping[str, tuple[type[ast.cmpop], ...]] = {
    "owner": (ast.Eq, ast.In),
    "department": (ast.In,),
    "level": (ast.LtE,),
}
"""How a record's own values may be compared; a department is only ever sought in a set without None."""
NO_READ_UP = (
    "p_eft == 'deny' or r_act == 'enter' or (r_obj.level <= r_sub.clearance and r_obj.level <= num(p_lvl))"
)
CONDITIONS: Mapping[str, str] = {
    "p_act == '*' or p_act == r_act": "verb",
    "p_fld == '*' or p_fld == r_fld": "field",
    "p_dom == r_dom.id or (p_dom == '*' and (not r_dom.private))": "register",
    "g(r_sub.key, p_sub)": "role",
    "p_nbf <= r_now": "not-yet",
    "r_now < p_exp": "over",
    "not r_obj.draft or r_obj.owner == r_sub.id": "draft",
    NO_READ_UP: "level",
}
"""What every matcher must ask of every row, and what each is called in an explanation; the rest is scope."""


@dataclass(frozen=True)
class Matcher:
    """A checked model: its text, the tree that casbin itself evaluates, and its conditions by name."""

    text: str
    tree: ast.expr
    read: Model
    conditions: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, bool, str | None], ...] = ()
    """What is asked of a record's owner and department: the value, whether it is sought in a set, of whom.

    The name of what is compared is the reader's; None stands for anything else.
    """

    def model(self) -> Model:
        """A model of its own for one enforcer, without rows or role links; what the text says is shared."""
        made = Model()
        for section, assertions in self.read.model.items():
            made.model[section] = {name: copy(each) for name, each in assertions.items()}
        return made


def read_matcher(text: str) -> Matcher:
    """The matcher of a model text.

    Raises:
        SettingsInvalid: the text is no casbin model, its effect, request or row differ from ours, a
            condition that every row must meet is missing, or the matcher uses what cannot be compiled.
    """
    try:
        model = casbin.Enforcer.new_model(text=text)
        effect, source = model["e"]["e"].value, model["m"]["m"].value
        tokens = (tuple(model["r"]["r"].tokens), tuple(model["p"]["p"].tokens))
        tree = casbin.Enforcer._get_expression(source, {}).ast_parsed_value
    except (KeyError, AttributeError, IndexError, RuntimeError, SyntaxError, TypeError, ValueError) as wrong:
        raise _refused(f"{type(wrong).__name__} {wrong}") from wrong
    kinds = {section: len(model[section]) for section in list(model.keys())}
    if effect != EFFECT:
        raise _refused(f"[policy_effect] {effect}")
    if tokens != (REQUEST, ROW) or set(kinds.values()) != {1} or "g" not in kinds:
        raise _refused("[request_definition] [policy_definition] [role_definition]")
    if not (isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And)):
        raise _refused("[matchers]")
    _check(tree)
    parts = [ast.unparse(part) for part in tree.values]
    for needed in CONDITIONS:
        if needed not in parts:
            raise _refused(f"[matchers] - {needed}")
    conditions = tuple((CONDITIONS.get(part, "scope"), part) for part in parts)
    return Matcher(text, tree, model, conditions, tuple(dict.fromkeys(_asked(tree))))


def _asked(tree: ast.expr) -> Iterator[tuple[str, bool, str | None]]:
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=ast.Attribute(value=ast.Name(id="r_obj"), attr=attr), ops=[op]) if (
                attr != "level"
            ):
                match node.comparators[0]:
                    case ast.Attribute(value=ast.Name(id="r_sub"), attr=of):
                        yield attr, isinstance(op, ast.In), of
                    case _:
                        yield attr, False, None


def _refused(part: str) -> SettingsInvalid:
    return SettingsInvalid([Problem("/policy/model.conf", "policy-model", {"part": part})])


def _check(node: ast.expr) -> None:
    """Only and, or, not, one comparison at a time, attributes of the request, constants and known calls."""
    match node:
        case ast.BoolOp(values=values):
            for each in values:
                _check(each)
        case ast.UnaryOp(op=ast.Not(), operand=operand) if not _of_record(operand) or _is(operand, "draft"):
            _check(operand)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if _comparable(left, op, right):
            _value(left)
            _value(right)
        case ast.Call() if ast.unparse(node) in CALLS:
            pass
        case ast.Attribute() if not _of_record(node) or _is(node, "draft"):
            _value(node)
        case _:
            raise _refused(ast.unparse(node))


def _value(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=str() | int()):
            pass
        case ast.Name(id=name) if name in REQUEST or name in ROW:
            pass
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in ATTRIBUTES.get(name, ()):
            pass
        case ast.Call() if ast.unparse(node) == "num(p_lvl)":
            pass
        case _:
            raise _refused(ast.unparse(node))


def _comparable(left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool:
    if _of_record(right):
        return False
    if not _of_record(left):
        return isinstance(op, ast.Eq | ast.Lt | ast.LtE | ast.In)
    return isinstance(left, ast.Attribute) and isinstance(op, OF_RECORD.get(left.attr, ()))


def _of_record(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "r_obj" for each in ast.walk(node))


def _is(node: ast.expr, attr: str) -> bool:
    return ast.unparse(node) == f"r_obj.{attr}"

"""casbin itself: one enforcer for one person and register, holding only the rows that can reach her."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import casbin
from casbin.persist import Adapter

from regbook.access.compiler import Domain, granted_verb
from regbook.access.matcher import REQUEST, ROW, Matcher
from regbook.access.reader import Reader
from regbook.model.access import Reach
from regbook.model.policy import HeldGrant, PolicyRow, Relation
from regbook.model.record import Record
from regbook.rules.reach import holds

DEPTH = 32


@dataclass(frozen=True)
class Held:
    """A record as the matcher sees it, with what ties people to it; ``level`` is the one asked about."""

    record: Record
    owner: str | None
    department: str | None
    level: int
    draft: bool
    relations: Collection[Relation]
    grants: Collection[HeldGrant]
    at: datetime


class _Rows(Adapter):  # type: ignore[misc]  # casbin has no types
    """Hands rows and role links to casbin as they are: its text lines would split at commas."""

    def __init__(self, reader: Reader, rows: Iterable[PolicyRow]) -> None:
        self.reader, self.rows = reader, rows

    def load_policy(self, model: Any) -> None:
        for row in self.rows:
            model["p"]["p"].policy.append(_texts(row))
        for sub in sorted(self.reader.subs):
            model["g"]["g"].policy.append([self.reader.key, sub])


class _Enforcer(casbin.Enforcer):  # type: ignore[misc]  # casbin has no types
    """casbin's enforcer, which reads its matcher once rather than with every question."""

    tree: Any = None

    def _get_expression(self, expr: str, functions: Any = None) -> Any:
        if self.tree is None:
            self.tree = casbin.Enforcer._get_expression(expr, functions).ast_parsed_value
        # An expression holds the names of the question in hand, so each question gets its own.
        made = casbin.Enforcer._get_expression("", functions)
        made.ast_parsed_value = self.tree
        return made


def enforcer_of(matcher: Matcher, reader: Reader, rows: Sequence[PolicyRow]) -> casbin.Enforcer:
    """A new enforcer; it is never loaded again, and no other person's request ever meets it."""
    enforcer = _Enforcer(matcher.model(), _Rows(reader, rows))
    enforcer.get_role_manager().max_hierarchy_level = DEPTH
    for name, function in FUNCTIONS.items():
        enforcer.add_function(name, function)
    return enforcer


def related(reader: Reader, held: Held, scope: str) -> bool:
    """Whether a relation ties the person (or whom the scope names) to the record."""
    atom = reader.ties(scope)
    return atom is not None and holds(Reach(((atom,),)), held.record, held.relations, (), held.at)


def granted(reader: Reader, held: Held, field: str, verb: str, _now: str) -> bool:
    """Whether a grant gives the person the verb on the record, or on the field asked for."""
    asked = None if field.startswith("*") else field
    of_record = (
        each for each in held.grants if (each.register, each.record) == (held.record.register, held.record.id)
    )
    return any(each.gives(reader.id, granted_verb(verb), asked, held.at) for each in of_record)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {"num": int, "related": related, "granted": granted}


def _texts(row: PolicyRow) -> list[str]:
    return [str(getattr(row, token.removeprefix("p_"))) for token in ROW]


def decide(
    enforcer: casbin.Enforcer, reader: Reader, domain: Domain, held: Held, field: str, verb: str
) -> tuple[bool, str]:
    """casbin's answer, and the id of the row that made it."""
    allowed, row = enforcer.enforce_ex(reader, domain, held, field, verb, text_of(held.at))
    return bool(allowed), str(row[-1]) if row else ""


def failing(
    matcher: Matcher, row: PolicyRow, reader: Reader, domain: Domain, held: Held, field: str, verb: str
) -> tuple[str, ...]:
    """The names of the row's conditions that do not hold, each evaluated as casbin evaluates the whole."""
    request = (reader, domain, held, field, verb, text_of(held.at))
    names = dict(zip(REQUEST, request, strict=True)) | dict(zip(ROW, _texts(row), strict=True))
    functions = {**FUNCTIONS, "g": lambda _, sub: sub in reader.subs}
    return tuple(
        name
        for name, condition in matcher.conditions
        if not casbin.Enforcer._get_expression(condition, functions).eval(names)
    )


def text_of(now: datetime) -> str:
    """An instant as rows hold it."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")

"""casbin itself: one enforcer for one person and register, holding only the rows that can reach her."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import casbin

from regbook.access.compiler import Domain, granted_verb, named_field
from regbook.access.matcher import REQUEST, ROW, Matcher
from regbook.access.reader import Reader
from regbook.model.access import Reach
from regbook.model.policy import HeldGrant, PolicyRow, Relation
from regbook.model.record import Record
from regbook.rules.kinds import date_time
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
    ties: list[str] = field(default_factory=list, compare=False)
    """What was asked about the record's relations and grants."""

    def stands(self, matcher: Matcher, reader: Reader) -> tuple[Any, ...]:
        """All that the matcher can learn of the record without its relations and grants.

        Records that stand alike to a person are one question, whoever owns them.
        """
        return (
            self.level,
            self.draft,
            *(
                getattr(self, name)
                if of is None
                else (getattr(self, name) in getattr(reader, of))
                if within
                else (getattr(self, name) == getattr(reader, of))
                for name, within, of in matcher.asked
            ),
        )


class _Enforcer(casbin.Enforcer):  # type: ignore[misc]  # casbin has no types
    """casbin's enforcer, which reads its matcher once for all enforcers rather than with every question."""

    tree: Any = None

    def _get_expression(self, expr: str, functions: Any = None) -> Any:
        # An expression holds the names of the question in hand, so each question gets its own.
        made = casbin.Enforcer._get_expression("", functions)
        made.ast_parsed_value = self.tree
        return made


def enforcer_of(matcher: Matcher, reader: Reader, rows: Sequence[PolicyRow]) -> casbin.Enforcer:
    """A new enforcer; it is never loaded again, and no other person's request ever meets it.

    It is given its rows and role links as they are: casbin's own loading copies the model for each person.
    """
    model = matcher.model()
    model["p"]["p"].policy = [_texts(row) for row in rows]
    model["g"]["g"].policy = [[reader.key, sub] for sub in sorted(reader.subs)]
    enforcer = _Enforcer(model)
    enforcer.tree = matcher.tree
    enforcer.get_role_manager().max_hierarchy_level = DEPTH
    enforcer.build_role_links()
    for name, function in FUNCTIONS.items():
        enforcer.add_function(name, function)
    return enforcer


def related(reader: Reader, held: Held, scope: str) -> bool:
    """Whether a relation ties the person (or whom the scope names) to the record."""
    held.ties.append(scope)
    atom = reader.ties(scope)
    return atom is not None and holds(Reach(((atom,),)), held.record, held.relations, (), held.at)


def granted(reader: Reader, held: Held, field: str, verb: str, _now: str) -> bool:
    """Whether a grant gives the person the verb on the record, or on the field asked for."""
    held.ties.append("granted")
    of_record = (
        each for each in held.grants if (each.register, each.record) == (held.record.register, held.record.id)
    )
    return any(each.gives(reader.id, granted_verb(verb), named_field(field), held.at) for each in of_record)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {"num": int, "related": related, "granted": granted}


def _texts(row: PolicyRow) -> list[str]:
    return [str(getattr(row, token.removeprefix("p_"))) for token in ROW]


def decide(
    enforcer: casbin.Enforcer, reader: Reader, domain: Domain, held: Held, field: str, verb: str
) -> tuple[bool, str]:
    """casbin's answer, and the id of the row that made it."""
    allowed, row = enforcer.enforce_ex(reader, domain, held, field, verb, date_time.write(held.at))
    return bool(allowed), str(row[-1]) if row else ""


def failing(
    matcher: Matcher, row: PolicyRow, reader: Reader, domain: Domain, held: Held, field: str, verb: str
) -> tuple[str, ...]:
    """The names of the row's conditions that do not hold, each evaluated as casbin evaluates the whole."""
    request = (reader, domain, held, field, verb, date_time.write(held.at))
    names = dict(zip(REQUEST, request, strict=True)) | dict(zip(ROW, _texts(row), strict=True))
    functions = {**FUNCTIONS, "g": lambda _, sub: sub in reader.subs}
    return tuple(
        name
        for name, condition in matcher.conditions
        if not casbin.Enforcer._get_expression(condition, functions).eval(names)
    )

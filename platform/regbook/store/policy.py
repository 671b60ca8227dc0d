"""The policy table: the lines that every definition's access and the office-wide rules were compiled to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, select

from regbook.model.office import PolicyLine
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection

_policy = fixed.policy.c

ALL = select(_policy.kind, _policy.terms, _policy.register).order_by(_policy.register, _policy.place)
CLEAR = delete(fixed.policy).where(_policy.register == bindparam("register"))
PUT = into(fixed.policy)


class Policy:
    """Reads the policy."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self) -> tuple[PolicyLine, ...]:
        """Every line, office-wide ones first, in the order they were written."""
        return tuple(
            PolicyLine(kind, tuple(terms), register) for kind, terms, register in self._connection.run(ALL)
        )


class PolicyWork(Policy):
    """Writes the policy. Whoever does bumps the epoch too."""

    __slots__ = ()

    def replace(self, register: str, rows: Iterable[PolicyLine]) -> None:
        """The lines that come from a register (``*``: from the office) are these and no others."""
        self._connection.change(CLEAR, {"register": register})
        self._connection.many(
            PUT,
            (
                {"register": register, "place": place, "kind": each.kind, "terms": list(each.terms)}
                for place, each in enumerate(rows)
            ),
        )

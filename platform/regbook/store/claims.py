"""A claim is a lease on a row: taken and committed at once, so that two processes never hold the same one.

PostgreSQL steps over rows that another process is just claiming; on SQLite writers stand in line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    func,
    select,
    update,
)

from regbook.store.columns import Instant

WAITING, CLAIMED, DONE, FAILED, CANCELLED = "waiting", "claimed", "done", "failed", "cancelled"
PAUSED = "paused"


def claiming(table: Table, columns: Sequence[ColumnElement[Any]]) -> Update:
    """Takes up to ``:limit`` rows that are ready at ``:now`` for ``:by``, until ``:lease_end``."""
    ready = (
        select(table.c.id)
        .where(table.c.status == WAITING, table.c.ready_at <= bindparam("now"))
        .order_by(table.c.ready_at)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
    )
    return (
        update(table)
        .where(table.c.id.in_(ready.scalar_subquery()))
        .values(
            status=CLAIMED,
            claimed_by=bindparam("by"),
            lease_until=bindparam("lease_end", type_=Instant()),
            attempts=table.c.attempts + 1,
        )
        .returning(*columns)
    )


def reaping(table: Table) -> Update:
    """Gives back the rows whose lease ended before ``:now``: their claimer was killed or lost."""
    lost = (
        select(table.c.id)
        .where(table.c.status == CLAIMED, table.c.lease_until < bindparam("now"))
        .with_for_update(skip_locked=True)
    )
    return (
        update(table)
        .where(table.c.id.in_(lost.scalar_subquery()))
        .values(status=WAITING, claimed_by=None, lease_until=None)
    )


def waking(table: Table) -> Select[Any]:
    """When the first waiting row is ready, and when the first claim runs out: None where there is none."""
    ready = select(func.min(table.c.ready_at)).where(table.c.status == WAITING)
    lapsing = select(func.min(table.c.lease_until)).where(table.c.status == CLAIMED)
    return select(ready.scalar_subquery(), lapsing.scalar_subquery())


def earliest(row: Sequence[Any] | None) -> datetime | None:
    """The earlier of what :func:`waking` answers."""
    return min((each for each in row or () if each is not None), default=None)


def holding(table: Table, columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """The row ``:id`` as it is now, locked, if ``:by`` still holds its claim."""
    return select(*columns).where(*mine(table)).with_for_update()


def releasing(table: Table, *names: str) -> Update:
    """Ends the claim of ``:by`` on the row ``:id``: its ``status`` and the named columns take new values."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("status", *names)}
    return update(table).where(*mine(table)).values(claimed_by=None, lease_until=None, **values)


def mine(table: Table) -> tuple[ColumnElement[bool], ...]:
    """The row ``:id`` is claimed by ``:by``."""
    by: BindParameter[str] = bindparam("by", type_=Text())
    return (table.c.id == bindparam("id"), table.c.status == CLAIMED, table.c.claimed_by == by)

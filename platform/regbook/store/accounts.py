"""Accounts: how people sign in. The account's name is what everything else calls it by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Boolean, LargeBinary, Table, Text, bindparam, func, select, update
from sqlalchemy.dialects import postgresql

from regbook.errors import Conflict, NotFound
from regbook.model.office import Login
from regbook.store import fixed
from regbook.store.columns import Instant
from regbook.store.connection import Connection
from regbook.store.identity import Account

table: Table = Account.__table__
_account = table.c
_at: BindParameter[datetime] = bindparam("now", type_=Instant())
_named = _account.username == bindparam("account")

LOGIN = select(
    _account.username,
    _account.person,
    _account.active,
    _account.password,
    func.coalesce(_account.fail_login_count, 0),
    _account.locked_until,
    _account.factor,
)
BY_NAME = LOGIN.where(_named)
BY_PERSON = LOGIN.where(_account.person == bindparam("person")).order_by(_account.username)
ALL = LOGIN.order_by(_account.username)
ADD = (
    postgresql.insert(table)
    .values(
        # Flask-AppBuilder asks for names and an address; a person's stand in the register of people.
        {name: bindparam(f"new_{name}") for name in ("username", "first_name", "last_name", "email")}
        | {name: bindparam(f"new_{name}") for name in ("password", "active", "person", "created_on")}
        | dict.fromkeys(("changed_on", "created_by_fk", "changed_by_fk", "locked_until", "factor"))
    )
    .inline()
    .on_conflict_do_nothing()
)
SET_PASSWORD = (
    update(table)
    .where(_named)
    .values(
        password=bindparam("new_password", type_=Text()),
        changed_on=None,
        fail_login_count=0,
        locked_until=None,
    )
)
REHASH = update(table).where(_named).values(password=bindparam("new_password", type_=Text()), changed_on=None)
SET_ACTIVE = (
    update(table).where(_named).values(active=bindparam("new_active", type_=Boolean()), changed_on=None)
)
SET_PERSON = update(table).where(_named).values(person=bindparam("new_person", type_=Text()), changed_on=None)
SET_FACTOR = (
    update(table).where(_named).values(factor=bindparam("new_factor", type_=LargeBinary()), changed_on=None)
)
FAILED = (
    update(table)
    .where(_named)
    .values(
        fail_login_count=func.coalesce(_account.fail_login_count, 0) + 1,
        locked_until=bindparam("new_locked_until", type_=Instant()),
        changed_on=None,
    )
)
SUCCEEDED = (
    update(table)
    .where(_named)
    .values(
        fail_login_count=0,
        login_count=func.coalesce(_account.login_count, 0) + 1,
        last_login=bindparam("new_last_login"),
        locked_until=None,
        changed_on=None,
    )
)
_ids = select(_account.id).where(_named).scalar_subquery()
END_SESSIONS = (
    update(fixed.session)
    .where(fixed.session.c.account == _ids, fixed.session.c.closed_at.is_(None))
    .values(closed_at=_at)
)
END_TOKENS = (
    update(fixed.token)
    .where(fixed.token.c.account == _ids, fixed.token.c.revoked_at.is_(None))
    .values(revoked_at=_at)
)


class Accounts:
    """Reads accounts."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def login(self, account: str) -> Login | None:
        """The account of that name, as sign-in needs it."""
        row = self._connection.one(BY_NAME, {"account": account})
        return Login(*row) if row else None

    def of_person(self, person: str) -> tuple[Login, ...]:
        """The accounts of a person."""
        return tuple(Login(*row) for row in self._connection.run(BY_PERSON, {"person": person}))

    def all(self) -> tuple[Login, ...]:
        """Every account, by name."""
        return tuple(Login(*row) for row in self._connection.run(ALL))


class AccountsWork(Accounts):
    """Writes accounts. Whoever does writes an entry in the same transaction."""

    __slots__ = ()

    def add(self, account: str, password_hash: str | None, person: str | None, now: datetime) -> None:
        """Add an account; without a password it signs in only by other means.

        Raises:
            Conflict: there is an account of that name.
        """
        values = {"new_username": account, "new_email": account, "new_first_name": "", "new_last_name": ""}
        more = {"new_password": password_hash, "new_active": True, "new_person": person}
        at = {"new_created_on": now.replace(tzinfo=None)}
        if not self._connection.change(ADD, {**values, **more, **at}):
            raise Conflict(code="account-taken", account=account)

    def set_password(self, account: str, password_hash: str, now: datetime) -> None:
        """Give an account a password: its lock ends, and every session of it."""
        self._change(SET_PASSWORD, account, new_password=password_hash)
        self._end_sessions(account, now)

    def rehash(self, account: str, password_hash: str) -> None:
        """Keep the same password at today's cost; sessions go on."""
        self._change(REHASH, account, new_password=password_hash)

    def disable(self, account: str, now: datetime) -> None:
        """Nobody signs in by the account any more; its sessions and tokens end."""
        self._change(SET_ACTIVE, account, new_active=False)
        self._end_sessions(account, now)
        self._connection.change(END_TOKENS, {"account": account, "now": now})

    def enable(self, account: str) -> None:
        """Let the account sign in again; the sessions and tokens that ended stay ended."""
        self._change(SET_ACTIVE, account, new_active=True)

    def set_person(self, account: str, person: str | None, now: datetime) -> None:
        """Say whose account it is; its sessions end."""
        self._change(SET_PERSON, account, new_person=person)
        self._end_sessions(account, now)

    def set_factor(self, account: str, factor: bytes | None) -> None:
        """Keep the sealed secret of a second factor, or take it away."""
        self._change(SET_FACTOR, account, new_factor=factor)

    def failed(self, account: str, locked_until: datetime | None) -> None:
        """Count a sign-in that failed, and lock the account until an instant, if one is given."""
        self._connection.change(FAILED, {"account": account, "new_locked_until": locked_until})

    def succeeded(self, account: str, now: datetime) -> None:
        """Count a sign-in; failures before it are forgotten."""
        self._change(SUCCEEDED, account, new_last_login=now.replace(tzinfo=None))

    def _change(self, statement: Any, account: str, **values: Any) -> None:
        if not self._connection.change(statement, {"account": account, **values}):
            raise NotFound

    def _end_sessions(self, account: str, now: datetime) -> None:
        self._connection.change(END_SESSIONS, {"account": account, "now": now})

"""Sessions and tokens: rows on the server, found by the hash of a secret; ending one ends it everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Text, bindparam, or_, select, update

from regbook.model.office import Identity, Session, Token
from regbook.store import fixed
from regbook.store.accounts import table as accounts
from regbook.store.columns import Instant, into
from regbook.store.connection import Connection

_session, _token, _account = fixed.session.c, fixed.token.c, accounts.c
_now: BindParameter[datetime] = bindparam("now", type_=Instant())
_epoch = select(fixed.epoch.c.epoch).scalar_subquery()
_of_name = select(_account.id).where(_account.username == bindparam("of_name")).scalar_subquery()
_named = _account.username == bindparam("of_name")

BY_SESSION = (
    select(_account.username, _account.person, _epoch, _session.seen_at)
    .join_from(fixed.session, accounts, _account.id == _session.account)
    .where(
        _session.hash == bindparam("hash"),
        _session.closed_at.is_(None),
        _session.until > _now,
        _session.seen_at > bindparam("idle_since", type_=Instant()),
        _account.active.is_(True),
    )
)
_token_holds = (_token.revoked_at.is_(None), or_(_token.until.is_(None), _token.until > _now))
BY_TOKEN = (
    select(_account.username, _account.person, _epoch, _token.used_at)
    .join_from(fixed.token, accounts, _account.id == _token.account)
    .where(_token.hash == bindparam("hash"), *_token_holds, _account.active.is_(True))
)
BY_NAME = select(_account.username, _account.person, _epoch).where(_named, _account.active.is_(True))
SESSIONS = (
    select(
        _session.id, _account.username, _session.opened_at, _session.seen_at, _session.until,
        _session.address, _session.agent,
    )
    .join_from(fixed.session, accounts, _account.id == _session.account)
    .where(_named, _session.closed_at.is_(None), _session.until > _now)
    .order_by(_session.seen_at.desc(), _session.id)
)  # fmt: skip
TOKENS = (
    select(_token.id, _account.username, _token.name, _token.made_at, _token.until, _token.used_at)
    .join_from(fixed.token, accounts, _account.id == _token.account)
    .where(_named, *_token_holds)
    .order_by(_token.made_at, _token.id)
)
OPEN = into(fixed.session, leave=("account",)).values(account=_of_name)
TOUCH = (
    update(fixed.session)
    .where(_session.hash == bindparam("of_hash"))
    .values(seen_at=bindparam("new_seen_at"))
)
_mine = (_session.account == _of_name, _session.closed_at.is_(None))
_id: BindParameter[str] = bindparam("of_id", type_=Text())
ID_OF = select(_session.id).where(_session.hash == bindparam("hash"))
CLOSE_HASH = (
    update(fixed.session)
    .where(_session.hash == bindparam("of_hash"), _session.closed_at.is_(None))
    .values(closed_at=_now)
)
CLOSE_ONE = update(fixed.session).where(*_mine, _session.id == _id).values(closed_at=_now)
CLOSE_OTHERS = (
    update(fixed.session).where(*_mine, or_(_id.is_(None), _session.id != _id)).values(closed_at=_now)
)
ADD_TOKEN = into(fixed.token, leave=("account",)).values(account=_of_name)
USE_TOKEN = update(fixed.token).where(_token.hash == bindparam("of_hash")).values(used_at=_now)
REVOKE_TOKEN = (
    update(fixed.token)
    .where(_token.id == _id, _token.account == _of_name, _token.revoked_at.is_(None))
    .values(revoked_at=_now)
)


class Sessions:
    """Reads sessions and tokens."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def identity(self, session_hash: str, now: datetime, idle: timedelta) -> Identity | None:
        """Who a session's secret is, and the epoch, in one statement; None when it ended or lay idle."""
        values = {"hash": session_hash, "now": now, "idle_since": now - idle}
        row = self._connection.one(BY_SESSION, values)
        return Identity(*row) if row else None

    def identity_by_token(self, token_hash: str, now: datetime) -> Identity | None:
        """Who a token's secret acts as, and the epoch, in one statement; None when it ended."""
        row = self._connection.one(BY_TOKEN, {"hash": token_hash, "now": now})
        return Identity(*row) if row else None

    def identity_by_name(self, account: str) -> Identity | None:
        """Who an active account is, and the epoch, in one statement."""
        row = self._connection.one(BY_NAME, {"of_name": account})
        return Identity(*row) if row else None

    def of(self, account: str, now: datetime) -> tuple[Session, ...]:
        """The sessions of an account that have not ended, last seen first."""
        return tuple(
            Session(*row) for row in self._connection.run(SESSIONS, {"of_name": account, "now": now})
        )

    def id_of(self, session_hash: str) -> str | None:
        """The id of the session that has this hash."""
        row = self._connection.one(ID_OF, {"hash": session_hash})
        return row[0] if row else None

    def tokens(self, account: str, now: datetime) -> tuple[Token, ...]:
        """The tokens of an account that have not ended."""
        return tuple(Token(*row) for row in self._connection.run(TOKENS, {"of_name": account, "now": now}))


class SessionsWork(Sessions):
    """Opens and ends sessions and tokens."""

    __slots__ = ()

    def open(self, session_hash: str, session: Session) -> None:
        """Open a session of an account under the hash of its secret."""
        values = {
            "hash": session_hash, "id": session.id, "of_name": session.account, "until": session.until,
            "opened_at": session.opened_at, "seen_at": session.seen_at, "closed_at": None,
            "address": session.address, "agent": session.agent[:400],
        }  # fmt: skip
        self._connection.change(OPEN, values)

    def touch(self, session_hash: str, now: datetime) -> None:
        """The session was used just now: its idle time begins anew."""
        self._connection.change(TOUCH, {"of_hash": session_hash, "new_seen_at": now})

    def close(self, session_hash: str, now: datetime) -> bool:
        """End the session of a secret; False when it had ended."""
        return self._connection.change(CLOSE_HASH, {"of_hash": session_hash, "now": now}) == 1

    def close_one(self, account: str, id: str, now: datetime) -> bool:
        """End one session of an account by its id; False when there is none."""
        return self._connection.change(CLOSE_ONE, {"of_name": account, "of_id": id, "now": now}) == 1

    def close_all(self, account: str, now: datetime, but: str | None = None) -> int:
        """End every session of an account, but one if its id is given; say how many."""
        return self._connection.change(CLOSE_OTHERS, {"of_name": account, "of_id": but, "now": now})

    def add_token(self, token_hash: str, token: Token) -> None:
        """Add a token of an account under the hash of its secret."""
        values = {
            "hash": token_hash, "id": token.id,
            "of_name": token.account, "name": token.name, "made_at": token.made_at,
            "until": token.until, "used_at": None, "revoked_at": None,
        }  # fmt: skip
        self._connection.change(ADD_TOKEN, values)

    def use_token(self, token_hash: str, now: datetime) -> None:
        """The token was used just now."""
        self._connection.change(USE_TOKEN, {"of_hash": token_hash, "now": now})

    def revoke_token(self, account: str, id: str, now: datetime) -> bool:
        """End one token of an account; False when there is none."""
        return self._connection.change(REVOKE_TOKEN, {"of_name": account, "of_id": id, "now": now}) == 1

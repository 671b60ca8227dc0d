"""Answers kept by idempotency key: the same request sent again is answered, not done, again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from regbook.errors import RecordInvalid
from regbook.model.office import StoredAnswer
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection
from regbook.store.engines import Moved

_answer = fixed.idempotency.c
_given = into(fixed.idempotency)

FIND = select(_answer.body_hash, _answer.answer, _answer.at).where(
    _answer.key == bindparam("key"), _answer.until > bindparam("now")
)
REMEMBER = _given.on_conflict_do_update(
    index_elements=["key"],
    set_={name: _given.excluded[name] for name in ("body_hash", "answer", "at", "until")},
    where=_answer.until <= _given.excluded.at,
)
FORGET = delete(fixed.idempotency).where(_answer.until <= bindparam("now"))


class Answers:
    """Finds answers again."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def once(self, key: str, body_hash: str, now: datetime) -> StoredAnswer | None:
        """What this request was answered before, or None when it is new.

        Raises:
            RecordInvalid: another request, with another body, used the key.
        """
        row = self._connection.one(FIND, {"key": key, "now": now})
        if row is None:
            return None
        if row[0] != body_hash:
            raise RecordInvalid(code="idempotency-key-reused")
        return StoredAnswer(row[1], row[2])


class AnswersWork(Answers):
    """Keeps answers."""

    __slots__ = ()

    def remember(self, key: str, body_hash: str, answer: Any, now: datetime, until: datetime) -> None:
        """Keep the answer with what it answers for.

        Raises:
            Moved: the same request is being answered elsewhere; read that answer.
        """
        values = {"key": key, "body_hash": body_hash, "answer": answer, "at": now, "until": until}
        if not self._connection.change(REMEMBER, values):
            raise Moved("idempotency key")

    def forget(self, now: datetime) -> int:
        """Delete the answers whose time is over; say how many."""
        return self._connection.change(FORGET, {"now": now})

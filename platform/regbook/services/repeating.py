"""Requests that may come twice: an idempotency key answers the second as the first, for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from regbook.model.people import Actor
from regbook.model.record import Record, instant_text
from regbook.rules.jsontext import canonical_hash
from regbook.services.office import Office
from regbook.store import Reading, Work

KEPT = timedelta(hours=24)
PURPOSE = b"once"


@dataclass(frozen=True, slots=True)
class Once:
    """A request that is done once: its key, and what tells its body from another's."""

    key: str
    body_hash: str


def once_of(office: Office, actor: Actor, key: str, body: Any) -> Once:
    """The request of this actor under the key she chose; another's same key is another request.

    The body's hash is keyed: whoever has the database cannot try one secret value after the other.
    """
    told = canonical_hash(list(body)).encode()
    return Once(canonical_hash([actor.name, key]), office.store.keyring.mac(PURPOSE, told).hex())


def answered(reading: Reading, once: Once | None, now: datetime) -> Record | None:
    """The record that the same request made before, as it was then and without its facts.

    Raises:
        RecordInvalid: another body came under the key.
    """
    kept = reading.answers.once(once.key, once.body_hash, now) if once else None
    if kept is None:
        return None
    found = kept.answer
    return Record(
        found["register"],
        found["id"],
        found["state"],
        {},
        number=found["number"],
        entered_at=_instant(found["entered_at"]),
        submitted_at=_instant(found["submitted_at"]),
    )


def remember(work: Work, once: Once | None, record: Record, now: datetime) -> Record:
    """The record, kept as its request's answer in its own transaction, without its facts.

    Raises:
        Moved: the same request is being answered elsewhere; that answer counts.
    """
    if once is None:
        return record
    answer = {
        "register": record.register,
        "id": record.id,
        "state": record.state,
        "number": record.number,
        "entered_at": instant_text(record.entered_at),
        "submitted_at": instant_text(record.submitted_at),
    }
    work.answers.remember(once.key, once.body_hash, answer, now, now + KEPT)
    return record


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

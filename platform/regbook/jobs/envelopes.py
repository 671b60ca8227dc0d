"""What travels through Redis: ids of timers, signed by this office, for one use until an instant.

Redis is a bell, not a witness: whatever lies in it may have been put there by anyone. A job is carried out
only when its function is one of :data:`ENTRIES`, this office has signed it, its time is not over and it was
not carried out before. Anything else is refused, and the refusal has an entry.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from regbook.services.handing import is_signed, note, office_name, signature, spend
from regbook.services.office import Office
from regbook.services.timekeeping import fire_named

Entries = Mapping[str, Callable[[Office, tuple[str, ...], str], object]]
ENTRIES: Entries = {"fire": fire_named}
"""Everything a job may ask for, by name."""
LARGEST = 16_000
"""The size in bytes of the largest job that is read."""

log = logging.getLogger("regbook.jobs")


class Refused(Exception):
    """The job is not carried out; ``reason`` is a code of the catalogue."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Envelope:
    """A job: what to do with which ids, who holds their claim, and the nonce that makes it count once."""

    do: str
    ids: tuple[str, ...]
    by: str
    nonce: str
    until: datetime


def new_envelope(office: Office, do: str, ids: Iterable[str], by: str, lasts: timedelta) -> Envelope:
    """An envelope of this moment."""
    return Envelope(do, tuple(ids), by, secrets.token_hex(16), office.now() + lasts)


def sealed(office: Office, envelope: Envelope) -> tuple[str, str]:
    """The envelope as text, and the office's signature under it."""
    body = {
        "do": envelope.do,
        "ids": envelope.ids,
        "by": envelope.by,
        "nonce": envelope.nonce,
        "until": envelope.until.isoformat(),
        "office": office_name(office),
    }
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return text, signature(office, text)


def unsealed(office: Office, job: str, call: Any) -> Envelope:
    """The envelope of a job as Redis gave it: ``call`` is ``[function, None, [text, signature], {}]``.

    Raises:
        Refused: anything about it is not as this office made it, its time is over, or it came before.
    """
    match call:
        case [str(do), None, [str(text), str(given)], {}] if not call[3]:
            pass
        case _:
            raise Refused("job-altered")
    if do not in ENTRIES:
        raise Refused("job-unknown")
    if not is_signed(office, text, given):
        raise Refused("job-altered")
    body = json.loads(text)
    envelope = Envelope(
        body["do"], tuple(body["ids"]), body["by"], body["nonce"], datetime.fromisoformat(body["until"])
    )
    if (body["office"], envelope.do) != (office_name(office), do):
        raise Refused("job-altered")
    if envelope.until < office.now():
        raise Refused("job-expired")
    if envelope.nonce != job or not spend(office, envelope.nonce, envelope.until + timedelta(seconds=1)):
        raise Refused("job-replayed")
    return envelope


def carry_out(office: Office, job: str, call: Any) -> None:
    """Does what a job asks for, if it may; else says so in the journal."""
    try:
        envelope = unsealed(office, job, call)
    except Refused as refused:
        log.warning("job %s was refused: %s", job[:64], refused.reason)
        note(office, "refuse-job", refused.reason, {"job": job[:64]})
        return
    ENTRIES[envelope.do](office, envelope.ids, envelope.by)

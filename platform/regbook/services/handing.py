"""What jobs need of the office: its signature, a memory of what was used once, and a line in the journal."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regbook.model.people import SYSTEM
from regbook.model.record import Entry
from regbook.services.office import Office
from regbook.store import Moved

PURPOSE = b"job"


def office_name(office: Office) -> str:
    """What this office is called where several may meet: it tells nothing, and no other has it."""
    return office.store.keyring.mac(PURPOSE, b"name").hex()[:16]


def signature(office: Office, text: str) -> str:
    """The office's signature under a text."""
    return office.store.keyring.mac(PURPOSE, text.encode()).hex()


def is_signed(office: Office, text: str, given: str) -> bool:
    """Whether this office has signed the text."""
    return hmac.compare_digest(signature(office, text).encode(), given.encode())


def spend(office: Office, nonce: str, until: datetime) -> bool:
    """Uses something up that counts once, until it would not count anyway; False when it was used before."""
    now = office.now()
    try:
        with office.store.work() as work:
            if work.answers.once(f"job:{nonce}", "", now) is not None:
                return False
            work.answers.forget(now)
            work.answers.remember(f"job:{nonce}", "", {}, now, until)
            return True
    except Moved:
        return False


def note(office: Office, verb: str, reason: str, values: Mapping[str, Any]) -> None:
    """One entry of the office itself about its own machinery."""
    entry = Entry(
        office.make_id(), "office", None, office.now(), SYSTEM.name, verb, reason=reason, values=values
    )
    with office.store.work() as work:
        work.journal.write(entry)

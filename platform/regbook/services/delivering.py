"""Notices leave the office: what is in the outbox goes to the plugin that delivers, at least once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from regbook.errors import PluginFault, say
from regbook.model.access import unbounded
from regbook.model.office import Notice
from regbook.model.record import instant_text
from regbook.services.edition import Edition
from regbook.services.office import Office
from regbook.services.timekeeping import fault_name
from regbook.store import Reading

BATCH = 20
LEASE = timedelta(minutes=10)
WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 480))
"""How long a notice waits after each failed attempt; after the last it is given up and stays in the inbox."""

log = logging.getLogger("regbook.delivery")


def deliver_due(office: Office, *, by: str) -> int:
    """Delivers one batch of what waits; answers how many it took. Nothing waiting writes nothing.

    Any number of processes may deliver at once: each notice is claimed by one of them. A process killed
    between sending and saying so sends again, under the same id.
    """
    now = office.now()
    with office.store.reading() as reading:
        at = reading.notices.next_at()
    if at is None or at > now:
        return 0
    claimed = office.store.claim_notices(now, by=by, limit=BATCH, lease=LEASE)
    if not office.hooks.anyone("deliver"):
        with office.store.work() as work:
            for each in claimed:
                work.notices.finish(each.id, by)
        return len(claimed)
    for each in claimed:
        _deliver(office, each, by)
    return len(claimed)


def _deliver(office: Office, notice: Notice, by: str) -> None:
    with office.store.reading() as reading:
        edition = office.edition(reading)
        message = _message(edition, notice) if _may_know(reading, edition, notice, office.now()) else None
    try:
        if message is not None:
            office.hooks.first("deliver", notice=message)
    except PluginFault as fault:
        tried = notice.attempts
        retry_at = office.now() + WAITS[tried - 1] if tried <= len(WAITS) else None
        log.error("notice %s was put off: %s", notice.id, fault_name(fault))
        with office.store.work() as work:
            work.notices.fail(notice.id, by, fault_name(fault), retry_at)
        return
    with office.store.work() as work:
        work.notices.finish(notice.id, by)


def _may_know(reading: Reading, edition: Edition, notice: Notice, now: datetime) -> bool:
    """Whether the receiver is here and her clearance reaches the record as it is now, not as it was."""
    level = notice.level
    if notice.register is not None and notice.record is not None:
        if notice.register not in edition.registers:
            return False
        scope = unbounded(notice.register, "read", "deliver")
        definition = edition.definition(notice.register)
        record = reading.records.one(definition, notice.record, scope, now)
        if record is None:
            return False
        level = max(level, record.level_at(now))
    return edition.directory.active(notice.person) and edition.clearance(notice.person, now) >= level


def _message(edition: Edition, notice: Notice) -> dict[str, Any]:
    """What a plugin is given: whom to tell, and the sentence in both languages."""
    person = edition.directory.people[notice.person]
    return {
        "id": notice.id,
        "person": person.id,
        "name": person.name,
        "account": person.account,
        "code": notice.code,
        "text": {language: say(notice.code, notice.values, language) for language in ("zh", "en")},
        "register": notice.register,
        "record": notice.record,
        "at": instant_text(notice.at),
    }

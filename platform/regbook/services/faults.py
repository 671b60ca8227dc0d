"""Faults: timers that a failing plugin or definition put off, to be seen and tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regbook.errors import Denied, NotFound
from regbook.model.people import Actor
from regbook.model.promises import Timer
from regbook.model.record import Entry
from regbook.services.accounts import ADMINISTRATOR
from regbook.services.office import Office
from regbook.store import Reading


@dataclass(frozen=True, slots=True)
class Fault:
    """A timer that did not fire and why: the plugin, its hook, the kind of error and its place in the code.

    It holds no fact of the record, so that whoever keeps the system may see it. ``again`` is when it is
    tried the next time; ``timer.attempts`` says how often it was.
    """

    timer: Timer
    reason: str
    again: datetime


def faults(office: Office, actor: Actor, limit: int = 100) -> tuple[Fault, ...]:
    """The timers that are put off now, soonest tried again first.

    Raises:
        Denied: the actor does not keep the system.
    """
    with office.store.reading() as reading:
        keeps_system(office, reading, actor)
        return tuple(Fault(*each) for each in reading.timers.failing(limit))


def retry(office: Office, actor: Actor, timer: str) -> None:
    """Lets a timer that is put off fire with the next tick.

    Raises:
        Denied: the actor does not keep the system.
        NotFound: no timer of that id is put off.
    """
    with office.store.reading() as reading:
        keeps_system(office, reading, actor)
        found = next((each for each, _, _ in reading.timers.failing(ALL) if each.id == timer), None)
    if found is None:
        raise NotFound
    now = office.now()
    with office.store.work() as work:
        if not work.timers.retry(timer, now):
            raise NotFound
        values = {"deadline": found.deadline, "kind": found.kind, "n": found.n}
        place = (found.register, found.record or None)
        work.journal.write(Entry(office.make_id(), *place, now, actor.name, "retry", values=values))


ALL = 10_000
"""More faults than that are one fault of the office; whoever names one names one of the first."""


def keeps_system(office: Office, reading: Reading, actor: Actor) -> None:
    """Refuses whoever does not keep the system.

    Raises:
        Denied: she does not.
    """
    if actor.kind == "system":
        return
    roles = office.edition(reading).directory.roles(actor.person or "")
    if ADMINISTRATOR not in roles:
        raise Denied

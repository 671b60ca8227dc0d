"""How the office runs, for whoever keeps the system: its workers, how late the clock is, what was put off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from regbook.model.office import Worker
from regbook.model.people import Actor
from regbook.services.faults import Fault, keeps_system
from regbook.services.office import Office

EVERY = timedelta(seconds=30)
"""How often a worker says that it lives."""
SILENT = 3 * EVERY
"""After how long a worker that says nothing counts as gone."""
FORGOTTEN = timedelta(days=1)
LATE = timedelta(minutes=2)
"""How long something due may wait before the clock counts as late."""
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Running:
    """How the office runs now: nothing of what its records hold.

    ``due`` timers have come due and wait, the earliest since ``due_since``; ``undelivered`` notices could
    not be handed over, though people find them in their inbox.
    """

    now: datetime
    workers: tuple[Worker, ...]
    due: int
    due_since: datetime | None
    undelivered: int
    faults: tuple[Fault, ...]

    @property
    def alive(self) -> bool:
        """Whether anything watches the clock."""
        return any(self.lives(each) for each in self.workers)

    @property
    def late(self) -> bool:
        """Whether what is due waits longer than it should."""
        return self.due_since is not None and self.now - self.due_since > LATE

    def lives(self, worker: Worker) -> bool:
        """Whether a worker was heard of lately."""
        return self.now - worker.seen_at <= SILENT


def running(office: Office, actor: Actor) -> Running:
    """How the office runs now.

    Raises:
        Denied: the actor does not keep the system.
    """
    now = office.now()
    with office.store.reading() as reading:
        keeps_system(office, reading, actor)
        due, since = reading.timers.overdue(now)
        return Running(
            now,
            reading.workers.all(),
            due,
            since,
            reading.notices.undelivered(),
            tuple(Fault(*each) for each in reading.timers.failing(MOST_FAULTS)),
        )


def beat(office: Office, name: str, kind: str, begun_at: datetime) -> None:
    """A process that watches the clock lives; those that are long gone are forgotten."""
    now = office.now()
    with office.store.work() as work:
        work.workers.beat(Worker(name, kind, begun_at, now))
        work.workers.forget(now - FORGOTTEN)


def stopped(office: Office, name: str) -> None:
    """A process has ended as it was told."""
    with office.store.work() as work:
        work.workers.end(name)

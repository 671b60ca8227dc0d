"""The loops that watch the clock and the outbox: take what is due, hand it over, then sleep."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from datetime import timedelta

from regbook.errors import RegbookError
from regbook.jobs.executors import Executor
from regbook.services.attaching import sweep
from regbook.services.delivering import deliver_due
from regbook.services.office import Office
from regbook.services.operating import EVERY, beat, stopped
from regbook.services.timekeeping import BATCH, LEASE, next_due

LOOKS = 2.0
"""Seconds between two looks."""
SWEEPS = 3600.0
"""Seconds between two looks for files that no record took."""

log = logging.getLogger("regbook.jobs")


class Loop:
    """Looks again and again until stopped; a failed look is logged and the next one comes all the same."""

    def __init__(self, name: str, every: float = LOOKS) -> None:
        self.name, self.every = name, every
        self.stopping = threading.Event()

    def look(self) -> int:
        """Does what is due and answers how much it was."""
        raise NotImplementedError

    def run(self) -> None:
        """Looks until stopped: at once while there is more, else after a pause."""
        while not self.stopping.is_set():
            try:
                done = self.look()
            except Exception as fault:
                log.error("a look of %s failed: %s", self.name, type(fault).__name__)
                done = 0
            if not done:
                self.stopping.wait(self.every)

    def start(self) -> threading.Thread:
        """Runs in a thread of its own that ends with the process."""
        thread = threading.Thread(target=self.run, name=self.name, daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Ends the loop after the present look."""
        self.stopping.set()


class Clockwork(Loop):
    """Claims due timers and hands them over. In ``serve`` or a ``worker``; any number may run at once."""

    def __init__(self, office: Office, executor: Executor, name: str, every: float = LOOKS) -> None:
        super().__init__(name, every)
        self.office, self.executor = office, executor

    def look(self, lease: timedelta = LEASE) -> int:
        """Claims one batch of due timers and hands it over; answers how many. Nothing due writes nothing."""
        at = next_due(self.office)
        if at is None or at > self.office.now() or not self.executor.has_room():
            return 0
        claimed = self.office.store.claim_timers(self.office.now(), by=self.name, limit=BATCH, lease=lease)
        if claimed:
            self.executor.hand_over(claimed, self.name)
        return len(claimed)


class Postman(Loop):
    """Delivers notices, beside the clock: a slow mail server never makes a deadline late."""

    def __init__(self, office: Office, name: str, every: float = LOOKS) -> None:
        super().__init__(name, every)
        self.office = office

    def look(self) -> int:
        """Delivers one batch; answers how many."""
        return deliver_due(self.office, by=self.name)


class Heart(Loop):
    """Says every half minute that this process lives, for whoever keeps the system."""

    def __init__(self, office: Office, name: str, every: float = EVERY.total_seconds()) -> None:
        super().__init__(f"{name}-heart", every)
        self.office, self.process, self.kind = office, name, name.partition("-")[0]
        self.begun_at = office.now()

    def look(self) -> int:
        """Says so once."""
        beat(self.office, self.process, self.kind, self.begun_at)
        return 0

    def stop(self) -> None:
        """Ends the loop; who ends as she was told is not missed."""
        super().stop()
        with suppress(RegbookError):
            stopped(self.office, self.process)


class Sweeper(Loop):
    """Takes away files that no record took within a day; any number may run at once."""

    def __init__(self, office: Office, name: str, every: float = SWEEPS) -> None:
        super().__init__(name, every)
        self.office = office

    def look(self) -> int:
        """Sweeps once; answers how many files."""
        return sweep(self.office)

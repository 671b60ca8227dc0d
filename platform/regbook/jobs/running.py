"""A worker process: the clock, the outbox, the watchdog and, with Redis, a share of the queue."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType

from redis.exceptions import RedisError
from rq.exceptions import StopRequested

from regbook.errors import say
from regbook.jobs.beside import alone
from regbook.jobs.clockwork import Clockwork, Heart, Loop, Postman, Sweeper
from regbook.jobs.redis_server import check_server, connected, place_of
from regbook.jobs.rq_executor import RqExecutor
from regbook.jobs.rq_worker import ALIVE, BatchWorker
from regbook.jobs.watchdog import Watchdog
from regbook.services.office import Office

AGAIN = 5.0
"""Seconds until a Redis that did not answer is asked again."""
PATIENCE = 60.0
"""Seconds that a batch begun before the signal may take to end."""

log = logging.getLogger("regbook.jobs")


class WorkerProcess:
    """Runs until SIGTERM or SIGINT, which end it after the batch in hand; a second one ends it at once."""

    def __init__(self, office: Office, redis_url: str) -> None:
        self.office, self.redis_url = office, redis_url
        self.name = f"worker-{office.make_id()}"
        self.stopping = threading.Event()
        self.batches: BatchWorker | None = None

    def run(self) -> None:
        """The clock and the outbox in threads, the queue in this one."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        loops = self.loops()
        threads = [each.start() for each in loops]
        try:
            while not self.stopping.is_set():
                self.take_batches()
        except StopRequested:
            log.debug("stopped while it waited")
        finally:
            for each in loops:
                each.stop()
            for thread in threads:
                thread.join(PATIENCE)

    def loops(self) -> list[Loop]:
        """The loops of a worker; with Redis the clock hands its batches to whichever worker is free."""
        if not self.redis_url:
            return alone(self.office, self.name)
        executor = RqExecutor(self.office, connected(self.redis_url))
        clock = Clockwork(self.office, executor, self.name)
        beside = (Postman(self.office, self.name), Sweeper(self.office, self.name))
        return [clock, *beside, Watchdog(self.office, self.name), Heart(self.office, self.name)]

    def take_batches(self) -> None:
        """Works on the queue until told to stop or Redis fails; without Redis only waits to be stopped."""
        if not self.redis_url:
            self.stopping.wait()
            return
        # A worker waits for its next job inside one command, longer than any other may take.
        connection = connected(self.redis_url, answers_within=ALIVE)
        try:
            check_server(connection)
            self.batches = BatchWorker(self.office, connection, f"{self.name}-{self.office.make_id()[:4]}")
            self.batches.work(logging_level=None)
            self.stopping.wait(AGAIN)
        except RedisError:
            log.error(say("redis-away", {"place": place_of(self.redis_url)}, "en"))
            self.stopping.wait(AGAIN)
        finally:
            self.batches = None
            connection.close()

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Asks everything to end."""
        signal.signal(number, signal.SIG_DFL)
        self.stopping.set()
        if self.batches is not None:
            self.batches.request_stop(number, frame)

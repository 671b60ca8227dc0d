"""Handing batches to rq's workers: one job is one batch of claimed timers, and Redis holds nothing else."""

from __future__ import annotations

import json
import logging
import zlib
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

from regbook.jobs.envelopes import LARGEST, new_envelope, sealed
from regbook.jobs.executors import SqlExecutor
from regbook.model.promises import Timer
from regbook.services.handing import office_name
from regbook.services.office import Office
from regbook.services.timekeeping import LEASE

ROOM = 8
"""How many batches may wait for a worker: more would only outlive their lease."""

log = logging.getLogger("regbook.jobs")


class SealedJob(Job):
    """A job of which nothing in Redis counts but its sealed call.

    rq's own would import and run whatever function, callback, webhook or dependency its hash names.
    """

    call: Any = None

    def restore(self, raw_data: dict[bytes, bytes]) -> None:
        """Takes the call from what Redis holds, and nothing else; what cannot be read is no call."""
        try:
            text = zlib.decompressobj().decompress(raw_data[b"data"], LARGEST)
            self.call = json.loads(text)
        except (KeyError, ValueError, RecursionError, zlib.error):
            self.call = None


def queue_of(office: Office, connection: Redis) -> Queue:
    """The office's own queue: two offices on one Redis never take each other's jobs."""
    name = f"regbook-{office_name(office)}"
    return Queue(name, connection=connection, job_class=SealedJob, serializer=JSONSerializer)


class RqExecutor:
    """Puts each batch on the office's queue; while Redis is away it is fired here, so none is late."""

    def __init__(self, office: Office, connection: Redis) -> None:
        self.office, self.here = office, SqlExecutor(office)
        self.queue = queue_of(office, connection)

    def has_room(self) -> bool:
        """Whether few enough batches wait; without Redis always."""
        try:
            return self.queue.count < ROOM
        except RedisError:
            return True

    def hand_over(self, claimed: tuple[Timer, ...], by: str) -> None:
        """Puts the batch on the queue. Should it have arrived although Redis failed, its claim is met."""
        envelope = new_envelope(self.office, "fire", (each.id for each in claimed), by, LEASE)
        try:
            self.queue.enqueue_call(
                envelope.do,
                args=sealed(self.office, envelope),
                job_id=envelope.nonce,
                ttl=int(LEASE.total_seconds()),
                result_ttl=0,
                description="",
            )
        except RedisError as fault:
            log.warning("Redis is away (%s): %d timers fire here", type(fault).__name__, len(claimed))
            self.here.hand_over(claimed, by)

"""A worker that takes batches from the office's queue and orders from nobody."""

from __future__ import annotations

import logging
from types import FrameType
from typing import Any

from redis import Redis
from rq.exceptions import StopRequested
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.utils import now
from rq.worker import SimpleWorker, WorkerStatus
from rq.worker_registration import clean_worker_registry

from regbook.jobs.envelopes import carry_out
from regbook.jobs.rq_executor import SealedJob, queue_of
from regbook.services.office import Office

ALIVE = 60
"""Seconds after which a worker that was killed is no longer listed."""

log = logging.getLogger("regbook.jobs")


class BatchWorker(SimpleWorker):
    """Carries jobs out in this process, one after the other; a lost one is handed over again by its lease.

    What rq would do on a word from Redis it does not do: shut down or stop a job by a message, pause, run
    callbacks of abandoned jobs, keep results and tracebacks.
    """

    def __init__(self, office: Office, connection: Redis, name: str) -> None:
        self.office = office
        super().__init__(
            [queue_of(office, connection)],
            name=name,
            connection=connection,
            job_class=SealedJob,
            serializer=JSONSerializer,
            worker_ttl=ALIVE,
            log_job_description=False,
        )

    def bootstrap(self, *_: Any, **__: Any) -> None:
        """Is listed; loggers stay as the process set them up."""
        self.register_birth()  # type: ignore[no-untyped-call]
        self.set_state(WorkerStatus.STARTED)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Takes the job out of Redis, then carries it out: a worker killed now leaves it to its lease."""
        self.set_state(WorkerStatus.BUSY)
        self._take_out(queue, job.id)
        try:
            carry_out(self.office, job.id, getattr(job, "call", None))
        except Exception as fault:
            log.error("job %s failed, its timers wait for their lease: %s", job.id, type(fault).__name__)
        self.set_state(WorkerStatus.IDLE)

    def run_maintenance_tasks(self) -> None:
        """Forgets killed workers and what they had taken."""
        for queue in self.queues:
            clean_worker_registry(queue)
            for each in queue.intermediate_queue.get_job_ids():
                if not self.connection.exists(SealedJob.key_for(each)):
                    queue.intermediate_queue.remove(each)
        self.last_cleaned_at = now()  # type: ignore[assignment]

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Ends after the present job, at once when there is none."""
        self._stop_requested = True
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested

    def check_for_suspension(self, burst: bool) -> None:
        """Never pauses on a word from Redis."""

    def subscribe(self) -> None:
        """Listens to no commands."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed to."""

    def _install_signal_handlers(self) -> None:
        """Signals belong to the process, which asks this worker to stop."""

    def _take_out(self, queue: Queue, job: str) -> None:
        queue.intermediate_queue.remove(job)
        self.connection.delete(SealedJob.key_for(job))

"""Workers: the processes that watch the clock, and when each was last seen alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from regbook.model.office import Worker
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection
from regbook.store.nouns import columns_for, values_of

_worker = fixed.worker.c
_given = into(fixed.worker)

ALL = select(*columns_for(fixed.worker, Worker)).order_by(_worker.seen_at.desc(), _worker.name)
BEAT = _given.on_conflict_do_update(index_elements=["name"], set_={"seen_at": _given.excluded.seen_at})
FORGET = delete(fixed.worker).where(_worker.seen_at < bindparam("before"))
END = delete(fixed.worker).where(_worker.name == bindparam("of_name"))


class Workers:
    """Reads workers."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Worker, ...]:
        """Every worker that is remembered, last seen first."""
        return tuple(Worker(*row) for row in self._connection.run(ALL))


class WorkersWork(Workers):
    """Writes that workers live."""

    __slots__ = ()

    def beat(self, worker: Worker) -> None:
        """The worker lives."""
        self._connection.change(BEAT, values_of(worker))

    def end(self, name: str) -> None:
        """The worker has stopped as it was told."""
        self._connection.change(END, {"of_name": name})

    def forget(self, before: datetime) -> None:
        """Those last seen before an instant are remembered no more."""
        self._connection.change(FORGET, {"before": before})

"""Numbers: counted one by one within a register, period and level, without gaps, never given twice."""

from __future__ import annotations

from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection

NEXT = (
    into(fixed.number)
    .on_conflict_do_update(
        index_elements=["register", "period", "level"], set_={"last": fixed.number.c.last + 1}
    )
    .returning(fixed.number.c.last)
)


class NumbersWork:
    """Gives numbers."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next(self, register: str, period: str, level: int) -> int:
        """The next number, 1 at first. Whoever asks meanwhile waits until this transaction ends."""
        values = {"register": register, "period": period, "level": level, "last": 1}
        return int(self._connection.run(NEXT, values)[0][0])

"""Who carries out what has come due: this process itself (SQL), or rq's workers (Redis)."""

from __future__ import annotations

from typing import Protocol

from regbook.model.promises import Timer
from regbook.services.office import Office
from regbook.services.timekeeping import fire_claimed


class Executor(Protocol):
    """Takes a claimed batch of timers and sees to it that each fires once."""

    def has_room(self) -> bool:
        """Whether another batch may be claimed now: what only lies in a queue would outlive its lease."""

    def hand_over(self, claimed: tuple[Timer, ...], by: str) -> None:
        """Fires the batch, or has it fired elsewhere, while ``by`` holds the claim."""


class SqlExecutor:
    """Fires the batch in this process: the embedded default, which needs no other service."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def has_room(self) -> bool:
        """Always: the batch before has been fired when the next one is claimed."""
        return True

    def hand_over(self, claimed: tuple[Timer, ...], by: str) -> None:
        """Fires each timer of the batch."""
        fire_claimed(self.office, claimed, by)

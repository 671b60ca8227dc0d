"""An office: its store, its plugins, its clock, and the edition that the epoch names."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import TypeVar

from regbook.errors import Busy, RegbookError
from regbook.hooks import Hooks
from regbook.rules.serials import Chance
from regbook.services.edition import Edition
from regbook.services.loading import load_edition
from regbook.store import Moved, Reading, Store, Work

T = TypeVar("T")
ATTEMPTS = 5


@dataclass
class Office:
    """The running installation. Passed to every service; never global.

    ``clock`` answers aware UTC; ``make_id`` a random id that tells nothing.
    """

    store: Store
    hooks: Hooks
    clock: Callable[[], datetime]
    make_id: Callable[[], str] = lambda: secrets.token_hex(8)
    chance: Chance = field(default_factory=random.SystemRandom)

    def __post_init__(self) -> None:
        self._edition: Edition | None = None
        self._loading = Lock()

    def now(self) -> datetime:
        """The present instant, in whole seconds: facts hold no finer ones."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def beside(self, store: Store, clock: Callable[[], datetime], make_id: Callable[[], str]) -> Office:
        """Another office over a copy of this one's store: same plugins, and the edition it has loaded."""
        twin = Office(store, self.hooks, clock, make_id)
        twin._edition = self._edition
        return twin

    def keyed_id(self, key: str) -> str:
        """The id of the one record of a key: the same each time, and it tells nothing."""
        return self.store.keyring.mac(b"record-id", key.encode()).hex()[:16]

    def edition(self, reading: Reading, epoch: int | None = None) -> Edition:
        """The edition of the epoch that the reading sees, at the present instant.

        ``epoch`` spares the question when it is known.
        """
        epoch, now = reading.epoch() if epoch is None else epoch, self.now()
        edition = self._edition
        if edition is None or edition.epoch != epoch or not edition.holds(now):
            with self._loading:
                edition = self._edition
                if edition is None or edition.epoch != epoch or not edition.holds(now):
                    edition = self._edition = load_edition(reading, now, edition)
        return edition

    def edition_of(self, epoch: int) -> Edition:
        """The edition of an epoch that was just read elsewhere; it is loaded when it is not at hand."""
        edition = self._edition
        if edition is not None and edition.epoch == epoch and edition.holds(self.now()):
            return edition
        with self.store.reading() as reading:
            return self.edition(reading)

    @contextmanager
    def glance(self) -> Iterator[tuple[Reading, Edition]]:
        """The store for a question that one statement answers, and the edition to answer it under."""
        with self.store.reading() as reading:
            yield reading, self.edition(reading)

    def as_of(self, edition: Edition) -> Office:
        """This office for one request, which knows its edition: nothing asks for the epoch again.

        What it writes still meets the present epoch: a deed decided on an older one is decided anew.
        """
        return OfficeAsOf(self.store, self.hooks, self.clock, self.make_id, self.chance, self, edition)

    def renew(self) -> None:
        """The ground moved: from now on the edition is asked for again."""


@dataclass
class OfficeAsOf(Office):
    """The office as one request found it."""

    origin: Office | None = None
    begun: Edition | None = None

    def edition(self, reading: Reading, epoch: int | None = None) -> Edition:
        """The edition that the request began with, until the ground moved."""
        if self.begun is not None and not self.begun.holds(self.now()):
            self.renew()
        if self.begun is not None or self.origin is None:
            return self.begun or super().edition(reading, epoch)
        return self.origin.edition(reading, epoch)

    @contextmanager
    def glance(self) -> Iterator[tuple[Reading, Edition]]:
        """The store without a transaction around the one statement: the edition is known."""
        if self.begun is None or not self.begun.holds(self.now()):
            with super().glance() as found:
                yield found
        else:
            with self.store.glance() as reading:
                yield reading, self.begun

    def renew(self) -> None:
        """The edition that the request began with is not the present one any more."""
        self.begun = None


def attempt(
    office: Office,
    decide: Callable[[Reading, Edition], Callable[[Work], T]],
) -> T:
    """Decides on a read snapshot, then writes in one short transaction; starts again when the ground moved.

    Raises:
        Busy: five attempts were overtaken.
    """
    for _ in range(ATTEMPTS):
        with office.store.reading() as reading:
            edition = office.edition(reading)
            write = decide(reading, edition)
        try:
            with office.store.work() as work:
                work.expect_epoch(edition.epoch)
                done = write(work)
        except Moved:
            office.renew()
            continue
        if work.moved_epoch:
            office.renew()
        return done
    raise Busy


__all__ = ["Office", "RegbookError", "attempt"]

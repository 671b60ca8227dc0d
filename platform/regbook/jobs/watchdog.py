"""A plugin that does not answer is named in the journal, and the process it holds up is ended."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from typing import NoReturn

from regbook.hooks import Asked
from regbook.jobs.clockwork import Loop
from regbook.services.handing import note
from regbook.services.office import Office

LIMIT = 30.0
LIMITS = {"deliver": 120.0}
"""Seconds a plugin may take to answer a hook: longer for the one that talks to other machines."""
EXIT = 70
"""What the process answers its supervisor, which starts it again."""

log = logging.getLogger("regbook.watchdog")


def end_process() -> NoReturn:
    """Ends this process at once: a thread that hangs in a plugin cannot be ended alone."""
    logging.shutdown()
    os._exit(EXIT)


class Watchdog(Loop):
    """Looks every second at what plugins are being asked; what they hold up has written nothing."""

    def __init__(
        self,
        office: Office,
        name: str,
        every: float = 1.0,
        seconds: Callable[[], float] = time.monotonic,
        end: Callable[[], object] = end_process,
    ) -> None:
        super().__init__(f"{name}-watchdog", every)
        self.office, self.seconds, self.end = office, seconds, end
        self._since: dict[Asked, float] = {}

    def look(self) -> int:
        """Ends the process when a plugin overran its time."""
        now = self.seconds()
        running = self.office.hooks.running().values()
        self._since = {each: self._since.get(each, now) for each in running}
        for asked, begun in self._since.items():
            if now - begun > LIMITS.get(asked.hook, LIMIT):
                self._overran(asked, round(now - begun))
        return 0

    def _overran(self, asked: Asked, seconds: int) -> None:
        values = {"plugin": asked.plugin, "hook": asked.hook, "seconds": seconds}
        log.critical("plugin %(plugin)s did not answer %(hook)s for %(seconds)d seconds", values)
        try:
            note(self.office, "end-process", "plugin-overran", values)
        finally:
            self.end()

"""What runs beside the screens in their own process, with nothing of Redis in it."""

from __future__ import annotations

from regbook.jobs.clockwork import Clockwork, Heart, Loop, Postman, Sweeper
from regbook.jobs.executors import SqlExecutor
from regbook.jobs.watchdog import Watchdog
from regbook.services.office import Office


def beside_web(office: Office, redis_url: str) -> list[Loop]:
    """What runs in a web process: the watchdog; in an office without Redis the clock and the outbox too."""
    name = f"web-{office.make_id()}"
    return [Watchdog(office, name)] if redis_url else alone(office, name)


def alone(office: Office, name: str) -> list[Loop]:
    """What runs in a process that needs no other service."""
    clock = Clockwork(office, SqlExecutor(office), name)
    others = (Postman(office, name), Sweeper(office, name), Watchdog(office, name))
    return [clock, *others, Heart(office, name)]

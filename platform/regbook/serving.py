"""Serving an office: gunicorn for its screens and API, and the clockwork beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from gunicorn.app.base import BaseApplication

from regbook.app import open_office, started_at, web_secret
from regbook.errors import Problem, SettingsInvalid
from regbook.jobs.running import WorkerProcess, beside_web
from regbook.settings import Settings
from regbook.web.application import create_app, refuse_unsafe

THREADS = 8
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told what to serve by values rather than by a file."""

    def __init__(self, make: Callable[[], Any], options: dict[str, Any]) -> None:
        self.make, self.options = make, options
        super().__init__()

    def load_config(self) -> None:
        """Takes the options as they are."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """The WSGI application, made in each worker."""
        return self.make()


def serve(settings: Settings, *, workers: int = 0, clock: datetime | None = None) -> None:
    """Serves until interrupted; without Redis each worker also watches the clock.

    Raises:
        SettingsInvalid: a demo office, whose passwords are known, is to be served beyond this machine;
            a production office without an https address.
    """
    if settings.demo and settings.host not in LOOPBACK:
        raise SettingsInvalid([Problem("/host", "demo-on-loopback", {"host": settings.host})])
    refuse_unsafe(settings.production, web_secret(settings.folder), urlsplit(settings.address).scheme)
    hands = started_at(clock) if clock is not None else None

    def make() -> Any:
        office = open_office(settings, clock=hands)
        for each in beside_web(office, settings.redis_url):
            each.start()
        return create_app(
            office,
            production=settings.production,
            secret=web_secret(settings.folder),
            base_url=settings.address,
            proxies=settings.proxies,
        )

    open_office(settings, clock=hands).store.close()
    print(f"Regbook: {settings.address}", flush=True)
    bind = f"{settings.host}:{settings.port}"
    options = {"bind": bind, "workers": max(workers, 1), "threads": THREADS, "worker_class": "gthread"}
    Server(make, {**options, "loglevel": "warning", "timeout": 60}).run()


def work(settings: Settings) -> None:
    """Watches the clock until SIGTERM or SIGINT, firing what is due here or through rq."""
    WorkerProcess(open_office(settings), settings.redis_url).run()

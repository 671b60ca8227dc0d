"""Serving an office: gunicorn for its screens and API, and the clockwork beside it."""

from __future__ import annotations

import errno
import gc
import socket
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from gunicorn.app.base import BaseApplication

from regbook.app import open_office, started_at, web_secret
from regbook.errors import Problem, SettingsInvalid
from regbook.jobs.beside import beside_web
from regbook.services.loading import calendar_of
from regbook.settings import Settings
from regbook.web.application import create_app, refuse_unsafe

THREADS = 8
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told what to serve by values rather than by a file.

    The application is made before the workers are: they share its memory as long as nothing writes there,
    so what is there by then is left out of every collection of garbage.
    """

    def __init__(self, app: Any, options: dict[str, Any]) -> None:
        self.app, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        """Takes the options as they are."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """The WSGI application, the same in each worker."""
        return self.app

    def run(self) -> None:
        """Serves until interrupted."""
        gc.freeze()
        gc.enable()
        super().run()


def serve(settings: Settings, *, workers: int = 0, clock: datetime | None = None) -> None:
    """Serves until interrupted; without Redis each worker also watches the clock.

    Raises:
        SettingsInvalid: a demo office, whose passwords are known, is to be served beyond this machine;
            a production office without an https address; the address or port cannot be had.
    """
    if settings.demo and settings.host not in LOOPBACK:
        raise SettingsInvalid([Problem("/host", "demo-on-loopback", {"host": settings.host})])
    refuse_unsafe(settings.production, web_secret(settings.folder), urlsplit(settings.address).scheme)
    refuse_taken(settings.host, settings.port)
    hands = started_at(clock) if clock is not None else None
    office = open_office(settings, clock=hands)
    app = create_app(
        office,
        production=settings.production,
        secret=web_secret(settings.folder),
        base_url=settings.address,
        proxies=settings.proxies,
    )
    with office.store.reading() as reading:
        if calendar_of(reading) is not None:  # something is published
            office.edition(reading)
    office.store.close()

    def begin(worker: Any) -> None:
        for each in beside_web(office, settings.redis_url):
            each.start()

    print(f"Regbook: {settings.address}", flush=True)
    bind = f"{settings.host}:{settings.port}"
    options = {"bind": bind, "workers": max(workers, 1), "threads": THREADS, "worker_class": "gthread"}
    Server(
        app,
        {
            **options,
            "post_worker_init": begin,
            "loglevel": "warning",
            "timeout": 60,
            "limit_request_line": 8190,
        },
    ).run()


def refuse_taken(host: str, port: int) -> None:
    """Refuses an address that cannot be listened on, before anything is opened.

    Raises:
        SettingsInvalid: another program has the port, or the machine does not give it.
    """
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
    except OSError as error:
        code = "port-taken" if error.errno == errno.EADDRINUSE else "address-refused"
        raise SettingsInvalid(code=code, host=host, port=port, why=error.strerror or "") from None


def work(settings: Settings) -> None:
    """Watches the clock until SIGTERM or SIGINT, firing what is due here or through rq."""
    from regbook.jobs.running import WorkerProcess  # rq's modules, of which no web process has need

    WorkerProcess(open_office(settings), settings.redis_url).run()

"""A web application served on loopback while a browser looks at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from regbook.web import assets


@contextmanager
def served(app: Flask, browser: Browser) -> Iterator[str]:
    """The application's address; every window is closed before the server goes, so that none asks in vain."""
    if not assets.is_built():
        pytest.fail("the browser's files are not built: make assets")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    for context in browser.contexts:
        context.close()
    server.shutdown()
    thread.join()

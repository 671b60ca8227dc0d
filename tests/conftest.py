"""Shared fixtures of the tests: real services, or a loud skip.

``REGBOOK_TEST_REQUIRE_SERVICES=1`` (as .ci/run sets it) makes a missing service a failure.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from regbook.store.database import Store
    from regbook.store.keyring import Keyring

# A shared machine's pauses say nothing about the code: no example fails for its time alone.
examples = int(os.environ.get("REGBOOK_TEST_EXAMPLES", "100"))
settings.register_profile("shared", deadline=None, max_examples=examples)
settings.load_profile("shared")

DATABASE_URL = os.environ.get(
    "REGBOOK_TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
REDIS_URL = os.environ.get("REGBOOK_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


def _missing(what: str) -> None:
    if os.environ.get("REGBOOK_TEST_REQUIRE_SERVICES") == "1":
        pytest.fail(f"{what}, and REGBOOK_TEST_REQUIRE_SERVICES=1 asks for it")
    pytest.skip(f"{what}: this test did NOT run")


def _answers(url: str) -> bool:
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "127.0.0.1", address.port or 0), timeout=2).close()
    except OSError:
        return False
    return True


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database of this test's own; it is dropped afterwards."""
    if not _answers(DATABASE_URL):
        _missing("no PostgreSQL answers at REGBOOK_TEST_DATABASE_URL")
    import psycopg
    from psycopg import sql

    server = DATABASE_URL.replace("postgresql+psycopg:", "postgresql:")
    name = f"regbook_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield DATABASE_URL.rsplit("/", 1)[0] + "/" + name
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The URL of a Redis or Valkey server. Tests that share it name their queues apart."""
    if not _answers(REDIS_URL):
        _missing("no Redis answers at REGBOOK_TEST_REDIS_URL")
    return REDIS_URL


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    """A Redis server of this test's own, which may be flushed, killed and started again."""
    if shutil.which("redis-server") is None:
        _missing("there is no redis-server on PATH")
    server = OwnRedis()
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(server.folder)


class OwnRedis:
    """A server on a socket in a folder of its own, that writes nothing down."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="redis")
        self.url = f"unix://{self.folder}/socket"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """The server is up, and empty."""
        options = ["--port", "0", "--unixsocket", f"{self.folder}/socket", "--dir", self.folder, "--save", ""]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket(socket.AF_UNIX) as asked:
                if asked.connect_ex(f"{self.folder}/socket") == 0:
                    return
            time.sleep(0.02)
        pytest.fail("redis-server does not answer")

    def kill(self) -> None:
        """The server is gone, with everything it held."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
            Path(self.folder, "socket").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that playwright may drive."""
    found = os.environ.get("REGBOOK_TEST_CHROMIUM") or shutil.which("chromium")
    if not found:
        _missing("there is no chromium on PATH")
    return str(found)


def _administer(text: str, *names: str) -> None:
    import psycopg
    from psycopg import sql

    server = DATABASE_URL.replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(text).format(*(sql.Identifier(name) for name in names)))


def _beside(name: str) -> str:
    return DATABASE_URL.rsplit("/", 1)[0] + "/" + name


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """Keys for tests alone."""
    from regbook.store.keyring import Keyring

    return Keyring("test", {"test": bytes(range(32))})


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Path:
    """A prepared SQLite file, copied for each test."""
    from regbook.store.database import open_store

    path = tmp_path_factory.mktemp("template") / "office.db"
    store = open_store(f"sqlite:///{path}", keyring)
    store.prepare()
    store.close()
    return path


@pytest.fixture(scope="session")
def postgresql_template(keyring: Keyring) -> Iterator[str]:
    """A prepared PostgreSQL database, copied for each test."""
    from regbook.store.database import open_store

    if not _answers(DATABASE_URL):
        _missing("no PostgreSQL answers at REGBOOK_TEST_DATABASE_URL")
    name = f"regbook_test_{uuid.uuid4().hex[:12]}"
    _administer("CREATE DATABASE {}", name)
    try:
        store = open_store(_beside(name), keyring)
        store.prepare()
        store.close()
        yield name
    finally:
        _administer("DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a prepared, empty office on each of the two stores."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "office.db")
        yield f"sqlite:///{tmp_path / 'office.db'}"
        return
    name = f"regbook_test_{uuid.uuid4().hex[:12]}"
    template = request.getfixturevalue("postgresql_template")
    _administer("CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield _beside(name)
    finally:
        _administer("DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def store(store_url: str, tmp_path: Path, keyring: Keyring) -> Iterator[Store]:
    """A prepared, empty office on each of the two stores."""
    from regbook.store.database import open_store

    opened = open_store(store_url, keyring, tmp_path / "files")
    yield opened
    opened.close()

"""Putting an office together: the only place that knows the real clock, the real folder, the real keys."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from regbook.errors import Problem, SettingsInvalid
from regbook.hooks import load_plugins
from regbook.services.office import Office
from regbook.settings import FILE, Settings
from regbook.store import KEY_BYTES, Keyring, open_store, random_keyring, read_keyring, write_keyring

TOML = """# Settings of this office; the environment (REGBOOK_...) wins over them.
# database_url = "postgresql+psycopg://user@host/name"
# redis_url = "redis://127.0.0.1:6379/0"
# base_url = "https://regbook.example.com"
# proxies = 1  # how many reverse proxies of your own stand before it
production = {production}
demo = {demo}
"""


def open_office(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Office:
    """The office of a folder, its store brought up to date; ``clock`` other than the real one is for demos.

    Raises:
        SettingsInvalid: a clock in production, a plugin that does not load, a a newer schema.
    """
    if clock is not None and settings.production:
        raise SettingsInvalid([Problem("/clock", "no-clock-in-production")])
    hooks = load_plugins(settings.folder / "plugins")
    store = open_store(settings.store_url, read_keys(settings.folder)[0], settings.folder / "data" / "files")
    store.prepare()
    return Office(store, hooks, clock or (lambda: datetime.now(UTC)))


def started_at(instant: datetime) -> Callable[[], datetime]:
    """A clock that stood at ``instant`` when it was made and runs on from there."""
    begun = datetime.now(UTC)
    return lambda: instant + (datetime.now(UTC) - begun)


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """The folder in which a new office is made; it gets its own name when everything is there.

    An office that was interrupted in the making is none, and is made again. A folder that holds something
    already, or that one stands in, is filled where it is.

    Raises:
        SettingsInvalid: there is an office in the folder already; nothing is changed.
    """
    _refuse_another(folder)
    folder = folder.resolve()
    if folder == Path.cwd() or (folder.is_dir() and any(folder.iterdir())):
        yield folder
        return
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        yield part
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    if folder.is_dir():
        folder.rmdir()
    part.rename(folder)


def _refuse_another(folder: Path) -> None:
    if (folder / FILE).exists():
        raise SettingsInvalid([Problem("", "office-exists", {"folder": str(folder)})])


def init_office(folder: Path, *, production: bool = True, demo: bool = False) -> None:
    """Writes a new office: ``regbook.toml``, ``definitions/``, ``plugins/``, ``data/`` with fresh keys.

    Raises:
        SettingsInvalid: there is an office in the folder already; nothing is changed.
    """
    _refuse_another(folder)
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)  # records, keys and sessions lie here: for the office's own account alone
    for name in ("definitions", "plugins"):
        with starter(name) as source:
            shutil.copytree(
                source, folder / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
            )
    write_keys(folder)
    text = TOML.format(production=str(production).lower(), demo=str(demo).lower())
    (folder / FILE).write_text(text, "utf-8")


def starter(name: str) -> AbstractContextManager[Path]:
    """The definitions or plugins that come with the package: in a wheel, or in its repository."""
    carried = files("regbook") / "starter" / name
    here = Path(__file__).resolve().parents[2] / name
    return as_file(carried) if carried.is_dir() else nullcontext(here)


def write_keys(folder: Path) -> None:
    """Makes the office's keys, readable by its owner alone."""
    descriptor = os.open(_keys(folder), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(write_keyring(random_keyring(), secrets.token_bytes(KEY_BYTES)))


def read_keys(folder: Path) -> tuple[Keyring, bytes]:
    """The office's keys, and the one that signs what a browser keeps.

    Raises:
        SettingsInvalid: the file is missing or broken, so that what is sealed could not be opened.
    """
    path = _keys(folder)
    if not path.is_file():
        raise SettingsInvalid([Problem("/data/keys.json", "keys-missing", {"folder": str(folder)})])
    return read_keyring(path.read_bytes())


def web_secret(folder: Path) -> bytes:
    """The key that signs what a browser keeps."""
    return read_keys(folder)[1]


def _keys(folder: Path) -> Path:
    return folder / "data" / "keys.json"

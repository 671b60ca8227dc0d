"""An installed office's settings: its folder's ``regbook.toml``, over which the environment wins."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regbook.errors import Problem, SettingsInvalid

FILE = "regbook.toml"
KEYS: Mapping[str, tuple[str, type, Any]] = {
    "database_url": ("REGBOOK_DATABASE_URL", str, ""),
    "redis_url": ("REGBOOK_REDIS_URL", str, ""),
    "base_url": ("REGBOOK_BASE_URL", str, ""),
    "host": ("REGBOOK_HOST", str, "127.0.0.1"),
    "port": ("REGBOOK_PORT", int, 8321),
    "proxies": ("REGBOOK_PROXIES", int, 0),
    "production": ("REGBOOK_PRODUCTION", bool, False),
    "demo": ("REGBOOK_DEMO", bool, False),
}
"""Each setting's environment variable, type and default; the reference page is made from this table."""
LARGEST = 65_535
"""The highest port, and more of anything else than anybody has."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an office lives and what it talks to. ``database_url`` empty means SQLite in ``data/``.

    ``proxies`` is how many reverse proxies stand before it, whose word of a sender's address counts.
    """

    folder: Path
    database_url: str
    redis_url: str
    base_url: str
    host: str
    port: int
    proxies: int
    production: bool
    demo: bool

    @property
    def store_url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.folder / 'data' / 'regbook.db'}"

    @property
    def address(self) -> str:
        """Where a browser finds the office."""
        return self.base_url or f"http://{self.host}:{self.port}"


def read_settings(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the office in a folder.

    Raises:
        SettingsInvalid: there is no office in the folder, its file is no TOML, a key is unknown or a value
            of the wrong type.
    """
    environment = os.environ if environment is None else environment
    path = folder / FILE
    if not path.is_file():
        raise SettingsInvalid([Problem("", "no-office", {"folder": str(folder)})])
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise SettingsInvalid(code="settings-unreadable", path=str(path), why=str(error)) from None
    problems = [Problem(f"/{key}", "unknown-setting", {"key": key}) for key in written if key not in KEYS]
    values: dict[str, Any] = {}
    for key, (variable, kind, default) in KEYS.items():
        given = environment.get(variable, written.get(key, default))
        try:
            values[key] = _typed(given, kind)
            if kind is int and not 0 <= values[key] <= LARGEST:
                raise ValueError
        except (TypeError, ValueError):
            problems.append(Problem(f"/{key}", "wrong-setting", {"key": key, "value": str(given)}))
    if problems:
        raise SettingsInvalid(problems)
    return Settings(folder.resolve(), **values)


def _typed(given: Any, kind: type) -> Any:
    if kind is bool and isinstance(given, str):
        known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
        if given.lower() not in known:
            raise ValueError
        return known[given.lower()]
    return kind(given)

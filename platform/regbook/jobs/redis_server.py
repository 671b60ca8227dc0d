"""The connection to Redis or Valkey, and whether the server is one that Regbook works with."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError
from redis.retry import Retry

from regbook.errors import Problem, SettingsInvalid, say

OLDEST, WANTED = (7, 0), (7, 2)
ANSWERS_WITHIN = 5.0
"""Seconds after which a server that says nothing counts as gone."""

log = logging.getLogger("regbook.jobs")


def connected(url: str, answers_within: float = ANSWERS_WITHIN) -> Redis:
    """A connection to the server, not yet opened: a server that is down fails its first command.

    Raises:
        SettingsInvalid: the URL is none of a Redis server.
    """
    try:
        return Redis.from_url(
            url,
            socket_connect_timeout=ANSWERS_WITHIN,
            socket_timeout=answers_within,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError:
        raise SettingsInvalid([Problem("/redis_url", "redis-url", {"url": place_of(url)})]) from None


def check_server(connection: Redis) -> None:
    """Holds that the server is Valkey, or Redis 7.0 or newer; below 7.2 it is worth a warning.

    Raises:
        SettingsInvalid: the server is older.
        redis.exceptions.RedisError: it does not answer.
    """
    try:
        said: dict[str, Any] = connection.info("server")
    except NoPermissionError:
        log.warning(say("redis-version-hidden", {}, "en"))
        return
    if "valkey_version" in said:
        return
    version = str(said.get("redis_version", "0"))
    found = tuple(int(each) for each in version.split(".")[:2] if each.isdigit())
    if found < OLDEST:
        raise SettingsInvalid([Problem("/redis_url", "redis-too-old", {"version": version})])
    if found < WANTED:
        log.warning(say("redis-old", {"version": version}, "en"))


def place_of(url: str) -> str:
    """Where a URL points, without the password it may hold."""
    found = urlsplit(url)
    try:
        port = f":{found.port}" if found.port else ""
    except ValueError:  # no number
        port = ""
    return f"{found.scheme}://{found.hostname or ''}{port}{found.path}"

"""Settings that the office has changed, by key; the others stand in ``organisation.json``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection

_given = into(fixed.setting)

ALL = select(fixed.setting.c.key, fixed.setting.c.value).order_by(fixed.setting.c.key)
SET = _given.on_conflict_do_update(
    index_elements=["key"], set_={name: _given.excluded[name] for name in ("value", "at", "by")}
)
RESET = delete(fixed.setting).where(fixed.setting.c.key == bindparam("key"))


class OfficeSettings:
    """Reads settings."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Mapping[str, Any]:
        """Every setting the office has changed."""
        return {str(key): value for key, value in self._connection.run(ALL)}


class OfficeSettingsWork(OfficeSettings):
    """Changes settings. Whoever does bumps the epoch too."""

    __slots__ = ()

    def set(self, key: str, value: Any, at: datetime, by: str) -> None:
        """Give a setting a value; None gives it back its value of the organisation's file."""
        if value is None:
            self._connection.change(RESET, {"key": key})
        else:
            self._connection.change(SET, {"key": key, "value": value, "at": at, "by": by})

"""Brings an office's fixed tables to this engine's schema: whole or not at all, one process at a time."""

from __future__ import annotations

from importlib.resources import files

from sqlalchemy import Connection, column, inspect, select, table, text

from regbook.errors import SettingsInvalid
from regbook.store.fixed import metadata
from regbook.store.identity import fab_metadata

FOLDER = files("regbook.store") / "alembic"
STEPS = tuple(sorted(each.name[:4] for each in (FOLDER / "versions").iterdir() if each.name[:4].isdecimal()))
"""The steps of the schema, oldest first: the file of each begins with its four figures."""
VERSION = table("alembic_version", column("version_num"))
PRESENT = select(VERSION.c.version_num)
MIGRATOR = 7_311_001
"""The advisory lock of whoever changes the schema on PostgreSQL."""


def schema_problem(connection: Connection) -> str | None:
    """The code of what keeps this engine from working on the schema, or None: it is the engine's own."""
    present = set(connection.scalars(PRESENT)) if inspect(connection).has_table(VERSION.name) else set()
    if present == {STEPS[-1]}:
        return None
    return "schema-older" if present <= set(STEPS) else "schema-newer"


def bring_to_head(connection: Connection) -> None:
    """Run the steps that are missing, in the connection's open transaction.

    Raises:
        SettingsInvalid: the schema is newer than this engine knows.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATOR})
    problem = schema_problem(connection)
    if problem == "schema-newer":
        raise SettingsInvalid(code="schema-newer")
    if problem is not None:
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # a schema that is up to date, as it nearly always is, has no need of it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes.update(connection=connection, metadata=[metadata, fab_metadata])
    command.upgrade(config, "head")

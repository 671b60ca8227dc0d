"""Brings an office's fixed tables to this engine's schema: whole or not at all, one process at a time."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from regbook.errors import SettingsInvalid
from regbook.store.fixed import metadata
from regbook.store.identity import fab_metadata

MIGRATOR = 7_311_001
"""The advisory lock of whoever changes the schema on PostgreSQL."""


def schema_problem(connection: Connection) -> str | None:
    """The code of what keeps this engine from working on the schema, or None: it is the engine's own."""
    present = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory.from_config(_config())
    if present == set(scripts.get_heads()):
        return None
    known = {each.revision for each in scripts.walk_revisions()}
    return "schema-older" if present <= known else "schema-newer"


def bring_to_head(connection: Connection) -> None:
    """Run the steps that are missing, in the connection's open transaction.

    Raises:
        SettingsInvalid: the schema is newer than this engine knows.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATOR})
    if schema_problem(connection) == "schema-newer":
        raise SettingsInvalid(code="schema-newer")
    config = _config()
    config.attributes.update(connection=connection, metadata=[metadata, fab_metadata])
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("regbook.store") / "alembic"))
    return config

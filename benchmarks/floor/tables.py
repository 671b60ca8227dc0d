"""The floor's tables: 22 columns and four indexes, tokens, the audit."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Engine,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    create_engine,
    event,
)

try:
    from pysqlite3 import dbapi2 as sqlite_driver
except ImportError:
    import sqlite3 as sqlite_driver

metadata = MetaData()

complaint = Table(
    "complaint",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("entered_at", DateTime, nullable=False),
    Column("amended_at", DateTime, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text),
    Column("customer", Text, nullable=False),
    Column("phone", Text),
    Column("identity_no", Text),
    Column("channel", Text, nullable=False),
    Column("product", Text),
    Column("severity", Text, nullable=False),
    Column("occurred_at", DateTime, nullable=False),
    Column("promised_on", Date),
    Column("amount", Numeric(18, 2)),
    Column("handler", Text),
    Column("outcome", Text),
    Column("satisfied", Boolean),
    Column("version", Integer, nullable=False, default=1),
)
Index("ix_occurred", complaint.c.occurred_at, complaint.c.id)
Index("ix_department", complaint.c.department, complaint.c.occurred_at, complaint.c.id)
Index("ix_state", complaint.c.state, complaint.c.occurred_at, complaint.c.id)
Index("ix_severity", complaint.c.severity, complaint.c.occurred_at, complaint.c.id)

token = Table(
    "token",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("departments", JSON, nullable=False),
    Column("clearance", Integer, nullable=False),
    Column("until", DateTime),
)
counter = Table("counter", metadata, Column("period", Text, primary_key=True), Column("last", Integer))
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("record", Text, nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("person", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("changes", JSON, nullable=False),
)


def open_engine(url: str) -> Engine:
    """The engine, as durable as ours: a write-ahead log that is synced at every commit."""
    if not url.startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url, module=sqlite_driver)

    @event.listens_for(engine, "connect")
    def _pragmas(connection, _):
        for pragma in ("journal_mode = wal", "synchronous = FULL", "busy_timeout = 10000"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine

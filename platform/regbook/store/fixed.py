"""The fixed tables: what every office has, whatever its registers are. Alembic alone changes them.

Register tables have names that begin with ``r_`` and never meet these. Where a noun has None and a key
needs a value, the column holds the empty text.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Date, Identity, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.types import TypeEngine

from regbook.store.columns import Counted, Exact, Instant, Json, Written

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str, kind: type[TypeEngine[Any]] = Text) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _needed(name: str, kind: type[TypeEngine[Any]] = Text) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _maybe(name: str, kind: type[TypeEngine[Any]] = Text) -> Column[Any]:
    return Column(name, kind)


def _index(name: str, *columns: str, where: str = "", unique: bool = False) -> Index:
    only: dict[str, Any] = {"sqlite_where": text(where), "postgresql_where": text(where)} if where else {}
    return Index(name, *columns, unique=unique, **only)


# What is published

epoch = Table("epoch", metadata, _key("id", Integer), _needed("epoch", Integer))

revision = Table(
    "revision",
    metadata,
    _key("register"),
    _key("revision", Integer),
    _needed("raw", Written),
    _needed("hash"),
    _needed("source"),
    _needed("published_at", Instant),
    _needed("by"),
)

office_file = Table(
    "office_file",
    metadata,
    _key("name"),
    _key("edition", Integer),
    _needed("raw"),
    _needed("hash"),
    _needed("published_at", Instant),
    _needed("by"),
)

policy = Table(
    "policy",
    metadata,
    _key("register"),
    _key("place", Integer),
    _needed("kind"),
    _needed("terms", Json),
)

setting = Table(
    "setting", metadata, _key("key"), _needed("value", Json), _needed("at", Instant), _needed("by")
)

calendar_day = Table(
    "calendar_day",
    metadata,
    _key("edition", Integer),
    _key("source"),
    _key("date", Date),
    _needed("kind"),
)

# The journal. ``sequence`` and ``key_id`` belong to the sequencer, which seals entries behind the writers.

entry = Table(
    "entry",
    metadata,
    Column("place", Counted, Identity(), primary_key=True),
    _needed("id"),
    _needed("register"),
    _maybe("record"),
    _needed("at", Instant),
    _needed("actor"),
    _needed("verb"),
    _needed("changes", Json),
    _maybe("transition"),
    _maybe("before"),
    _maybe("after"),
    _maybe("on_behalf_of"),
    _maybe("reason"),
    _needed("values", Json),
    _maybe("rule"),
    _maybe("clause"),
    _needed("revision", Integer),
    _maybe("occurred_at", Instant),
    _maybe("snapshot", Json),
    Column("sequence", Counted),
    _maybe("key_id"),
    _index("uq_entry_id", "id", unique=True),
    _index("uq_entry_sequence", "sequence", unique=True),
    _index("ix_entry_record", "register", "record", "place"),
    _index("ix_entry_actor", "actor", "place"),
    _index("ix_entry_unsealed", "place", where="sequence IS NULL"),
)

denial = Table("denial", metadata, _key("actor"), _key("minute", Instant), _needed("count", Integer))

# Who has to do with a record

relation = Table(
    "relation",
    metadata,
    _key("register"),
    _key("record"),
    _key("kind"),
    _key("person"),
    _key("department"),
    _key("field"),
    _maybe("until", Instant),
    _index("ix_relation_person", "person", "register", "kind", "record"),
    _index("ix_relation_department", "department", "register", "kind", "record"),
)

# A grant of two verbs on two fields is four rows of one id; field "" is the whole record.
grant = Table(
    "grant",
    metadata,
    _key("id"),
    _key("verb"),
    _key("field"),
    _needed("register"),
    _needed("record"),
    _needed("person"),
    _needed("start_at", Instant),
    _maybe("end_at", Instant),
    _needed("giver"),
    _needed("reason"),
    _index("ix_grant_record", "register", "record", "person", "verb"),
    _index("ix_grant_person", "person", "register", "verb", "record"),
)

assignment = Table(
    "assignment",
    metadata,
    _key("id"),
    _needed("register"),
    _needed("record"),
    _needed("person"),
    _needed("kind"),
    _maybe("source"),
    _needed("opened_at", Instant),
    _maybe("closed_at", Instant),
    _maybe("verdict"),
    _maybe("opinion"),
    _maybe("reason"),
    _needed("order", Integer),
    _needed("due", Instant),
    _index("ix_assignment_inbox", "person", "due", "id", where="closed_at IS NULL"),
    _index("ix_assignment_done", "person", "closed_at", "id", where="closed_at IS NOT NULL"),
    _index("ix_assignment_record", "register", "record"),
)

# Time

timer = Table(
    "timer",
    metadata,
    _key("id"),
    _needed("kind"),
    _needed("register"),
    _needed("record"),
    _needed("deadline"),
    _needed("at", Instant),
    _needed("due", Instant),
    _needed("counts_from", Instant),
    _needed("person"),
    _needed("n", Integer),
    _needed("run", Integer),
    _needed("revision", Integer),
    _needed("calendar_edition", Integer),
    _needed("attempts", Integer),
    _maybe("stopped_at", Instant),
    _needed("status"),
    _needed("ready_at", Instant),
    _maybe("claimed_by"),
    _maybe("lease_until", Instant),
    _maybe("fault"),
    _maybe("outcome"),
    _maybe("ended_at", Instant),
    _index(
        "uq_timer_once",
        *("register", "record", "deadline", "kind", "n", "person", "run"),
        where="status <> 'cancelled'",
        unique=True,
    ),
    _index("ix_timer_ready", "ready_at", where="status = 'waiting'"),
    _index("ix_timer_lease", "lease_until", where="status = 'claimed'"),
    _index("ix_timer_fault", "ready_at", where="fault IS NOT NULL AND ended_at IS NULL"),
)

worker = Table(
    "worker",
    metadata,
    _key("name"),
    _needed("kind"),
    _needed("begun_at", Instant),
    _needed("seen_at", Instant),
)

accrual = Table(
    "accrual",
    metadata,
    _key("register"),
    _key("record"),
    _key("deadline"),
    _key("person"),
    _key("round", Integer),
    _key("run", Integer),
    _key("reverses"),
    _needed("at", Instant),
    _needed("hours", Exact),
    _needed("amount", Exact),
    _needed("clause"),
    _index("ix_accrual_person", "person", "at"),
)

# What requests and deliveries leave behind

number = Table(
    "number", metadata, _key("register"), _key("period"), _key("level", Integer), _needed("last", Integer)
)

idempotency = Table(
    "idempotency",
    metadata,
    _key("key"),
    _needed("body_hash"),
    _needed("answer", Json),
    _needed("at", Instant),
    _needed("until", Instant),
    _index("ix_idempotency_until", "until"),
)

notice = Table(
    "notice",
    metadata,
    _key("id"),
    _needed("person"),
    _needed("code"),
    _needed("at", Instant),
    _needed("values", Json),
    _maybe("register"),
    _maybe("record"),
    _needed("level", Integer),
    _maybe("once"),
    _maybe("read_at", Instant),
    _needed("attempts", Integer),
    _needed("status"),
    _needed("ready_at", Instant),
    _maybe("claimed_by"),
    _maybe("lease_until", Instant),
    _maybe("fault"),
    _index("uq_notice_once", "person", "once", unique=True),
    _index("ix_notice_person", "person", "at", "id"),
    _index("ix_notice_unread", "person", "at", "id", where="read_at IS NULL"),
    _index("ix_notice_ready", "ready_at", where="status = 'waiting'"),
    _index("ix_notice_lease", "lease_until", where="status = 'claimed'"),
)

file = Table(
    "file",
    metadata,
    _key("id"),
    _needed("register"),
    _needed("record"),
    _needed("field"),
    _needed("name"),
    _needed("media"),
    _needed("size", BigInteger),
    _needed("sha256"),
    _needed("at", Instant),
    _needed("by"),
    _needed("level", Integer),
    _maybe("hold"),
    _maybe("removed_at", Instant),
    _needed("storage_key"),
    _maybe("key_id"),
    _index("ix_file_record", "register", "record"),
)

# Who signs in. Accounts themselves are on Flask-AppBuilder's table (identity.py).

session = Table(
    "session",
    metadata,
    _key("hash"),
    _needed("id"),
    _needed("account", Integer),
    _needed("opened_at", Instant),
    _needed("seen_at", Instant),
    _needed("until", Instant),
    _maybe("closed_at", Instant),
    _needed("address"),
    _needed("agent"),
    _index("uq_session_id", "id", unique=True),
    _index("ix_session_account", "account"),
)

token = Table(
    "token",
    metadata,
    _key("hash"),
    _needed("id"),
    _needed("account", Integer),
    _needed("name"),
    _needed("made_at", Instant),
    _maybe("until", Instant),
    _maybe("used_at", Instant),
    _maybe("revoked_at", Instant),
    _index("uq_token_id", "id", unique=True),
    _index("ix_token_account", "account"),
)

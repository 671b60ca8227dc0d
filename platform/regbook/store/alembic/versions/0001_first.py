"""The first schema: every fixed table, and the tables of Flask-AppBuilder's models."""

import sqlalchemy as sa
from alembic import op

from regbook.store import columns

revision = "0001"
down_revision = None

SEQUENCES = (
    "ab_api_key_id_seq",
    "ab_group_id_seq",
    "ab_group_role_id_seq",
    "ab_permission_id_seq",
    "ab_permission_view_id_seq",
    "ab_permission_view_role_id_seq",
    "ab_register_user_id_seq",
    "ab_role_id_seq",
    "ab_user_group_id_seq",
    "ab_user_id_seq",
    "ab_user_role_id_seq",
    "ab_view_menu_id_seq",
)


def upgrade() -> None:
    """Make every table, and the one row of the epoch."""
    if op.get_bind().dialect.name == "postgresql":
        for each in SEQUENCES:
            op.execute(sa.schema.CreateSequence(sa.Sequence(each)))
    _make_fixed_tables()
    _make_account_tables()
    op.execute("INSERT INTO epoch (id, epoch) VALUES (1, 1)")


def _make_fixed_tables() -> None:
    op.create_table(
        "accrual",
        sa.Column("register", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("deadline", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reverses", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("hours", columns.Exact(), nullable=False),
        sa.Column("amount", columns.Exact(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "register", "record", "deadline", "person", "round", "run", "reverses", name=op.f("pk_accrual")
        ),
    )
    op.create_index("ix_accrual_person", "accrual", ["person", "at"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("opened_at", columns.Instant(), nullable=False),
        sa.Column("closed_at", columns.Instant(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("due", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(
        "ix_assignment_done",
        "assignment",
        ["person", "closed_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_assignment_inbox",
        "assignment",
        ["person", "due", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_assignment_record", "assignment", ["register", "record"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("edition", "source", "date", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "denial",
        sa.Column("actor", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("minute", columns.Instant(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "minute", name=op.f("pk_denial")),
    )
    op.create_table(
        "entry",
        sa.Column(
            "place",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("changes", columns.Json(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("values", columns.Json(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("occurred_at", columns.Instant(), nullable=True),
        sa.Column("snapshot", columns.Json(), nullable=True),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_entry")),
    )
    op.create_index("ix_entry_actor", "entry", ["actor", "place"], unique=False)
    op.create_index("ix_entry_record", "entry", ["register", "record", "place"], unique=False)
    op.create_index(
        "ix_entry_unsealed",
        "entry",
        ["place"],
        unique=False,
        sqlite_where=sa.text("sequence IS NULL"),
        postgresql_where=sa.text("sequence IS NULL"),
    )
    op.create_index("uq_entry_id", "entry", ["id"], unique=True)
    op.create_index("uq_entry_sequence", "entry", ["sequence"], unique=True)
    op.create_table(
        "epoch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
    )
    op.create_table(
        "file",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("hold", sa.Text(), nullable=True),
        sa.Column("removed_at", columns.Instant(), nullable=True),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    )
    op.create_index("ix_file_record", "file", ["register", "record"], unique=False)
    op.create_table(
        "grant",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("verb", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("start_at", columns.Instant(), nullable=False),
        sa.Column("end_at", columns.Instant(), nullable=True),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "verb", "field", name=op.f("pk_grant")),
    )
    op.create_index("ix_grant_person", "grant", ["person", "register", "verb", "record"], unique=False)
    op.create_index("ix_grant_record", "grant", ["register", "record", "person", "verb"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("answer", columns.Json(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("until", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency")),
    )
    op.create_index("ix_idempotency_until", "idempotency", ["until"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("values", columns.Json(), nullable=False),
        sa.Column("register", sa.Text(), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("once", sa.Text(), nullable=True),
        sa.Column("read_at", columns.Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ready_at", columns.Instant(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("lease_until", columns.Instant(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(
        "ix_notice_lease",
        "notice",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("status = 'claimed'"),
        postgresql_where=sa.text("status = 'claimed'"),
    )
    op.create_index("ix_notice_person", "notice", ["person", "at", "id"], unique=False)
    op.create_index(
        "ix_notice_ready",
        "notice",
        ["ready_at"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["person", "at", "id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("uq_notice_once", "notice", ["person", "once"], unique=True)
    op.create_table(
        "number",
        sa.Column("register", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("period", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("register", "period", "level", name=op.f("pk_number")),
    )
    op.create_table(
        "office_file",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("published_at", columns.Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "edition", name=op.f("pk_office_file")),
    )
    op.create_table(
        "policy",
        sa.Column("register", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("terms", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("register", "place", name=op.f("pk_policy")),
    )
    op.create_table(
        "relation",
        sa.Column("register", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("department", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("until", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint(
            "register", "record", "kind", "person", "department", "field", name=op.f("pk_relation")
        ),
    )
    op.create_index(
        "ix_relation_department", "relation", ["department", "register", "kind", "record"], unique=False
    )
    op.create_index("ix_relation_person", "relation", ["person", "register", "kind", "record"], unique=False)
    op.create_table(
        "revision",
        sa.Column("register", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("raw", columns.Json(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("published_at", columns.Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("register", "revision", name=op.f("pk_revision")),
    )
    op.create_table(
        "session",
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("opened_at", columns.Instant(), nullable=False),
        sa.Column("seen_at", columns.Instant(), nullable=False),
        sa.Column("until", columns.Instant(), nullable=False),
        sa.Column("closed_at", columns.Instant(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_session")),
    )
    op.create_index("ix_session_account", "session", ["account"], unique=False)
    op.create_index("uq_session_id", "session", ["id"], unique=True)
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", columns.Json(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "timer",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Text(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("due", columns.Instant(), nullable=False),
        sa.Column("counts_from", columns.Instant(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("calendar_edition", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("stopped_at", columns.Instant(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ready_at", columns.Instant(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("lease_until", columns.Instant(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ended_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
    )
    op.create_index(
        "ix_timer_fault",
        "timer",
        ["ready_at"],
        unique=False,
        sqlite_where=sa.text("fault IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("fault IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_index(
        "ix_timer_lease",
        "timer",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("status = 'claimed'"),
        postgresql_where=sa.text("status = 'claimed'"),
    )
    op.create_index(
        "ix_timer_ready",
        "timer",
        ["ready_at"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "uq_timer_once",
        "timer",
        ["register", "record", "deadline", "kind", "n", "person", "run"],
        unique=True,
        sqlite_where=sa.text("status <> 'cancelled'"),
        postgresql_where=sa.text("status <> 'cancelled'"),
    )
    op.create_table(
        "token",
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", columns.Instant(), nullable=False),
        sa.Column("until", columns.Instant(), nullable=True),
        sa.Column("used_at", columns.Instant(), nullable=True),
        sa.Column("revoked_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_token")),
    )
    op.create_index("ix_token_account", "token", ["account"], unique=False)
    op.create_index("uq_token_id", "token", ["id"], unique=True)


def _make_account_tables() -> None:
    op.create_table(
        "ab_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=150), nullable=True),
        sa.Column("description", sa.String(length=512), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "ab_permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "ab_register_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=64), nullable=False),
        sa.Column("last_name", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("registration_date", sa.DateTime(), nullable=True),
        sa.Column("registration_hash", sa.String(length=256), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("username"),
    )
    op.create_table(
        "ab_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "ab_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=64), nullable=False),
        sa.Column("last_name", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("last_login", sa.DateTime(), nullable=True),
        sa.Column("login_count", sa.Integer(), nullable=True),
        sa.Column("fail_login_count", sa.Integer(), nullable=True),
        sa.Column("created_on", sa.DateTime(), nullable=True),
        sa.Column("changed_on", sa.DateTime(), nullable=True),
        sa.Column("created_by_fk", sa.Integer(), nullable=True),
        sa.Column("changed_by_fk", sa.Integer(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("locked_until", columns.Instant(), nullable=True),
        sa.Column("factor", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_fk"],
            ["ab_user.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_by_fk"],
            ["ab_user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("username"),
    )
    op.create_index(op.f("ix_ab_user_person"), "ab_user", ["person"], unique=False)
    op.create_table(
        "ab_view_menu",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "ab_api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("key_hash", sa.String(length=256), nullable=False),
        sa.Column("lookup_hash", sa.String(length=256), nullable=True),
        sa.Column("key_prefix", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_on", sa.DateTime(), nullable=True),
        sa.Column("expires_on", sa.DateTime(), nullable=True),
        sa.Column("revoked_on", sa.DateTime(), nullable=True),
        sa.Column("last_used_on", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("lookup_hash"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_index("idx_api_key_lookup_hash", "ab_api_key", ["lookup_hash"], unique=True)
    op.create_index("idx_api_key_prefix", "ab_api_key", ["key_prefix"], unique=False)
    op.create_index("idx_api_key_user_id", "ab_api_key", ["user_id"], unique=False)
    op.create_table(
        "ab_group_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["ab_group.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("group_id", "role_id"),
    )
    op.create_index("idx_group_id", "ab_group_role", ["group_id"], unique=False)
    op.create_index("idx_group_role_id", "ab_group_role", ["role_id"], unique=False)
    op.create_table(
        "ab_permission_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_id", sa.Integer(), nullable=False),
        sa.Column("view_menu_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["permission_id"],
            ["ab_permission.id"],
        ),
        sa.ForeignKeyConstraint(
            ["view_menu_id"],
            ["ab_view_menu.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("permission_id", "view_menu_id"),
    )
    op.create_index("idx_permission_id", "ab_permission_view", ["permission_id"], unique=False)
    op.create_index("idx_view_menu_id", "ab_permission_view", ["view_menu_id"], unique=False)
    op.create_table(
        "ab_user_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["ab_group.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "group_id"),
    )
    op.create_index("idx_user_group_id", "ab_user_group", ["group_id"], unique=False)
    op.create_index("idx_user_id", "ab_user_group", ["user_id"], unique=False)
    op.create_table(
        "ab_user_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "role_id"),
    )
    op.create_table(
        "ab_permission_view_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_view_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["permission_view_id"], ["ab_permission_view.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("permission_view_id", "role_id"),
    )
    op.create_index("idx_permission_view_id", "ab_permission_view_role", ["permission_view_id"], unique=False)
    op.create_index("idx_role_id", "ab_permission_view_role", ["role_id"], unique=False)

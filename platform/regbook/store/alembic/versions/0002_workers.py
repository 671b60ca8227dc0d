"""The processes that watch the clock say that they live."""

import sqlalchemy as sa
from alembic import op

from regbook.store import columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of processes."""
    op.create_table(
        "worker",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("begun_at", columns.Instant(), nullable=False),
        sa.Column("seen_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )

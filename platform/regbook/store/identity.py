"""The second door to Flask-AppBuilder's user table: ``Account`` is declared on it, and nobody else writes it.

An account holds a name, a password, factors and a person's id, nothing else. Flask-AppBuilder's own
tables for roles and permissions exist because its models ask for them, and stay empty.
"""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import LargeBinary, MetaData, Text
from sqlalchemy.orm import Mapped, mapped_column

from regbook.store.columns import Instant

fab_metadata: MetaData = Model.metadata


class Account(User):  # type: ignore[misc]
    """A way to sign in: what Flask-AppBuilder's security manager is given as a user."""

    person: Mapped[str | None] = mapped_column(Text, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    factor: Mapped[bytes | None] = mapped_column(LargeBinary)

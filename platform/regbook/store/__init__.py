"""Where values rest: the only home of SQLAlchemy and Alembic."""

from regbook.store.database import Moved, Reading, Store, Work, open_store
from regbook.store.keyring import Keyring, random_keyring

__all__ = ["Keyring", "Moved", "Reading", "Store", "Work", "open_store", "random_keyring"]

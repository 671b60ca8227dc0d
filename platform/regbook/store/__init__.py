"""Where values rest: the only home of SQLAlchemy and Alembic."""

from regbook.store.database import Moved, Reading, Store, Work, open_store
from regbook.store.keyring import KEY_BYTES, Keyring, random_keyring, read_keyring, write_keyring

__all__ = [
    "KEY_BYTES",
    "Keyring",
    "Moved",
    "Reading",
    "Store",
    "Work",
    "open_store",
    "random_keyring",
    "read_keyring",
    "write_keyring",
]

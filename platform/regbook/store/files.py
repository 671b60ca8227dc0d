"""Attachments: what is known of them in a row, their bytes sealed in a folder, under a random name.

A file's own name is sealed too: of a secret field's files it may say what they are about.

The bytes are on the disk before the row commits; when it does not commit they are nobody's, and
``sweep`` takes them away. A file whose record is "" was uploaded and belongs to no record yet.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from regbook.errors import Denied, NotFound, SettingsInvalid
from regbook.model.office import StoredFile
from regbook.store import fixed
from regbook.store.columns import into
from regbook.store.connection import Connection
from regbook.store.crypto import Broken, open_bytes, open_token, seal_bytes, seal_token
from regbook.store.keyring import Keyring
from regbook.store.nouns import columns_for, values_of

NAME = "file-name"
_file = fixed.file.c
_columns = columns_for(fixed.file, StoredFile)
_one = (_file.id == bindparam("file_id"), _file.removed_at.is_(None))

PUT = into(fixed.file)
ONE = select(*_columns).where(*_one)
WHERE = select(_file.storage_key, _file.key_id).where(*_one)
OF_RECORD = (
    select(*_columns)
    .where(
        _file.register == bindparam("register"),
        _file.record == bindparam("record"),
        _file.removed_at.is_(None),
    )
    .order_by(_file.at, _file.id)
)
HOLD = update(fixed.file).where(*_one).values(hold=bindparam("new_hold"))
_removed: dict[str, Any] = {"removed_at": bindparam("new_removed_at")}
REMOVE = update(fixed.file).where(*_one, _file.hold.is_(None)).values(_removed)
_of_record = (_file.register == bindparam("of_register"), _file.record == bindparam("of_record"))
LET_GO = update(fixed.file).where(*_one, *_of_record, _file.hold.is_(None)).values(_removed)
LET_ALL_GO = (
    update(fixed.file).where(*_of_record, _file.removed_at.is_(None), _file.hold.is_(None)).values(_removed)
)
_unclaimed = (_file.record == "", _file.removed_at.is_(None))
TAKE = (
    update(fixed.file)
    .where(
        *_one, _file.record == "", _file.register == bindparam("of_register"), _file.by == bindparam("who")
    )
    .values(record=bindparam("new_record"), level=bindparam("new_level"))
)
LEVEL = (
    update(fixed.file)
    .where(*_of_record, _file.field == bindparam("of_field"))
    .values(level=bindparam("new_level"))
)
WAITING = select(func.count()).where(
    *_unclaimed, _file.register == bindparam("register"), _file.by == bindparam("by")
)
UNCLAIMED = (
    select(*_columns)
    .where(*_unclaimed, _file.hold.is_(None), _file.at < bindparam("before"))
    .order_by(_file.at, _file.id)
    .limit(bindparam("limit"))
)
KEPT = select(_file.storage_key).where(
    or_(_file.removed_at.is_(None), _file.removed_at >= bindparam("since"))
)


@dataclass(frozen=True, slots=True)
class Laid:
    """Bytes that lie in the folder and have no row yet."""

    storage_key: str
    key_id: str
    size: int
    sha256: str


class Files:
    """Reads attachments. A removed one is not there."""

    __slots__ = ("_connection", "_folder", "_keyring")

    def __init__(self, connection: Connection, folder: Path | None, keyring: Keyring) -> None:
        self._connection = connection
        self._folder = folder
        self._keyring = keyring

    def one(self, id: str) -> StoredFile | None:
        """What is known of a file."""
        row = self._connection.one(ONE, {"file_id": id})
        return self._known(row) if row else None

    def of(self, register: str, record: str) -> tuple[StoredFile, ...]:
        """The files of a record."""
        rows = self._connection.run(OF_RECORD, {"register": register, "record": record})
        return tuple(map(self._known, rows))

    def several(self, ids: Collection[str]) -> dict[str, StoredFile]:
        """What is known of those of the files that are there, by id."""
        if not ids:
            return {}
        found = select(*_columns).where(_file.id.in_(sorted(ids)), _file.removed_at.is_(None))
        rows: list[Any] = list(self._connection.execute(found))
        return {row[0]: self._known(row) for row in rows}

    def waiting(self, register: str, by: str) -> int:
        """How many files someone has uploaded for a register that no record has taken."""
        row = self._connection.one(WAITING, {"register": register, "by": by})
        return int(row[0]) if row else 0

    def unclaimed(self, before: datetime, limit: int = 500) -> tuple[StoredFile, ...]:
        """Files that were uploaded before an instant and that no record has taken, oldest first."""
        rows = self._connection.run(UNCLAIMED, {"before": before, "limit": limit})
        return tuple(map(self._known, rows))

    def content(self, id: str) -> bytes:
        """The bytes of a file.

        Raises:
            NotFound: there is no such file, or its bytes are gone or are not those that were put there.
        """
        row = self._connection.one(WHERE, {"file_id": id})
        if row is None:
            raise NotFound
        path = self._path(row[0])
        if not path.is_file():
            raise NotFound(code="file-damaged")
        try:
            return open_bytes(self._keyring, row[1] or "", _bound(id, row[0]), path.read_bytes())
        except Broken:
            raise NotFound(code="file-damaged") from None

    def lay(self, id: str, content: bytes) -> Laid:
        """Seal the bytes of a file and have them on the disk, before any lock is taken for its row."""
        storage_key = secrets.token_hex(16)
        key_id, sealed = seal_bytes(self._keyring, _bound(id, storage_key), content)
        _write_durably(self._path(storage_key), sealed)
        mark = self._keyring.mac(b"file", hashlib.sha256(content).digest()).hex()
        return Laid(storage_key, key_id, len(content), mark)

    def sweep(self, older_than: datetime) -> int:
        """Delete bytes that no file has, written before an instant; say how many.

        Those of a file that was removed stay until it was removed before that instant.
        """
        if self._folder is None or not self._folder.is_dir():
            return 0
        kept = {row[0] for row in self._connection.run(KEPT, {"since": older_than})}
        swept = 0
        for path in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):  # another process sweeps too
                if path.name not in kept and path.stat().st_mtime < older_than.timestamp():
                    path.unlink()
                    swept += 1
        return swept

    def _known(self, row: Sequence[Any]) -> StoredFile:
        """What a row says of a file, its name opened."""
        kept = StoredFile(*row)
        name = open_token(self._keyring, NAME, kept.id, b64decode(kept.name))
        return replace(kept, name=name["name"])

    def _path(self, storage_key: str) -> Path:
        if self._folder is None:
            raise SettingsInvalid(code="files-nowhere")
        return self._folder / storage_key[:2] / storage_key


class FilesWork(Files):
    """Keeps and removes attachments."""

    __slots__ = ()

    def put(self, file: StoredFile, content: bytes) -> StoredFile:
        """Keep a file; its size and keyed hash are those of the bytes, whatever was said."""
        return self.put_laid(file, self.lay(file.id, content))

    def put_laid(self, file: StoredFile, laid: Laid) -> StoredFile:
        """Keep a file whose bytes lie there already."""
        kept = replace(file, size=laid.size, sha256=laid.sha256)
        sealed = b64encode(seal_token(self._keyring, NAME, kept.id, {"name": kept.name})).decode()
        lying = {"name": sealed, "storage_key": laid.storage_key, "key_id": laid.key_id}
        self._connection.change(PUT, {**values_of(kept), **lying})
        return kept

    def take(self, id: str, register: str, record: str, by: str, level: int) -> bool:
        """Give a record a file that its uploader has; False when it is not hers to give any more."""
        values = {"file_id": id, "of_register": register, "new_record": record, "who": by, "new_level": level}
        return self._connection.change(TAKE, values) == 1

    def let_go(self, id: str, register: str, record: str, at: datetime) -> bool:
        """Remove a file of a record; one that is another record's stays as it is, and the answer is False.

        Raises:
            Denied: it is held.
        """
        values = {"file_id": id, "of_register": register, "of_record": record, "new_removed_at": at}
        if self._connection.change(LET_GO, values):
            return True
        kept = self.one(id)
        if kept is not None and (kept.register, kept.record) == (register, record):
            raise Denied(code="file-held")
        return False

    def let_all_go(self, register: str, record: str, at: datetime) -> None:
        """Remove every file of a record that is not held."""
        values = {"of_register": register, "of_record": record, "new_removed_at": at}
        self._connection.change(LET_ALL_GO, values)

    def level(self, register: str, record: str, field: str, level: int) -> None:
        """Give the files of a record's field the level that they have now."""
        values = {"of_register": register, "of_record": record, "of_field": field, "new_level": level}
        self._connection.change(LEVEL, values)

    def hold(self, id: str, reason: str | None) -> bool:
        """Hold a file against removal, or lift the hold with None; False when there is none."""
        return self._connection.change(HOLD, {"file_id": id, "new_hold": reason}) == 1

    def remove(self, id: str, at: datetime) -> None:
        """Remove a file; ``sweep`` deletes its bytes later.

        Raises:
            NotFound: there is none.
            Denied: it is held.
        """
        if self._connection.change(REMOVE, {"file_id": id, "new_removed_at": at}):
            return
        raise Denied(code="file-held") if self.one(id) else NotFound()


def _bound(id: str, storage_key: str) -> str:
    """What the bytes are sealed to: they open for this file, under this name."""
    return f"{id}/{storage_key}"


def _write_durably(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

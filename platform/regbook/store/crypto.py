"""Seals secret values: AES-256-GCM under a key of the record's own, which the office's key wraps.

Destroying a record's wrapped key destroys its secrets wherever their envelopes were copied. What a
value is bound to (register, record, field, level, key) is authenticated with it, so an envelope that
was moved to another place does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from regbook.store.codecs import json_text, json_value
from regbook.store.keyring import KEY_BYTES, Keyring

EDITION = b"\x01"
NONCE_BYTES, BLIND_BYTES = 12, 16


class Broken(Exception):
    """An envelope does not open: it was changed or moved, or its key is gone."""


@lru_cache(maxsize=1024)
def _derived(key: bytes, use: str) -> bytes:
    """A key for one use alone."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"regbook/{use}".encode()).derive(key)


def _bound(*parts: str) -> bytes:
    """What is authenticated with a value: every part with its length, so that none runs into the next."""
    return b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))


@dataclass(frozen=True, slots=True)
class RecordKey:
    """The key of one record's secrets."""

    register: str
    record: str
    key: bytes = field(repr=False)

    def seal(self, name: str, level: int, value: Any) -> bytes:
        """The envelope of a field's value; ``name`` is the field's path."""
        nonce = os.urandom(NONCE_BYTES)
        bound = self._bound_to(name, level)
        return (
            EDITION
            + bytes([level])
            + nonce
            + AESGCM(self.key).encrypt(nonce, json_text(value).encode(), bound)
        )

    def open(self, name: str, envelope: bytes) -> Any:
        """The value of an envelope.

        Raises:
            Broken: it is not of this record and field, or it was changed.
        """
        if envelope[:1] != EDITION or len(envelope) < 2 + NONCE_BYTES:
            raise Broken(name)
        nonce, rest = envelope[2 : 2 + NONCE_BYTES], envelope[2 + NONCE_BYTES :]
        try:
            return json_value(
                AESGCM(self.key).decrypt(nonce, rest, self._bound_to(name, envelope[1])).decode()
            )
        except InvalidTag:
            raise Broken(name) from None

    def _bound_to(self, name: str, level: int) -> bytes:
        mark = hashlib.sha256(self.key).hexdigest()[:16]
        return _bound(self.register, self.record, name, str(level), mark)


def fresh_record_key(register: str, record: str) -> RecordKey:
    """The key of a new record."""
    return RecordKey(register, record, os.urandom(KEY_BYTES))


def wrap(keyring: Keyring, key: RecordKey) -> bytes:
    """The record's key, sealed by the office's current one."""
    nonce, name = os.urandom(NONCE_BYTES), keyring.current.encode()
    bound = _bound("key", key.register, key.record, keyring.current)
    sealed = AESGCM(_derived(keyring.keys[keyring.current], "wrap")).encrypt(nonce, key.key, bound)
    return EDITION + bytes([len(name)]) + name + nonce + sealed


def unwrap(keyring: Keyring, register: str, record: str, wrapped: bytes) -> RecordKey:
    """The record's key again.

    Raises:
        Broken: it was destroyed, changed or moved, or the office's key is gone.
    """
    if not wrapped or wrapped[:1] != EDITION:
        raise Broken(record)
    start = 2 + wrapped[1]
    name = wrapped[2:start].decode("utf-8", "replace")
    nonce, sealed = wrapped[start : start + NONCE_BYTES], wrapped[start + NONCE_BYTES :]
    if name not in keyring.keys:
        raise Broken(record)
    try:
        aead = AESGCM(_derived(keyring.keys[name], "wrap"))
        return RecordKey(register, record, aead.decrypt(nonce, sealed, _bound("key", register, record, name)))
    except InvalidTag:
        raise Broken(record) from None


def blind(keyring: Keyring, register: str, name: str, value: Any) -> str:
    """The mark by which equal values of an encrypted field are found: it tells nothing but equality.

    It is made with the first key of the office, whichever seals now, so that marks of every age agree.
    """
    root = keyring.keys[min(keyring.keys)]
    key = _derived(root, f"blind/{register}/{name}")
    return hmac.new(key, json_text(value).encode(), hashlib.sha256).digest()[:BLIND_BYTES].hex()


def seal_token(keyring: Keyring, use: str, bound: str, value: Mapping[str, Any]) -> bytes:
    """A value that only this office can read back, for the same use and the same ``bound``."""
    nonce = os.urandom(NONCE_BYTES)
    aead = AESGCM(_derived(keyring.keys[keyring.current], use))
    return nonce + aead.encrypt(nonce, json_text(value).encode(), bound.encode())


def open_token(keyring: Keyring, use: str, bound: str, token: bytes) -> Any:
    """The value of a token.

    Raises:
        Broken: it is of another use or bound to something else, or it was made up.
    """
    for key in (keyring.keys[keyring.current], *keyring.keys.values()):
        try:
            aead = AESGCM(_derived(key, use))
            return json_value(aead.decrypt(token[:NONCE_BYTES], token[NONCE_BYTES:], bound.encode()).decode())
        except (InvalidTag, ValueError):
            continue
    raise Broken(use)


def seal_bytes(keyring: Keyring, bound: str, content: bytes) -> tuple[str, bytes]:
    """The id of the office's current key, and a file's bytes sealed by it to ``bound``."""
    nonce = os.urandom(NONCE_BYTES)
    aead = AESGCM(_derived(keyring.keys[keyring.current], "file"))
    return keyring.current, nonce + aead.encrypt(nonce, content, bound.encode())


def open_bytes(keyring: Keyring, key_id: str, bound: str, sealed: bytes) -> bytes:
    """The bytes of a file again.

    Raises:
        Broken: they were changed or moved, or their key is gone.
    """
    if key_id not in keyring.keys or len(sealed) <= NONCE_BYTES:
        raise Broken(bound)
    aead = AESGCM(_derived(keyring.keys[key_id], "file"))
    try:
        return aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound.encode())
    except InvalidTag:
        raise Broken(bound) from None

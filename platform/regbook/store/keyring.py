"""The office's keys, by id: what seals secret values and cursors. Never printed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys of 32 bytes by their id; ``current`` names the one that seals, the others still open."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def mac(self, purpose: bytes, data: bytes) -> bytes:
        """A keyed hash of data for one purpose; hashes of two purposes have nothing to do with each other."""
        key = hmac.digest(self.keys[self.current], purpose, hashlib.sha256)
        return hmac.digest(key, data, hashlib.sha256)


def random_keyring() -> Keyring:
    """A keyring with one fresh key: for an office that leaves no trace."""
    return Keyring("k1", {"k1": secrets.token_bytes(32)})

"""The office's keys, by id: what seals secret values and cursors. Never printed."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from regbook.errors import SettingsInvalid

KEY_BYTES = 32


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
    """A new office's keys: one, fresh."""
    return Keyring("k1", {"k1": secrets.token_bytes(KEY_BYTES)})


def write_keyring(keyring: Keyring, web: bytes) -> bytes:
    """The file of keys that an office keeps in its data folder; ``web`` signs what a browser keeps."""
    keys = {name: key.hex() for name, key in keyring.keys.items()}
    return json.dumps({"current": keyring.current, "keys": keys, "web": web.hex()}).encode()


def read_keyring(raw: bytes) -> tuple[Keyring, bytes]:
    """The keys of such a file, and the one that signs what a browser keeps.

    Raises:
        SettingsInvalid: it is none, or a key has not 32 bytes.
    """
    try:
        parsed = json.loads(raw)
        keys = {str(name): bytes.fromhex(key) for name, key in parsed["keys"].items()}
        web, current = bytes.fromhex(parsed["web"]), parsed["current"]
        good = current in keys and {len(key) for key in (web, *keys.values())} == {KEY_BYTES}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsInvalid(code="keyring-invalid") from error
    if not good:
        raise SettingsInvalid(code="keyring-invalid")
    return Keyring(current, keys), web

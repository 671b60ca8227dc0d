"""Passwords and random secrets: what is shown once, and the hash that is kept.

A password is slow to try (argon2id). A session's or a token's secret is 32 random bytes, which need no
slowness: SHA-256 of it is found by an index.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's first choice for argon2id: 46 MiB, one pass, one lane. Many may sign in at once on two cores.
_hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its salt and cost in it."""
    return _hasher.hash(password)


def password_matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed. Without a hash the answer takes as long, and is no."""
    try:
        return _hasher.verify(kept or _nobodys_hash(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def hash_is_outdated(kept: str) -> bool:
    """Whether the hash was made at another cost than today's: hash the password again at sign-in."""
    try:
        return _hasher.check_needs_rehash(kept)
    except InvalidHashError:
        return True


def new_secret() -> tuple[str, str]:
    """A new secret as it is shown once, and the hash of it that is kept."""
    shown = secrets.token_urlsafe(32)
    return shown, hash_secret(shown)


def hash_secret(shown: str) -> str:
    """The hash by which a secret is found.

    >>> hash_secret("abc")[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(shown.encode()).hexdigest()


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))

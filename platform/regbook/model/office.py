"""What an office keeps beside its records: published copies, grants, policy, notices, files, accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A published revision of a definition: its text as it was read, its hash, who published it and when.

    ``source`` names the file or the designer.
    """

    register: str
    revision: int
    raw: Mapping[str, Any]
    hash: str
    source: str
    published_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """The published copy of an office-wide file: organisation, calendar, a clause book, a policy text."""

    name: str
    edition: int
    raw: str
    hash: str
    published_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One line of the policy: its kind (``p``, ``g``), its terms in order, the register it came from.

    Office-wide lines have the register ``*``.
    """

    kind: str
    terms: tuple[str, ...]
    register: str = "*"


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that watches the clock: what kind it is, since when it runs, when it was last seen alive."""

    name: str
    kind: str
    begun_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """Something one person is told. ``code`` and ``values`` make the sentence in her language.

    ``level`` is that of what it speaks of; ``once`` keeps the same thing from being told twice.
    """

    id: str
    person: str
    code: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    register: str | None = None
    record: str | None = None
    level: int = 0
    once: str | None = None
    read_at: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of an attachment; its bytes lie under a random name of their own.

    ``sha256`` is a keyed hash: whoever has the database alone cannot tell a file that he knows by it.
    """

    id: str
    register: str
    record: str
    field: str
    name: str
    media: str
    size: int
    sha256: str
    at: datetime
    by: str
    level: int = 0
    hold: str | None = None
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that differs from the working week: ``kind`` work, off or statutory.

    ``source`` is ``state`` for the state's arrangement, ``company`` for the company's own.
    """

    date: date
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a request with this idempotency key was answered."""

    answer: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Login:
    """An account as sign-in sees it. ``password`` is an argon2id hash; it never leaves the services."""

    account: str
    person: str | None
    active: bool
    password: str | None = field(default=None, repr=False)
    failures: int = 0
    locked_until: datetime | None = None
    factor: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a request is, and the epoch it is answered under: read in one statement."""

    account: str
    person: str | None
    epoch: int
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of an account. ``id`` names it to people; only the hash of its secret is kept."""

    id: str
    account: str
    opened_at: datetime
    seen_at: datetime
    until: datetime
    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A key for programs that acts as an account until an instant."""

    id: str
    account: str
    name: str
    made_at: datetime
    until: datetime | None = None
    used_at: datetime | None = None

"""A record, its journal entries, and who must act on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

Facts = Mapping[str, Any]
"""JSON values by field key, flat; lines are lists of mappings, each with its ``_id``."""

HIDEABLE = ("owner", "department")
"""The reserved facts that an access rule may deny: who entered the record, and from where."""
LINE_ID = "_id"
"""The key under which a line of child lines bears its id."""
RESERVED = (
    *("number", "state", "owner", "department", "assignee", "entered_at"),
    *("submitted_at", "amended_at", "level", "declassify_on"),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One case held in a register. ``revision`` is the one its present case runs under (its promises).

    ``counter`` goes up with every write and never leaves the store and services; instants are aware UTC.
    """

    register: str
    id: str
    state: str
    facts: Facts
    owner: str | None = None
    department: str | None = None
    number: str | None = None
    level: int = 0
    declassify_on: datetime | None = None
    revision: int = 1
    counter: int = 0
    entered_at: datetime | None = None
    submitted_at: datetime | None = None
    amended_at: datetime | None = None
    assignees: tuple[str, ...] = ()

    def level_at(self, now: datetime) -> int:
        """The effective level: 公开 from the declassification instant on."""
        return 0 if self.declassify_on is not None and self.declassify_on <= now else self.level

    def flat(self) -> dict[str, Any]:
        """Every fact that conditions and formulas see: declared fields and the reserved facts."""
        return {
            **self.facts,
            "number": self.number,
            "state": self.state,
            "owner": self.owner,
            "department": self.department,
            "assignee": list(self.assignees),
            "entered_at": instant_text(self.entered_at),
            "submitted_at": instant_text(self.submitted_at),
            "amended_at": instant_text(self.amended_at),
            "level": self.level,
            "declassify_on": instant_text(self.declassify_on),
        }


@lru_cache(maxsize=4096)
def instant_text(at: datetime | None) -> str | None:
    """An instant as facts hold it: ``2026-09-30T08:00:00Z``."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Assignment:
    """Someone must act (or decide) on a record. ``kind`` is state, step, rung or consult.

    ``source`` is the deadline or step that added it; ``verdict`` what was decided when it ended; ``due``
    the instant by which the inbox asks for it.
    """

    id: str
    register: str
    record: str
    person: str
    kind: str
    source: str | None
    opened_at: datetime
    closed_at: datetime | None = None
    verdict: str | None = None
    opinion: str | None = None
    reason: str | None = None
    order: int = 0
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One immutable line of a record's journal: who did what, when, under which rule.

    ``changes`` maps a field to ``(old, new)``; ``reason`` is a catalogue code with ``values`` for a step
    the engine took by itself; ``rule`` is what allowed a person's.
    """

    id: str
    register: str
    record: str | None
    at: datetime
    actor: str
    verb: str
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    transition: str | None = None
    before: str | None = None
    after: str | None = None
    on_behalf_of: str | None = None
    reason: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    rule: str | None = None
    clause: str | None = None
    revision: int = 0
    occurred_at: datetime | None = None

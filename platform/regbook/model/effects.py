"""Effects, a closed list of what the engine must do next: rules and plugins answer them, services act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Assign:
    """Someone must act on the record: ``kind`` state, step, rung or consult, ``source`` what asks for it."""

    people: tuple[str, ...]
    kind: str = "state"
    source: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Open assignments end: those of a kind, a source, a person, or all."""

    kind: str | None = None
    source: str | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notify:
    """People are told; ``code`` and ``values`` make the sentence in each reader's language."""

    people: tuple[str, ...]
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StartTimer:
    """A timer of a deadline that runs is to fire at ``at``: kind warn, rung or round number ``n``."""

    deadline: str
    kind: str
    n: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Every timer of the deadline that has not come due stops."""

    deadline: str


@dataclass(frozen=True, slots=True)
class MoveTimer:
    """A deadline that runs is due at another instant; its warnings, rungs and rounds follow.

    It is the record's own deadline, or that of the record named.
    """

    deadline: str
    due: datetime
    register: str | None = None
    record: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Accrue:
    """One round of a penalty is written, keyed (record, deadline, person, round)."""

    deadline: str
    person: str
    round: int
    hours: Decimal
    amount: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class Reverse:
    """The accruals of a penalty record are taken back, each by a row of its own."""

    register: str
    record: str
    deadline: str
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Enter:
    """A record is entered in another register. With ``once``, only if none was for this key."""

    register: str
    facts: Mapping[str, Any]
    once: str | None = None
    owner: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class AddLine:
    """A line is added to a lines field of the record, as the validator lets it."""

    field: str
    line: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """The record, or the one named, makes a transition by itself, or is sent for its approval.

    Nothing happens when it is not ready: gone on already, something missing, or a plugin refuses it.
    """

    transition: str
    register: str | None = None
    record: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SetField:
    """A field of the record takes a value, as the validator lets it."""

    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class Grant:
    """A person may do the verbs on the record (or its named fields) from now until ``end``."""

    person: str
    verbs: tuple[str, ...]
    reason: str
    end: datetime | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revoke:
    """The grants that a person has on the record for this reason end now."""

    person: str
    reason: str


Effect = (
    Assign | Release | Notify | StartTimer | StopTimer | MoveTimer | Accrue | Reverse
    | Enter | AddLine | Move | SetField | Grant | Revoke
)  # fmt: skip

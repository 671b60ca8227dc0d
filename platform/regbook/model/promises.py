"""What a register promises in time: deadlines, obligations, the timers that run for a record, accruals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from regbook.model.workflow import Condition, Who


@dataclass(frozen=True, slots=True)
class Deadline:
    """A rule: by when, counted from which moment, who is responsible, until which condition holds.

    ``start`` is a field, ``entered_at``, ``period``, ``{"state": ...}`` or ``{"step": ...}``; ``within`` a
    span as text or ``{"setting": key}``; ``warn`` and ``opens`` as in the definition format; ``then`` names
    the transition that the record makes by itself when it passes.
    """

    name: str
    of: Who
    start: str | Mapping[str, str]
    within: str | Mapping[str, str]
    until: Condition
    title: str = ""
    when: Condition | None = None
    warn: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    moved_by: str | None = None
    opens: tuple[str, ...] = ()
    then: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """A record that someone owes every period."""

    name: str
    every: str
    who: Who
    on: str | int | None = None
    holiday: str = "after"
    fill: Mapping[str, Any] = field(default_factory=dict)
    due: str | None = None
    turn: str | None = None
    title: str = ""
    clause: str | None = None


TimerKind = Literal["due", "warn", "rung", "round", "obligation"]


@dataclass(frozen=True, slots=True)
class Timer:
    """A deadline running for one record: at ``at`` it fires, once.

    ``due`` is the deadline's own due instant, ``counts_from`` the instant from which late rounds count
    (later than ``due`` when the record was entered late), ``person`` who is responsible, ``n`` the rung or
    round, ``run`` which time the deadline runs for the record (it starts again with every new case),
    ``stopped_at`` set when the deadline was met after this timer's instant had passed unfired.
    """

    id: str
    kind: TimerKind
    register: str
    record: str
    deadline: str
    at: datetime
    due: datetime
    counts_from: datetime
    person: str | None = None
    n: int = 0
    revision: int = 0
    calendar_edition: int = 0
    attempts: int = 0
    stopped_at: datetime | None = None
    run: int = 0


@dataclass(frozen=True, slots=True)
class Penalty:
    """What one round of lateness costs: an amount (0 while only time is counted), its clause and basis."""

    amount: Decimal
    hours: Decimal
    clause: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Accrual:
    """One round of a penalty, never changed, only reversed; unique by record, deadline, run, person, round.

    A reversal is a row of its own with the amounts negative; ``reverses`` says what took it back (the
    penalty record's id), so that one cause takes a round back once.
    """

    register: str
    record: str
    deadline: str
    person: str
    round: int
    at: datetime
    hours: Decimal
    amount: Decimal
    clause: str
    run: int = 0
    reverses: str | None = None

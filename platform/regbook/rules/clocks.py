"""Which deadlines a change of a record starts, moves and stops, and when they are due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from regbook.model.definition import Definition
from regbook.model.promises import Deadline
from regbook.model.record import Record
from regbook.model.timing import Calendar, Span, Unit
from regbook.model.workflow import DRAFT
from regbook.rules import worktime
from regbook.rules.conditions import holds

PERIOD = "period"
"""What a deadline counts from when an obligation says by when the record is owed."""


DueAt = Callable[[Deadline, datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What comes with a change of a record beside its facts.

    ``owed`` is when the record is owed, if an obligation entered it: deadlines from ``period`` count from
    it. ``begun`` names the approval steps that begin now; ``decided`` says that those before are over.
    ``due_at`` gives the due instant of a deadline that counts from an instant, or None for its span.
    """

    owed: datetime | None = None
    begun: frozenset[str] = frozenset()
    decided: bool = False
    due_at: DueAt | None = None


NOTHING = Occasion()


@dataclass(frozen=True, slots=True)
class Started:
    """A deadline begins to run (again, when its start moved): counted from ``start``, due at ``due``.

    ``counts_from`` is the instant lateness is counted from: the due instant, or the moment the record was
    entered when that came after it and the office counts from the first assignment. ``given`` says that the
    due instant is not its span's.
    """

    deadline: Deadline
    start: datetime
    due: datetime
    counts_from: datetime
    moved: bool = False
    given: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What a change of a record does to its deadlines.

    ``unreachable`` are those that would be due in a year that calendars do not reach; ``paused`` those
    whose clock stands still from now on, ``resumed`` those whose clock does so no more.
    """

    started: tuple[Started, ...] = ()
    stopped: tuple[str, ...] = ()
    unreachable: tuple[Deadline, ...] = ()
    paused: tuple[Deadline, ...] = ()
    resumed: tuple[Deadline, ...] = ()


def changes(
    definition: Definition,
    old: Record | None,
    new: Record,
    calendar: Calendar,
    settings: Mapping[str, Any],
    now: datetime,
    occasion: Occasion = NOTHING,
) -> Changes:
    """The deadlines that start, move, stop and pause when ``old`` becomes ``new`` at ``now``."""
    started, stopped, unreachable = [], [], []
    for deadline in definition.deadlines:
        ran = old is not None and runs(deadline, old, now)
        before = _by_field(deadline, old, occasion) if ran and old is not None else None
        after = _by_field(deadline, new, occasion) or _by_event(
            deadline, old if ran else None, new, occasion, now
        )
        over = _step(deadline) is not None and occasion.decided and after is None
        if not runs(deadline, new, now) or (after is None and before is not None) or over:
            stopped += [deadline.name] if ran else []
        elif after is not None and after != before:
            moved = before is not None or (ran and isinstance(deadline.start, Mapping))
            try:
                started.append(_run(deadline, after, new, calendar, settings, now, occasion, moved=moved))
            except OverflowError:
                unreachable.append(deadline)
    begun = {each.deadline.name for each in started}
    paused, resumed = _pauses(definition, old, new, begun, now)
    return Changes(tuple(started), tuple(stopped), tuple(unreachable), paused, resumed)


def _pauses(
    definition: Definition, old: Record | None, new: Record, begun: set[str], now: datetime
) -> tuple[tuple[Deadline, ...], tuple[Deadline, ...]]:
    """The deadlines whose clock stands still from this change on, and those for which that is over."""
    paused, resumed = [], []
    for deadline in definition.deadlines:
        was = old is not None and old.state in deadline.pause
        holds_still = new.state in deadline.pause and runs(deadline, new, now)
        if holds_still and (not was or deadline.name in begun):
            paused.append(deadline)
        elif was and not holds_still:
            resumed.append(deadline)
    return tuple(paused), tuple(resumed)


def runs(deadline: Deadline, record: Record, now: datetime) -> bool:
    """Whether the deadline is to be kept by the record as it is: its condition holds, it is not met yet."""
    if record.state == DRAFT:
        return False
    flat = record.flat()
    if deadline.when is not None and not holds(deadline.when, flat, now):
        return False
    return not holds(deadline.until, flat, now)


def _by_field(deadline: Deadline, record: Record, occasion: Occasion) -> datetime | date | None:
    if deadline.start == PERIOD:
        return occasion.owed
    return None if isinstance(deadline.start, Mapping) else moment(record.flat().get(deadline.start))


def _by_event(
    deadline: Deadline, before: Record | None, record: Record, occasion: Occasion, now: datetime
) -> datetime | None:
    """Now, when the record comes into the state, or its step begins, that the deadline counts from."""
    if not isinstance(deadline.start, Mapping):
        return None
    if (step := _step(deadline)) is not None:
        return now if step in occasion.begun else None
    if record.state != deadline.start.get("state"):
        return None
    return now if before is None or before.state != record.state else None


def _step(deadline: Deadline) -> str | None:
    return deadline.start.get("step") if isinstance(deadline.start, Mapping) else None


def unit_of(deadline: Deadline, settings: Mapping[str, Any]) -> Unit:
    """The unit in which the deadline counts."""
    return span_of(deadline, settings).unit


def span_of(deadline: Deadline, settings: Mapping[str, Any]) -> Span:
    """The span within which the deadline is to be met, as written or as the office has set it."""
    within = deadline.within
    text = settings.get(within["setting"]) if isinstance(within, Mapping) else within
    return Span.parse(str(text or "0h"))


def moment(fact: Any) -> datetime | date | None:
    """The instant or date that a fact holds."""
    if not isinstance(fact, str) or not fact:
        return None
    if "T" in fact:
        return datetime.fromisoformat(fact)
    return date.fromisoformat(fact)


def _run(
    deadline: Deadline,
    start: datetime | date,
    record: Record,
    calendar: Calendar,
    settings: Mapping[str, Any],
    now: datetime,
    occasion: Occasion,
    *,
    moved: bool,
) -> Started:
    local = calendar.of(record.department)
    began = start if isinstance(start, datetime) else worktime.end_of_day(start, local)
    given = occasion.due_at(deadline, began.astimezone(UTC)) if occasion.due_at is not None else None
    due = given or worktime.add_span(start, span_of(deadline, settings), local)
    # What is owed was with its person from the moment it was entered, as a draft or not.
    entered = (record.entered_at if deadline.start == PERIOD else record.submitted_at) or now
    late_entry = began < entered and settings.get("count_from", "assigned") == "assigned"
    counts_from = max(due, entered) if late_entry else due
    return Started(deadline, began.astimezone(UTC), due, counts_from, moved, given is not None)

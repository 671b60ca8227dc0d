"""Clocks that rules and plugins set: another due instant for a deadline that runs, one more timer of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

from regbook.errors import Problem
from regbook.model import effects as fx
from regbook.model.definition import Definition
from regbook.model.promises import Deadline, Timer, TimerKind
from regbook.model.record import Entry, Record, instant_text
from regbook.rules import clocks
from regbook.rules.openings import ticks_of
from regbook.services.becoming import Change, Deed
from regbook.services.carrying import refused, target_of
from regbook.services.clocking import GIVEN, PAUSED, told_of_pause

STARTED = tuple(each for each in get_args(TimerKind) if each not in ("due", "obligation"))
"""The kinds of timers that an effect may start; a deadline's own is the engine's."""


def start_timer(deed: Deed, made: Change, effect: fx.StartTimer, depth: int) -> None:
    """Starts a timer of a deadline that runs, or of the fired one, for whoever is responsible for it.

    Raises:
        RegbookError: there is no such deadline or kind of timer.
    """
    if effect.kind not in STARTED:
        raise refused(made.new.register, Problem("/kind", "timer-kind", {"kind": effect.kind}))
    deadline = _deadline(made.definition, effect.deadline)
    for timer in _begun_by(deed, made, effect.deadline):
        at, waits = deed.clocking(made).next(timer, deadline, effect.at)
        if timer.stopped_at is not None and at > timer.stopped_at:
            continue
        made.paused |= {effect.deadline: waits} if waits else {}
        kind: TimerKind = effect.kind  # type: ignore[assignment]
        begun = replace(timer, id=deed.office.make_id(), kind=kind, n=effect.n, at=at, attempts=0)
        (made.timers if timer in made.timers else made.followed).append(begun)


def _begun_by(deed: Deed, made: Change, name: str) -> tuple[Timer, ...]:
    """The timers that the new one follows: the fired one, else those of the deadline itself."""
    fired, new = deed.fired, made.new
    if fired is not None and (fired.register, fired.record, fired.deadline) == (new.register, new.id, name):
        # A deadline that is moved by the same deed begins its rungs and rounds anew.
        return () if name in made.entry.values.get(GIVEN, {}) else (fired,)
    return _due(deed, made, name)


def _due(deed: Deed, made: Change, name: str) -> tuple[Timer, ...]:
    """The due timers of the deadline's present run: begun by this change, or stored and not ended by it."""
    begun = tuple(each for each in made.timers if each.deadline == name and each.kind == "due")
    if begun or made.old is None or name in made.stopped:
        return begun
    deadline = made.definition.deadline(name)
    if deadline is None or not clocks.runs(deadline, made.new, deed.now):
        return ()
    stored = deed.reading.timers.of(made.new.register, made.new.id, open_only=False)
    due = [each for each in stored if each.deadline == name and each.kind == "due"]
    last = max((each.run for each in due), default=0)
    return tuple(each for each in due if each.run == last)


def move_timer(deed: Deed, made: Change, effect: fx.MoveTimer, depth: int) -> None:
    """Gives a deadline that runs another due instant, with an entry; one that does not run stays so.

    Who is responsible stays; warnings are counted from the new instant, rungs and rounds begin anew with it.

    Raises:
        RegbookError: there is no such record or deadline, or the instant lies where no calendar reaches.
    """
    target = target_of(deed, made, effect)
    if target is None:
        return
    if target is not made.new:
        own = replace(effect, register=None, record=None)
        deed.change(target, target, "postpone", reason=effect.reason, effects=(own,), depth=depth + 1)
        return
    deadline = _deadline(made.definition, effect.deadline)
    people = tuple(dict.fromkeys(each.person for each in _due(deed, made, deadline.name)))
    if people:
        _run_anew(deed, made, deadline, _instant(made.new, deadline, effect.due), people, effect.reason)


def _run_anew(
    deed: Deed,
    made: Change,
    deadline: Deadline,
    due: datetime,
    people: Iterable[str | None],
    reason: str | None,
) -> None:
    name = deadline.name
    begun = any(each.deadline == name for each in made.timers)
    made.timers[:] = [each for each in made.timers if each.deadline != name]
    made.followed[:] = [each for each in made.followed if each.deadline != name]
    made.resumed[:] = [each for each in made.resumed if each.deadline != name]
    if not begun:
        made.restarted.append(name)
    started = clocks.Started(deadline, deed.now, due, due, moved=not begun)
    try:
        made.timers += deed.clocking(made).timers(started, tuple(people))
    except OverflowError as error:
        raise refused(made.new.register, _beyond(deadline)) from error
    made.entry = told_of_given(made.entry, made.definition, {name: str(instant_text(due))}, reason)
    if made.new.state in deadline.pause:
        made.paused[name] = deed.now
        made.entry = told_of_pause(made.entry, made.definition, {PAUSED: [name]})


def told_of_given(
    entry: Entry, definition: Definition, due: Mapping[str, str], reason: str | None = None
) -> Entry:
    """The entry, which now says at which instants deadlines are due that no span gave."""
    given = {**entry.values.get(GIVEN, {}), **due}
    named = "；".join(f"{_title(definition, name)} → {at}" for name, at in given.items())
    values = {**entry.values, GIVEN: given, "clocks": named}
    return replace(entry, values=values, reason=entry.reason or reason or "deadline-moved")


def _instant(record: Record, deadline: Deadline, due: datetime) -> datetime:
    try:
        ticks_of(due)
    except (ValueError, OverflowError) as error:
        raise refused(record.register, _beyond(deadline)) from error
    return due.astimezone(UTC).replace(microsecond=0)


def _deadline(definition: Definition, name: str) -> Deadline:
    found = definition.deadline(name)
    if found is None:
        raise refused(definition.register, Problem("/deadline", "unknown-deadline", {"name": name}))
    return found


def _beyond(deadline: Deadline) -> Problem:
    return Problem("/due", "deadline-beyond-calendar", {"deadline": deadline.title or deadline.name})


def _title(definition: Definition, name: str) -> str:
    found = definition.deadline(name)
    return (found.title if found else "") or name

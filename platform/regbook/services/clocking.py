"""The clocks of one change of a record: the timers that it starts, those that it moves and stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from regbook.errors import Problem, RecordInvalid
from regbook.model.definition import Definition
from regbook.model.promises import Deadline, Timer
from regbook.model.record import Entry, Record, instant_text
from regbook.model.timing import Span
from regbook.rules import clocks, worktime
from regbook.rules.pauses import Pause, after_pause, through
from regbook.services.edition import Edition
from regbook.services.persons import apart, resolver
from regbook.store import Reading

PAUSED, RESUMED = "paused", "resumed"
"""The values of an entry that name the deadlines whose clock stands still from it on, or no more."""
GIVEN = "due_given"
"""The value of an entry that says which deadlines are due at an instant that was given, not counted."""


@dataclass(slots=True)
class Clocks:
    """What a change does to the timers of its record; ``restarted`` names deadlines that move.

    ``paused`` are the deadlines whose clock stands still and since when; ``resumed`` their timers as they
    are after it; ``told`` what the entry says of it. ``given`` are the due instants that are no span's.
    """

    timers: list[Timer] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)
    paused: dict[str, datetime] = field(default_factory=dict)
    resumed: list[Timer] = field(default_factory=list)
    told: dict[str, list[str]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clocking:
    """The clocks of one record at one instant; ``demands`` people to be there to be responsible.

    ``asked`` are the people of the approval steps that begin now, ``decided`` says that others are over;
    ``fired`` is the timer that makes the change, ``due_at`` what gives a deadline another due instant than
    its span does.
    """

    edition: Edition
    reading: Reading
    definition: Definition
    record: Record
    now: datetime
    make_id: Callable[[], str]
    demands: bool = True
    fired: Timer | None = None
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decided: bool = False
    due_at: clocks.DueAt | None = None

    def changed(self, old: Record | None) -> Clocks:
        """The clocks of the record's change from ``old``.

        Raises:
            RecordInvalid: a deadline would have nobody responsible, or lie where no calendar reaches.
        """
        made, problems = Clocks(), []
        calendar, settings = self.edition.calendar, self.edition.settings
        occasion = clocks.Occasion(self._owed(old), frozenset(self.asked), self.decided, self.due_at)
        found = clocks.changes(self.definition, old, self.record, calendar, settings, self.now, occasion)
        made.stopped += found.stopped
        problems += [_beyond(each) for each in found.unreachable]
        for started in found.started:
            people = self.responsible(started.deadline)
            if not people and self.demands:
                problems.append(_nobody(self.definition, started.deadline))
                continue
            if started.given:
                made.given[started.deadline.name] = str(instant_text(started.due))
            if started.moved:
                made.restarted.append(started.deadline.name)
            try:
                made.timers += self.timers(started, people or (None,))
            except OverflowError:
                problems.append(_beyond(started.deadline))
        if problems:
            raise RecordInvalid(problems)
        self._pause(made, found)
        return made

    def _owed(self, old: Record | None) -> datetime | None:
        if all(each.start != clocks.PERIOD for each in self.definition.deadlines):
            return None
        if old is None:
            return self.fired.due if self.fired and self.fired.kind == "obligation" else None
        return owed_at(self.reading, self.record.register, self.record.id)

    def _pause(self, made: Clocks, found: clocks.Changes) -> None:
        made.paused = dict.fromkeys((each.name for each in found.paused), self.now)
        for word, deadlines in ((PAUSED, found.paused), (RESUMED, found.resumed)):
            if deadlines:
                made.told[word] = [each.name for each in deadlines]
        for deadline in found.resumed:
            if deadline.name not in (*made.stopped, *made.restarted):
                made.resumed += self._resumed(deadline)

    def _resumed(self, deadline: Deadline) -> Iterator[Timer]:
        """The deadline's timers that waited for the pause to end, moved on by it."""
        pauses = pauses_of(self.reading, self.record, deadline.name)
        if not pauses or pauses[-1].end is not None:
            return
        pause = replace(pauses[-1], end=self.now)
        unit = clocks.unit_of(deadline, self.edition.settings)
        calendar = self.edition.calendar.of(self.record.department)
        for timer in self.reading.timers.of(self.record.register, self.record.id):
            if timer.deadline == deadline.name and timer.at > pause.start:
                at, due, counts_from = (
                    after_pause(each, pause, unit, calendar)
                    for each in (timer.at, timer.due, timer.counts_from)
                )
                yield replace(timer, at=at, due=due, counts_from=counts_from)

    def next(self, timer: Timer, deadline: Deadline, at: datetime) -> tuple[datetime, datetime | None]:
        """When what a fired timer starts for ``at`` really comes, and since when it waits for a pause to end.

        ``due`` holds the pauses that began before it came; each rung and round after it adds the later ones.
        """
        if not deadline.pause:
            return at, None
        pauses = [
            each for each in pauses_of(self.reading, self.record, deadline.name) if each.start >= timer.due
        ]
        unit = clocks.unit_of(deadline, self.edition.settings)
        at, waits = through(at, pauses, unit, self.edition.calendar.of(self.record.department))
        return at, waits.start if waits else None

    def responsible(self, deadline: Deadline) -> tuple[str, ...]:
        """Who is responsible for the deadline: nobody whom the record's state keeps apart."""
        state = self.definition.workflow.states.get(self.record.state)
        kept = apart(self.edition, self.record, state.never, self.now) if state else frozenset[str]()
        step = deadline.start.get("step", "") if isinstance(deadline.start, Mapping) else ""
        record = replace(self.record, assignees=self.asked.get(step, self.record.assignees))
        return resolver(self.edition, record, self.now, forbidden=kept)(deadline.of)

    def timers(self, started: clocks.Started, people: tuple[str | None, ...]) -> list[Timer]:
        """The due timer of the deadline and those of its warnings to come, for each person."""
        calendar = self.edition.calendar.of(self.record.department)
        instants = [("due", 0, started.due)]
        for n, text in enumerate(started.deadline.warn):
            at = worktime.add_span(started.due, Span.parse(text), calendar)
            if at > self.now:
                instants.append(("warn", n, at))
        return [
            Timer(
                id=self.make_id(),
                kind=kind,  # type: ignore[arg-type]
                register=self.record.register,
                record=self.record.id,
                deadline=started.deadline.name,
                at=at,
                due=started.due,
                counts_from=started.counts_from,
                person=person,
                n=n,
                revision=self.record.revision,
                calendar_edition=calendar.edition,
            )
            for person in people
            for kind, n, at in instants
        ]


def _nobody(definition: Definition, deadline: Deadline) -> Problem:
    keys = [each.removeprefix("field:").partition(".")[0] for each in deadline.of]
    path = next((f"/{key}" for key in keys if key in definition.fields), "/department")
    return Problem(path, "deadline-for-nobody", {"deadline": deadline.title or deadline.name})


def _beyond(deadline: Deadline) -> Problem:
    start = deadline.start
    path = f"/{start}" if isinstance(start, str) else "/state"
    return Problem(path, "deadline-beyond-calendar", {"deadline": deadline.title or deadline.name})


def told_of_pause(entry: Entry, definition: Definition, told: Mapping[str, list[str]]) -> Entry:
    """The entry, which now says which clocks stand still from it on and which run again."""
    titles = {each.name: each.title or each.name for each in definition.deadlines}
    word = PAUSED if PAUSED in told else RESUMED
    clocks_named = "、".join(titles[name] for name in told[word])
    values = {**entry.values, **told, "clocks": clocks_named}
    return replace(entry, values=values, reason=entry.reason or f"clock-{word}")


def owed_at(reading: Reading, register: str, record: str) -> datetime | None:
    """When the record was owed, if an obligation entered it: the entry that entered it says so."""
    for each in entries_of(reading, register, record):
        if (owed := each.values.get("owed")) is not None:
            return datetime.fromisoformat(str(owed).replace("Z", "+00:00"))
    return None


def pauses_of(reading: Reading, record: Record, deadline: str) -> list[Pause]:
    """The pauses of a deadline of the record, in order, as its entries tell; the last may still be open."""
    found: list[Pause] = []
    for entry in reversed([*entries_of(reading, record.register, record.id)]):
        is_open = bool(found) and found[-1].end is None
        if deadline in entry.values.get(RESUMED, ()) and is_open:
            found[-1] = replace(found[-1], end=entry.at)
            is_open = False
        if deadline in entry.values.get(PAUSED, ()):
            # Started anew while it stood still: what it waits for begins anew too.
            found[-1:] = [Pause(entry.at)] if is_open else [*found[-1:], Pause(entry.at)]
    return found


def entries_of(reading: Reading, register: str, record: str) -> Iterator[Entry]:
    """Every entry of a record, newest first."""
    before: str | None = None
    while entries := reading.journal.of(register, record, before=before):
        yield from entries
        before = entries[-1].id

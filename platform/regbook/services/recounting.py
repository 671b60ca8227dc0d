"""Another calendar: what has not come due is counted anew, once, in the transaction that publishes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from regbook.model.access import unbounded
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.promises import Deadline, Timer
from regbook.model.record import Entry, Record, instant_text
from regbook.model.timing import Calendar, Span, Unit
from regbook.rules import worktime
from regbook.rules.clocks import PERIOD, moment, span_of
from regbook.rules.openings import instant_of, ticks_of, walk, worked_between
from regbook.rules.owing import owing_on
from regbook.rules.pauses import Pause, through
from regbook.services.cases import case_of
from regbook.services.clocking import GIVEN, entries_of, owed_at, pauses_of
from regbook.services.edition import Edition
from regbook.services.loading import load_edition
from regbook.services.office import Office
from regbook.store import Work

WORKING = ("wh", "wd")


def recount(office: Office, work: Work, actor: Actor, before: Calendar) -> None:
    """Counts the open timers that have not come due with the calendar that the work has published.

    Those that have come due stay as they are; the entries tell every instant that moved.
    """
    now = office.now()
    edition = load_edition(work, office.now())
    if edition.calendar == before:
        return
    for (register, record_id), timers in groupby(work.timers.ahead(now), lambda t: (t.register, t.record)):
        if register not in edition.registers:
            continue
        counting = _Counting(work, edition, before, now, edition.definition(register))
        open_timers = list(timers)
        if record_id:
            record = counting.found(record_id)
            if record is not None:
                counting = replace(counting, definition=case_of(edition, work, record).definition)
            anew = list(counting.of_record(record, open_timers))
        else:
            anew = [counting.of_obligation(each) for each in open_timers]
        work.timers.recount(anew)
        moved = [(old, new) for old, new in zip(open_timers, anew, strict=True) if old.at != new.at]
        for _, new in moved:
            if new.kind == "due":
                work.assignments.set_due(register, record_id, new.due, new.person)
        if moved:
            _tell(office, work, actor, counting.definition, moved)


def _tell(
    office: Office, work: Work, actor: Actor, definition: Definition, moved: list[tuple[Timer, Timer]]
) -> None:
    first = moved[0][0]
    told = [
        {
            "deadline": old.deadline,
            "kind": old.kind,
            "person": old.person,
            "before": instant_text(old.at),
            "after": instant_text(new.at),
        }
        for old, new in moved
    ]
    titles = {each.name: each.title or each.name for each in definition.deadlines}
    titles |= {each.name: each.title or each.name for each in definition.obligations}
    clocks = "；".join(
        f"{titles.get(old.deadline, old.deadline)} {instant_text(old.at)} → {instant_text(new.at)}"
        for old, new in moved
        if old.kind != "warn"
    )
    entry = Entry(
        office.make_id(),
        first.register,
        first.record or None,
        office.now(),
        actor.name,
        "recount",
        reason="calendar-changed",
        values={"recounted": told, "clocks": clocks},
        revision=definition.revision,
    )
    work.journal.write(entry, None)


@dataclass(frozen=True, slots=True)
class _Counting:
    """Counts timers anew: a register's, or those of a record by the promises of its case."""

    work: Work
    edition: Edition
    before: Calendar
    now: datetime
    definition: Definition

    def of_obligation(self, timer: Timer) -> Timer:
        """The timer of a period, on the day that its obligation now falls on."""
        calendar = self.edition.calendar
        for each in self.definition.obligations:
            if each.name == timer.deadline and timer.person is None:
                owing = owing_on(each, date.fromordinal(timer.n), calendar)
                return self._as(timer, owing.begins, owing.due, owing.due)
        return replace(timer, calendar_edition=calendar.edition)

    def found(self, record_id: str) -> Record | None:
        """The record whose timers are counted."""
        scope = unbounded(self.definition.register, "read", "recount")
        return self.work.records.one(self.definition, record_id, scope, self.now)

    def of_record(self, record: Record | None, timers: list[Timer]) -> Iterator[Timer]:
        """The timers of one record, in their order."""
        for timer in timers:
            deadline = self.definition.deadline(timer.deadline)
            if record is None or deadline is None:
                yield replace(timer, calendar_edition=self.edition.calendar.edition)
            else:
                yield self._anew(timer, deadline, record)

    def _anew(self, timer: Timer, deadline: Deadline, record: Record) -> Timer:
        if timer.kind not in ("due", "warn"):
            return self._later(timer, deadline, record)
        calendar = self.edition.calendar.of(record.department)
        span = span_of(deadline, self.edition.settings)
        pauses = pauses_of(self.work, record, deadline.name) if deadline.pause else []
        given = self._given(timer, record, pauses, span.unit)
        if given is not None:
            first, pauses = given
        else:
            start = self._start(deadline, record)
            if start is None:
                return replace(timer, calendar_edition=calendar.edition)
            first = worktime.add_span(start, span, calendar)
        due, _ = through(first, pauses, span.unit, calendar)
        at = due
        if timer.kind == "warn":
            early = worktime.add_span(first, Span.parse(deadline.warn[timer.n]), calendar)
            at, _ = through(early, pauses, span.unit, calendar)
        # A due instant that this moves into the past costs nothing before the calendar said so.
        late_from = max(due, timer.counts_from if timer.counts_from > timer.due else due)
        return self._as(timer, at, due, max(late_from, self.now) if due < self.now else late_from)

    def _given(
        self, timer: Timer, record: Record, pauses: list[Pause], unit: Unit
    ) -> tuple[datetime, list[Pause]] | None:
        """The instant that the deadline was given, while it still runs to it, and the pauses after that.

        No calendar moves what was promised as an instant.
        """
        for entry in entries_of(self.work, record.register, record.id):
            if (text := entry.values.get(GIVEN, {}).get(timer.deadline)) is None:
                continue
            at = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
            later = [each for each in pauses if each.end is None or each.end > entry.at]
            due, _ = through(at, later, unit, self.before.of(record.department))
            return (at, later) if due == timer.due else None
        return None

    def _later(self, timer: Timer, deadline: Deadline, record: Record) -> Timer:
        """A rung or round after a due instant that stays: as much working time after it as it was."""
        base = timer.counts_from if timer.kind == "round" else timer.due
        unit = span_of(deadline, self.edition.settings).unit
        at = timer.at
        if unit in WORKING and at > base:
            was, now = self.before.of(record.department), self.edition.calendar.of(record.department)
            worked = worked_between(ticks_of(base), ticks_of(at), was)
            at = instant_of(walk(ticks_of(base), worked, now)) if worked else at
        return self._as(timer, at, timer.due, timer.counts_from)

    def _as(self, timer: Timer, at: datetime, due: datetime, counts_from: datetime) -> Timer:
        edition = self.edition.calendar.edition
        return replace(timer, at=at, due=due, counts_from=counts_from, calendar_edition=edition)

    def _start(self, deadline: Deadline, record: Record) -> datetime | date | None:
        """The moment from which the deadline counts, found again."""
        if deadline.start == PERIOD:
            return owed_at(self.work, record.register, record.id)
        if isinstance(deadline.start, str):
            return moment(record.flat().get(deadline.start))
        if (state := deadline.start.get("state")) is not None:
            came = (
                each.at
                for each in entries_of(self.work, record.register, record.id)
                if each.after == state and each.before != state
            )
            return next(came, None)
        asked = self.work.assignments.of(record.register, record.id, open_only=False)
        step = f"/{deadline.start.get('step')}"
        return max((each.opened_at for each in asked if (each.source or "").endswith(step)), default=None)

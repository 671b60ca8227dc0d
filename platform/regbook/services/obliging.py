"""Obligations: the record that someone owes every period is entered by the clock, once for each.

A timer of kind ``obligation`` without a person is a period: it starts the timers of the people who owe it
and that of the next period. One with a person enters her record. ``record`` is empty and ``n`` is the
first day of the period, as the ordinal of its date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from regbook.errors import RegbookError
from regbook.model import effects as fx
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.promises import Obligation, Timer
from regbook.model.record import Record, instant_text
from regbook.model.timing import Calendar
from regbook.model.workflow import DRAFT
from regbook.rules.compiled import Compiled, defaults
from regbook.rules.filling import filled_in
from regbook.rules.owing import Owing, owing_after, owing_from, owing_on, whose
from regbook.rules.reading import definition_from
from regbook.rules.validation import problems_in
from regbook.services.becoming import recomputed, submitted
from regbook.services.loading import calendar_of
from regbook.services.office import Office
from regbook.services.persons import resolver
from regbook.services.planning import Plan
from regbook.store import Work

KIND = "obligation"
NO_RECORD = ""


def switched(office: Office, work: Work, changed: Iterable[tuple[Definition | None, Definition]]) -> None:
    """Starts the obligations that are new or changed with a revision; those changed or gone end now.

    A period that has begun by now is still owed as it was promised, also when the clock has been away.
    """
    owing = [pair for pair in changed if any(each and each.obligations for each in pair)]
    calendar = calendar_of(work) if owing else None
    if calendar is not None:
        for old, new in owing:
            _switch(office, work, old, new, calendar)


def _switch(office: Office, work: Work, old: Definition | None, new: Definition, calendar: Calendar) -> None:
    now = office.now()
    before = {each.name: each for each in old.obligations} if old else {}
    after = {each.name: each for each in new.obligations}
    for name, obligation in before.items():
        if after.get(name) != obligation:
            work.timers.stop(new.register, NO_RECORD, name, now)
    for name, obligation in after.items():
        if before.get(name) != obligation:
            owing = owing_from(obligation, now, calendar)
            run = work.timers.next_run(new.register, NO_RECORD, name)
            work.timers.start([_timer(office, new, obligation, owing, calendar, run)])


def _timer(
    office: Office, definition: Definition, obligation: Obligation, owing: Owing, calendar: Calendar, run: int
) -> Timer:
    return Timer(
        id=office.make_id(),
        kind="obligation",
        register=definition.register,
        record=NO_RECORD,
        deadline=obligation.name,
        at=owing.begins,
        due=owing.due,
        counts_from=owing.due,
        n=owing.period.first.toordinal(),
        revision=definition.revision,
        calendar_edition=calendar.edition,
        run=run,
    )


def owe(plan: Plan, timer: Timer) -> None:
    """Adds to the plan what an obligation's timer does: the next period and its people, or one record."""
    definition = plan.edition.definition(timer.register)
    obligation = _promised(plan, definition, timer)
    if obligation is None:
        return
    if timer.person is None:
        plan.timers += _of_people(plan, obligation, timer)
        plan.timers += _following(plan, definition, obligation, timer)
    else:
        _enter(plan, plan.edition.compiled(timer.register), obligation, timer)


def _promised(plan: Plan, definition: Definition, timer: Timer) -> Obligation | None:
    """The obligation as it is now; one that was changed or removed since, as its timer was started for."""
    if timer.stopped_at is not None:
        stored = plan.reading.revisions.one(timer.register, timer.revision)
        definition = definition_from(stored.raw, stored.revision) if stored else definition
    return next((each for each in definition.obligations if each.name == timer.deadline), None)


def _of_people(plan: Plan, obligation: Obligation, timer: Timer) -> Iterator[Timer]:
    nothing = Record(timer.register, NO_RECORD, DRAFT, {})
    people = resolver(plan.edition, nothing, plan.now)(obligation.who)
    if not people:
        raise RegbookError(code="obligation-for-nobody", register=timer.register, name=obligation.name)
    day = _owing(plan, obligation, timer).day
    for person in whose(obligation, people, day):
        yield replace(timer, id=plan.office.make_id(), person=person, attempts=0)


def _following(plan: Plan, definition: Definition, obligation: Obligation, timer: Timer) -> Iterator[Timer]:
    calendar = plan.edition.calendar
    period = _owing(plan, obligation, timer).period
    owing = owing_after(obligation, period, calendar)
    if timer.stopped_at is None:
        yield _timer(plan.office, definition, obligation, owing, calendar, timer.run)
    elif owing.begins <= timer.stopped_at:
        made = _timer(plan.office, definition, obligation, owing, calendar, timer.run)
        yield replace(made, revision=timer.revision, stopped_at=timer.stopped_at)


def _owing(plan: Plan, obligation: Obligation, timer: Timer) -> Owing:
    return owing_on(obligation, date.fromordinal(timer.n), plan.edition.calendar)


def _enter(plan: Plan, compiled: Compiled, obligation: Obligation, timer: Timer) -> None:
    """Her record of the period: in the initial state, or as her draft when she must fill required fields."""
    definition, person = compiled.definition, timer.person or ""
    owing = _owing(plan, obligation, timer)
    key = f"obligation:{definition.register}:{obligation.name}:{person}:{owing.period.name}"
    record_id = plan.office.keyed_id(key)
    if plan.find(definition.register, record_id) is not None:
        return
    draft = _filled(plan, compiled, obligation, owing, person, record_id)
    ready = submitted(plan, compiled, draft)
    problems = problems_in(definition, compiled.validators, ready.facts)
    if any(each.code != "required" for each in problems):
        raise RegbookError(problems, code="effect-refused", register=definition.register)
    entered = draft if problems else ready
    due = instant_text(timer.due)
    values = {"obligation": obligation.title or obligation.name, "period": owing.period.name, "owed": due}
    effects: tuple[fx.Effect, ...] = ()
    state = definition.workflow.states.get(entered.state)
    if state is None or not state.assign:
        told = {"register": definition.title, "period": owing.period.name, "due": due}
        effects = (fx.Assign((person,), "state", entered.state), fx.Notify((person,), "owed", told))
    plan.change(None, entered, "enter", reason="by-obligation", values=values, effects=effects, once=True)


def _filled(
    plan: Plan, compiled: Compiled, obligation: Obligation, owing: Owing, person: str, record_id: str
) -> Record:
    found = plan.edition.directory.people.get(person)
    unit = found.unit if found else None
    known: dict[str, Any] = {
        "period": owing.period.name,
        "first": owing.period.first.isoformat(),
        "last": owing.period.last.isoformat(),
        "day": owing.day.isoformat(),
        "due": instant_text(owing.due),
        "now": instant_text(plan.now),
        "person": person,
        "unit": unit,
    }
    begun = defaults(compiled, Actor("person", person), plan.edition.directory, plan.now)
    given = {key: filled_in(value, known) for key, value in obligation.fill.items()}
    blank = Record(
        compiled.definition.register,
        record_id,
        DRAFT,
        {},
        owner=person,
        department=unit,
        entered_at=plan.now,
        revision=compiled.definition.revision,
    )
    return recomputed(plan, compiled, blank, {**begun, **given})

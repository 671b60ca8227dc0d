"""Reading who-texts for one record: the bridge between a definition's words and the directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from regbook.errors import PluginFault
from regbook.hooks import Hooks, People
from regbook.hooks import Office as OfficeView
from regbook.model import effects as fx
from regbook.model.definition import Definition
from regbook.model.promises import Deadline
from regbook.model.record import Assignment, Record
from regbook.model.workflow import Step, Transition, Who
from regbook.rules.clocks import DueAt
from regbook.rules.moves import makers
from regbook.rules.openings import ticks_of
from regbook.rules.who import parse_who, resolve
from regbook.services.edition import PROCESS_ADMIN, Edition

Resolve = Callable[[Who], tuple[str, ...]]


def resolver(
    edition: Edition,
    record: Record,
    now: datetime,
    *,
    responsible: str | None = None,
    forbidden: frozenset[str] = frozenset(),
) -> Resolve:
    """Reads who-texts for the record: active people (or who stands in for them), each once, in order."""
    facts = record.flat()
    if responsible is not None:
        facts["responsible"] = responsible

    def read(texts: Who) -> tuple[str, ...]:
        people: dict[str, None] = {}
        for text in texts:
            found = resolve(
                parse_who(text),
                facts,
                edition.directory,
                forbidden=forbidden,
                at=now,
                register=record.register,
            )
            people |= dict.fromkeys(found.people)
        return tuple(people)

    return read


def apart(edition: Edition, record: Record, never: Who, now: datetime) -> frozenset[str]:
    """The very people who must not get the record or move it; nobody stands in for them here."""
    people: set[str] = set()
    for text in never:
        fact = record.flat().get("owner" if text == "owner" else text.removeprefix("field:"))
        if text == "owner" or text.startswith("field:"):
            people |= {fact} if isinstance(fact, str) else set(fact or ())
        else:
            people |= set(resolver(edition, record, now)((text,)))
    return frozenset(people)


def makers_of(
    edition: Edition,
    definition: Definition,
    record: Record,
    transition: Transition,
    assignments: tuple[Assignment, ...],
    now: datetime,
) -> frozenset[str]:
    """Who may make the transition of the record now: nobody whom it keeps apart.

    For whoever may not know of the record the next one up acts who may: the same who gets it assigned.
    """
    kept = apart(edition, record, transition.never, now)
    resolve = resolver(edition, record, now, forbidden=kept)
    named = tuple(sorted(makers(definition, transition, assignments, resolve) - kept))
    return frozenset(who_may_know(edition, definition, record, named, now, kept))


def approvers(edition: Edition, record: Record, step: Step, now: datetime) -> tuple[str, ...]:
    """Who decides the step: never the record's owner, who is replaced by the next one up (or left out)."""
    owner = frozenset({record.owner}) if record.owner else frozenset()
    if step.options.get("self") == "skip":
        named = resolver(edition, record, now)(step.of)
        return tuple(each for each in named if each not in owner)
    return resolver(edition, record, now, forbidden=owner)(step.of)


def asked_by_plugin(
    hooks: Hooks, edition: Edition, definition: Definition, record: Record, step: str | None, now: datetime
) -> tuple[str, ...]:
    """Whom a plugin names to act in the record's state, or to decide the step; nobody when none does."""
    if not hooks.anyone("assignees_for"):
        return ()
    answer = hooks.first(
        "assignees_for",
        definition=definition,
        record=record,
        state=record.state,
        step=step,
        people=people_view(edition, record, now, None),
        office=office_view(edition, record.department),
    )
    return tuple(dict.fromkeys(each for each in answer or () if edition.directory.active(each)))


def due_by_plugin(hooks: Hooks, edition: Edition, definition: Definition, record: Record) -> DueAt | None:
    """What gives the record's deadlines the due instants that plugins name; None when none answers."""
    if not hooks.anyone("due_at"):
        return None
    office = office_view(edition, record.department)

    def due_at(deadline: Deadline, start: datetime) -> datetime | None:
        asked = {"definition": definition, "record": record, "deadline": deadline, "start": start}
        plugin, answer = hooks.first_by("due_at", **asked, office=office)
        if answer is None:
            return None
        if not isinstance(answer, datetime) or answer.tzinfo is None:
            raise PluginFault(plugin=plugin, hook="due_at")
        ticks_of(answer)
        return answer.astimezone(UTC).replace(microsecond=0)

    return due_at


def people_view(edition: Edition, record: Record, now: datetime, responsible: str | None) -> People:
    """The directory as the record's hooks may ask it."""
    read = resolver(edition, record, now, responsible=responsible)
    return People(edition.directory, now, record.register, lambda text: read((text,)))


def office_view(edition: Edition, department: str | None) -> OfficeView:
    """The calendar (with the department's shifts) and settings as hooks see them."""
    bound = {noun: each.register for noun in edition.bound if (each := edition.binding(noun))}
    return OfficeView(edition.calendar.of(department), edition.settings, bound, edition.process_admins)


def who_may_know(
    edition: Edition,
    definition: Definition,
    record: Record,
    people: tuple[str, ...],
    now: datetime,
    kept: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """The people, those whose clearance does not reach the record replaced by the next one up who may.

    When nobody up the line may, the keepers that the definition names get it (design: never to someone
    who may not know). Nobody who is ``kept`` from it takes another's place.
    """
    level = record.level_at(now)
    chosen: dict[str, None] = {}
    for each in people:
        line = (each, *(above for above in edition.directory.line(each) if above not in kept))
        if (able := next((one for one in line if _cleared(edition, one, level, now)), None)) is not None:
            chosen[able] = None
    if people and not chosen:
        keepers = resolver(edition, record, now, forbidden=kept)(definition.secrecy.keepers)
        chosen = dict.fromkeys(each for each in keepers if _cleared(edition, each, level, now))
    return tuple(chosen)


def to_the_cleared(
    edition: Edition, definition: Definition, record: Record, effects: Iterable[fx.Effect], now: datetime
) -> tuple[fx.Effect, ...]:
    """The effects, the people of each replaced by those who may know of the record."""
    return tuple(
        replace(each, people=who_may_know(edition, definition, record, each.people, now))
        if isinstance(each, fx.Assign | fx.Notify)
        else each
        for each in effects
    )


def _cleared(edition: Edition, person: str, level: int, now: datetime) -> bool:
    return edition.directory.active(person) and edition.clearance(person, now) >= level


def open_people(assignments: tuple[Assignment, ...]) -> tuple[str, ...]:
    """The people with an open assignment, each once."""
    return tuple(dict.fromkeys(each.person for each in assignments if each.closed_at is None))


__all__ = [
    "PROCESS_ADMIN",
    "Resolve",
    "apart",
    "makers_of",
    "office_view",
    "open_people",
    "people_view",
    "resolver",
    "to_the_cleared",
    "who_may_know",
]

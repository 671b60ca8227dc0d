"""Reading who-texts for one record: the bridge between a definition's words and the directory."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from regbook.errors import PluginFault
from regbook.hooks import Hooks, People
from regbook.hooks import Office as OfficeView
from regbook.model import effects as fx
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.promises import Deadline
from regbook.model.record import Assignment, Record
from regbook.model.workflow import Step, Transition, Who
from regbook.rules.clocks import DueAt
from regbook.rules.moves import makers
from regbook.rules.openings import ticks_of
from regbook.rules.who import parse_who, resolve
from regbook.services.edition import Edition

Resolve = Callable[[Who], tuple[str, ...]]


def resolver(
    edition: Edition,
    record: Record,
    now: datetime,
    *,
    responsible: str | None = None,
    forbidden: frozenset[str] = frozenset(),
) -> Resolve:
    """Reads who-texts for the record: active people (or who stands in for them), each once, in order.

    For a private record nobody stands in: only those whom its own definition names may know of it.
    """
    compiled = edition.registers.get(record.register)
    at = None if compiled is not None and compiled.definition.private else now
    return _reader(edition, record, at, responsible, forbidden)


def themselves(edition: Edition, record: Record, *, forbidden: frozenset[str] = frozenset()) -> Resolve:
    """Reads who-texts as ``resolver`` does, but nobody stands in for anybody."""
    return _reader(edition, record, None, None, forbidden)


def _reader(
    edition: Edition,
    record: Record,
    at: datetime | None,
    responsible: str | None,
    forbidden: frozenset[str],
) -> Resolve:
    facts = record.flat()
    if responsible is not None:
        facts["responsible"] = responsible
    kept_out: Container[str] = unfit(edition, record, at) if at is not None else frozenset()

    def read(texts: Who) -> tuple[str, ...]:
        people: dict[str, None] = {}
        for text in texts:
            found = resolve(
                parse_who(text),
                facts,
                edition.directory,
                forbidden=forbidden,
                at=at,
                register=record.register,
                unfit=kept_out,
            )
            people |= dict.fromkeys(found.people)
        return tuple(people)

    return read


def apart(edition: Edition, record: Record, never: Who, now: datetime) -> frozenset[str]:
    """The very people who must not get the record or move it; nobody stands in for them here."""
    people: set[str] = set()
    for text in never:
        if text == "owner" or text.startswith("field:"):
            people |= set(_named(record, text))
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

    For whoever may not know of the record the next one up acts who may: the same who gets it assigned. Both
    whoever is away and whoever stands in for her may.
    """
    own = makers_themselves(edition, definition, record, transition, assignments, now)
    if not edition.directory.delegations:
        return own
    kept = apart(edition, record, transition.never, now)
    named = makers(definition, transition, assignments, resolver(edition, record, now, forbidden=kept))
    return own | _able(edition, definition, record, named, now, kept)


def makers_themselves(
    edition: Edition,
    definition: Definition,
    record: Record,
    transition: Transition,
    assignments: tuple[Assignment, ...],
    now: datetime,
) -> frozenset[str]:
    """Who may make the transition in her own name: standing in for nobody."""
    kept = apart(edition, record, transition.never, now)
    binding = edition.binding("delegations")
    lent = f"{binding.register}/" if binding is not None else None
    theirs = tuple(each for each in assignments if lent is None or not (each.reason or "").startswith(lent))
    named = makers(definition, transition, theirs, themselves(edition, record, forbidden=kept))
    return _able(edition, definition, record, named, now, kept)


def _able(
    edition: Edition,
    definition: Definition,
    record: Record,
    named: frozenset[str],
    now: datetime,
    kept: frozenset[str],
) -> frozenset[str]:
    """Those named who are not kept apart and may know of the record, or who acts in their place."""
    return frozenset(who_may_know(edition, definition, record, tuple(sorted(named - kept)), now, kept))


def on_behalf_of(edition: Edition, record: Record, actor: Actor, own: frozenset[str], now: datetime) -> Actor:
    """The actor as she acts: in her own name if she is one of ``own``, else for whom she stands in."""
    if actor.person is None or actor.person in own:
        return actor
    for each in edition.directory.delegations:
        covers = each.registers is None or record.register in each.registers
        if each.taker == actor.person and each.giver in own and each.start <= now < each.end and covers:
            return replace(actor, on_behalf_of=each.giver)
    return actor


class _Unfit:
    """Who may not stand in for anybody at a record: its owner, and whose clearance does not reach it."""

    def __init__(self, edition: Edition, record: Record, now: datetime) -> None:
        self._edition, self._now, self._owner = edition, now, record.owner
        self._level = record.level_at(now)

    def __contains__(self, person: object) -> bool:
        return person == self._owner or not _cleared(self._edition, str(person), self._level, self._now)


def unfit(edition: Edition, record: Record, now: datetime) -> Container[str]:
    """Who may not stand in for anybody at the record."""
    return _Unfit(edition, record, now)


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


def approvers_themselves(edition: Edition, record: Record, step: Step) -> frozenset[str]:
    """Who decides the step in her own name."""
    owner = frozenset({record.owner}) if record.owner else frozenset()
    return frozenset(themselves(edition, record, forbidden=owner)(step.of))


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
    who may not know). Nobody who is ``kept`` from it takes another's place, and nobody at all in a private
    register: there only those act whom its own rules let read the record.
    """
    if definition.private:
        within = _let_in(edition, definition, record, now)
        return tuple(each for each in people if each in within)
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


def _let_in(edition: Edition, definition: Definition, record: Record, now: datetime) -> frozenset[str]:
    """Whom the rules of a private definition let read the record: by role, or by what it says of people."""
    people: set[str] = set()
    for rule in definition.access:
        kind, text = rule.who
        scope, _, key = rule.scope.partition(":")
        tie = {"own": "owner", "party": f"field:{key}"}.get(scope) if kind != "who" else text
        if "read" not in rule.do:
            continue
        if kind == "role" and scope == "all":
            people |= set(edition.directory.holders_of_role(text))
        elif tie is not None and (tie == "owner" or tie.startswith("field:")):
            people |= set(_named(record, tie))
        elif tie is not None and "(" not in tie:
            people |= set(themselves(edition, record)((tie,)))
    level = record.level_at(now)
    return frozenset(each for each in people if _cleared(edition, each, level, now))


def _named(record: Record, text: str) -> tuple[str, ...]:
    """The people whom the record itself names: its owner, or those in a field."""
    fact = record.flat().get("owner" if text == "owner" else text.removeprefix("field:"))
    return (fact,) if isinstance(fact, str) else tuple(fact or ())


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

"""What a record waits for: it moves by itself when one that points to it is, or comes, where it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from regbook.hooks import Hooks
from regbook.model import effects as fx
from regbook.model.access import unbounded
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.query import Filter, Query
from regbook.model.record import Entry, Record
from regbook.model.workflow import Transition
from regbook.rules import moves
from regbook.rules.compiled import Compiled
from regbook.services.cases import case_of, every_case
from regbook.services.clocking import entries_of
from regbook.services.edition import Edition
from regbook.services.opening import passed
from regbook.services.referring import pointed_to
from regbook.store import Reading

MOST = 25
"""How many records that are there already are looked at."""
Find = Callable[[str, str], Record | None]


@dataclass(frozen=True, slots=True)
class MoveOn:
    """A record that moves by itself: from what to what, by which transition, with what it opens.

    ``arrived`` is the record that it waited for, of the register titled ``arrived_in``.
    """

    old: Record
    new: Record
    transition: Transition
    effects: tuple[fx.Effect, ...]
    arrived: Record
    arrived_in: str


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Finds what an arrival moves on; ``run`` names this deed, so that what is opened is opened once."""

    edition: Edition
    hooks: Hooks
    reading: Reading
    find: Find
    actor: Actor
    now: datetime
    run: str

    def moved_on(self, definition: Definition, arrived: Record) -> Iterator[MoveOn]:
        """The records that waited for this one to come into its present state."""
        for register, record_id in dict.fromkeys(_pointed(definition, arrived)):
            compiled = self.edition.registers.get(register)
            if compiled is None or not self._awaited(compiled, arrived):
                continue
            old = self.find(register, record_id)
            case = case_of(self.edition, self.reading, old).definition if old is not None else None
            if case is None or old is None or old.state not in _waiting(case, arrived):
                continue
            transition = self._way_on(case, old)
            if transition is not None:
                yield self._made(case, old, transition, definition, arrived)

    def _awaited(self, compiled: Compiled, arrived: Record) -> bool:
        """Whether any case of the register may wait for what arrived."""
        return any(_waiting(each, arrived) for each in every_case(self.edition, self.reading, compiled))

    def found_here(self, definition: Definition, record: Record) -> Iterator[MoveOn]:
        """The record, if what its state waits for had arrived before it came; at most once.

        What arrived before it left the state the last time was waited for then, and does not count again.
        """
        state = definition.workflow.states.get(record.state)
        for register, wanted in (state.waits_for if state else {}).items():
            compiled = self.edition.registers.get(register)
            there = self._there(compiled.definition, record, wanted) if compiled else None
            transition = self._way_on(definition, record) if there else None
            if compiled is not None and there is not None and transition is not None:
                yield self._made(definition, record, transition, compiled.definition, there)
                return

    def _there(self, definition: Definition, record: Record, wanted: str) -> Record | None:
        """A record that points to this one, in the wanted state since this one left its own, if ever."""
        left = self._last(record, lambda each: each.before == record.state and each.after != record.state)
        for each in self._pointing(definition, record, wanted):
            came = self._last(each, lambda entry: entry.after == wanted and entry.before != wanted)
            if left is None or (came is not None and came > left):
                return each
        return None

    def _last(self, record: Record, said: Callable[[Entry], bool]) -> datetime | None:
        entries = entries_of(self.reading, record.register, record.id)
        return next((each.at for each in entries if said(each)), None)

    def _pointing(self, definition: Definition, record: Record, wanted: str) -> Iterator[Record]:
        """The records of a register, in the wanted state, whose reference fields name this one."""
        scope = unbounded(definition.register, "read", "awaiting")
        for field in definition.fields.values():
            if field.encrypted or not {record.register, "*"} & {*field.targets}:
                continue
            value = record.id if field.targets == (record.register,) else f"{record.register}/{record.id}"
            named = Filter(field.key, "contains" if field.kind == "records" else "eq", value)
            query = Query(filters=(named, Filter("state", "eq", wanted)), limit=MOST)
            yield from self.reading.records.page(definition, query, scope, self.now).records

    def _way_on(self, definition: Definition, record: Record) -> Transition | None:
        """The first transition of its state in the file that needs nothing more and nobody's decision."""
        leaving = definition.workflow.leaving(record.state)
        return next((each for each in leaving if self._ready(definition, record, each)), None)

    def _ready(self, definition: Definition, record: Record, transition: Transition) -> bool:
        if transition.steps or [*moves.transition_problems(definition, record, transition, self.now)]:
            return False
        found = self.hooks.all(
            "check_transition", definition=definition, record=record, transition=transition, actor=self.actor
        )
        return not found

    def _made(
        self, definition: Definition, old: Record, transition: Transition, theirs: Definition, arrived: Record
    ) -> MoveOn:
        run = f"{old.register}/{old.id}:{transition.name}:{self.run}"
        new, effects = passed(self.edition, definition, old, transition, self.now, run)
        return MoveOn(old, new, transition, effects, arrived, theirs.title)


def _pointed(definition: Definition, record: Record) -> Iterator[tuple[str, str]]:
    for key, field in definition.fields.items():
        if field.targets:
            value = record.facts.get(key)
            for each in value if isinstance(value, list) else [value]:
                target = pointed_to(field, each)
                if target is not None:
                    yield target


def _waiting(definition: Definition, arrived: Record) -> tuple[str, ...]:
    """The states that wait for a record of that register in that state."""
    states = definition.workflow.states
    return tuple(
        name for name, state in states.items() if state.waits_for.get(arrived.register) == arrived.state
    )

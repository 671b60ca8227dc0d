"""What a record waits for: it moves by itself when one that points to it arrives where it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from regbook.hooks import Hooks
from regbook.model import effects as fx
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.record import Record
from regbook.model.workflow import Transition
from regbook.rules import moves
from regbook.services.edition import Edition
from regbook.services.opening import passed
from regbook.services.referring import pointed_to

Find = Callable[[Definition, str], Record | None]


@dataclass(frozen=True, slots=True)
class MoveOn:
    """A record that moves by itself: from what to what, by which transition, with what it opens."""

    old: Record
    new: Record
    transition: Transition
    effects: tuple[fx.Effect, ...]


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Finds what an arrival moves on; ``run`` names this deed, so that what is opened is opened once."""

    edition: Edition
    hooks: Hooks
    find: Find
    actor: Actor
    now: datetime
    run: str

    def moved_on(self, definition: Definition, arrived: Record) -> Iterator[MoveOn]:
        """The records that waited for this one to come into its present state."""
        for register, record_id in dict.fromkeys(_pointed(definition, arrived)):
            compiled = self.edition.registers.get(register)
            waiting = _waiting(compiled.definition, arrived) if compiled else ()
            old = self.find(compiled.definition, record_id) if compiled and waiting else None
            if compiled is None or old is None or old.state not in waiting:
                continue
            transition = self._way_on(compiled.definition, old)
            if transition is not None:
                yield self._made(compiled.definition, old, transition)

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

    def _made(self, definition: Definition, old: Record, transition: Transition) -> MoveOn:
        run = f"{old.register}/{old.id}:{transition.name}:{self.run}"
        new, effects = passed(self.edition, definition, old, transition, self.now, run)
        return MoveOn(old, new, transition, effects)


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

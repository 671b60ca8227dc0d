"""A plan: every record that one deed changes, decided on a read snapshot and written in one transaction.

Plugins and formulas run here, never while the write lock is held. Effects that touch other records
(Enter, Move, MoveTimer, Accrue) become changes of their own; the rest stay with the record they are for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from regbook.errors import RegbookError
from regbook.model import effects as fx
from regbook.model.access import unbounded
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.promises import Timer
from regbook.model.record import Entry, Record, instant_text
from regbook.model.workflow import DRAFT, Step, Transition
from regbook.rules import approvals, moves
from regbook.rules.compiled import Compiled
from regbook.rules.filling import filled_in, known_facts
from regbook.rules.openness import changes_openly
from regbook.services import carrying, charging, postponing
from regbook.services.awaiting import Awaiting
from regbook.services.becoming import Change, differences, recomputed
from regbook.services.cases import case_of, ruling
from regbook.services.classifying import classify
from regbook.services.clocking import Clocking, told_of_pause
from regbook.services.edition import Edition
from regbook.services.giving import give_and_take
from regbook.services.guarding import keepers_grants
from regbook.services.office import Office
from regbook.services.persons import (
    apart,
    approvers,
    asked_by_plugin,
    due_by_plugin,
    resolver,
    to_the_cleared,
    who_may_know,
)
from regbook.services.referring import References, pointed_to
from regbook.services.standing_in import hand_over
from regbook.services.taking import taken_files
from regbook.store import Reading

DEEPEST = 8
"""How many records deep one deed may reach before it is taken for a ring in the definitions."""


@dataclass(slots=True)
class Plan:
    """The changes of one deed by one actor at one instant; ``fired`` is the timer that made it.

    ``timers`` are those of no record: an obligation's next period.
    """

    office: Office
    reading: Reading
    edition: Edition
    actor: Actor
    now: datetime
    fired: Timer | None = None
    changes: list[Change] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    references: References = field(init=False)
    ties: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Conditions compare dates without a time with the office's date, so the instant bears its zone.
        self.now = self.now.astimezone(ZoneInfo(self.edition.calendar.zone))
        self.references = References(self.edition, self.reading, self.actor, self.now)

    def change(
        self,
        old: Record | None,
        new: Record,
        verb: str,
        *,
        transition: Transition | None = None,
        reason: str | None = None,
        rule: str | None = None,
        effects: tuple[fx.Effect, ...] = (),
        values: Mapping[str, Any] | None = None,
        depth: int = 0,
        once: bool = False,
    ) -> Change:
        """Adds what becoming ``new`` brings with it: assignments, timers, plugins' effects, other records."""
        if depth > DEEPEST:
            raise RegbookError(code="effects-ring", register=new.register)
        compiled = self.case(new)
        definition = compiled.definition
        if own := self._sets(definition, old, new).get(_key(new)):
            new = recomputed(self, compiled, new, own)
        entry = Entry(
            id=self.office.make_id(),
            register=new.register,
            record=new.id,
            at=self.now,
            actor=self.actor.name,
            verb=verb,
            changes=differences(definition, old, new),
            transition=transition.name if transition else None,
            before=old.state if old else None,
            after=new.state,
            on_behalf_of=self.actor.on_behalf_of,
            reason=reason,
            values=values or {},
            rule=rule,
            clause=transition.clause if transition else None,
            revision=definition.revision,
            occurred_at=self.fired.at if self.fired else None,
        )
        taken = taken_files(self.reading, self.actor, definition, old, new)
        made = Change(definition, old, new, entry, taken=taken, once=once)
        self.changes.append(made)
        given = (*effects, *self._answered(made, transition if verb != "ask" else None))
        carrying.write_facts(self, made, given)
        people = self._assignees(definition, made.new)
        if new.state != DRAFT and (old is None or old.state != new.state):
            # Whom a deadline or a hook finds as assignee is who has it from now on, not who had it before.
            made.new = replace(made.new, assignees=people)
        new = made.new
        brought = [
            *moves.handed_on(definition, old, new, people),
            *self._asked(definition, old, new),
            *keepers_grants(old, new, resolver(self.edition, new, self.now)(definition.secrecy.keepers)),
            *given,
        ]
        decided = approvals.decided(brought) or (transition is not None and verb != "ask")
        self._clocks(made, brought, decided=decided)
        self._set_linked(made, depth)
        give_and_take(self, made, depth)
        classify(self, made, depth)
        hand_over(self, made, depth)
        self._move_waiting(made, depth)
        for effect in brought:
            if not isinstance(effect, carrying.FACTS):
                self._expand(made, effect, depth)
        return made

    def _answered(self, made: Change, transition: Transition | None) -> tuple[fx.Effect, ...]:
        """What plugins answer to a transition; people who may not know of the record are passed over."""
        if transition is None:
            return ()
        answered = self.office.hooks.effects(
            "transition_made",
            definition=made.definition,
            record=made.new,
            transition=transition,
            actor=self.actor,
            now=self.now,
        )
        return to_the_cleared(self.edition, made.definition, made.new, answered, self.now)

    def _assignees(self, definition: Definition, record: Record) -> tuple[str, ...]:
        state = definition.workflow.states.get(record.state)
        if state is None:
            return ()
        kept = apart(self.edition, record, state.never, self.now)
        answered = asked_by_plugin(self.office.hooks, self.edition, definition, record, None, self.now)
        named = tuple(each for each in answered if each not in kept)
        named = named or resolver(self.edition, record, self.now, forbidden=kept)(state.assign)
        return who_may_know(self.edition, definition, record, named, self.now, kept)

    def _asked(self, definition: Definition, old: Record | None, new: Record) -> tuple[fx.Effect, ...]:
        """The approvals that begin by themselves: those that whoever brought the record here may ask for."""
        if new.state == DRAFT or (old is not None and old.state == new.state):
            return ()
        read = resolver(self.edition, new, self.now)
        for transition in definition.workflow.leaving(new.state):
            first = approvals.step_after(transition, None, new, self.now)
            if first is not None and self.actor.person in read(transition.by):
                return self.asking(transition, first, new)
        return ()

    def asking(self, transition: Transition, step: Step, record: Record) -> tuple[fx.Effect, ...]:
        """The assignments with which a step of a transition begins."""
        definition = self.case(record).definition
        named = self.approvers(transition, step, record)
        people = approvals.asked_first(step, who_may_know(self.edition, definition, record, named, self.now))
        if not definition.private:
            people = people or self.edition.process_admins
        values = {"register": definition.title, "state": step.title or transition.title}
        source = approvals.source_of(transition, step)
        return (fx.Assign(people, "step", source), fx.Notify(people, "assigned", values))

    def approvers(self, transition: Transition, step: Step, record: Record) -> tuple[str, ...]:
        """Who decides the step: those whom a plugin names, but never the owner, else the definition's."""
        definition, source = self.case(record).definition, approvals.source_of(transition, step)
        answered = asked_by_plugin(self.office.hooks, self.edition, definition, record, source, self.now)
        named = tuple(each for each in answered if each != record.owner)
        return named or approvers(self.edition, record, step, self.now)

    def _set_linked(self, made: Change, depth: int) -> None:
        """Writes what the new state sets into the records that this one points to."""
        for (register, record_id), facts in self._sets(made.definition, made.old, made.new).items():
            old = self.find(register, record_id) if (register, record_id) != _key(made.new) else None
            if old is not None:
                compiled = self.edition.compiled(register)
                new = recomputed(self, compiled, old, facts)
                if changes_openly(compiled.definition, old, new):
                    new = replace(new, amended_at=self.now)
                self.change(old, new, "amend", reason="by-engine", depth=depth + 1)

    def _sets(
        self, definition: Definition, old: Record | None, new: Record
    ) -> dict[tuple[str, str], dict[str, Any]]:
        """What the state that the record comes into sets, by record: its own fields among them."""
        state = definition.workflow.states.get(new.state)
        given: dict[tuple[str, str], dict[str, Any]] = {}
        if state is None or not state.sets or (old is not None and old.state == new.state):
            return given
        moment = {"now": instant_text(self.now), "today": self.now.date().isoformat()}
        known = known_facts(new, me=self.actor.person, **moment)
        for path, template in state.sets.items():
            name, _, key = path.partition(".")
            value = filled_in(template, known)
            target = _target(definition, new, name)
            if target is not None and (value is not None or template is None):
                given.setdefault(target, {})[key] = value
        return given

    def _move_waiting(self, made: Change, depth: int) -> None:
        """Moves on the records that waited for this one to come here."""
        if made.new.state == DRAFT or (made.old is not None and made.old.state == made.new.state):
            return
        awaiting = Awaiting(
            self.edition, self.office.hooks, self.reading, self.find, self.actor, self.now, made.entry.id
        )
        left_before = any(
            each.entry.before == made.new.state and _key(each.new) == _key(made.new)
            for each in self.changes
            if each is not made
        )
        here = () if left_before else awaiting.found_here(made.definition, made.new)
        for each in (*here, *awaiting.moved_on(made.definition, made.new)):
            values = {"arrived": each.arrived_in, "number": each.arrived.number or ""}
            self.change(
                each.old,
                each.new,
                "move",
                transition=each.transition,
                reason="waited-for",
                values=values,
                effects=each.effects,
                depth=depth + 1,
            )

    def clocking(self, made: Change, brought: Iterable[fx.Effect] = (), *, decided: bool = False) -> Clocking:
        """The clocks of a change's record."""
        return Clocking(
            self.edition,
            self.reading,
            made.definition,
            made.new,
            self.now,
            self.office.make_id,
            # The engine's own records wait for nobody: a penalty is entered though no head is appointed.
            demands=not self.actor.is_engine,
            fired=self.fired,
            asked=approvals.begun(brought),
            decided=decided,
            due_at=due_by_plugin(self.office.hooks, self.edition, made.definition, made.new),
        )

    def _clocks(self, made: Change, brought: Iterable[fx.Effect], *, decided: bool) -> None:
        made.stopped += self._not_promised(made)
        found = self.clocking(made, brought, decided=decided).changed(made.old)
        made.stopped += found.stopped
        made.restarted += found.restarted
        made.timers += found.timers
        made.resumed += found.resumed
        made.paused |= found.paused
        if found.given:
            made.entry = postponing.told_of_given(made.entry, made.definition, found.given)
        if found.told:
            made.entry = told_of_pause(made.entry, made.definition, found.told)

    def _not_promised(self, made: Change) -> list[str]:
        """The deadlines of the case that ends with this change which the one that begins does not have."""
        if made.old is None or made.old.revision == made.new.revision:
            return []
        kept = {each.name for each in made.definition.deadlines}
        return [each.name for each in self.case(made.old).definition.deadlines if each.name not in kept]

    def _expand(self, made: Change, effect: fx.Effect, depth: int) -> None:
        handler = EXPANDERS.get(type(effect))
        if handler is None:
            made.effects.append(effect)
        else:
            handler(self, made, effect, depth)

    def case(self, record: Record) -> Compiled:
        """The definition that the record's case runs under: its promises are those of when it began."""
        return case_of(self.edition, self.reading, record)

    def ruling(self, record: Record) -> Compiled:
        """The definition that says what may be done with the record next."""
        return ruling(self.edition, self.reading, record)

    def find(self, register: str, record_id: str) -> Record | None:
        """A record as the engine sees it: one already in the plan, else the snapshot's."""
        for each in reversed(self.changes):
            if _key(each.new) == (register, record_id):
                return each.new
        compiled = self.edition.registers.get(register)
        if compiled is None:
            return None
        scope = unbounded(register, "read", "plan")
        return self.reading.records.one(compiled.definition, record_id, scope, self.now)


EXPANDERS: Mapping[type, Callable[[Plan, Change, Any, int], None]] = {
    fx.StartTimer: postponing.start_timer,
    fx.MoveTimer: postponing.move_timer,
    fx.Enter: carrying.enter,
    fx.Move: carrying.move,
    fx.Accrue: charging.accrue,
    fx.Reverse: charging.reverse,
}


def _key(record: Record) -> tuple[str, str]:
    return record.register, record.id


def _target(definition: Definition, record: Record, name: str) -> tuple[str, str] | None:
    """The record that a ``sets`` writes into: this one (``self``) or the one its field points to."""
    if name == "self":
        return _key(record)
    return pointed_to(definition.fields[name], record.facts.get(name))

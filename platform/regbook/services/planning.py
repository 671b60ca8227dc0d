"""A plan: every record that one deed changes, decided on a read snapshot and written in one transaction.

Plugins and formulas run here, never while the write lock is held. Effects that touch other records
(Enter, Move, SetField, Accrue) become changes of their own; the rest stay with the record they are for.
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
from regbook.rules.filling import filled_in, known_facts
from regbook.rules.validation import problems_in
from regbook.services import charging
from regbook.services.awaiting import Awaiting
from regbook.services.becoming import Change, differences, recomputed, submitted
from regbook.services.clocking import Clocking, told_of_pause
from regbook.services.edition import Edition
from regbook.services.guarding import keepers_grants
from regbook.services.office import Office
from regbook.services.persons import apart, approvers, resolver, who_may_know
from regbook.services.referring import References, pointed_to
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
        compiled = self.edition.compiled(new.register)
        definition = compiled.definition
        if own := self._sets(definition, old, new).get((new.register, new.id)):
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
        people = self._assignees(definition, new)
        brought = [
            *moves.handed_on(definition, old, new, people),
            *self._asked(definition, old, new),
            *keepers_grants(old, new, resolver(self.edition, new, self.now)(definition.secrecy.keepers)),
            *effects,
        ]
        if transition is not None:
            brought += self.office.hooks.all(
                "transition_made",
                definition=definition,
                record=new,
                transition=transition,
                actor=self.actor,
                now=self.now,
            )
        decided = approvals.decided(brought) or (transition is not None and verb != "ask")
        self._clocks(made, brought, decided=decided)
        self._set_linked(made, depth)
        self._move_waiting(made, depth)
        for effect in brought:
            self._expand(made, effect, depth)
        return made

    def _assignees(self, definition: Definition, record: Record) -> tuple[str, ...]:
        state = definition.workflow.states.get(record.state)
        if state is None or not state.assign:
            return ()
        kept = apart(self.edition, record, state.never, self.now)
        named = resolver(self.edition, record, self.now, forbidden=kept)(state.assign)
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
        definition = self.edition.definition(record.register)
        named = approvers(self.edition, record, step, self.now)
        people = approvals.asked_first(step, who_may_know(self.edition, definition, record, named, self.now))
        people = people or self.edition.process_admins
        values = {"register": definition.title, "state": step.title or transition.title}
        source = approvals.source_of(transition, step)
        return (fx.Assign(people, "step", source), fx.Notify(people, "assigned", values))

    def _set_linked(self, made: Change, depth: int) -> None:
        """Writes what the new state sets into the records that this one points to."""
        for (register, record_id), facts in self._sets(made.definition, made.old, made.new).items():
            if (register, record_id) == (made.new.register, made.new.id):
                continue
            compiled = self.edition.registers.get(register)
            old = self.find(compiled.definition, record_id) if compiled else None
            if compiled is not None and old is not None:
                new = replace(recomputed(self, compiled, old, facts), amended_at=self.now)
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
        awaiting = self._awaiting(made)
        values = {"arrived": made.definition.title, "number": made.new.number or ""}
        for each in awaiting.moved_on(made.definition, made.new):
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

    def _awaiting(self, made: Change) -> Awaiting:
        return Awaiting(self.edition, self.office.hooks, self.find, self.actor, self.now, made.entry.id)

    def _move(self, made: Change, effect: fx.Move, depth: int) -> None:
        """Moves the record (or the one named) on, if it is ready; otherwise nothing happens."""
        compiled = self.edition.registers.get(effect.register or made.new.register)
        old = self.find(compiled.definition, effect.record or made.new.id) if compiled else None
        if compiled is None or old is None:
            return
        each = self._awaiting(made).moved_by(compiled.definition, old, effect.transition)
        if each is not None:
            self.change(
                each.old,
                each.new,
                "move",
                transition=each.transition,
                reason=effect.reason,
                effects=each.effects,
                depth=depth + 1,
            )

    def _clocking(
        self, made: Change, brought: Iterable[fx.Effect] = (), *, decided: bool = False
    ) -> Clocking:
        return Clocking(
            self.edition,
            self.reading,
            made.definition,
            made.new,
            self.now,
            self.office.make_id,
            # The engine's own records wait for nobody: a penalty is entered though no head is appointed.
            demands=self.actor.kind in ("person", "token"),
            fired=self.fired,
            asked=approvals.begun(brought),
            decided=decided,
        )

    def _clocks(self, made: Change, brought: Iterable[fx.Effect], *, decided: bool) -> None:
        found = self._clocking(made, brought, decided=decided).changed(made.old)
        made.stopped += found.stopped
        made.restarted += found.restarted
        made.timers += found.timers
        made.resumed += found.resumed
        made.paused |= found.paused
        if found.told:
            made.entry = told_of_pause(made.entry, made.definition, found.told)

    def _expand(self, made: Change, effect: fx.Effect, depth: int) -> None:
        handler = EXPANDERS.get(type(effect))
        if handler is None:
            made.effects.append(effect)
        else:
            handler(self, made, effect, depth)

    def _start_timer(self, made: Change, effect: fx.StartTimer, depth: int) -> None:
        timer = self.fired
        if timer is None:
            return
        at, waits = effect.at, None
        if (deadline := made.definition.deadline(effect.deadline)) is not None:
            at, waits = self._clocking(made).next(timer, deadline, at)
        if timer.stopped_at is not None and at > timer.stopped_at:
            return
        made.paused |= {effect.deadline: waits} if waits else {}
        kind: Any = effect.kind
        begun = replace(timer, id=self.office.make_id(), kind=kind, deadline=effect.deadline, attempts=0)
        made.timers.append(replace(begun, n=effect.n, at=at))

    def enter(self, made: Change, effect: fx.Enter, depth: int) -> None:
        """Adds a record in another register, by the engine; with ``once``, only if none was for its key."""
        if effect.register not in self.edition.registers:
            return
        compiled = self.edition.compiled(effect.register)
        once = effect.once is not None
        record_id = self.office.keyed_id(effect.once) if effect.once is not None else self.office.make_id()
        if once and self.find(compiled.definition, record_id) is not None:
            return
        known = {key: value for key, value in effect.facts.items() if key in compiled.definition.fields}
        blank = Record(
            effect.register,
            record_id,
            DRAFT,
            known,
            owner=effect.owner,
            department=effect.department or made.new.department,
            entered_at=self.now,
        )
        ready = submitted(self, compiled, blank)
        problems = [*problems_in(compiled.definition, compiled.validators, ready.facts)]
        if problems:
            raise RegbookError(problems, code="effect-refused", register=effect.register)
        self.change(None, ready, "enter", reason="by-engine", depth=depth + 1, once=once)

    def _set_field(self, made: Change, effect: fx.SetField, depth: int) -> None:
        old = made.new
        made.new = recomputed(self, self.edition.compiled(old.register), old, {effect.field: effect.value})
        made.entry = replace(made.entry, changes=differences(made.definition, made.old, made.new))

    def find(self, definition: Definition, record_id: str) -> Record | None:
        """A record as the engine sees it: one already in the plan, else the snapshot's."""
        for each in reversed(self.changes):
            if each.new.register == definition.register and each.new.id == record_id:
                return each.new
        scope = unbounded(definition.register, "read", "plan")
        return self.reading.records.one(definition, record_id, scope, self.now)


EXPANDERS: Mapping[type, Callable[[Plan, Change, Any, int], None]] = {
    fx.StartTimer: Plan._start_timer,
    fx.Enter: Plan.enter,
    fx.SetField: Plan._set_field,
    fx.Move: Plan._move,
    fx.Accrue: charging.accrue,
    fx.Reverse: charging.reverse,
}


def _target(definition: Definition, record: Record, name: str) -> tuple[str, str] | None:
    """The record that a ``sets`` writes into: this one (``self``) or the one its field points to."""
    if name == "self":
        return record.register, record.id
    return pointed_to(definition.fields[name], record.facts.get(name))

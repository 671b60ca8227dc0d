"""Carrying out effects: facts that a rule or plugin sets, records that it enters, transitions that it makes.

What an effect asks for goes through the one validator and the one state machine; what they refuse fails
the whole deed, and nothing of it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from regbook.errors import Problem, RegbookError
from regbook.model import effects as fx
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.record import Record
from regbook.model.workflow import DRAFT, Step, Transition
from regbook.rules import approvals, moves
from regbook.rules.compiled import Compiled, defaults
from regbook.rules.validation import problems_in
from regbook.services.becoming import Change, Deed, differences, recomputed, rule_problems, submitted
from regbook.services.cases import ruling
from regbook.services.opening import passed

FACTS = (fx.SetField, fx.AddLine)
"""The effects that change the record itself: they come before everything that follows from its facts."""


def refused(register: str, *problems: Problem) -> RegbookError:
    """What an effect asked for cannot be: the deed that brought it is not done."""
    return RegbookError(problems, code="effect-refused", register=register)


def write_facts(deed: Deed, made: Change, effects: Iterable[fx.Effect]) -> None:
    """Sets the fields and adds the lines that the effects name; computed fields follow.

    Raises:
        RegbookError: a field is not there, is computed, or what it takes makes something wrong.
    """
    wanted = [each for each in effects if isinstance(each, FACTS)]
    if not wanted:
        return
    definition, old = made.definition, made.new
    given: dict[str, Any] = {}
    for each in wanted:
        if (problem := _not_settable(definition, each)) is not None:
            raise refused(old.register, problem)
        if isinstance(each, fx.SetField):
            given[each.field] = each.value
        else:
            lines = given.get(each.field, old.facts.get(each.field)) or ()
            given[each.field] = [*lines, {**each.line}]
    compiled = deed.edition.compiled(old.register)
    new = replace(recomputed(deed, compiled, old, given), amended_at=deed.now)
    if problems := _made_wrong(deed, compiled, old, new):
        raise refused(old.register, *problems)
    made.new = new
    made.entry = replace(made.entry, changes=differences(definition, made.old, new))


def _not_settable(definition: Definition, effect: fx.SetField | fx.AddLine) -> Problem | None:
    field, path = definition.fields.get(effect.field), f"/{effect.field}"
    if field is None:
        return Problem(path, "unknown-field", {"field": effect.field})
    if field.computed:
        return Problem(path, "server-owned", {"title": field.title})
    if isinstance(effect, fx.AddLine) and not field.lines:
        return Problem(path, "wants-lines", {"title": field.title})
    return None


def _made_wrong(deed: Deed, compiled: Compiled, old: Record, new: Record) -> list[Problem]:
    """The problems of the new facts that the old ones did not have: what stood before is not theirs."""

    def found(record: Record) -> list[Problem]:
        wrong = [*problems_in(compiled.definition, compiled.validators, record.facts)]
        return wrong + rule_problems(deed, compiled, old, record)

    known = {(each.path, each.code) for each in found(old)}
    return [each for each in found(new) if (each.path, each.code) not in known]


def enter(deed: Deed, made: Change, effect: fx.Enter, depth: int) -> None:
    """Adds a record in another register, by the engine; with ``once``, only if none was for its key."""
    if effect.register not in deed.edition.registers:
        return
    compiled = deed.edition.compiled(effect.register)
    once = effect.once is not None
    record_id = deed.office.keyed_id(effect.once) if effect.once is not None else deed.office.make_id()
    if once and deed.find(effect.register, record_id) is not None:
        return
    author = Actor("person", effect.owner) if effect.owner else deed.actor
    known = defaults(compiled, author, deed.edition.directory, deed.now)
    known |= {key: value for key, value in effect.facts.items() if key in compiled.definition.fields}
    blank = Record(
        effect.register,
        record_id,
        DRAFT,
        known,
        owner=effect.owner,
        department=effect.department or made.new.department,
        level=made.new.level,  # what is written about a secret is as secret, and for as long
        declassify_on=made.new.declassify_on,
        entered_at=deed.now,
    )
    ready = submitted(deed, compiled, blank)
    if problems := problems_in(compiled.definition, compiled.validators, ready.facts):
        raise refused(effect.register, *problems)
    deed.change(None, ready, "enter", reason="by-engine", depth=depth + 1, once=once)


def target_of(deed: Deed, made: Change, effect: fx.Move | fx.MoveTimer) -> Record | None:
    """The record that the effect is for: the one that changes, or the one it names.

    None while the named register is not there.

    Raises:
        RegbookError: the register has no such record.
    """
    register, record_id = effect.register or made.new.register, effect.record or made.new.id
    if (register, record_id) == (made.new.register, made.new.id):
        return made.new
    if register not in deed.edition.registers:
        return None
    found = deed.find(register, record_id)
    if found is None:
        raise refused(register, Problem("/record", "effect-nowhere", {"record": record_id}))
    return found


def move(deed: Deed, made: Change, effect: fx.Move, depth: int) -> None:
    """Makes the transition of the record, or of the one named; one with approval steps is sent for them.

    A record that is not ready for it (gone on already, something missing, a plugin refuses) is left as it
    is, for somebody to move.

    Raises:
        RegbookError: there is no such record or transition.
    """
    old = target_of(deed, made, effect)
    if old is None:
        return
    definition = ruling(deed.edition, deed.reading, old).definition
    transition = definition.workflow.transition(effect.transition)
    if transition is None:
        problem = Problem("/transition", "no-such-transition", {"name": effect.transition})
        raise refused(old.register, problem)
    found = [*moves.transition_problems(definition, old, transition, deed.now)]
    first = approvals.step_after(transition, None, old, deed.now)
    if first is None:
        found += deed.office.hooks.all(
            "check_transition", definition=definition, record=old, transition=transition, actor=deed.actor
        )
    if found:
        return
    reason = effect.reason or "moved-by-engine"
    if first is not None:
        _ask(deed, old, transition, first, reason, depth)
        return
    run = f"{old.register}/{old.id}:{transition.name}:{made.entry.id}"
    new, brought = passed(deed.edition, definition, old, transition, deed.now, run)
    deed.change(old, new, "move", transition=transition, reason=reason, effects=brought, depth=depth + 1)


def _ask(deed: Deed, record: Record, transition: Transition, step: Step, reason: str, depth: int) -> None:
    """Sends the transition for its approval, unless it waits for it already."""
    sources = {approvals.source_of(transition, each) for each in transition.steps}
    if not sources & _asked(deed, record):
        asked = deed.asking(transition, step, record)
        deed.change(
            record, record, "ask", transition=transition, reason=reason, effects=asked, depth=depth + 1
        )


def _asked(deed: Deed, record: Record) -> set[str | None]:
    """What waits for somebody to decide it, with what this deed itself asked for or ended."""
    found = {each.source for each in deed.reading.assignments.of(record.register, record.id)}
    for change in deed.changes:
        if (change.new.register, change.new.id) == (record.register, record.id):
            for effect in change.effects:
                if isinstance(effect, fx.Release) and approvals.decided([effect]):
                    found = set()
                elif isinstance(effect, fx.Assign):
                    found.add(effect.source)
    return found

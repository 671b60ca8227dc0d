"""A form before anything is stored: the record as it would be with what was typed, and what may be filled.

The very rules that will store it compute it here, so that a form shows what will be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from regbook.errors import Denied, NotFound, Problem
from regbook.model.definition import Definition, Opening
from regbook.model.people import Actor
from regbook.model.record import Record
from regbook.model.workflow import DRAFT, Transition
from regbook.rules.compiled import Compiled, defaults
from regbook.rules.conditions import holds
from regbook.rules.kinds import kind_of
from regbook.services import allowing, finding
from regbook.services.becoming import recomputed
from regbook.services.edition import Edition
from regbook.services.office import Office
from regbook.services.opening import filled
from regbook.services.planning import Plan
from regbook.services.recording import blank_record, may_enter
from regbook.store import Reading

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form to fill: the record as it stands with what was typed, ``kept`` as it is stored (None: not yet).

    ``fillable`` are the fields that the actor may fill, ``masked`` those of them she may not see whole.
    ``etag`` is that of the stored record; ``only`` names the fields it is about where that is not all,
    ``covered`` the personal ones that it shows masked: a value comes whole by being asked for alone.
    """

    definition: Definition
    record: Record
    fillable: frozenset[str]
    masked: frozenset[str] = frozenset()
    kept: Record | None = None
    etag: str = ""
    transition: Transition | None = None
    only: frozenset[str] = frozenset()
    covered: frozenset[str] = frozenset()

    @property
    def is_draft(self) -> bool:
        """Whether it has not been submitted."""
        return self.record.state == DRAFT


def to_enter(office: Office, actor: Actor, register: str, facts: Facts, given: Facts | None = None) -> Sheet:
    """A new record with its defaults, what it was opened with (``given``) and what was typed (``facts``).

    Raises:
        NotFound: no such register, or one the actor may not enter in and may not know of.
        Denied: she may see the register but not enter in it.
    """
    with office.store.reading() as reading:
        edition = office.edition(reading)
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        may_enter(plan, compiled)
        fillable = _fillable(plan, compiled, None, "enter")
        started = {**defaults(compiled, actor, edition.directory, plan.now), **(given or {})}
        known = {key: value for key, value in facts.items() if key in fillable}
        blank = blank_record(plan, compiled)
        record = recomputed(plan, compiled, blank, {**started, **_sound(compiled, known)})
        return Sheet(compiled.definition, _raw(record, known), fillable)


def to_amend(office: Office, actor: Actor, register: str, record_id: str, facts: Facts) -> Sheet:
    """A stored record (or draft) with what was typed.

    Raises:
        NotFound: no such record for this actor.
        Denied: she may see it but not amend it.
    """
    with _sight(office, facts) as (reading, edition):
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        seen = allowing.seen(plan, compiled, record_id)
        draft = seen.state == DRAFT
        verb = "enter" if draft else "amend"
        _refuse_unless(allowing.may_seem(plan, compiled, seen, verb))
        fillable = _fillable(plan, compiled, None if draft else seen, verb)
        return _typed(plan, compiled, seen, fillable, facts)


def to_move(office: Office, actor: Actor, register: str, record_id: str, name: str, facts: Facts) -> Sheet:
    """A stored record with what was typed on the way through a transition.

    Raises:
        NotFound: no such record or transition for this actor.
        Denied: she may see it but not move it.
    """
    with _sight(office, facts) as (reading, edition):
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        seen = allowing.seen(plan, compiled, record_id)
        _refuse_unless(allowing.may_seem(plan, compiled, seen, "move"))
        transition = plan.ruling(seen).definition.workflow.transition(name)
        if transition is None or seen.state not in transition.origins:
            raise NotFound([Problem("/transition", "no-such-transition", {"name": name})])
        fillable = frozenset(each.key for each in compiled.definition.fields.values() if not each.computed)
        sheet = _typed(plan, compiled, seen, fillable, facts)
        return replace(sheet, transition=transition)


def to_attach(office: Office, actor: Actor, register: str, record_id: str, facts: Facts) -> Sheet:
    """A stored record's file fields to which the actor may add, each with the files that she adds now.

    Raises:
        NotFound: no such record for this actor, or no such field in it.
        Denied: she may see it but not attach to it.
    """
    with office.store.reading() as reading:
        edition = office.edition(reading)
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        allowing.for_verb(plan, compiled, record_id, "attach")
        seen = allowing.seen(plan, compiled, record_id)
        fields = attachable(plan, compiled, seen)
        if not fields or seen.state == DRAFT:
            raise NotFound
        added = {key: facts.get(key) or [] for key in fields}
        tag = finding.etag(office, actor, compiled, seen)
        shown = replace(seen, facts={**seen.facts, **added})
        return Sheet(compiled.definition, shown, fields, kept=seen, etag=tag, only=fields)


def attachable(plan: Plan, compiled: Compiled, record: Record) -> frozenset[str]:
    """The file fields of a record that the actor may add to, where she may attach at all."""
    kinds = frozenset(key for key, each in compiled.definition.fields.items() if each.kind == "file")
    return kinds & _fillable(plan, compiled, record, "attach") if kinds else kinds


def opened_with(office: Office, actor: Actor, source: str, name: str) -> tuple[Opening, dict[str, Any]]:
    """What an opening of a record (``register/id``) fills in for the actor, who sees the record.

    Raises:
        NotFound: no such record for her, no such opening, or it is not open now.
    """
    register, _, record_id = source.partition("/")
    with office.store.reading() as reading:
        edition = office.edition(reading)
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        record = allowing.seen(plan, compiled, record_id)
        opening = next((each for each in compiled.definition.openings if each.name == name), None)
        if opening is None or not (
            opening.when is None or holds(opening.when, record.flat(), plan.now, actor.person)
        ):
            raise NotFound
        return opening, filled(opening, record)


@contextmanager
def _sight(office: Office, typed: Facts) -> Iterator[tuple[Reading, Edition]]:
    """One statement is a snapshot of its own; what was typed is computed with more than the record."""
    if not typed:
        with office.glance() as found:
            yield found
        return
    with office.store.reading() as reading:
        yield reading, office.edition(reading)


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise Denied


def _typed(plan: Plan, compiled: Compiled, seen: Record, fillable: frozenset[str], facts: Facts) -> Sheet:
    known = {key: value for key, value in facts.items() if key in fillable}
    record = _raw(recomputed(plan, compiled, seen, _sound(compiled, known)), known) if known else seen
    visible = {key: value for key, value in record.facts.items() if key in seen.facts or key in known}
    masked = _masked(plan, compiled, seen)
    tag = finding.etag(plan.office, plan.actor, compiled, seen)
    shown = replace(record, facts=visible)
    covered = _covered(plan, compiled, seen, known)
    return Sheet(compiled.definition, shown, fillable - masked, masked, seen, tag, covered=covered)


def _covered(plan: Plan, compiled: Compiled, seen: Record, typed: Facts) -> frozenset[str]:
    """The personal fields that hold what nobody types now; one's own draft is seen whole."""
    if seen.state == DRAFT and seen.owner == plan.actor.person:
        return frozenset()
    fields = compiled.definition.fields
    return frozenset(
        each
        for each in compiled.masked_keys
        if not fields[each].lines and seen.facts.get(each) and each not in typed
    )


def _sound(compiled: Compiled, typed: Facts) -> dict[str, Any]:
    """What was typed as far as its kinds can read it: formulas are not asked of anything else."""
    fields = compiled.definition.fields
    return {
        key: value
        for key, value in typed.items()
        if not kind_of(fields[key].schema).check(value, fields[key].schema)
    }


def _raw(record: Record, typed: Facts) -> Record:
    """What could not be read stays as it was typed: nothing typed is lost."""
    return replace(
        record, facts={**record.facts, **{key: each for key, each in typed.items() if each is not None}}
    )


def _fillable(plan: Plan, compiled: Compiled, record: Record | None, verb: str) -> frozenset[str]:
    """The fields that the actor may enter or amend: asked of the policy only where a rule names the field."""
    fields = compiled.definition.fields.values()
    open_ones = {each.key for each in fields if not each.computed and not each.read_only}
    if record is not None:
        open_ones &= record.facts.keys()
    scope = plan.edition.policy.scope(plan.actor.person, compiled.definition, verb, plan.now)
    refused = set()
    for key in open_ones & scope.fields.keys():
        try:
            allowing.may_fill(plan, compiled, record, verb, (key,))
        except Denied:
            refused.add(key)
    return frozenset(open_ones - refused)


def _masked(plan: Plan, compiled: Compiled, record: Record) -> frozenset[str]:
    """The personal fields that hold something and that the actor may not see whole."""
    if record.owner == plan.actor.person:
        return frozenset()
    fields = compiled.definition.fields
    return frozenset(
        each
        for each in finding.personal_in(compiled, record)
        if not fields[each].lines and not allowing.may_seem(plan, compiled, record, "unmask", each)
    )


__all__ = ["Sheet", "attachable", "opened_with", "to_amend", "to_attach", "to_enter", "to_move"]

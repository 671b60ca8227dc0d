"""What a record becomes: its facts in one spelling, computed fields filled, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from regbook.errors import Problem
from regbook.model import effects as fx
from regbook.model.definition import Definition
from regbook.model.office import StoredFile
from regbook.model.people import Actor
from regbook.model.promises import Accrual, Timer
from regbook.model.record import Entry, Record
from regbook.model.workflow import CURRENT, DRAFT, Step, Transition
from regbook.rules.compiled import Compiled, check_problems, checked_names, derived
from regbook.rules.reading import who_of
from regbook.rules.validation import canonical, is_shaped, problems_in
from regbook.services.among import among_problems
from regbook.services.clocking import Clocking
from regbook.services.edition import Edition
from regbook.services.guarding import guarded
from regbook.services.office import Office
from regbook.services.persons import themselves
from regbook.services.referring import PEOPLE, UNITS, References, copied, reference_problems
from regbook.services.taking import file_problems
from regbook.store import Reading


class Ground(Protocol):
    """What a deed is decided on: the office, one snapshot of it, its edition, who acts and when."""

    office: Office
    reading: Reading
    edition: Edition
    actor: Actor
    now: datetime
    references: References


@dataclass(slots=True)
class Change:
    """What a deed does to one record. ``once`` marks an insert that is left out when the id is taken.

    ``timers`` are those of deadlines that begin to run, ``followed`` the next ones of deadlines that run.
    """

    definition: Definition
    old: Record | None
    new: Record
    entry: Entry
    effects: list[fx.Effect] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    followed: list[Timer] = field(default_factory=list)
    accruals: list[Accrual] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)
    paused: dict[str, datetime] = field(default_factory=dict)
    resumed: list[Timer] = field(default_factory=list)
    taken: tuple[StoredFile, ...] = ()
    once: bool = False


class Deed(Ground, Protocol):
    """A plan, as what one change brings with it sees it: the timer that fired, the records in reach."""

    fired: Timer | None
    changes: list[Change]

    def find(self, register: str, record_id: str) -> Record | None:
        """A record as the engine sees it; None while its register is not there."""

    def change(
        self,
        old: Record | None,
        new: Record,
        verb: str,
        *,
        transition: Transition | None = None,
        reason: str | None = None,
        effects: tuple[fx.Effect, ...] = (),
        values: Mapping[str, Any] | None = None,
        depth: int = 0,
        once: bool = False,
    ) -> Change:
        """Adds a change of a record."""

    def clocking(self, made: Change) -> Clocking:
        """The clocks of a change's record."""

    def asking(self, transition: Transition, step: Step, record: Record) -> tuple[fx.Effect, ...]:
        """The assignments with which a step of a transition begins."""


def submitted(ground: Ground, compiled: Compiled, draft: Record) -> Record:
    """The draft as it becomes a record: its department, level and initial state, computed fields filled."""
    definition = compiled.definition
    owner = ground.edition.directory.people.get(draft.owner or "")
    department = draft.department or (owner.unit if owner else None)
    people = ground.edition.binding("people")
    ready = replace(
        draft,
        # A person's record is her own, whoever entered it.
        owner=draft.id if people and people.register == definition.register else draft.owner,
        state=definition.workflow.initial or CURRENT,
        department=department,
        submitted_at=ground.now,
        amended_at=ground.now,
        revision=definition.revision,
    )
    return recomputed(ground, compiled, ready, ready.facts)


def recomputed(ground: Ground, compiled: Compiled, record: Record, given: Mapping[str, Any]) -> Record:
    """The record with the given facts in canonical form and every computed field filled again."""
    before = record.facts
    facts = {**before, **canonical(compiled.definition.fields, given)}
    facts |= copied(ground.references, compiled.definition, facts, given)
    record = replace(record, facts=facts)
    answers = ground.office.hooks.every(
        "derive_fields", definition=compiled.definition, record=record, actor=ground.actor
    )
    for _, values in answers:
        facts |= values
    record = replace(record, facts=facts)
    record = replace(record, facts={**facts, **derived(compiled, record.flat(), ground.now)})
    by = compiled.definition.secrecy.by
    decided = record.submitted_at != ground.now and (by is None or before.get(by) == record.facts.get(by))
    # What people decided about its secrecy since stands until the fact that decides by rule changes.
    if record.state == DRAFT or decided:
        return record
    return guarded(compiled.definition, record, ground.edition.calendar)


def differences(definition: Definition, old: Record | None, new: Record) -> dict[str, tuple[Any, Any]]:
    """The fields that a change changes: key to old and new value."""
    before = old.facts if old is not None else {}
    keys = [key for key in definition.fields if before.get(key) != new.facts.get(key)]
    return {key: (before.get(key), new.facts.get(key)) for key in keys}


def fact_problems(ground: Ground, compiled: Compiled, old: Record | None, new: Record) -> list[Any]:
    """Everything wrong with a record that is to be kept: its shape, and what rules say of what has one."""
    fields = compiled.definition.fields
    before = old.facts if old is not None else {}
    kept = [key for key in fields if key in before and before[key] == new.facts.get(key)]
    hidden = hidden_fields(ground, compiled.definition, new, kept)
    problems = problems_in(compiled.definition, compiled.validators, new.facts)
    found: list[Any] = [each for each in problems if each.path.strip("/").partition("/")[0] not in hidden]
    shaped = {key: each for key, each in new.facts.items() if key in fields and is_shaped(fields[key], each)}
    return found + rule_problems(ground, compiled, old, replace(new, facts=shaped))


def _people(definition: Definition, facts: Mapping[str, Any]) -> list[Any]:
    return [facts.get(key) for key, field in definition.fields.items() if field.kind in (*PEOPLE, *UNITS)]


def _whom_problems(
    ground: Ground, definition: Definition, before: Mapping[str, Any], new: Record
) -> Iterator[Problem]:
    """People who were chosen though ``x-who`` does not name them."""
    for key, each in definition.fields.items():
        chosen = new.facts.get(key)
        if "x-who" not in each.schema or not chosen or chosen == before.get(key):
            continue
        allowed = themselves(ground.edition, new)(who_of(each.schema["x-who"]))
        if not set([chosen] if isinstance(chosen, str) else chosen) <= set(allowed):
            names = "、".join(ground.edition.person_name(one) for one in allowed)
            yield Problem(f"/{key}", "person-not-offered", {"title": each.title, "people": names})


def hidden_fields(
    ground: Ground, definition: Definition, record: Record, names: Iterable[str]
) -> frozenset[str]:
    """Those of the names that the actor may not read in the record: nothing she is told depends on them."""
    person, policy, now = ground.actor.person, ground.edition.policy, ground.now
    if ground.actor.is_engine:
        return frozenset()
    differing = policy.scope(person, definition, "read", now).fields
    key = (record.register, record.id)
    found = set()
    for name in names:
        if name not in differing:
            continue
        ties = () if differing[name].nothing else ground.reading.relations.of(*key)
        grants = () if differing[name].nothing else ground.reading.grants.of(*key)
        if differing[name].nothing or not policy.may(
            person, definition, record, "read", now, ties, grants, name
        ):
            found.add(name)
    return frozenset(found)


def rule_problems(ground: Ground, compiled: Compiled, old: Record | None, new: Record) -> list[Any]:
    """What the definition's checks and the plugins find wrong with a record whose facts have their shape."""
    unseen = hidden_fields(ground, compiled.definition, new, checked_names(compiled))
    found = list(check_problems(compiled, new.flat(), ground.now, unseen))
    before = old.facts if old is not None else {}
    found += reference_problems(ground.references, compiled.definition, before, new.facts)
    found += _whom_problems(ground, compiled.definition, before, new)
    if old is None or _people(compiled.definition, before) != _people(compiled.definition, new.facts):
        known = {each.path for each in found}
        misplaced = among_problems(ground.edition, compiled.definition, new, ground.now)
        found += [each for each in misplaced if each.path not in known]
    found += file_problems(ground.reading, ground.actor, compiled.definition, new, before)
    found += ground.office.hooks.all(
        "check_record", definition=compiled.definition, record=new, previous=old, actor=ground.actor
    )
    return found

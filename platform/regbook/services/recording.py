"""Entering and amending records: draft, submit, amend, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from regbook.errors import Denied, NotFound, Problem, RecordInvalid, TransitionRefused
from regbook.model.definition import Definition, Field
from regbook.model.people import Actor
from regbook.model.record import Record
from regbook.model.workflow import DRAFT
from regbook.rules.compiled import Compiled, defaults
from regbook.rules.masking import without_echoes
from regbook.rules.openness import changes_openly
from regbook.rules.validation import problems_in
from regbook.services import allowing
from regbook.services.becoming import fact_problems, recomputed, submitted
from regbook.services.edition import Edition
from regbook.services.office import Office, attempt
from regbook.services.planning import Plan
from regbook.services.repeating import Once, answered, remember
from regbook.services.taking import adds_files, file_problems
from regbook.services.writing import write
from regbook.services.writing_up import REASON, kept_apart, receipt
from regbook.store import Reading, Work

Facts = Mapping[str, Any]


def enter(
    office: Office,
    actor: Actor,
    register: str,
    facts: Facts,
    *,
    draft: bool = False,
    once: Once | None = None,
) -> Record:
    """Enters a record and submits it, or with ``draft`` leaves it as its owner's draft.

    A request that is done ``once`` and comes again gets the record it made then, without its facts.

    Raises:
        NotFound: no such register, or one the actor may not enter in and may not know of.
        Denied: the actor may see the register but not enter in it.
        RecordInvalid: every problem of the facts; nothing is stored.
    """

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], Record]:
        plan = Plan(office, reading, edition, actor, office.now())
        if (kept := answered(reading, once, plan.now)) is not None:
            return lambda work: kept
        compiled = edition.compiled(register)
        rule = may_enter(plan, compiled)
        blank = blank_record(plan, compiled)
        owned, ours = _parted(compiled.definition, facts)
        allowing.may_fill(plan, compiled, None, "enter", ours)
        filled = recomputed(
            plan, compiled, blank, {**defaults(compiled, actor, edition.directory, plan.now), **ours}
        )
        if draft:
            _refuse([*owned, *_draft_problems(plan, compiled, None, filled)])
            plan.change(None, filled, "enter", rule=rule)
        else:
            _submit(plan, compiled, None, filled, rule, owned)
        return lambda work: remember(work, once, receipt(plan, write(work, plan)[0]), plan.now)

    return attempt(office, decide)


def submit(office: Office, actor: Actor, register: str, record_id: str, facts: Facts | None = None) -> Record:
    """Submits a draft of the actor's own, with whatever was changed last: it gets its number and its state.

    Raises:
        NotFound: no such draft of this actor.
        RecordInvalid: every problem of the facts.
    """

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], Record]:
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        old = _draft(plan, compiled, record_id)
        rule = may_enter(plan, compiled)
        owned, ours = _parted(compiled.definition, facts or {})
        allowing.may_fill(plan, compiled, None, "enter", ours)
        given = without_echoes(compiled.definition, old, ours)
        _submit(plan, compiled, old, recomputed(plan, compiled, old, given), rule, owned)
        return lambda work: receipt(plan, write(work, plan)[0])

    return attempt(office, decide)


def amend(
    office: Office, actor: Actor, register: str, record_id: str, facts: Facts, *, etag: str | None = None
) -> Record:
    """Changes the given fields of a record (or draft); the others stay as they are.

    Whoever may attach but not amend may add files, and nothing else.

    Raises:
        NotFound: no such record for this actor.
        Denied: she may read but not amend it.
        StaleRecord: ``etag`` is not that of the record as she sees it now.
        RecordInvalid: every problem of the facts.
    """

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], Record]:
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        old, rule, verb = _amendable(plan, compiled, record_id, facts)
        allowing.compare(plan, compiled, record_id, etag)
        owned, ours = _parted(compiled.definition, facts)
        draft = old.state == DRAFT
        allowing.may_fill(plan, compiled, None if draft else old, "enter" if draft else verb, ours)
        new = recomputed(plan, compiled, old, without_echoes(compiled.definition, old, ours))
        if draft:
            _refuse([*owned, *_draft_problems(plan, compiled, old, new)])
        else:
            _refuse([*owned, *fact_problems(plan, compiled, old, new)])
        if new.facts == old.facts:
            return lambda work: old
        if changes_openly(compiled.definition, old, new):
            new = replace(new, amended_at=plan.now)
        plan.change(old, new, verb, rule=rule)
        return lambda work: write(work, plan)[0]

    return attempt(office, decide)


def withdraw(office: Office, actor: Actor, register: str, record_id: str) -> Record:
    """Takes a submitted record back to a draft while nobody has acted on it.

    Raises:
        NotFound: no such record for this actor.
        TransitionRefused: somebody has acted on it.
    """

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], Record]:
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        old, rule = allowing.for_verb(plan, compiled, record_id, "withdraw")
        case = plan.case(old).definition
        acted = [each for each in reading.journal.of(register, record_id) if each.verb == "move"]
        if acted or old.state != case.workflow.initial or old.owner != actor.person:
            raise TransitionRefused([Problem("/state", "already-acted-on", {})])
        change = plan.change(old, replace(old, state=DRAFT), "withdraw", rule=rule)
        change.stopped += [each.name for each in case.deadlines]
        return lambda work: write(work, plan)[0]

    return attempt(office, decide)


def discard(office: Office, actor: Actor, register: str, record_id: str) -> None:
    """Removes a draft that was never submitted; its entries stay in the journal.

    Raises:
        NotFound: no such record for this actor.
        TransitionRefused: the record was submitted once; it can only be withdrawn.
    """

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], None]:
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        old = allowing.seen(plan, compiled, record_id)
        if old.state != DRAFT or old.number is not None:
            raise TransitionRefused([Problem("/state", "not-a-fresh-draft", {})])
        plan.change(old, old, "discard")

        def erase(work: Work) -> None:
            entry = plan.changes[0].entry
            work.journal.write(*work.records.for_journal(compiled.definition, entry, old))
            work.files.let_all_go(register, record_id, plan.now)
            work.records.discard(compiled.definition, old)

        return erase

    return attempt(office, decide)


def blank_record(plan: Plan, compiled: Compiled) -> Record:
    actor = plan.actor.person
    person = plan.edition.directory.people.get(actor or "")
    return Record(
        compiled.definition.register,
        plan.office.make_id(),
        DRAFT,
        {},
        owner=actor,
        department=person.unit if person else None,
        entered_at=plan.now,
        revision=compiled.definition.revision,
    )


def may_enter(plan: Plan, compiled: Compiled) -> str:
    verdict = plan.edition.policy.may(plan.actor.person, compiled.definition, None, "enter", plan.now)
    if not verdict.allowed:
        known = compiled.definition.register in plan.edition.policy.registers(plan.actor.person, "read")
        raise Denied if known else NotFound
    return verdict.rule


def _draft(plan: Plan, compiled: Compiled, record_id: str) -> Record:
    old = allowing.seen(plan, compiled, record_id)
    if old.state != DRAFT or old.owner != plan.actor.person:
        raise TransitionRefused([Problem("/state", "not-a-draft", {})])
    return old


def _submit(
    plan: Plan, compiled: Compiled, old: Record | None, filled: Record, rule: str, owned: list[Problem]
) -> None:
    ready = submitted(plan, compiled, filled)
    _refuse([*owned, *fact_problems(plan, compiled, None, ready)])
    ready, values = kept_apart(plan, compiled, ready)
    reason = REASON if values else None
    plan.change(old, ready, "submit" if old else "enter", rule=rule, reason=reason, values=values)


def _amendable(plan: Plan, compiled: Compiled, record_id: str, facts: Facts) -> tuple[Record, str, str]:
    """The record, the rule and the verb by which the actor changes these fields of it."""
    try:
        return *allowing.for_verb(plan, compiled, record_id, "amend"), "amend"
    except Denied:
        old, rule = allowing.for_verb(plan, compiled, record_id, "attach")
        if not adds_files(compiled.definition, old.facts, facts):
            raise
        return old, rule, "attach"


def _draft_problems(plan: Plan, compiled: Compiled, old: Record | None, new: Record) -> list[Problem]:
    """What is wrong with a draft: nothing is required yet, but what is there must be right."""
    before = old.facts if old is not None else {}
    return [
        *problems_in(compiled.definition, compiled.validators, new.facts, draft=True),
        *file_problems(plan.reading, plan.actor, compiled.definition, new, before),
    ]


def _parted(definition: Definition, facts: Facts) -> tuple[list[Problem], Facts]:
    """A problem for each of the facts that only the engine fills, and the facts without them."""
    fields = [definition.fields[key] for key in facts if key in definition.fields]
    owned = {each.key: _server_owned(each) for each in fields if each.computed or each.read_only}
    return list(owned.values()), {key: value for key, value in facts.items() if key not in owned}


def _server_owned(field: Field) -> Problem:
    return Problem(f"/{field.key}", "server-owned", {"title": field.title})


def _refuse(problems: Any) -> None:
    if problems:
        raise RecordInvalid(problems)

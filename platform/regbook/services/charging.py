"""Penalties: the rounds of lateness that accrue, the record that gathers them, taking them back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from regbook.model import effects as fx
from regbook.model.promises import Accrual
from regbook.model.record import Record, instant_text
from regbook.services.becoming import Change, Deed, differences, recomputed
from regbook.services.carrying import enter
from regbook.services.cases import case_of


def accrue(deed: Deed, made: Change, effect: fx.Accrue, depth: int) -> None:
    """Writes one round of lateness and opens, or adds to, the record of its penalty."""
    source = made.new
    if not still_counting(deed, source, effect):
        return
    made.accruals.append(
        Accrual(
            source.register,
            source.id,
            effect.deadline,
            effect.person,
            effect.round,
            deed.fired.at if deed.fired else deed.now,
            effect.hours,
            effect.amount,
            effect.clause,
            run=deed.fired.run if deed.fired else 0,
        )
    )
    open_penalty(deed, source, effect, depth)


def reverse(deed: Deed, made: Change, effect: fx.Reverse, depth: int) -> None:
    """Takes back every round that this penalty was opened for, each by a row of its own, once."""
    cause = (effect.register, effect.record)
    rows = [
        each
        for each in deed.reading.accruals.of(*cause, effect.deadline, effect.person)
        if made.new.id == deed.office.keyed_id(penalty_key(cause, effect.deadline, each.run, effect.person))
    ]
    taken = {(each.run, each.round) for each in rows if each.reverses is not None}
    made.accruals += [
        replace(each, at=deed.now, hours=-each.hours, amount=-each.amount, reverses=made.new.id)
        for each in rows
        if each.reverses is None and (each.run, each.round) not in taken
    ]
    binding = deed.edition.binding("penalties")
    if binding is not None and binding.register == made.new.register:
        nothing = {binding.key("hours"): Decimal(0), binding.key("amount"): money(Decimal(0))}
        made.new = recomputed(deed, deed.edition.compiled(binding.register), made.new, nothing)
        made.entry = replace(made.entry, changes=differences(made.definition, made.old, made.new))


def penalty_key(source: tuple[str, str], deadline: str, run: int, person: str) -> str:
    """What the one penalty record of a source record's deadline, its run and a person is known by."""
    return f"penalty:{source[0]}/{source[1]}:{deadline}:{run}:{person}"


def still_counting(deed: Deed, source: Record, effect: fx.Accrue) -> bool:
    """Whether the round counts: not once somebody has taken its penalty in hand, to decide or to waive it."""
    binding = deed.edition.binding("penalties")
    if binding is None:
        return True
    run = deed.fired.run if deed.fired else 0
    key = penalty_key((source.register, source.id), effect.deadline, run, effect.person)
    penalty = deed.find(binding.register, deed.office.keyed_id(key))
    if penalty is None:
        return True
    return penalty.state == case_of(deed.edition, deed.reading, penalty).definition.workflow.initial


def open_penalty(deed: Deed, source: Record, effect: fx.Accrue, depth: int) -> None:
    """One more round on the penalty record of (source, deadline, person), opened with the first."""
    binding = deed.edition.binding("penalties")
    if binding is None:
        return
    compiled = deed.edition.compiled(binding.register)
    run = deed.fired.run if deed.fired else 0
    key = penalty_key((source.register, source.id), effect.deadline, run, effect.person)
    record_id = deed.office.keyed_id(key)
    old = deed.find(binding.register, record_id)
    timer = deed.fired
    hours, amount = binding.key("hours"), binding.key("amount")
    if old is not None:
        facts = {
            hours: Decimal(str(old.facts.get(hours) or 0)) + effect.hours,
            amount: money(Decimal(str(old.facts.get(amount) or 0)) + effect.amount),
        }
        facts |= {binding.key("late_until"): instant_text(timer.at)} if timer else {}
        known = {name: value for name, value in facts.items() if name in compiled.definition.fields}
        new = recomputed(deed, compiled, old, known)
        deed.change(old, new, "accrue", reason="by-engine", depth=depth + 1)
        return
    facts = {
        binding.key("person"): effect.person,
        binding.key("source"): f"{source.register}/{source.id}",
        binding.key("deadline"): effect.deadline,
        binding.key("clause"): effect.clause,
        binding.key("late_from"): instant_text(timer.due) if timer else None,
        binding.key("late_until"): instant_text(timer.at) if timer else None,
        hours: effect.hours,
        amount: money(effect.amount),
    }
    person = deed.edition.directory.people.get(effect.person)
    department = person.unit if person else source.department
    enter(deed, deed.changes[0], fx.Enter(binding.register, facts, key, department=department), depth)


def money(amount: Decimal) -> str:
    """An amount as facts hold money: two decimal places."""
    return f"{amount:.2f}"

"""Openings: the next record of a chain, filled in from this one; and what a transition opens by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from regbook.model import effects as fx
from regbook.model.definition import Definition, Opening
from regbook.model.record import Record
from regbook.model.workflow import Transition
from regbook.rules.conditions import holds
from regbook.rules.filling import filled_in, known_facts
from regbook.services.edition import Edition


def opened(
    definition: Definition,
    record: Record,
    names: tuple[str, ...],
    now: datetime,
    run: str,
    responsible: str | None = None,
) -> list[fx.Effect]:
    """The records that the named openings enter by themselves, each once for the run."""
    by_name = {each.name: each for each in definition.openings}
    return [
        fx.Enter(
            by_name[name].register,
            filled(by_name[name], record, responsible),
            f"opening:{name}:{run}",
            department=record.department,
        )
        for name in names
        if name in by_name and _open(by_name[name], record, now)
    ]


def passed(
    edition: Edition, definition: Definition, record: Record, transition: Transition, now: datetime, run: str
) -> tuple[Record, tuple[fx.Effect, ...]]:
    """The record after the transition, and the records that it opens; a new case takes the new promises."""
    new = replace(record, state=transition.target, amended_at=now, revision=definition.case)
    if transition.target == definition.workflow.initial:
        current = edition.definition(record.register)
        new = replace(new, state=current.workflow.initial, revision=current.revision)
    return new, tuple(opened(definition, new, transition.opens, now, run))


def _open(opening: Opening, record: Record, now: datetime) -> bool:
    return opening.when is None or holds(opening.when, record.flat(), now)


def filled(opening: Opening, record: Record, responsible: str | None = None) -> dict[str, Any]:
    """The facts that the opening fills in: constants, ``{field}``, ``{self}``, ``{responsible}``."""
    known = known_facts(record, responsible=responsible)
    return {key: filled_in(value, known) for key, value in opening.fill.items()}

"""What one reader knows of the office's registers: those she may read or enter in, and their fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regbook.errors import NotFound
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.services.edition import Edition

MOST_KNOWN = 20_000
"""What is kept at once of readers and registers; beyond it, it is found anew as it is asked for."""


@dataclass(frozen=True, slots=True)
class Known:
    """A register as one reader knows it: what some rule lets her do, and the fields that exist for her."""

    definition: Definition
    verbs: frozenset[str]
    fields: tuple[str, ...]


def known_registers(edition: Edition, actor: Actor, now: datetime) -> tuple[Known, ...]:
    """Every register that the reader knows, in the order of their ids."""
    read = edition.policy.registers(actor.person, "read")
    enter = edition.policy.registers(actor.person, "enter")
    names = sorted((read | enter) & edition.registers.keys())
    return tuple(_known(edition, actor, each, now) for each in names)


def known_register(edition: Edition, actor: Actor, register: str, now: datetime) -> Known:
    """One register that the reader knows.

    Raises:
        NotFound: there is none of that id, or none that she may know of.
    """
    if register in edition.registers:
        found = _known(edition, actor, register, now)
        if found.verbs & {"read", "enter"}:
            return found
    raise NotFound


def _known(edition: Edition, actor: Actor, register: str, now: datetime) -> Known:
    definition = edition.definition(register)
    scopes = [edition.policy.scope(actor.person, definition, verb, now) for verb in ("read", "enter")]
    kept = edition.known.get((actor.person, register))
    if kept is not None and kept[0] is scopes[0] and kept[1] is scopes[1]:
        return kept[2]  # type: ignore[no-any-return]
    fields = tuple(
        each.key
        for each in definition.fields.values()
        if any(scope.knows(each.key) and each.secrecy <= scope.clearance for scope in scopes)
    )
    made = Known(definition, edition.policy.verbs(actor.person, definition), fields)
    if len(edition.known) >= MOST_KNOWN:
        edition.known.clear()
    edition.known[actor.person, register] = (*scopes, made)
    return made

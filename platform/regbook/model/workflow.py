"""States, transitions and approval steps of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Condition = Mapping[str, Any]
"""The short form or a JSON Schema on a record's facts (rules/conditions.py)."""

Who = tuple[str, ...]
"""One or more who-texts, united: ``("head",)``, ``("role:finance", "owner")`` (rules/who.py)."""

DRAFT = "draft"
CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Giving:
    """Need-to-know that a state gives: of the records in a field, to whom, which verbs, until when.

    ``verbs`` are named, or the field that holds them; ``fields`` is the field that holds those of the target.
    """

    of: str
    to: Who
    verbs: tuple[str, ...] | str
    until: str
    fields: str | None = None


@dataclass(frozen=True, slots=True)
class Classifying:
    """Secrecy that a state decides: of the record in a field, by the fields of its level and its term.

    Only where it ``lowers`` may a level fall or a term end sooner.
    """

    of: str
    level: str
    until: str
    lowers: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """One state. ``assign`` says who must act in it; ``waits_for`` moves it when a linked record arrives.

    ``never`` says who must not get it, though ``assign`` names them: the next one up does.

    ``sets`` is what entering it writes into the records that this one points to: ``{"task.due_at":
    "{granted_until}"}``; an empty field writes nothing, None empties. ``gives`` is what people are granted
    while the record is in it, ``classifies`` what it decides about the secrecy of another.
    """

    name: str
    title: str
    assign: Who = ()
    was: tuple[str, ...] = ()
    waits_for: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    never: Who = ()
    gives: Giving | None = None
    classifies: Classifying | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One approval that a transition waits for; ``options`` holds the keys of design's Approvals."""

    name: str
    of: Who
    mode: str = "all"
    title: str = ""
    when: Condition | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transition:
    """A named move from one of ``origins`` to ``target``, by whom, with the fields it needs filled.

    ``never`` says who must not make it, though ``by`` names them: the next one up does.
    """

    name: str
    title: str
    origins: tuple[str, ...]
    target: str
    by: Who
    needs: tuple[str, ...] = ()
    when: Condition | None = None
    steps: tuple[Step, ...] = ()
    reject: str | None = None
    opens: tuple[str, ...] = ()
    clause: str | None = None
    was: tuple[str, ...] = ()
    never: Who = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """The states a record of a register can be in, and the transitions between them."""

    initial: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...] = ()

    def transition(self, name: str) -> Transition | None:
        """The transition of that name."""
        return next((each for each in self.transitions if each.name == name), None)

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The transitions that start in the state."""
        return tuple(each for each in self.transitions if state in each.origins)

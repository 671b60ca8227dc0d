"""The hooks a plugin may implement. Arguments come in one order; a plugin names the subset it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pluggy

from regbook.errors import Problem
from regbook.model.definition import Definition
from regbook.model.effects import Effect
from regbook.model.kind import Kind
from regbook.model.people import Actor
from regbook.model.promises import Deadline, Penalty, Timer
from regbook.model.record import Record
from regbook.model.workflow import Transition

if TYPE_CHECKING:
    from regbook.hooks.views import Office, People

NAME = "regbook"
spec = pluggy.HookspecMarker(NAME)
hook = pluggy.HookimplMarker(NAME)


@spec
def field_kinds() -> Iterable[Kind]:  # type: ignore[empty-body]
    """Field kinds, kept as text, that definitions may use; a name that is taken is an error at start."""


@spec
def check_definition(definition: Definition) -> Iterable[Problem]:  # type: ignore[empty-body]
    """Problems in the plugin's own section of the definition; paths start below the section."""


@spec
def derive_fields(definition: Definition, record: Record, actor: Actor) -> Mapping[str, Any]:  # type: ignore[empty-body]
    """Computed values by field key; two plugins answering the same field is an error."""


@spec
def check_record(  # type: ignore[empty-body]
    definition: Definition, record: Record, previous: Record | None, actor: Actor
) -> Iterable[Problem]:
    """Problems of what is to be stored."""


@spec
def check_transition(  # type: ignore[empty-body]
    definition: Definition, record: Record, transition: Transition, actor: Actor
) -> Iterable[Problem]:
    """Problems that refuse the transition."""


@spec
def transition_made(  # type: ignore[empty-body]
    definition: Definition, record: Record, transition: Transition, actor: Actor, now: datetime
) -> Iterable[Effect]:
    """Effects of a transition that has been made; ``record`` is what it became."""


@spec(firstresult=True)
def assignees_for(
    definition: Definition, record: Record, state: str, step: str | None, people: People, office: Office
) -> Iterable[str] | None:
    """Who must act in the state, or decide the approval step; None leaves it to the definition.

    ``step`` is ``"transition/step"``, or None for the state itself. Whoever is kept apart, may not know of
    the record, or is its owner (of a step) is left out; an answer of which nobody is left is none.
    """


@spec(firstresult=True)
def due_at(
    definition: Definition, record: Record, deadline: Deadline, start: datetime, office: Office
) -> datetime | None:
    """When the deadline is due, or None for its span; asked as it starts, and as its start moves."""


@spec
def deadline_passed(  # type: ignore[empty-body]
    definition: Definition, record: Record, timer: Timer, people: People, office: Office, now: datetime
) -> Iterable[Effect]:
    """Effects of a timer that fired: the deadline itself, a rung, a round or a warning."""


@spec(firstresult=True)
def penalty_for(
    definition: Definition, record: Record, timer: Timer, people: People, office: Office, now: datetime
) -> Penalty | None:
    """What one round of lateness costs, or None when the plugin has no rule for it."""


@spec(firstresult=True)
def deliver(notice: Mapping[str, Any]) -> bool | None:
    """True when the notice was sent. The only hook that may do input and output.

    ``notice`` has ``id`` (the same when it is sent again), ``person``, ``name``, ``account``, ``code``,
    ``text`` (by language, ``zh`` and ``en``), ``register``, ``record`` and ``at``.
    """

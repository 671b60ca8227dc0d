"""What plugin authors import: the hook marker, the nouns a hook is given, and the effects it may answer.

>>> from regbook.hooks import hook, Notify
>>> @hook
... def transition_made(definition, record, transition, actor, now):
...     return [Notify((record.owner,), "moved", {})]
"""

from regbook.errors import Problem
from regbook.hooks.kinds import text_kind
from regbook.hooks.manager import Asked, Hooks, load_plugins
from regbook.hooks.specs import hook
from regbook.hooks.views import Office, People
from regbook.model.definition import Definition
from regbook.model.effects import (
    Accrue,
    AddLine,
    Assign,
    Effect,
    Enter,
    Grant,
    Move,
    MoveTimer,
    Notify,
    Release,
    Reverse,
    Revoke,
    SetField,
    StartTimer,
    StopTimer,
)
from regbook.model.kind import Kind
from regbook.model.people import Actor
from regbook.model.promises import Deadline, Penalty, Timer
from regbook.model.record import Record
from regbook.model.workflow import Transition

__all__ = [
    "Accrue",
    "Actor",
    "AddLine",
    "Asked",
    "Assign",
    "Deadline",
    "Definition",
    "Effect",
    "Enter",
    "Grant",
    "Hooks",
    "Kind",
    "Move",
    "MoveTimer",
    "Notify",
    "Office",
    "Penalty",
    "People",
    "Problem",
    "Record",
    "Release",
    "Reverse",
    "Revoke",
    "SetField",
    "StartTimer",
    "StopTimer",
    "Timer",
    "Transition",
    "hook",
    "load_plugins",
    "text_kind",
]

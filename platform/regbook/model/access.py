"""Access rules as written, and the scope they become for one reader: a value without any rule of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

VERBS = (
    *("enter", "read", "match", "range", "amend", "move", "withdraw", "comment"),
    *("attach", "print", "export", "import", "unmask", "destroy"),
)
SCOPES = ("all", "own", "assigned", "party", "department", "subtree", "line")
RELATIONS = ("assignee", "copied", "subject", "party")
LEVELS = ("公开", "内部", "秘密", "机密", "绝密")
ROLE_LEVEL = 3
"""No rule for a role reaches above 机密; 绝密 is reached by grants alone."""


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One line of a definition's access: who may do what, on which part of the register.

    ``who`` is ``("role", name)``, ``("post", id)`` or ``("who", text)``. ``deny`` and ``only`` name fields.
    """

    who: tuple[str, str]
    do: tuple[str, ...]
    scope: str = "all"
    deny: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    up_to: int = ROLE_LEVEL
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class LevelAtMost:
    """The record's effective level is no higher than this."""

    level: int


@dataclass(frozen=True, slots=True)
class OwnerIn:
    """The record's owner is one of these people."""

    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class DepartmentIn:
    """The record's department is one of these."""

    departments: frozenset[str]


@dataclass(frozen=True, slots=True)
class Related:
    """A relation row of one of the kinds ties the record to one of the people or departments.

    ``field`` None means by any field; open and past assignments are both relations of kind assignee.
    """

    kinds: frozenset[str]
    people: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant gives the person the verb on the record now: one without fields, or one that names the field.

    Without ``field`` only a grant of the whole record counts.
    """

    person: str
    verb: str
    field: str | None = None


Atom = LevelAtMost | OwnerIn | DepartmentIn | Related | Granted
Term = tuple[Atom, ...]
"""All of these hold; the empty term always holds."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which records: any of ``allow`` holds and none of ``deny``. Without ``allow`` it is empty.

    >>> Reach(((),)).everything, Reach().nothing
    (True, True)
    """

    allow: tuple[Term, ...] = ()
    deny: tuple[Term, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether no record can be reached."""
        return not self.allow or () in self.deny

    @property
    def everything(self) -> bool:
        """Whether every record is reached."""
        return () in self.allow and not self.deny


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of one register that one reader may see (or act on), for one verb, until ``valid_until``.

    ``fields`` holds the reach of each field whose reach is not that of its record: an empty reach means
    that the field does not exist for this reader. ``clearance`` bounds levels; ``person`` is the reader.
    """

    register: str
    verb: str
    person: str | None
    records: Reach
    fields: Mapping[str, Reach] = field(default_factory=dict)
    clearance: int = 1
    valid_until: datetime | None = None

    def knows(self, name: str) -> bool:
        """Whether the field exists for the reader at all."""
        reach = self.fields.get(name)
        return reach is None or not reach.nothing


@lru_cache(maxsize=4096)
def unbounded(register: str, verb: str, who: str) -> Scope:
    """The named scope of the engine itself: the clock, publishing, the sequencer. Never a person's."""
    return Scope(register, verb, f"engine:{who}", Reach(((),)), clearance=len(LEVELS) - 1)

"""What decides and what ties: policy rows, relations, grants, and the verdict they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regbook.model.access import ROLE_LEVEL

ANY = "*"
"""In a row's register, field or verb: every one. As a register it never reaches a private one."""
RECORD = "*row"
"""The field of a request (or row) that asks about the record as a whole."""
EVERYONE = "everyone"
"""The subject of rows that speak of relations: every active person bears it."""
EVER, NEVER = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
CARRIED = ("match", "range")
"""Verbs that ``read`` carries with it unless a rule names one of them itself."""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One rule as casbin has it. ``sub`` is ``role:x``, ``post:x`` or ``everyone``; ``fld`` a key, * or *row.

    ``nbf`` and ``exp`` are instants as text (string order is time order); ``id`` is what a verdict names.
    """

    sub: str
    dom: str
    fld: str
    act: str
    scope: str = "all"
    lvl: int = ROLE_LEVEL
    nbf: str = EVER
    exp: str = NEVER
    eft: str = "allow"
    clause: str | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Someone (or a department) has to do with a record: kind assignee, copied, subject or party.

    ``field`` names the field that says so; from ``until`` on it gives nothing, None is for good. An
    assignment that is over stays a relation: ``until`` is not its end.
    """

    register: str
    record: str
    kind: str
    person: str | None = None
    department: str | None = None
    field: str | None = None
    until: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        """Whether the relation still gives anything."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """Need-to-know for a person on a record from ``start`` until ``end`` (None: until it is revoked).

    Without ``fields`` it gives the record and every field no deny keeps; with them it adds those fields
    to a record that she reaches already. A read grant carries match and range.
    """

    id: str
    register: str
    record: str
    person: str
    verbs: frozenset[str]
    start: datetime
    giver: str
    reason: str
    end: datetime | None = None
    fields: frozenset[str] = frozenset()

    def gives(self, person: str, verb: str, field: str | None, now: datetime) -> bool:
        """Whether it gives the person the verb now, on the whole record or on the field asked."""
        named = not self.fields or (field is not None and field in self.fields)
        lasts = self.start <= now and (self.end is None or now < self.end)
        return self.person == person and verb in self.verbs and named and lasts


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no, and the id of the policy row that said so: empty when no row allowed."""

    allowed: bool
    rule: str = ""

    def __bool__(self) -> bool:
        """Whether it was allowed."""
        return self.allowed


@dataclass(frozen=True, slots=True)
class Reason:
    """How one row stands to a question: whether it applies, and which of its conditions do not hold."""

    row: PolicyRow
    applies: bool
    fails: tuple[str, ...] = ()

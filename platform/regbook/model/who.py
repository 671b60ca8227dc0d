"""Who, as a definition says it: the nouns that name people by their place, before anyone is looked up.

``str`` of a noun is its text in a definition: ``str(Superior(2, Head()))`` is ``superior+1(head)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class Owner:
    """The person who entered the record."""

    def __str__(self) -> str:
        return "owner"


@dataclass(frozen=True, slots=True)
class Assignee:
    """Whoever the record waits for now."""

    def __str__(self) -> str:
        return "assignee"


@dataclass(frozen=True, slots=True)
class Responsible:
    """The person a deadline runs against."""

    def __str__(self) -> str:
        return "responsible"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whoever the initiator chose."""

    def __str__(self) -> str:
        return "chosen"


@dataclass(frozen=True, slots=True)
class GeneralManager:
    """The head of the whole office."""

    def __str__(self) -> str:
        return "gm"


@dataclass(frozen=True, slots=True)
class FieldPerson:
    """The people a field names; of a department field, its head. ``lines.owner`` is a field of every line."""

    field: str

    def __str__(self) -> str:
        return f"field:{self.field}"


@dataclass(frozen=True, slots=True)
class Role:
    """Everyone who holds a role."""

    name: str

    def __str__(self) -> str:
        return f"role:{self.name}"


@dataclass(frozen=True, slots=True)
class Post:
    """The holders of a post in the record's department, else in the nearest unit above that has one."""

    name: str

    def __str__(self) -> str:
        return f"post:{self.name}"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a department: the record's, or that of ``start``."""

    start: WhoTerm | None = None

    def __str__(self) -> str:
        return "head" + _within(self.start)


@dataclass(frozen=True, slots=True)
class DivisionHead:
    """The head of the division that a department belongs to: the record's, or that of ``start``."""

    start: WhoTerm | None = None

    def __str__(self) -> str:
        return "division_head" + _within(self.start)


@dataclass(frozen=True, slots=True)
class Superior:
    """The superior ``n`` levels up: of ``start``, else of the responsible person, else of the owner."""

    n: int = 1
    start: WhoTerm | None = None

    def __str__(self) -> str:
        return ("superior" if self.n == 1 else f"superior+{self.n - 1}") + _within(self.start)


@dataclass(frozen=True, slots=True)
class CommonSuperior:
    """The lowest person above both."""

    one: WhoTerm
    other: WhoTerm

    def __str__(self) -> str:
        return f"common_superior({self.one}, {self.other})"


@dataclass(frozen=True, slots=True)
class Chain:
    """Every level in turn, from one person up the line to another."""

    start: WhoTerm
    end: WhoTerm

    def __str__(self) -> str:
        return f"chain({self.start}, {self.end})"


# Recursive aliases need the old spelling on 3.11.
WhoTerm = Union[  # noqa: UP007
    Owner, Assignee, Responsible, Chosen, GeneralManager, FieldPerson, Role, Post, Head, DivisionHead,
    Superior, CommonSuperior, Chain,
]  # fmt: skip


def terms_in(term: WhoTerm) -> Iterator[WhoTerm]:
    """The noun itself and every noun in its arguments."""
    yield term
    match term:
        case Head(start) | DivisionHead(start) | Superior(_, start) if start is not None:
            yield from terms_in(start)
        case CommonSuperior(one, other) | Chain(one, other):
            yield from terms_in(one)
            yield from terms_in(other)


def _within(start: WhoTerm | None) -> str:
    return "" if start is None else f"({start})"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The people a who stands for, in order, each once; and who or what was passed over, with the code why.

    ``people`` is empty only when not even the role process_admin has a holder who may.
    """

    people: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()

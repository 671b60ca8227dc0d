"""The clause book: the provisions of a regulation that rules implement, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AnsweredBy = Literal["register", "capability", "principle"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One provision, cited by its number: ``DWM 6.4``.

    ``leaf`` is False for a clause that only heads its sub-clauses: it has a heading, they have the
    summaries. ``answered_by`` says what makes the clause true: a register, a capability of the platform
    (named in ``capability``), or nothing to run, because it states a principle.
    """

    number: str
    answered_by: AnsweredBy
    heading: str = ""
    summary: str = ""
    capability: str = ""
    leaf: bool = True

    @property
    def operative(self) -> bool:
        """Whether something has to make the clause true: a leaf that is no principle."""
        return self.leaf and self.answered_by != "principle"


@dataclass(frozen=True, slots=True)
class Regulation:
    """One regulation: its code, its title, its clauses in the order of the text."""

    code: str
    title: str
    clauses: tuple[Clause, ...]

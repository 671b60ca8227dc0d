"""Before a publish: the scenarios of the registers that it changes hold, played as the next revision says."""

from __future__ import annotations

from collections.abc import Iterator

from regbook.errors import DefinitionInvalid, Problem
from regbook.hooks import Hooks
from regbook.services.library import Library
from regbook.services.publishing import Proposal
from regbook.services.rehearsing import Rehearsal


def must_hold(hooks: Hooks, proposal: Proposal) -> None:
    """Plays the scenarios of every register that changes, and of no other.

    Raises:
        DefinitionInvalid: some do not hold; each is named, with what was wanted and found.
    """
    registers = [new.register for _, new, _ in proposal.changed]
    problems = [each for register in registers for each in _failing(hooks, proposal.library, register)]
    if problems:
        raise DefinitionInvalid(problems, code="publish-unproven")


def _failing(hooks: Hooks, library: Library, register: str) -> Iterator[Problem]:
    file, raw = library.registers[register]
    if not raw.get("scenarios"):
        return
    _, failures = Rehearsal(library, hooks, register).run()
    for each in failures:
        at = "/".join(each.problem.path.split("/")[:3])
        yield Problem(f"{file}#{at}", "publish-scenario", {"scenario": each.scenario})
        yield Problem(f"{file}#{each.problem.path}", each.problem.code, each.problem.values)

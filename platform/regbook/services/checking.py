"""``regbook check``: every problem of every file at once, and what the clauses' figures are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from regbook.access.rows import policy_rows
from regbook.errors import DefinitionInvalid, Problem, RegbookError
from regbook.hooks import Hooks
from regbook.model.access import LEVELS
from regbook.model.clause import Regulation
from regbook.model.world import GIVEN_ROLES, World
from regbook.rules.calendars import calendar_from
from regbook.rules.checking import definition_problems
from regbook.rules.checking.mending import mended
from regbook.rules.checking.organisation import organisation_problems
from regbook.rules.checking.shape import shape_problems
from regbook.rules.clauses import clause_index, figures, problems_of_book, regulation_from, unimplemented
from regbook.rules.kinds import KINDS
from regbook.rules.reading import definition_from
from regbook.services.library import FileProblem, Library
from regbook.services.loading import bindings


@dataclass(frozen=True, slots=True)
class Report:
    """What ``regbook check`` found; ``clauses`` and ``scenarios`` are figures, ``problems`` refuse."""

    registers: int
    clauses: Mapping[str, int]
    scenarios: Mapping[str, int] = field(default_factory=lambda: {"run": 0, "failed": 0})
    problems: tuple[FileProblem, ...] = ()

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The report as a machine reads it."""
        return {
            "registers": self.registers,
            "clauses": dict(self.clauses),
            "scenarios": dict(self.scenarios),
            "problems": [each.as_json(language) for each in self.problems],
        }


def check(library: Library, hooks: Hooks, *, complete: bool = False) -> Report:
    """Checks every file of a folder against the format and against each other.

    ``complete`` makes an operative clause that nothing implements a problem, and a text without its
    translation: without one, people read it as it was written.
    """
    problems = list(library.problems)
    books = _books(library, problems)
    problems += _calendar_problems(library)
    found = shape_problems(library.organisation, "organisation") if library.organisation else ()
    # Files are judged beside each other as if each could be read.
    readable = {name: (file, mended(raw).raw) for name, (file, raw) in library.registers.items()}
    around = replace(library, registers=readable, organisation={} if found else library.organisation)
    world = world_of(around, hooks, books)
    if not complete:
        world = replace(world, languages=())
    if library.organisation:
        wrong = organisation_problems(library.organisation, world)
        problems += [FileProblem("organisation.json", each) for each in wrong]
    for file, raw in library.registers.values():
        faults = definition_problems(raw, world)
        problems += [FileProblem(file, each) for each in faults]
        problems += [FileProblem(file, each) for each in deeper_problems(raw, hooks, faults)]
    cited = set(cited_clauses(library.raw().values()))
    if complete:
        problems += [
            FileProblem(f"regulations/{each.number.split()[0]}.json", _unimplemented(each.number))
            for each in unimplemented(books, cited)
        ]
    return Report(len(library.registers), figures(books, cited), problems=tuple(problems))


def world_of(library: Library, hooks: Hooks, books: Iterable[Regulation]) -> World:
    """The names that a definition of the folder may use; without an organisation they are not judged."""
    organisation = library.organisation
    known = bool(organisation)
    return World(
        registers=library.raw(),
        roles=frozenset(organisation.get("roles", {})) | frozenset(GIVEN_ROLES) if known else None,
        settings=organisation.get("settings", {}) if known else None,
        levels=tuple(organisation.get("scheme", {}).get("levels", LEVELS)),
        bound={noun: each.register for noun, each in bindings(organisation).items()},
        clauses=frozenset(clause_index(tuple(books))) or None,
        plugins={name: each.settings for name, each in hooks.plugins.items()},
        kinds=frozenset(KINDS),
    )


def deeper_problems(raw: Mapping[str, Any], hooks: Hooks, faults: Sequence[Problem]) -> list[Problem]:
    """What plugins and the policy find wrong in a definition, as far as its other faults let it be read."""
    whole = mended(raw)
    try:
        found = [*plugin_problems(whole.raw, hooks), *access_problems(whole.raw)]
    except (RegbookError, LookupError, ValueError):
        if not faults:
            raise
        return []  # what keeps it from being read is told already
    return [each for each in whole.told(found) if not any(each.path == told.path for told in faults)]


def plugin_problems(raw: Mapping[str, Any], hooks: Hooks) -> list[Problem]:
    """What the plugins find wrong in their own sections of a definition."""
    definition = definition_from(raw)
    return [
        Problem(f"/plugins/{name}{each.path}", each.code, each.values)
        for name, answer in hooks.every("check_definition", definition=definition)
        for each in answer
    ]


def access_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """What keeps the definition's access from becoming policy."""
    try:
        policy_rows(definition_from(raw))
    except DefinitionInvalid as error:
        return list(error.problems)
    return []


def cited_clauses(values: Iterable[Any]) -> Iterable[str]:
    """Every clause that a definition cites, anywhere in it."""
    for value in values:
        if isinstance(value, Mapping):
            if isinstance(value.get("clause"), str):
                yield value["clause"]
            yield from (each for each in value.get("clauses", ()) if isinstance(each, str))
            yield from cited_clauses(value.values())
        elif isinstance(value, list):
            yield from cited_clauses(value)


def _books(library: Library, problems: list[FileProblem]) -> tuple[Regulation, ...]:
    books = []
    for code, raw in library.regulations.items():
        found = problems_of_book(raw)
        problems += [FileProblem(f"regulations/{code}.json", each) for each in found]
        if not found:
            books.append(regulation_from(raw))
    return tuple(books)


def _calendar_problems(library: Library) -> list[FileProblem]:
    try:
        calendar_from(library.calendar)
    except DefinitionInvalid as error:
        return [FileProblem("calendar.json", each) for each in error.problems]
    return []


def _unimplemented(number: str) -> Problem:
    return Problem("", "clause-not-implemented", {"clause": number})

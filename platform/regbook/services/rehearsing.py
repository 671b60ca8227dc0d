"""Scenarios: a definition's own examples, run by the very same engine on a scratch office in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from regbook.errors import NotFound, Problem, RegbookError
from regbook.hooks import Hooks, load_plugins
from regbook.model.access import unbounded
from regbook.model.people import Actor
from regbook.model.query import Query, Sort
from regbook.model.record import Record
from regbook.model.timing import Span
from regbook.rules import worktime
from regbook.services import finding, moving, recording, timekeeping
from regbook.services.checking import Report
from regbook.services.library import FileProblem, Library, read_library
from regbook.services.office import Office
from regbook.services.sample import Sample, sample_office

_NEWEST = re.compile(r"([a-z][a-z0-9_]*/)?\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Failure:
    """A scenario that did not hold: where in the file, and what was wanted and found."""

    register: str
    scenario: str
    problem: Problem


class Rehearsal:
    """One scratch office for the scenarios of one register; each is played in a copy of its own."""

    def __init__(self, library: Library, hooks: Hooks, register: str) -> None:
        self.library, self.register = library, register
        self.sample = sample_office(library, hooks, register)
        with self.sample.office.store.reading() as reading:
            self.sample.office.edition(reading)

    def run(self) -> tuple[int, list[Failure]]:
        """How many scenarios were run, and those that failed."""
        scenarios = self.library.registers[self.register][1].get("scenarios", ())
        failures = []
        for n, scenario in enumerate(scenarios):
            failure = self._scenario(n, scenario)
            if failure is not None:
                failures.append(failure)
        return len(scenarios), failures

    def _scenario(self, n: int, scenario: Mapping[str, Any]) -> Failure | None:
        stage = Stage(self.sample.copied(), self.register)
        path = f"/scenarios/{n}"
        try:
            for k, step in enumerate(scenario["steps"]):
                problem = stage.step(step, f"{path}/steps/{k}")
                if problem is not None:
                    return Failure(self.register, scenario["name"], problem)
            problem = stage.compare(scenario.get("then", {}), f"{path}/then")
            return None if problem is None else Failure(self.register, scenario["name"], problem)
        finally:
            stage.office.store.close()


class Stage:
    """A scenario being played: the sample office, the clock, the record it is about."""

    def __init__(self, sample: Sample, register: str) -> None:
        self.sample, self.register = sample, register
        self.office: Office = sample.office
        self.entered: dict[str, list[str]] = {}

    @property
    def record(self) -> str | None:
        """The record that the scenario is about: the newest of its register, whoever entered it."""
        return self.newest(self.register)

    def newest(self, register: str) -> str | None:
        """The id of the newest record of a register: the one a step entered last, else the engine's."""
        if register in self.entered:
            return self.entered[register][-1]
        with self.office.store.reading() as reading:
            edition = self.office.edition(reading)
            if register not in edition.registers:
                return None
            scope = unbounded(register, "read", "rehearsal")
            query = Query(sort=(Sort("entered_at", descending=True),), limit=1)
            page = reading.records.page(edition.definition(register), query, scope, self.sample.time)
        return page.records[0].id if page.records else None

    def meant(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts of a step, ``{task}`` read as the newest task, ``task/{task}`` as a reference to it."""
        return {key: self._meant(value) for key, value in facts.items()}

    def _meant(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._meant(each) for each in value]
        if isinstance(value, Mapping):
            return self.meant(value)
        named = _NEWEST.fullmatch(value) if isinstance(value, str) else None
        if named is None:
            return value
        found = self.newest(named[2])
        return f"{named[1]}{found}" if named[1] else found

    def step(self, step: Mapping[str, Any], path: str) -> Problem | None:
        """Plays one step; answers what was not as the step says."""
        self._advance(step)
        if "sees" in step:
            return self._sees(step, path)
        if not {"enter", "do", "amend", "withdraw", "discard", "submit"} & set(step):
            return None
        refused = step.get("refused")
        try:
            self._act(step)
        except RegbookError as error:
            codes = [error.code, *(each.code for each in error.problems)]
            if refused in codes:
                return None
            said = "; ".join([error.text(), *(f"{each.path} {each.text()}" for each in error.problems)])
            return Problem(path, "scenario-refused", {"said": f"{'/'.join(codes)}: {said}"})
        return None if refused is None else Problem(path, "scenario-not-refused", {"code": refused})

    def _advance(self, step: Mapping[str, Any]) -> None:
        if "at" in step:
            self.sample.time = datetime.fromisoformat(step["at"]).astimezone(UTC)
        if "after" in step:
            with self.office.store.reading() as reading:
                calendar = self.office.edition(reading).calendar
            self.sample.time = worktime.add_span(self.sample.time, Span.parse(step["after"]), calendar)
        timekeeping.tick(self.office, by="rehearsal")

    def _act(self, step: Mapping[str, Any]) -> None:
        actor = self.actor(step.get("as", "staff"))
        register = step.get("in", self.register)
        facts = self.meant({**step.get("enter", {}), **step.get("with", {}), **step.get("amend", {})})
        if "enter" in step:
            made = recording.enter(self.office, actor, register, facts, draft=step.get("draft", False))
            self.entered.setdefault(register, []).append(made.id)
            return
        record = self.newest(register)
        if record is None:
            raise NotFound
        if "do" in step:
            moving.move(self.office, actor, register, record, step["do"], facts)
        elif "amend" in step:
            recording.amend(self.office, actor, register, record, facts)
        elif "submit" in step:
            recording.submit(self.office, actor, register, record, facts)
        elif "withdraw" in step:
            recording.withdraw(self.office, actor, register, record)

    def _sees(self, step: Mapping[str, Any], path: str) -> Problem | None:
        wanted = step["sees"]
        try:
            register = step.get("in", self.register)
            record = finding.read(self.office, self.actor(step["as"]), register, self.newest(register) or "")
            seen: Any = True
            if isinstance(wanted, list):
                seen = sorted(each for each in wanted if each in record.facts)
                wanted = sorted(wanted)
            elif isinstance(wanted, Mapping):
                seen = {key: key in record.facts for key in wanted}
        except NotFound:
            seen = False
        if seen == wanted:
            return None
        return Problem(path, "scenario-sees", {"who": step["as"], "wanted": wanted, "found": seen})

    def actor(self, name: str) -> Actor:
        """The person of the sample office that a scenario calls by this name."""
        return Actor("person", self.sample.person(name))

    def compare(self, then: Mapping[str, Any], path: str) -> Problem | None:
        """Holds the end of the scenario against what it says."""
        found = {key: _FOUND[key](self, wanted) for key, wanted in then.items()}
        for key, wanted in then.items():
            if found[key] != wanted:
                return Problem(f"{path}/{key}", "scenario-then", {"wanted": wanted, "found": found[key]})
        return None

    def current(self) -> Record:
        """The scenario's record as the engine sees it."""
        return finding.read(self.office, self.sample.system, self.register, self.record or "")

    def _state(self, wanted: Any) -> Any:
        return self.current().state

    def _due(self, wanted: Mapping[str, str]) -> Any:
        with self.office.store.reading() as reading:
            due = {
                each.deadline: each.due
                for each in reading.timers.of(self.register, self.record or "", open_only=False)
            }
        found = {}
        for name, text in wanted.items():
            at = due.get(name)
            same = at is not None and at == datetime.fromisoformat(text)
            found[name] = text if same else (at.isoformat() if at else None)
        return found

    def _escalated(self, wanted: list[str]) -> Any:
        with self.office.store.reading() as reading:
            found = reading.assignments.of(self.register, self.record or "", open_only=False)
            timers = reading.timers.of(self.register, self.record or "", open_only=False)
        rungs = [each for each in found if each.kind == "rung"]
        names = []
        for each in rungs:
            responsible = next((t.person for t in timers if t.deadline == each.source), None)
            line = self.sample.line(responsible)
            known = line.index(each.person) if each.person in line else -1
            names.append(
                "superior" + (f"+{known}" if known else "") if known >= 0 else self.sample.called(each.person)
            )
        return names

    def _assigned(self, wanted: Any) -> Any:
        with self.office.store.reading() as reading:
            found = reading.assignments.of(self.register, self.record or "")
        return (
            sorted({self.sample.called(each.person, wanted) for each in found})
            if isinstance(wanted, list)
            else (self.sample.called(found[-1].person, [wanted]) if found else None)
        )

    def _penalty(self, wanted: Mapping[str, Any]) -> Any:
        totals: dict[str, dict[str, Any]] = {}
        with self.office.store.reading() as reading:
            accruals = reading.accruals.of(self.register, self.record or "")
        for each in accruals:
            total = totals.setdefault(each.deadline, {"hours": Decimal(0), "amount": Decimal(0), "of": set()})
            total["hours"] += each.hours
            total["amount"] += each.amount
            total["of"].add(each.person)
        return {name: self._as_wanted(total, wanted.get(name, {})) for name, total in totals.items()}

    def _as_wanted(self, total: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
        named = [wanted["of"]] if isinstance(wanted.get("of"), str) else wanted.get("of", [])
        people = sorted(self.sample.called(each, named) for each in total["of"])
        found = {"hours": total["hours"], "of": people if isinstance(wanted.get("of"), list) else people[0]}
        if "amount" in wanted:
            found["amount"] = f"{total['amount']:.2f}"
        return {key: found[key] for key in found if key in wanted}

    def _facts(self, wanted: Mapping[str, Any]) -> Any:
        facts = self.current().flat()
        return {key: facts.get(key) for key in wanted}

    def _opened(self, wanted: Any) -> Any:
        entered = dict.fromkeys(self.entered, 1)
        counts = {name: number - entered.get(name, 0) for name, number in self.sample.opened().items()}
        if isinstance(wanted, list):
            return sorted(each for each in counts if each in wanted)
        return {register: counts.get(register, 0) for register in wanted}

    def _told(self, wanted: list[str]) -> Any:
        told = self.sample.told(self.register, self.record or "")
        return [name for name in wanted if self.sample.person(name) in told]


_FOUND = {
    "state": Stage._state,
    "due": Stage._due,
    "escalated_to": Stage._escalated,
    "assigned": Stage._assigned,
    "penalty": Stage._penalty,
    "facts": Stage._facts,
    "opened": Stage._opened,
    "told": Stage._told,
}

__all__ = ["Failure", "Rehearsal"]


def with_scenarios(report: Report, library: Library, plugins: Path, only: Iterable[str] = ()) -> Report:
    """The report with the scenarios played: of all registers, or of those named; each failure a problem.

    Registers are played beside each other, one process a core.
    """
    wanted = sorted((set(only) or set(library.registers)) & set(library.registers))
    places = [(library.folder, plugins, each) for each in wanted]
    if len(places) > 2:
        with ProcessPoolExecutor() as pool:
            outcomes = list(pool.map(play, places))
    else:
        outcomes = [play(each) for each in places]
    problems = [
        FileProblem(library.registers[register][0], each.problem)
        for register, (_, failures) in zip(wanted, outcomes, strict=True)
        for each in failures
    ]
    run = sum(count for count, _ in outcomes)
    figures = {"run": run, "failed": len(problems)}
    return replace(report, scenarios=figures, problems=(*report.problems, *problems))


def play(place: tuple[Path, Path, str]) -> tuple[int, list[Failure]]:
    """The scenarios of one register of a definitions folder, with the plugins of another folder."""
    folder, plugins, register = place
    library, hooks = _read(folder, plugins)
    return Rehearsal(library, hooks, register).run()


@cache
def _read(folder: Path, plugins: Path) -> tuple[Library, Hooks]:
    return read_library(folder), load_plugins(plugins)

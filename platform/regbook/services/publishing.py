"""Publishing: definitions and the office's own files become revisions that every process serves at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regbook.access import office_rows, policy_rows
from regbook.errors import Conflict, DefinitionInvalid, Problem
from regbook.model.definition import Definition
from regbook.model.office import StoredRevision
from regbook.model.people import Actor
from regbook.model.record import Entry
from regbook.rules import jsontext
from regbook.rules.reading import definition_from
from regbook.services import obliging, recounting
from regbook.services.checking import check
from regbook.services.library import Library, content_hash, read_library
from regbook.services.loading import calendar_of, policy_line
from regbook.services.office import Office
from regbook.services.proposing import ASKING, changes_in
from regbook.store import Reading, Work


@dataclass(frozen=True, slots=True)
class Published:
    """What a publish did: the new revision of each register that changed, and the office files that did."""

    registers: Mapping[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a publish would do: the registers and files that changed; by register, what each would do.

    ``library`` is the folder that it would publish.
    """

    library: Library
    changed: tuple[tuple[Definition | None, Definition, str], ...]
    files: Mapping[str, Any]
    changes: Mapping[str, tuple[Problem, ...]]

    @property
    def asks(self) -> tuple[Problem, ...]:
        """What somebody must agree to, each at its register and place."""
        return tuple(
            Problem(f"/{register}{each.path}", each.code, each.values)
            for register, several in self.changes.items()
            for each in several
            if each.code in ASKING
        )


Accept = Callable[[Proposal], None]
"""Looks at a proposal before it is carried out; what it raises is the answer, and nothing is published."""


def losing_nothing(proposal: Proposal) -> None:
    """Accepts what only adds.

    Raises:
        Conflict: something wants somebody's yes; every such thing is named.
    """
    if proposal.asks:
        raise Conflict(proposal.asks, code="publish-asks")


def publish(
    office: Office,
    actor: Actor,
    folder: Path,
    *,
    onto: int | None = None,
    accept: Accept = losing_nothing,
) -> Published:
    """Publishes what changed in a definitions folder: checks all, migrates, switches in one transaction.

    A register is taken when its content differs from the last revision that came from a file. ``onto``
    names the browser's revision that the files have been merged with.

    Raises:
        DefinitionInvalid: problems in any file; nothing is published.
        Conflict: a newer revision was made in the browser, or what would be done was not accepted.
    """
    proposal = propose(office, read_library(folder), onto)
    accept(proposal)
    for old, new, _ in proposal.changed:
        office.store.migrate(office.store.plan(old, new))
    if proposal.changed or proposal.files:
        with office.store.work() as work:
            switch(office, work, actor, proposal.changed, proposal.files)
    return Published({new.register: new.revision for _, new, _ in proposal.changed}, tuple(proposal.files))


def propose(office: Office, library: Library, onto: int | None = None) -> Proposal:
    """What publishing the library would do; nothing of it is done.

    Raises:
        DefinitionInvalid: problems in any file, or a change that would lose values.
        Conflict: a newer revision was made in the browser.
    """
    report = check(library, office.hooks)
    if report.problems:
        raise DefinitionInvalid(
            [
                Problem(f"{each.file}#{each.problem.path}", each.problem.code, each.problem.values)
                for each in report.problems
            ]
        )
    with office.store.reading() as reading:
        changed = _changed_registers(reading, library, onto)
        changes = {
            new.register: changes_in(reading, old, new, office.now()) for old, new, _ in changed if old
        }
        return Proposal(library, tuple(changed), _changed_files(reading, library), changes)


def _changed_registers(
    reading: Reading, library: Library, onto: int | None
) -> list[tuple[Definition | None, Definition, str]]:
    current = {each.register: each for each in reading.revisions.current()}
    changed: list[tuple[Definition | None, Definition, str]] = []
    refused = []
    for register, (_, raw) in library.registers.items():
        content, stored = content_hash(raw), current.get(register)
        if stored is None:
            changed.append((None, definition_from(raw, 1), content))
        elif stored.hash != content:
            if stored.source != "file" and onto != stored.revision:
                values = {"register": register, "revision": stored.revision}
                refused.append(Problem(f"/{register}", "newer-in-browser", values))
            old = definition_from(stored.raw, stored.revision)
            changed.append((old, definition_from(raw, stored.revision + 1), content))
    if refused:
        raise Conflict(refused)
    return changed


def _changed_files(reading: Reading, library: Library) -> dict[str, Any]:
    hashes = {each.name: each.hash for each in reading.office_files.current()}
    return {name: raw for name, raw in office_files(library).items() if hashes.get(name) != content_hash(raw)}


def office_files(library: Library) -> dict[str, Any]:
    """The files beside the registers that the engine keeps a published copy of, by name."""
    return {
        "organisation.json": library.organisation,
        "calendar.json": library.calendar,
        **{f"regulations/{code}.json": raw for code, raw in library.regulations.items()},
        **{f"policy/{name}": text for name, text in library.policy.items()},
    }


def switch(
    office: Office,
    work: Work,
    actor: Actor,
    changed: Sequence[tuple[Definition | None, Definition, str]],
    files: Mapping[str, Any],
) -> None:
    """Makes the revisions and files current, in the given transaction, and moves the epoch."""
    now = office.now()
    calendar = calendar_of(work) if "calendar.json" in files else None
    for _, new, content in changed:
        work.revisions.add(
            StoredRevision(new.register, new.revision, new.raw, content, "file", now, actor.name)
        )
        work.policy.replace(new.register, [policy_line(each) for each in policy_rows(new)])
        _journal(office, work, actor, new.register, "publish", {"revision": new.revision})
    for name, raw in files.items():
        text = raw if isinstance(raw, str) else jsontext.written(raw)
        if name == "policy/rules.csv":
            work.policy.replace("*", [policy_line(each) for each in office_rows(text)])
        work.office_files.put(name, text, content_hash(raw), now, actor.name)
        _journal(office, work, actor, "office", "publish", {"file": name})
    obliging.switched(office, work, [(old, new) for old, new, _ in changed])
    work.bump_epoch()
    # Only now: whoever was still writing by the old calendar is done, whoever writes next waits for this.
    if calendar is not None:
        recounting.recount(office, work, actor, calendar)


def _journal(
    office: Office, work: Work, actor: Actor, register: str, verb: str, values: Mapping[str, Any]
) -> None:
    entry = Entry(office.make_id(), register, None, office.now(), actor.name, verb, values=values)
    work.journal.write(entry, None)

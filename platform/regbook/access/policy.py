"""Who may do what in one epoch: casbin decides; the compiler of its matcher makes the scopes of lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import casbin

from regbook.access.asking import asking_for, held_record, levels_of, questions_of
from regbook.access.compiler import Compiler, Domain, Question
from regbook.access.deciding import Held, decide, enforcer_of, failing
from regbook.access.matcher import read_matcher
from regbook.access.reader import Reader, Readers
from regbook.errors import Problem, SettingsInvalid
from regbook.model.access import ROLE_LEVEL, VERBS, Reach, Scope
from regbook.model.definition import Definition
from regbook.model.people import Directory
from regbook.model.policy import (
    ANY,
    EVER,
    EVERYONE,
    NEVER,
    RECORD,
    HeldGrant,
    PolicyRow,
    Reason,
    Relation,
    Verdict,
)
from regbook.model.record import Record
from regbook.rules.kinds import date_time

MOST_READERS, MOST_KEPT = 2_000, 5_000
"""Readers kept at once, and what is kept of each; beyond it all is found anew as it is asked for."""
UNNAMED = "*field"
"""Stands for every field that no row names."""


@dataclass(frozen=True)
class Kept:
    """One reader, and what was found of her so far: scopes, verbs, menus, enforcers and verdicts."""

    reader: Reader
    found: dict[tuple[Any, ...], Any] = field(default_factory=dict)


class Policy:
    """Rows, people and model of one epoch. It never changes: a new epoch makes a new one.

    ``private`` names the registers that no office-wide row reaches; what ``before`` found of whoever has
    not changed, under the same rows, is taken over. A person who is None, unknown or gone
    may nothing. Safe to use from many threads: what it keeps is only ever added.

    Raises:
        SettingsInvalid: the model cannot be compiled, or a row of a role reaches the highest level.
    """

    def __init__(
        self,
        rows: Iterable[PolicyRow],
        directory: Directory,
        model: str,
        private: Iterable[str] = (),
        before: Policy | None = None,
    ) -> None:
        self.rows = tuple(rows)
        self.private = frozenset(private)
        self._matcher = read_matcher(model)
        self._compiler = Compiler(self._matcher)
        self._readers = Readers(directory)
        self._by_register: dict[str, list[PolicyRow]] = {}
        problems = []
        for n, row in enumerate(self.rows):
            if row.lvl > ROLE_LEVEL and row.scope != "granted":
                problems.append(Problem(f"/policy/{n}", "policy-level", {"rule": row.id}))
            self._by_register.setdefault(row.dom, []).append(row)
        if problems:
            raise SettingsInvalid(problems)
        self._kept: dict[str, Kept] = {}
        same = before is not None and (before.rows, before.private) == (self.rows, self.private)
        self._before = before._kept if before and same and before._matcher.text == model else {}

    def scope(self, person: str | None, definition: Definition, verb: str, now: datetime) -> Scope:
        """The part of the register the person may do the verb on; ``fields`` are those that differ.

        Visible is what the record's reach *and* the field's reach hold. Drafts are the store's conjunct.
        """
        reader = self._reader(person)
        if reader is None:
            return Scope(definition.register, verb, person, Reach(), clearance=0)
        key, found = ("scope", definition.register, verb), self._found(reader)
        kept = found.get(key)
        if kept and kept[0] is definition and kept[1] <= now and _before(now, kept[2].valid_until):
            return kept[2]  # type: ignore[no-any-return]
        since, until = self._window(reader, definition.register, now)
        made = self._compiled(reader, definition, verb, now, until)
        found[key] = (definition, since, made)
        return made

    def may(
        self,
        person: str | None,
        definition: Definition,
        record: Record | None,
        verb: str,
        now: datetime,
        relations: Collection[Relation] = (),
        grants: Collection[HeldGrant] = (),
        field: str | None = None,
    ) -> Verdict:
        """casbin's decision, and the id of the row that explains it.

        Without a record it is asked of the one she would enter now: her own, in her unit, without level.
        With a field, record and field must both be allowed.
        """
        reader = self._reader(person)
        questions = questions_of(definition, field)
        if reader is None or questions is None:
            return Verdict(False)
        enforcers = self._enforcers_of(reader, definition.register, verb)
        held = held_record(reader, definition, record, relations, grants, now)
        domain = Domain(definition.register, definition.private)
        verdict = Verdict(False)
        for name, floor in questions:
            at_level = held if floor <= held.level else dataclasses.replace(held, level=floor)
            verdict = self._decided(enforcers, reader, domain, at_level, name, verb)
            if not verdict:
                break
        return verdict

    def _decided(
        self,
        enforcers: tuple[casbin.Enforcer, ...],
        reader: Reader,
        domain: Domain,
        held: Held,
        name: str,
        verb: str,
    ) -> Verdict:
        """casbin's decision; one that asked no relation nor grant holds for every record that stands alike.

        It holds as long as the same rows are in force.
        """
        stands = held.stands(self._matcher, reader)
        key, found = ("verdict", domain.id, domain.private, name, verb, *stands), self._found(reader)
        kept = found.get(key)
        if kept and kept[0] <= held.at and _before(held.at, kept[1]):
            return kept[2]  # type: ignore[no-any-return]
        verdict = Verdict(False)
        for enforcer in enforcers:
            verdict = Verdict(*decide(enforcer, reader, domain, held, name, verb))
            if verdict:
                break
        if not held.ties:
            found[key] = (*self._window(reader, domain.id, held.at), verdict)
        return verdict

    def may_give(
        self,
        definition: Definition,
        record: Record,
        grant: HeldGrant,
        now: datetime,
        relations: Iterable[Relation] = (),
        grants: Iterable[HeldGrant] = (),
    ) -> Verdict:
        """Whether the giver of a grant may do all that it gives: every verb, on the fields it names or all.

        No grant exceeds its giver's rights; what the receiver's level or denies forbid stays forbidden.
        """
        ties, given = tuple(relations), tuple(grants)
        verdict = Verdict(False)
        for verb in sorted(grant.verbs):
            # Of the whole record, only fields that differ from it for her need a question of their own.
            differing = self.scope(grant.giver, definition, verb, now).fields
            names: tuple[str | None, ...] = tuple(sorted(grant.fields)) or (None, *differing)
            for name in names:
                verdict = self.may(grant.giver, definition, record, verb, now, ties, given, name)
                if not verdict:
                    return verdict
        return verdict

    def explain(
        self,
        person: str | None,
        definition: Definition,
        record: Record | None,
        verb: str,
        now: datetime,
        relations: Iterable[Relation] = (),
        grants: Iterable[HeldGrant] = (),
        field: str | None = None,
    ) -> tuple[Reason, ...]:
        """How each row about the verb (and field) stands to the question: those that apply come first.

        Also rows of roles that the person does not hold. For whoever keeps the policy, never for the asker:
        it tells of levels and relations.
        """
        reader = self._reader(person)
        if reader is None:
            return ()
        questions = questions_of(definition, field) or ((RECORD, 0),)
        held = held_record(reader, definition, record, tuple(relations), tuple(grants), now)
        held = dataclasses.replace(held, level=max(held.level, *(floor for _, floor in questions)))
        rows = (*self._by_register.get(definition.register, ()), *self._by_register.get(ANY, ()))
        domain = Domain(definition.register, definition.private)
        found = [
            Reason(row, not fails, fails)
            for row in rows
            for fails in [failing(self._matcher, row, reader, domain, held, questions[-1][0], verb)]
            if not {"verb", "field", "register"} & set(fails)
        ]
        return tuple(sorted(found, key=lambda each: not each.applies))

    def registers(self, person: str | None, verb: str) -> frozenset[str]:
        """The registers where some rule gives her the verb: what a menu shows. Grants do not count.

        A register that everyone could only come to by a relation shows when she may enter records there.
        """
        reader = self._reader(person)
        if reader is None:
            return frozenset()
        found = self._found(reader)
        kept: frozenset[str] | None = found.get(("menu", verb))
        if kept is None:
            kept = found["menu", verb] = frozenset(
                each
                for each in self._by_register
                if each != ANY and verb in self._reachable_verbs(reader, each, each in self.private)
            )
        return kept

    def verbs(self, person: str | None, definition: Definition) -> frozenset[str]:
        """What some rule lets her do with some record of the register, counted as ``registers`` counts."""
        reader = self._reader(person)
        if reader is None:
            return frozenset()
        key, found = ("verbs", definition.register, definition.private), self._found(reader)
        kept: frozenset[str] | None = found.get(key)
        if kept is None:
            kept = found[key] = self._reachable_verbs(reader, definition.register, definition.private)
        return kept

    def _reachable_verbs(self, reader: Reader, register: str, private: bool) -> frozenset[str]:
        rows = [
            row
            for row in self._reaching(reader, register)
            if row.eft == "allow" and row.scope != "granted" and not (private and row.dom == ANY)
        ]
        enters = any(row.act in ("enter", ANY) and row.dom == register for row in rows)
        return frozenset(
            verb
            for row in rows
            if row.sub != EVERYONE or row.scope == "all" or enters
            for verb in (VERBS if row.act == ANY else (row.act,))
        )

    def _compiled(
        self, reader: Reader, definition: Definition, verb: str, now: datetime, until: datetime | None
    ) -> Scope:
        domain = Domain(definition.register, definition.private)
        question = Question(reader, domain, RECORD, verb, date_time.write(now))
        rows = self._compiler.relevant(self._reaching(reader, definition.register), question)

        def reach(field: str, floor: int = 0) -> Reach:
            return self._compiler.reach(rows, dataclasses.replace(question, field=field, floor=floor))

        records = reach(RECORD)
        named = {row.fld for row in rows}
        unnamed: dict[int, Reach] = {}
        fields: dict[str, Reach] = {}
        for key, level in levels_of(definition).items():
            if key in named:
                found = reach(key, level)
            else:
                if level not in unnamed:
                    unnamed[level] = reach(UNNAMED, level)
                found = asking_for(unnamed[level], key)
            if asking_for(found, None) != records:
                fields[key] = found
        return Scope(definition.register, verb, reader.id, records, fields, reader.clearance, until)

    def _window(self, reader: Reader, register: str, now: datetime) -> tuple[datetime, datetime | None]:
        """Since when and until when the same rows are in force."""
        at = date_time.write(now)
        rows = self._reaching(reader, register)
        bounds = {each for row in rows for each in (row.nbf, row.exp)} - {EVER, NEVER}
        since = max((datetime.fromisoformat(each) for each in bounds if each <= at), default=None)
        until = min((datetime.fromisoformat(each) for each in bounds if each > at), default=None)
        return since or datetime.min.replace(tzinfo=UTC), until

    def _reader(self, person: str | None) -> Reader | None:
        kept = self._kept.get(person or "")
        if kept is not None:
            return kept.reader
        reader = self._readers.reader(person)
        if reader is not None:
            if len(self._kept) >= MOST_READERS:
                self._kept.clear()
            before = self._before.get(reader.id)
            self._kept[reader.id] = before if before and before.reader == reader else Kept(reader)
        return reader

    def _found(self, reader: Reader) -> dict[tuple[Any, ...], Any]:
        """What was found of the reader so far."""
        found = self._kept.setdefault(reader.id, Kept(reader)).found
        if len(found) >= MOST_KEPT:
            found.clear()
        return found

    def _reaching(self, reader: Reader, register: str) -> list[PolicyRow]:
        rows = (*self._by_register.get(register, ()), *self._by_register.get(ANY, ()))
        return [row for row in rows if row.sub in reader.subs]

    def _enforcers_of(self, reader: Reader, register: str, verb: str) -> tuple[casbin.Enforcer, ...]:
        """Who answers, one after the other until one allows: without what only grants give, then with it.

        What the first allows the second allows too, for no grant denies; and grants are seldom read. None
        when no row can reach her: casbin would evaluate its matcher against no row at all.
        """
        key, kept = ("enforcers", register, verb), self._found(reader)
        found: tuple[casbin.Enforcer, ...] | None = kept.get(key)
        if found is None:
            rows = [each for each in self._reaching(reader, register) if each.act in (ANY, verb)]
            plain = [each for each in rows if each.scope != "granted" or each.eft != "allow"]
            stages = [plain, rows] if len(plain) < len(rows) else [rows]
            found = kept[key] = tuple(enforcer_of(self._matcher, reader, each) for each in stages if each)
        return found


def _before(now: datetime, until: datetime | None) -> bool:
    return until is None or now < until

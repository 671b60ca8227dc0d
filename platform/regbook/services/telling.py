"""What a record's entries tell their reader: each is read under the revision that it was written under.

A field that is called otherwise today stands under today's name, for whoever may see it today. One that is
gone stands under its own, for whoever sees the record: unless any revision kept it from some of its readers,
for then nothing says any more who they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from regbook.model.access import Reach, Scope, unbounded
from regbook.model.definition import Definition, Field
from regbook.model.record import Entry, Record
from regbook.rules.compiled import Compiled
from regbook.rules.masking import masked_keys, masked_value
from regbook.rules.promising import Earlier
from regbook.services.cases import earlier_of
from regbook.services.edition import Edition
from regbook.store import Reading

WITHHELD = "withheld"
"""Who acted, in an entry of somebody whose name is kept from its reader."""
READING = frozenset({"read", "match", "range"})


def entries_seen(
    edition: Edition,
    reading: Reading,
    compiled: Compiled,
    record: Record,
    scope: Scope,
    entries: Iterable[Entry],
) -> tuple[Entry, ...]:
    """Entries of a record as its reader sees them; a field that does not exist for her is not named.

    Nor is whoever entered the record, when that is kept from her.
    """
    teller = Teller(edition, reading, edition.compiled(compiled.definition.register), record, scope)
    return tuple(teller.told(entries))


@dataclass(frozen=True)
class Teller:
    """Tells one reader what a record's entries say."""

    edition: Edition
    reading: Reading
    compiled: Compiled
    record: Record
    scope: Scope

    def told(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries, their secrets opened, in the words of today."""
        kept = _kept_owner(self.reading, self.compiled.definition, self.record, self.scope)
        for revision, several in groupby(entries, lambda each: each.revision):
            then = self._earlier(revision)
            definition = then.definition if then is not None else self.compiled.definition
            for each in self.reading.records.opened(definition, self.record.id, several):
                actor = WITHHELD if each.actor == kept else each.actor
                changes, values = self._changes(then, each), self._values(then, each)
                yield replace(each, actor=actor, changes=changes, values=values)

    def _earlier(self, revision: int) -> Earlier | None:
        if revision == self.compiled.definition.revision:
            return None
        return earlier_of(self.edition.past, self.reading, self.compiled).get(revision)

    def _changes(self, then: Earlier | None, entry: Entry) -> dict[str, tuple[Any, Any]]:
        """What an entry changed, of the fields that the reader sees, masked as she sees them."""
        found: dict[str, tuple[Any, Any]] = {}
        for key, (old, new) in entry.changes.items():
            now = then.present_key(key) if then is not None else key
            if now is not None and now in self.record.facts:
                found[now] = (self._now(then, key, now, old), self._now(then, key, now, new))
            elif then is not None and now is None and self._is_free(then, key):
                found[key] = (self._then(then, key, old), self._then(then, key, new))
        return found

    def _values(self, then: Earlier | None, entry: Entry) -> Mapping[str, Any]:
        """What an entry says besides; nothing where it is about a field that the reader does not see."""
        key = entry.values.get("field", "")
        if not key:
            return entry.values
        now = then.present_key(key) if then is not None else key
        if now in self.record.facts:
            return {**entry.values, "field": now}
        return entry.values if then is not None and now is None and self._is_free(then, key) else {}

    def _now(self, then: Earlier | None, key: str, now: str, fact: Any) -> Any:
        definition = self.compiled.definition
        if then is not None and isinstance(fact, list) and definition.fields[now].lines:
            fact = [_line_now(then, key, each) for each in fact]
        held = masked_value(definition.fields[now], fact) if now in self.compiled.masked_keys else fact
        return shown_lines(definition.fields[now], self.scope, held)

    def _then(self, then: Earlier, key: str, fact: Any) -> Any:
        field = then.definition.fields[key]
        return masked_value(field, fact) if key in masked_keys(then.definition) else fact

    @cached_property
    def _whole(self) -> bool:
        """Whether every reader of the register's records sees whole ones: no rule lists what she sees."""
        return not any(each.only and READING & {*each.do} for each in self.compiled.definition.access)

    def _is_free(self, then: Earlier, key: str) -> bool:
        """Whether nothing ever kept a field that is gone from anybody who saw its record."""
        field = then.definition.fields.get(key)
        if field is None or key in self.compiled.definition.fields or not self._whole:
            return False
        earlier = earlier_of(self.edition.past, self.reading, self.compiled).values()
        return all(_kept_from_nobody(each.definition, field, self.scope.clearance) for each in earlier)


def _kept_owner(reading: Reading, definition: Definition, record: Record, scope: Scope) -> str | None:
    """Who entered the record, when that fact does not exist for its reader."""
    if "owner" not in scope.fields or record.owner is not None:
        return None
    engine = unbounded(definition.register, "read", "history")
    whole = reading.records.one(
        definition, record.id, engine, record.amended_at or datetime.max.replace(tzinfo=UTC)
    )
    return whole.owner if whole is not None else None


def _line_now(then: Earlier, key: str, line: Any) -> Any:
    """A line of then with its fields called as they are today; without those that are gone."""
    if not isinstance(line, Mapping):
        return line
    known = then.definition.fields[key].lines
    names = {each: then.present_key(f"{key}.{each}") if each in known else f".{each}" for each in line}
    return {now.partition(".")[2]: line[each] for each, now in names.items() if now is not None}


def _kept_from_nobody(definition: Definition, field: Field, clearance: int) -> bool:
    held = next((each for each in definition.fields.values() if each.origin == field.origin), None)
    if held is None:
        return True
    parts = (held, *held.lines.values())
    if any(each.secrecy > clearance or (each is not held and each.secrecy) for each in parts):
        return False
    return not any(_keeps(each.deny, each.only, held) for each in definition.access if READING & {*each.do})


def _keeps(deny: Iterable[str], only: Iterable[str], field: Field) -> bool:
    named = {each.partition(".")[0] for each in deny}
    return field.key in named or bool(only)


def shown_lines(field: Field, scope: Scope, fact: Any) -> Any:
    """A fact of an entry; of lines only the fields that the reader sees in every record of the scope."""
    if not field.lines or not isinstance(fact, list):
        return fact
    hidden = {
        name
        for name, part in field.lines.items()
        if part.secrecy > scope.clearance
        or not scope.fields.get(f"{field.key}.{name}", Reach(((),))).everything
    }
    return [{name: each for name, each in line.items() if name not in hidden} for line in fact]

"""Writes records: the row, its lines, the relations that its fields give, and the words it is found by."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, literal_column, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

from regbook.errors import Conflict, Problem, RecordInvalid
from regbook.model.definition import Definition, Field
from regbook.model.record import LINE_ID, Entry, Record
from regbook.model.workflow import DRAFT
from regbook.store.codecs import SQLITE
from regbook.store.connection import Connection
from regbook.store.crypto import RecordKey, fresh_record_key, wrap
from regbook.store.engines import Moved, driver_errors
from regbook.store.filling import words_text
from regbook.store.fixed import relation
from regbook.store.keyring import Keyring
from regbook.store.records import Records
from regbook.store.rows import Values, field_values, fixed_values, line_values, search_words
from regbook.store.sealing import sealed_facts
from regbook.store.search import full_text
from regbook.store.tables import FIXED_INSTANTS, LinesTable, Shape, kind_for, shape_of

PARTY = "party"
BLANK = ""
ADD_RELATION = (
    postgresql.insert(relation)
    .values({each.name: bindparam(each.name) for each in relation.columns})
    .on_conflict_do_nothing()
    .inline()
)
END_RELATION = delete(relation).where(
    *(relation.c[each] == bindparam(f"the_{each}") for each in ("register", "record", "kind", "person")),
    *(relation.c[each] == bindparam(f"the_{each}") for each in ("department", "field")),
)

Tie = tuple[str, str, str]
"""A relation of kind party: person, department, field; an empty text where there is none."""


class RecordsWork(Records):
    """The records of every register, to read and to write."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        super().__init__(connection, keyring)
        self._keys: dict[str, RecordKey | None] = {}

    def insert(self, definition: Definition, record: Record, now: datetime) -> Record:
        """The record as it is kept from now on.

        Raises:
            RecordInvalid: a fact is not of its field's kind, or not unique where it must be.
        """
        shape = self._shape(definition)
        kept = _settled(replace(record, counter=1, entered_at=record.entered_at or now), shape)
        key = self._keys[kept.id] = fresh_record_key(shape.register, kept.id) if shape.sealed else None
        values: Values = {
            **dict.fromkeys(each.name for each in shape.table.columns if each.name != "seq"),
            **fixed_values(shape, kept),
            **field_values(shape, kept.facts, key, self._keyring),
            "id": kept.id,
            "counter": kept.counter,
            "seal": None if key is None else wrap(self._keyring, key),
        }
        words = search_words(definition, shape, kept)
        if shape.store != SQLITE:
            values["words"] = words
        self._put(shape, self._text(shape, ("insert",)), values)
        if shape.store == SQLITE and words:
            self._connection.later(
                self._text(shape, ("words",)), [{"id": kept.id, "words": full_text(words)}]
            )
        for name, lines in shape.lines.items():
            rows = line_values(shape, lines, kept.id, kept.facts.get(name) or (), key)
            self._connection.later(self._text(shape, ("add-lines", name)), rows)
        self._tie(shape, kept.id, frozenset(), frozenset(_ties(shape, kept.facts)))
        return kept

    def update(self, definition: Definition, old: Record, new: Record, now: datetime) -> Record:
        """The record as it is kept from now on; only what differs from ``old`` is written.

        A fact that ``new`` does not have stays as it is, and so does what a line of it does not have.

        Raises:
            Moved: the record is not as ``old`` any more.
            RecordInvalid: a fact is not of its field's kind, or not unique where it must be.
        """
        shape = self._shape(definition)
        facts = {**old.facts, **{key: _laid_over(shape, old, key, fact) for key, fact in new.facts.items()}}
        kept = _settled(replace(new, counter=old.counter + 1, facts=facts), shape)
        changed = {
            key: fact for key, fact in kept.facts.items() if key not in old.facts or old.facts[key] != fact
        }
        key, seal = self._key(shape, old.id, changed)
        before = fixed_values(shape, old)
        values: Values = {
            name: each for name, each in fixed_values(shape, kept).items() if before[name] != each
        }
        values |= field_values(shape, changed, key, self._keyring)
        if seal is not None:
            values["seal"] = seal
        said = changed.keys() & {*shape.public, *definition.titles} or kept.number != old.number
        words = search_words(definition, shape, kept) if said else []
        if said and shape.store != SQLITE:
            values["words"] = words
        self._set(shape, old, values)
        if said and shape.store == SQLITE:
            self._connection.later(self._text(shape, ("words",)), [{"id": old.id, "words": full_text(words)}])
        for name in changed.keys() & shape.lines.keys():
            self._change_lines(shape, shape.lines[name], old, kept, key)
        gone = {each: fact for each, fact in old.facts.items() if each in changed}
        self._tie(shape, old.id, frozenset(_ties(shape, gone)), frozenset(_ties(shape, changed)))
        return kept

    def for_journal(
        self, definition: Definition, entry: Entry, record: Record
    ) -> tuple[Entry, dict[str, Any]]:
        """An entry and the snapshot of its record as the journal may keep them, secrets as envelopes."""
        shape = self._shape(definition)
        facts = record.flat()
        if not shape.sealed:
            return entry, facts
        secrets = [name for name in {*facts, *entry.changes} if _has_secrets(shape, name)]
        values = (each for name in secrets for each in (facts.get(name), *entry.changes.get(name, ())))
        there = any(each is not None for each in values)
        key = self._record_key(shape, record.id) if there else None
        old, new = (
            sealed_facts(shape, key, {name: pair[at] for name, pair in entry.changes.items()})
            for at in (0, 1)
        )
        changes = {name: (old[name], new[name]) for name in entry.changes}
        return replace(entry, changes=changes), sealed_facts(shape, key, facts)

    def discard(self, definition: Definition, draft: Record) -> None:
        """A draft that was never submitted goes: its row, its lines, its relations.

        Raises:
            Moved: the record is not as ``draft`` any more, or no longer a draft.
        """
        shape = self._shape(definition)
        gone = [{"the_record": draft.id}]
        if shape.store == SQLITE:
            self._connection.change(self._text(shape, ("words",)), {"id": draft.id, "words": ""})
        for name in shape.lines:
            self._connection.many(self._text(shape, ("end-all-lines", name)), gone)
        self._tie(shape, draft.id, frozenset(_ties(shape, draft.facts)), frozenset())
        given = {"the_id": draft.id, "the_counter": draft.counter, "the_state": DRAFT}
        if self._connection.change(self._text(shape, ("discard",)), given) != 1:
            raise Moved(f"{shape.register}/{draft.id}")

    def _shape(self, definition: Definition) -> Shape:
        return shape_of(definition, self._connection.dialect.name)

    def _key(
        self, shape: Shape, record: str, changed: Mapping[str, Any]
    ) -> tuple[RecordKey | None, bytes | None]:
        """The record's key when a secret changes; with its envelope when the record had none."""
        secret = any(_has_secrets(shape, name) for name in changed)
        if not secret:
            return None, None
        held = self._record_key(shape, record)
        if held is not None:
            return held, None
        key = self._keys[record] = fresh_record_key(shape.register, record)
        return key, wrap(self._keyring, key)

    def _record_key(self, shape: Shape, id: str) -> RecordKey | None:
        """The key of a record's secrets, read once in a transaction."""
        if id not in self._keys:
            self._keys[id] = super()._record_key(shape, id)
        return self._keys[id]

    def _set(self, shape: Shape, old: Record, values: Values) -> None:
        names = tuple(sorted(values))
        given = {**values, "the_id": old.id, "the_counter": old.counter}
        if self._put(shape, self._text(shape, ("update", names)), given) != 1:
            raise Moved(f"{shape.register}/{old.id}")

    def _put(self, shape: Shape, text: str, values: Values) -> int:
        try:
            return self._connection.change(text, values)
        except driver_errors() as error:
            twice = _twice(shape, error)
            if twice is None:
                raise
            raise twice from error

    def _change_lines(
        self, shape: Shape, lines: LinesTable, old: Record, new: Record, key: RecordKey | None
    ) -> None:
        name = lines.field.key
        before = {each[LINE_ID]: (at, each) for at, each in enumerate(old.facts.get(name) or ())}
        after = {each[LINE_ID]: (at, each) for at, each in enumerate(new.facts.get(name) or ())}
        rows = {row["id"]: row for row in line_values(shape, lines, new.id, new.facts.get(name) or (), key)}
        gone = [{"the_record": new.id, "the_id": each} for each in before.keys() - after.keys()]
        moved = [
            {**rows[each], "the_record": new.id, "the_id": each}
            for each in rows
            if each in before and before[each] != after[each]
        ]
        self._connection.later(self._text(shape, ("end-lines", name)), gone)
        self._connection.later(self._text(shape, ("set-lines", name)), moved)
        self._connection.later(
            self._text(shape, ("add-lines", name)), [row for each, row in rows.items() if each not in before]
        )

    def _tie(self, shape: Shape, record: str, old: frozenset[Tie], new: frozenset[Tie]) -> None:
        lead = {"register": shape.register, "record": record, "kind": PARTY}

        def row(tie: Tie) -> Values:
            return {**lead, "person": tie[0], "department": tie[1], "field": tie[2]}

        ended = [{f"the_{name}": value for name, value in row(each).items()} for each in sorted(old - new)]
        self._connection.later(END_RELATION, ended)
        self._connection.later(ADD_RELATION, [{**row(each), "until": None} for each in sorted(new - old)])

    def _text(self, shape: Shape, key: tuple[Any, ...]) -> str:
        """The text of a statement that writes, compiled when it is first needed."""
        found: str | None = shape.statements.get(key)
        if found is None:
            if key[0] == "words":
                found = words_text(shape)
            else:
                statement, names = _statement(shape, key)
                ready = statement.compile(dialect=self._connection.dialect, column_keys=names)
                found = ready.string
            shape.statements[key] = found
        return found


def _statement(shape: Shape, key: tuple[Any, ...]) -> tuple[UpdateBase | Select[Any], list[str] | None]:
    c = shape.table.c
    if key[0] == "insert":
        return insert(shape.table).inline(), [each.name for each in shape.table.columns if each.name != "seq"]
    if key[0] == "update":
        given = {name: bindparam(name, type_=c[name].type) for name in key[1]}
        mine = (c.id == bindparam("the_id"), c.counter == bindparam("the_counter"))
        return update(shape.table).where(*mine).values(
            {**given, "counter": c.counter + literal_column("1")}
        ), None
    if key[0] == "discard":
        held = (c.id == bindparam("the_id"), c.counter == bindparam("the_counter"))
        return delete(shape.table).where(*held, c.state == bindparam("the_state")), None
    lines = shape.lines[key[1]].table
    if key[0] == "add-lines":
        return insert(lines).inline(), [each.name for each in lines.columns]
    if key[0] == "end-all-lines":
        return delete(lines).where(lines.c.record == bindparam("the_record")), None
    one = (lines.c.record == bindparam("the_record"), lines.c.id == bindparam("the_id"))
    if key[0] == "end-lines":
        return delete(lines).where(*one), None
    names = [each.name for each in lines.columns if each.name not in ("record", "id")]
    given = {name: bindparam(name, type_=lines.c[name].type) for name in names}
    return update(lines).where(*one).values(given), None


def _settled(record: Record, shape: Shape) -> Record:
    """The record with instants to the second, and every line with its id."""
    instants = {each: getattr(record, each) for each in FIXED_INSTANTS}
    whole: dict[str, Any] = {
        each: None if at is None else at.astimezone(UTC).replace(microsecond=0)
        for each, at in instants.items()
    }
    facts = dict(record.facts)
    for name in shape.lines:
        if facts.get(name):
            facts[name] = [
                {**each, LINE_ID: each.get(LINE_ID) or uuid.uuid4().hex[:16]} for each in facts[name]
            ]
    return replace(record, facts=facts, **whole)


def _laid_over(shape: Shape, old: Record, key: str, fact: Any) -> Any:
    """A new fact; each line of lines laid over the old line of its id, which may have more than it shows."""
    if key not in shape.lines or not fact:
        return fact
    before = {each[LINE_ID]: each for each in old.facts.get(key) or ()}
    return [{**before.get(each.get(LINE_ID), {}), **each} for each in fact]


def _has_secrets(shape: Shape, name: str) -> bool:
    if name in shape.lines:
        return any(each.encrypted for each in shape.lines[name].columns.values())
    return name in shape.columns and shape.columns[name].encrypted


def _ties(shape: Shape, facts: Mapping[str, Any]) -> Iterator[Tie]:
    """Whom the fields of a record name, by field; what is kept encrypted names nobody."""
    for name, held in shape.columns.items():
        if not held.encrypted and facts.get(name):
            yield from _named(held.field, facts[name], name)
    for name, lines in shape.lines.items():
        for line in facts.get(name) or ():
            for key, held in lines.columns.items():
                if not held.encrypted and line.get(key):
                    yield from _named(held.field, line[key], f"{name}.{key}")


def _named(field: Field, fact: Any, path: str) -> Iterator[Tie]:
    refers = kind_for(field).refers_to
    for each in fact if isinstance(fact, list) else [fact]:
        if refers == "people":
            yield each, BLANK, path
        elif refers == "departments":
            yield BLANK, each, path


def _twice(shape: Shape, error: BaseException) -> Exception | None:
    """What a value that must be unique and is not means to a person; None for any other fault.

    The answer never says whose record has it.
    """
    said = str(error)
    index = getattr(getattr(error, "diag", None), "constraint_name", None)
    if index is None and "UNIQUE constraint failed" not in said:
        return None
    for name, held in shape.columns.items():
        kept = held.blind if held.blind is not None else held.column
        named = {each.name for each in shape.table.indexes if each.unique and kept.name in each.columns}
        if index in named or (index is None and f".{kept.name}" in said):
            return RecordInvalid([Problem(f"/{name}", "not-unique", {"title": held.field.title})])
    return Conflict()

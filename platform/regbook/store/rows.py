"""Between facts and columns: what is written of a record, and the readers that shape rows into records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from regbook.errors import Problem, RecordInvalid
from regbook.model.definition import Definition
from regbook.model.record import LINE_ID, Record
from regbook.store import search
from regbook.store.codecs import instant_fact, json_value
from regbook.store.crypto import RecordKey, blind, unwrap
from regbook.store.keyring import Keyring
from regbook.store.tables import FIXED_INSTANTS, FieldColumn, LinesTable, Shape

Values = dict[str, Any]


def fixed_values(shape: Shape, record: Record) -> Values:
    """The columns that every register has, of a record."""
    instants = {each: getattr(record, each) for each in FIXED_INSTANTS}
    write = shape.instant.write
    return {
        "state": record.state,
        "owner": record.owner,
        "department": record.department,
        "number": record.number,
        "level": record.level,
        "revision": record.revision,
        **{each: None if at is None else write(instant_fact(at)) for each, at in instants.items()},
    }


def field_values(shape: Shape, facts: Mapping[str, Any], key: RecordKey | None, keyring: Keyring) -> Values:
    """The columns of the facts given, blind indexes too.

    Raises:
        RecordInvalid: a fact is not of its field's kind.
    """
    values: Values = {}
    for name, held in shape.columns.items():
        if name not in facts:
            continue
        fact = facts[name]
        values[held.column.name] = written(held, fact, key, held.path, f"/{name}")
        if held.blind is not None:
            marked = None if fact is None else blind(keyring, shape.register, held.path, fact)
            values[held.blind.name] = marked
    return values


def written(held: FieldColumn, fact: Any, key: RecordKey | None, path: str, at: str) -> Any:
    """What the driver takes for a fact; ``path`` binds an envelope, ``at`` is where a problem points."""
    if fact is None:
        return None
    if held.encrypted and key is None:
        raise AssertionError("a record with secrets has a key")
    try:
        return key.seal(path, held.field.secrecy, fact) if held.encrypted and key else held.codec.write(fact)
    except (TypeError, ValueError) as error:
        raise RecordInvalid([Problem(at, "value-not-read", {"title": held.field.title})]) from error


def line_values(
    shape: Shape, lines: LinesTable, record: str, facts: Sequence[Mapping[str, Any]], key: RecordKey | None
) -> list[Values]:
    """The rows of the lines of one field, in their order."""
    rows = []
    for position, line in enumerate(facts):
        row: Values = {"record": record, "id": line[LINE_ID], "position": position}
        for name, held in lines.columns.items():
            at = f"/{lines.field.key}/{position}/{name}"
            row[held.column.name] = written(held, line.get(name), key, f"{held.path}/{line[LINE_ID]}", at)
        rows.append(row)
    return rows


def search_words(definition: Definition, shape: Shape, record: Record) -> list[str]:
    """What the record is found by: its number and the texts of its public fields, titles by pinyin too."""
    texts = {key: record.facts.get(key) for key in shape.public}
    said = {key: text for key, text in texts.items() if isinstance(text, str)}
    titles = [said[key] for key in definition.titles if key in said]
    return search.words_of([record.number or "", *said.values()], titles)


def instant(value: Any) -> datetime | None:
    """The aware instant of a fixed column."""
    if value is None or isinstance(value, datetime):
        return None if value is None else value.astimezone(UTC)
    return datetime.fromisoformat(value)


Part = tuple[str, FieldColumn, int | None]
"""One field of lines: its key, its column, the place of the flag of its reach."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact of a row: its key, its column's place, the place of the flag of its reach, how it is read."""

    key: str
    place: int
    flag: int | None
    read: Callable[[Any], Any]
    held: FieldColumn | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Shapes the rows of one statement into records."""

    shape: Shape
    plain: tuple[Cell, ...]
    flagged: tuple[Cell, ...]
    sealed: tuple[Cell, ...]
    lines: tuple[Cell, ...]

    def records(self, rows: Sequence[Sequence[Any]], keyring: Keyring) -> tuple[Record, ...]:
        """The records, in the order of the rows."""
        return tuple(self._record(row, keyring) for row in rows)

    def _record(self, row: Sequence[Any], keyring: Keyring) -> Record:
        facts: dict[str, Any] = {}
        for cell in self.plain:
            value = row[cell.place]
            facts[cell.key] = None if value is None else cell.read(value)
        for cell in self.flagged:
            if row[cell.flag]:  # type: ignore[index]
                value = row[cell.place]
                facts[cell.key] = None if value is None else cell.read(value)
        if self.sealed or self.lines:
            self._secrets_and_lines(facts, row, keyring)
        return Record(
            self.shape.register, row[0], row[1], facts, row[2], row[3], row[4], row[5], instant(row[6]),
            row[7], row[8], instant(row[9]), instant(row[10]), instant(row[11]), _people(row[13]),
        )  # fmt: skip

    def _secrets_and_lines(self, facts: dict[str, Any], row: Sequence[Any], keyring: Keyring) -> None:
        key = unwrap(keyring, self.shape.register, row[0], bytes(row[12])) if row[12] else None
        for cell in self.sealed:
            if cell.flag is None or row[cell.flag]:
                value = row[cell.place]
                facts[cell.key] = (
                    key.open(cell.held.path, bytes(value)) if value and key and cell.held else None
                )
        for cell in self.lines:
            if cell.flag is None or row[cell.flag]:
                facts[cell.key] = read_lines(cell.parts, row, row[cell.place], key)


def _people(text: Any) -> tuple[str, ...]:
    return tuple(json_value(text)) if text else ()


def read_lines(
    parts: Sequence[Part], row: Sequence[Any], aggregate: Any, key: RecordKey | None
) -> list[dict[str, Any]] | None:
    """The lines of a JSON aggregate, without the parts whose flags in the row say no; None for no lines."""
    if not aggregate:
        return None
    shown = [(at, name, held) for at, (name, held, flag) in enumerate(parts, 1) if flag is None or row[flag]]
    return [_line(shown, each, key) for each in json_value(aggregate)] or None


def _line(
    shown: list[tuple[int, str, FieldColumn]], cells: list[Any], key: RecordKey | None
) -> dict[str, Any]:
    line: dict[str, Any] = {LINE_ID: cells[0]}
    for at, name, held in shown:
        value = cells[at]
        if value is not None and held.encrypted:
            envelope = held.codec.read_json(value)
            line[name] = key.open(f"{held.path}/{cells[0]}", envelope) if key else None
        else:
            line[name] = None if value is None else held.codec.read_json(value)
    return line

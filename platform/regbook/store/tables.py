"""The tables of one register, from its definition: typed columns whose names no person gave.

A column is named by what never changes: the register, the oldest key the field has had (``x-was``, oldest
first) and its storage. Renaming a field therefore moves nothing, and another storage is another column.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text, and_
from sqlalchemy.dialects.postgresql import ARRAY

from regbook.errors import DefinitionInvalid, Problem
from regbook.model.definition import Definition, Field
from regbook.model.kind import Kind
from regbook.model.workflow import DRAFT
from regbook.rules.kinds import KINDS, kind_of, mask_of
from regbook.rules.openness import kept_fields
from regbook.store.codecs import CODECS, GROUPED, ORDERED, POSTGRESQL, SQLITE, Codec, codec_for, plain_text

REGISTER = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
LONGEST_NAME = 40
FIXED_INSTANTS = ("declassify_on", "entered_at", "submitted_at", "amended_at")
FIXED_TEXTS = ("state", "owner", "department", "number")


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """Where one field rests. ``path`` names it inside envelopes; ``blind`` finds equal encrypted values.

    Of a ``masked`` field nobody may ask more than for equality: order, beginnings and groups would tell
    what the mask hides.
    """

    field: Field
    kind: Kind
    codec: Codec
    column: Column[Any]
    path: str
    encrypted: bool = False
    blind: Column[Any] | None = None
    masked: bool = False

    @property
    def ordered(self) -> bool:
        """Whether the column has an order that a reader may use."""
        return not self.encrypted and not self.masked and self.codec.storage in ORDERED

    @property
    def grouped(self) -> bool:
        """Whether equal values make a group."""
        return not self.encrypted and not self.masked and self.codec.storage in GROUPED


@dataclass(frozen=True, slots=True)
class LinesTable:
    """Where the lines of one field rest."""

    field: Field
    table: Table
    columns: Mapping[str, FieldColumn]


@dataclass(slots=True)
class Way:
    """Which way a reader's pages take, and how often it was taken since another was tried."""

    way: str
    taken: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The tables of a register in one store, and what of its fields may be found by search.

    ``statements`` holds what was compiled for it, ``ways`` which way readers' pages take,
    ``seen`` how one record is asked for; ``flags`` are the
    conditions that its rows, already found, hold the answers to.
    """

    definition: Definition
    store: str
    table: Table
    columns: Mapping[str, FieldColumn]
    lines: Mapping[str, LinesTable]
    serial: str | None
    public: tuple[str, ...]
    sealed: bool
    instant: Codec
    statements: dict[Any, Any] = field(default_factory=dict)
    ways: dict[Any, Way] = field(default_factory=dict)
    seen: dict[Any, Any] = field(default_factory=dict)
    flags: Mapping[Any, Any] = field(default_factory=dict)

    @property
    def register(self) -> str:
        """The register's id."""
        return self.definition.register

    @property
    def words(self) -> str:
        """The name of the full-text table on SQLite."""
        return f"s_{short_hash(self.register)}"

    @property
    def tables(self) -> tuple[Table, ...]:
        """The record table, then those of its lines."""
        return (self.table, *(each.table for each in self.lines.values()))


def short_hash(*parts: str) -> str:
    """Twelve characters that stand for names which never reach SQL."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def record_table_name(register: str) -> str:
    """The name of a register's table.

    Raises:
        DefinitionInvalid: the register's id is not spelled like one.
    """
    if not REGISTER.match(register):
        raise DefinitionInvalid([Problem("/register", "register-spelled")])
    return f"r_{register}" if len(register) <= LONGEST_NAME else f"r_{register[:24]}_{short_hash(register)}"


def kind_for(field: Field) -> Kind:
    """The kind of a field, by its name, else by its schema."""
    return KINDS.get(field.kind) or kind_of(field.schema)


def public_fields(definition: Definition) -> tuple[str, ...]:
    """The keys of fields that no level, rule or mask keeps from any reader of the record, searchable ones."""
    kept = kept_fields(definition)
    return tuple(
        key
        for key, field in definition.fields.items()
        if key not in kept and (kind := kind_for(field)).searchable and kind.name != "serial"
    )


@lru_cache(maxsize=1024)
def _shape_of(identity: _Same, store: str) -> Shape:
    definition = identity.definition
    metadata = MetaData()
    name = record_table_name(definition.register)
    _refuse_shared_past(definition.fields.values(), "/entity/properties")
    serial = definition.serial
    columns: dict[str, FieldColumn] = {}
    lines: dict[str, LinesTable] = {}
    for each in definition.fields.values():
        kind = kind_for(each)
        if kind.storage == "lines":
            lines[each.key] = _lines_table(definition.register, each, store, metadata)
        elif kind.name != "serial":
            columns[each.key] = _field_column(definition.register, (each.origin,), each, store)
    extra = [each.blind for each in columns.values() if each.blind is not None]
    table = Table(name, metadata, *_fixed_columns(store), *(each.column for each in columns.values()), *extra)
    _add_indexes(definition, table, columns)
    secret = [*columns.values(), *(each for line in lines.values() for each in line.columns.values())]
    return Shape(
        definition,
        store,
        table,
        columns,
        lines,
        serial.key if serial else None,
        public_fields(definition),
        any(each.encrypted for each in secret),
        CODECS["instant"](store),
    )


def _refuse_shared_past(fields: Iterable[Field], path: str) -> None:
    """Two fields that would rest in one column: a key that is another field's past."""
    seen: dict[str, Field] = {}
    for each in fields:
        if seen.setdefault(each.origin, each) is not each:
            raise DefinitionInvalid([Problem(f"{path}/{each.key}", "key-was-used", {"field": each.origin})])
        _refuse_shared_past(each.lines.values(), f"{path}/{each.key}/items/properties")


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A definition as a key: the very same object, kept alive by the cache that it is a key of."""

    definition: Definition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.definition is self.definition

    def __hash__(self) -> int:
        return id(self.definition)


def shape_of(definition: Definition, store: str) -> Shape:
    """The tables of a definition in ``sqlite`` or ``postgresql``, built once for each definition."""
    return _shape_of(_Same(definition), store)


def _fixed_columns(store: str) -> list[Column[Any]]:
    text, instant = plain_text(store), CODECS["instant"](store).type_
    lead: list[Column[Any]] = [Column("id", text, primary_key=True, nullable=False)]
    if store == SQLITE:  # the row's own number, which the full-text table refers to
        lead = [Column("seq", Integer, primary_key=True), Column("id", text, nullable=False, unique=True)]
    return [
        *lead,
        Column("state", text, nullable=False),
        Column("owner", text),
        Column("department", text),
        Column("number", text),
        Column("level", Integer, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("counter", Integer, nullable=False),
        *(Column(each, instant, nullable=each != "entered_at") for each in FIXED_INSTANTS),
        Column("seal", LargeBinary),
        *([Column("words", ARRAY(Text))] if store == POSTGRESQL else []),
    ]


def _field_column(
    register: str, path: tuple[str, ...], field: Field, store: str, *, secret: bool = False
) -> FieldColumn:
    kind = kind_for(field)
    encrypted = field.encrypted or secret
    codec = codec_for(kind, encrypted, store)
    mark = short_hash(register, *path)
    matched = encrypted and len(path) == 1 and bool(field.schema.get("x-match"))
    return FieldColumn(
        field,
        kind,
        codec,
        Column(f"f_{mark}_{codec.tag}", codec.type_),
        ".".join(path),
        encrypted,
        Column(f"x_{mark}", plain_text(store)) if matched else None,
        mask_of(field.schema) is not None,
    )


def _lines_table(register: str, field: Field, store: str, metadata: MetaData) -> LinesTable:
    first, text = field.origin, plain_text(store)
    columns = {
        each.key: _field_column(register, (first, each.origin), each, store, secret=field.encrypted)
        for each in field.lines.values()
    }
    name = f"l_{short_hash(register, first)}"
    table = Table(
        name,
        metadata,
        Column("record", text, primary_key=True, nullable=False),
        Column("id", text, primary_key=True, nullable=False),
        Column("position", Integer, nullable=False),
        *(each.column for each in columns.values()),
    )
    Index(f"i_{short_hash(name, 'record')}", table.c.record, table.c.position)
    return LinesTable(field, table, columns)


def _add_indexes(definition: Definition, table: Table, columns: Mapping[str, FieldColumn]) -> None:
    """An index for each way in: the default order alone, and led by what scopes and filters ask for."""
    first = default_order(definition, columns)
    order = columns[first].column if first in columns else table.c["entered_at"]
    filters = [
        columns[each].column for each in definition.list.filters if each in columns and columns[each].grouped
    ]
    targets = [each.column for each in columns.values() if each.field.targets and each.codec.storage == "id"]
    leads = [None, table.c.owner, table.c.department, table.c.state, *filters, *targets]
    for lead in dict.fromkeys(leads):
        _index(table, *([] if lead is None or lead is order else [lead]), order, table.c.id)
    if "words" in table.c:
        Index(f"i_{short_hash(table.name, 'words')}", table.c.words, postgresql_using="gin")
    _index(table, table.c.number, unique=True)
    for each in columns.values():
        if each.field.schema.get("x-unique"):
            held = each.blind if each.encrypted else each.column
            if held is not None:
                _index(table, table.c.level, held, unique=True)
        elif each.blind is not None:
            _index(table, each.blind)


def default_order(definition: Definition, columns: Mapping[str, FieldColumn]) -> str:
    """The field that the register's own list is ordered by, if it has an order; else ``entered_at``."""
    key = definition.list.sort.lstrip("-")
    return key if key in columns and columns[key].ordered else "entered_at"


def _index(table: Table, *columns: Column[Any], unique: bool = False) -> None:
    name = f"i_{short_hash(table.name, str(unique), *(each.name for each in columns))}"
    if name in {each.name for each in table.indexes}:
        return
    kept = and_(table.c.state != DRAFT, columns[-1].is_not(None)) if unique else None
    sorts = (
        table.name.startswith("r_")
        and not unique
        and isinstance(table.c.id.type, Text)
        and table.c.id.primary_key
    )
    Index(
        name,
        *([each.asc().nulls_first() if each.nullable else each for each in columns] if sorts else columns),
        _table=table,
        unique=unique,
        sqlite_where=kept,
        postgresql_where=kept,
    )

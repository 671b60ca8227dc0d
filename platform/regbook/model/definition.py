"""A definition, read: everything one JSON file says about a register, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from regbook.model.access import AccessRule
from regbook.model.promises import Deadline, Obligation
from regbook.model.workflow import Condition, Workflow


@dataclass(frozen=True, slots=True)
class Field:
    """One named value of a record. ``kind`` names its field kind, ``schema`` is its own JSON Schema."""

    key: str
    title: str
    kind: str
    schema: Mapping[str, Any]
    required: bool = False
    read_only: bool = False
    secrecy: int = 0
    personal: bool = False
    formula: str | None = None
    rollup: Mapping[str, Any] | None = None
    lines: Mapping[str, Field] = field(default_factory=dict)
    was: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """The oldest key of the field: what it is known by, whatever it is called."""
        return self.was[0] if self.was else self.key

    @property
    def encrypted(self) -> bool:
        """Whether the store keeps the value as an envelope: 秘密 or above, or personal."""
        return self.secrecy >= 2 or self.personal

    @property
    def computed(self) -> bool:
        """Whether the engine fills the field, never a person."""
        return self.formula is not None or self.rollup is not None or self.kind == "serial"

    @property
    def choices(self) -> Mapping[str, str]:
        """The titles of a choice's constants, in order; empty for other kinds."""
        schema = self.schema.get("items", {}) if self.kind == "several_of" else self.schema
        return {each["const"]: each.get("title", str(each["const"])) for each in schema.get("oneOf", ())}

    @property
    def targets(self) -> tuple[str, ...]:
        """The registers a reference may point to; ``("*",)`` is any."""
        to = self.schema.get("x-to") or self.schema.get("items", {}).get("x-to") or ()
        return (to,) if isinstance(to, str) else tuple(to)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: rows of field keys, shown while ``when`` holds."""

    name: str
    title: str
    rows: tuple[tuple[str, ...], ...]
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A list, board, calendar or chart of the register."""

    name: str
    title: str
    columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    sort: str = ""
    where: Condition | None = None
    shown_as: str = "table"
    shown_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold of a record; ``at`` points to the field that the problem names.

    Either the formula ``that`` must not be false, or everybody whom ``who`` means must be ``among`` others.
    """

    at: str
    say: str
    that: str | None = None
    who: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    when: Mapping[str, Any] | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A button that enters the next record of a chain, filled from this one."""

    name: str
    register: str
    title: str
    fill: Mapping[str, Any] = field(default_factory=dict)
    when: Condition | None = None
    then: str | None = None


@dataclass(frozen=True, slots=True)
class Secrecy:
    """How records of the register get their level and term."""

    level: int = 0
    by: str | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
    term: Mapping[int, str] = field(default_factory=dict)
    start: str = "submitted_at"
    keepers: tuple[str, ...] = ("head", "role:gm")


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that describes a register; ``raw`` is the file, ``revision`` its published number.

    ``promises`` is the earlier revision whose workflow, deadlines and plugins' sections it has, if it is one.
    """

    register: str
    title: str
    fields: Mapping[str, Field]
    workflow: Workflow
    raw: Mapping[str, Any]
    revision: int = 0
    clauses: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    form: tuple[Section, ...] = ()
    list: View = field(default_factory=lambda: View("all", ""))
    views: tuple[View, ...] = ()
    access: tuple[AccessRule, ...] = ()
    private: bool = False
    deadlines: tuple[Deadline, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    checks: tuple[Check, ...] = ()
    openings: tuple[Opening, ...] = ()
    secrecy: Secrecy = field(default_factory=Secrecy)
    plugins: Mapping[str, Any] = field(default_factory=dict)
    records: Mapping[str, Any] = field(default_factory=dict)
    prints: tuple[Mapping[str, Any], ...] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    scenarios: tuple[Mapping[str, Any], ...] = ()
    promises: int = 0

    @property
    def case(self) -> int:
        """The revision under which a record's case runs that follows this definition."""
        return self.promises or self.revision

    @property
    def serial(self) -> Field | None:
        """The field that holds the record's number."""
        return next((each for each in self.fields.values() if each.kind == "serial"), None)

    def deadline(self, name: str) -> Deadline | None:
        """The deadline of that name."""
        return next((each for each in self.deadlines if each.name == name), None)

    def text(self, path: str, default: str, language: str = "zh") -> str:
        """The translation at a path (``fields.subject.title``), else the Simplified Chinese text."""
        return self.translations.get(language, {}).get(path, default)

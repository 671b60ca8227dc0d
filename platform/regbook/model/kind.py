"""A field kind: what a field's ``format`` means for checking, keeping and showing its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Literal, Protocol, TypeAlias

from regbook.errors import Problem

FieldSchema: TypeAlias = Mapping[str, Any]
"""A field's own JSON Schema, as its definition has it."""

Storage: TypeAlias = Literal[
    "text", "int", "decimal", "instant", "date", "time", "bool", "id", "bytes", "json", "lines"
]
Target: TypeAlias = Literal["people", "departments", "registers"]


class Typed(Protocol):
    """Reads what a person typed; a local date-time is of ``zone``."""

    def __call__(self, text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any: ...


class Shown(Protocol):
    """Writes a value for people; an instant is shown in ``zone``."""

    def __call__(
        self, value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC
    ) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One field kind; every function is pure and takes the field's own schema.

    ``name`` is the field's ``format``; kinds without one are derived from the JSON Schema type.
    ``schema(field)`` gives the keywords that the kind implies; lay them over the field's own:
    ``{**field, **kind.schema(field)}`` is what a value must satisfy.
    ``canonical(value, field)`` gives the one spelling that is stored: idempotent, empty text becomes None,
    and what it cannot read it returns as it came, for ``check`` to refuse.
    ``check(value, field)`` gives the problems of a value, at paths relative to it ("" for a single value);
    it accepts every spelling that ``canonical`` can read, and None.
    ``typed(text, field, zone)`` reads a form's or a spreadsheet's text into a value.
    ``shown(value, field, language, zone)`` is the text of lists and prints. References show their id:
    who draws them knows the names.
    ``in_words`` is the second line of a print (an amount in capitals), ``mask`` what a reader without the
    right to unmask sees; a ``personal`` kind is masked unless its definition says otherwise.
    ``scale`` is the number of decimal places of storage ``decimal``. ``refers_to`` says whose ids the value
    holds and ``many`` that it is a list of them. ``widget`` names the control of a form, ``display`` the cell
    of lists and records.
    """

    name: str
    storage: Storage
    widget: str
    display: str
    schema: Callable[[FieldSchema], FieldSchema]
    check: Callable[[Any, FieldSchema], tuple[Problem, ...]]
    canonical: Callable[[Any, FieldSchema], Any]
    typed: Typed
    shown: Shown
    mask: Callable[[str], str] | None = None
    in_words: Callable[[Any, FieldSchema], str] | None = None
    scale: int | None = None
    personal: bool = False
    sortable: bool = False
    searchable: bool = False
    summable: bool = False
    many: bool = False
    refers_to: Target | None = None

    @property
    def title(self) -> str:
        """The catalogue code of the kind's title."""
        return f"kind-{self.name}"

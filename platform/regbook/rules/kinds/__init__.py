"""Field kinds: what a field's ``format``, or its JSON Schema type when it has none, means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from regbook.errors import DefinitionInvalid, Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules.kinds.credit_code import CREDIT_CODE
from regbook.rules.kinds.date import DATE
from regbook.rules.kinds.date_time import DATE_TIME
from regbook.rules.kinds.department import DEPARTMENT
from regbook.rules.kinds.departments import DEPARTMENTS
from regbook.rules.kinds.email import EMAIL
from regbook.rules.kinds.file import FILE
from regbook.rules.kinds.identity_no import IDENTITY_NO
from regbook.rules.kinds.integer import INTEGER
from regbook.rules.kinds.lines import lines_of
from regbook.rules.kinds.long_text import LONG_TEXT
from regbook.rules.kinds.money import MONEY
from regbook.rules.kinds.number import NUMBER
from regbook.rules.kinds.one_of import ONE_OF
from regbook.rules.kinds.people import PEOPLE
from regbook.rules.kinds.percent import PERCENT
from regbook.rules.kinds.person import PERSON
from regbook.rules.kinds.phone import PHONE
from regbook.rules.kinds.record import RECORD
from regbook.rules.kinds.records import RECORDS
from regbook.rules.kinds.secrecy_level import SECRECY_LEVEL
from regbook.rules.kinds.serial import SERIAL
from regbook.rules.kinds.several_of import SEVERAL_OF
from regbook.rules.kinds.span import SPAN
from regbook.rules.kinds.text import LONGEST as LONGEST_LINE
from regbook.rules.kinds.text import TEXT
from regbook.rules.kinds.time import TIME
from regbook.rules.kinds.yes_no import YES_NO
from regbook.rules.masks import MASKS

_PLURALS = {"person": "people", "department": "departments", "record": "records", "file": "file"}
_BY_TYPE = {"number": "number", "integer": "integer", "boolean": "yes_no"}
_FOREIGN = frozenset({"duration", "uri", "uri-reference", "uuid", "hostname", "ipv4", "ipv6", "regex"})
"""Formats of JSON Schema that are no kind of ours: plain text that the validator checks."""


def kind_of(field_schema: FieldSchema) -> Kind:
    """The kind of a field, from its format, else from its type and shape.

    A format, type or shape that no kind has is refused (DefinitionInvalid).

    >>> kind_of({"type": "string", "format": "money"}).name, kind_of({"type": "boolean"}).name
    ('money', 'yes_no')
    """
    name = str(field_schema.get("format") or "")
    if name in _FOREIGN or not name:
        name = _derived(field_schema)
    if name not in KINDS:
        raise DefinitionInvalid([Problem("", "kind-unknown", {"kind": name or field_schema.get("type", "")})])
    return KINDS[name]


def _derived(field_schema: FieldSchema) -> str:
    """The name of the kind that a schema without a format of ours has; "" for none."""
    shape = field_schema.get("type", "string" if "oneOf" in field_schema else "")
    if shape == "string":
        if "oneOf" in field_schema:
            return "one_of"
        lined = field_schema.get("x-lines") or field_schema.get("maxLength", 0) > LONGEST_LINE
        return "long_text" if lined else "text"
    if shape != "array":
        return _BY_TYPE.get(shape, "") if isinstance(shape, str) else ""
    items = field_schema.get("items", {})
    if "oneOf" in items:
        return "several_of"
    if "properties" in items:
        return "lines"
    return _PLURALS.get(items.get("format", ""), "")


def mask_of(field_schema: FieldSchema) -> Callable[[str], str] | None:
    """How a reader without the right to unmask sees the field's values: None where nothing is hidden.

    Personal kinds are masked unless ``x-mask`` is false; ``x-mask`` names a mask for any other.

    >>> mask_of({"type": "string", "format": "phone"})("13800138000"), mask_of({"type": "string"})
    ('138****8000', None)
    """
    wanted = field_schema.get("x-mask")
    kind = kind_of(field_schema)
    if isinstance(wanted, str):
        return MASKS.get(wanted, MASKS["all"])
    personal = kind.personal or bool(field_schema.get("x-personal"))
    if wanted is False or not (wanted or personal):
        return None
    return kind.mask or MASKS["all"]


LINES = lines_of(kind_of)

ENGINE_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            *(TEXT, LONG_TEXT, NUMBER, INTEGER, PERCENT, MONEY, DATE, TIME, DATE_TIME, SPAN),
            *(YES_NO, ONE_OF, SEVERAL_OF, PERSON, PEOPLE, DEPARTMENT, DEPARTMENTS, RECORD, RECORDS),
            *(LINES, SERIAL, FILE, PHONE, EMAIL, IDENTITY_NO, CREDIT_CODE, SECRECY_LEVEL),
        )
    }
)
"""Every kind of the engine, by name."""

_known = dict(ENGINE_KINDS)
KINDS: Mapping[str, Kind] = MappingProxyType(_known)
"""Every kind of this process, by name: the engine's, then those of its plugins."""


def learn(kinds: Iterable[Kind]) -> None:
    """Takes up the kinds of the plugins that were loaded, in place of those learnt before.

    A process serves one office, and plugins are modules of the process; so are their kinds.
    """
    for name in _known.keys() - ENGINE_KINDS.keys():
        del _known[name]
    _known.update((each.name, each) for each in kinds)

"""A file whose shape is wrong at some places, mended there, so that what is wrong beside them is told too."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from regbook.errors import Problem
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.shape import BOUNDS, of_a_name, validator_of

Key: TypeAlias = str | int
Fault: TypeAlias = Any
"""A ValidationError."""

ROUNDS = 8
"""Mending one place can show the next below it; no file goes deeper into what is missing."""

STAND_INS = (
    *("x", "x.x", "/x", "1h", "1d", "A 1", "CNY", "all", "table", "first monday", "close", "zh", "x.docx"),
    *("2026-01-01T00:00Z", "", 0, 1, False, None),
)
"""What takes the place of a single value: the first that its schema allows."""

NAMING = frozenset({"name", "to", "reject", "from", "initial", "do", "const", "type", "format", "$ref"})
"""Keys by which other parts of the file know a thing: without their value what they say is in doubt."""

FIELDS = ("field-nowhere", "field-not-people", "field-not-moment", "choice-nowhere", "condition-field")
COMPUTED = ("formula-name", "formula-member", "formula-operands", "formula-argument", "rollup-not-a-number")
KINDS = ("keyword-not-of-kind", "view-by-wrong-kind", "rollup-not-pointing", "mover-moves-nothing")
STATES = ("state-nowhere", "state-unreachable", "waits-no-way", "deadline-never-ends")
NAMES = ("translation-missing", "translation-of-nothing", "setting-nowhere")
DOUBTS: Mapping[str, tuple[str, ...]] = {
    "entity": (*FIELDS, *COMPUTED, *KINDS, "level-missing", "required-not-in-form", "lines-not-sorted"),
    "workflow": (*STATES, "transition-nowhere", "step-nowhere"),
    "deadlines": ("deadline-nowhere", "obligation-draft"),
    "opens": ("opening-nowhere",),
    "access": ("nobody-enters", "nobody-reads"),
    "obligations": ("nobody-enters", "period-without-obligation"),
    "form": ("required-not-in-form",),
    "roles": ("role-nowhere",),
}
"""What cannot be known while a name in a part is missing: the codes of sentences that would be false."""


@dataclass
class Mended:
    """A copy of the file that can be read, and what may not be said of it because it was mended."""

    raw: Any
    places: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)

    def told(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """The problems that are the file's own, not of what stands in for its values."""
        for each in problems:
            steps = each.path.split("/")
            above = ("/".join(steps[:n]) for n in range(2, len(steps) + 1))
            if each.code not in self.doubted and self.places.isdisjoint(above):
                yield each

    def doubt(self, part: Key) -> None:
        """A name of the part is not known."""
        self.doubted |= {*DOUBTS.get(str(part), ()), *NAMES}

    def put(self, path: list[Key], value: Any) -> None:
        """Puts a value in the place of what cannot be read."""
        node: Any = self.raw
        for each in path[:-1]:
            node = node[each]
        last: Any = path[-1]
        before = node[last] if isinstance(node, list) else node.get(last)
        node[last] = value
        # Without its kind nothing about a field can be judged.
        of_kind = path[0] == "entity" and path[-1] in ("type", "format")
        self.places.add(pointer(*(path[:-1] if of_kind else path)))
        if path[-1] in NAMING or any(isinstance(each, dict | list) for each in (before, value)):
            self.doubt(path[0])


def mended(raw: Any, schema: str = "register") -> Mended:
    """The file with something that its schema allows wherever it has what the schema does not allow."""
    made = Mended(copy.deepcopy(raw))
    validator = validator_of(schema)
    for _ in range(ROUNDS):
        mends = [each for error in validator.iter_errors(made.raw) for each in _mends(made, validator, error)]
        if not mends:
            break
        for path, value in sorted(mends, key=lambda each: len(each[0])):
            if _is_there(made.raw, path):
                made.put(path, value)
    return made


def _mends(made: Mended, validator: Any, error: Fault) -> Iterator[tuple[list[Key], Any]]:
    """What is to be put where; a key that is unknown goes at once, a name that is misspelt stays."""
    path = [*error.absolute_path]
    if of_a_name(error):
        made.places.add(pointer(*path, str(error.instance)))
    elif error.validator == "additionalProperties":
        for key in [each for each in error.instance if each not in error.schema.get("properties", {})]:
            made.places.add(pointer(*path, str(key)))
            del error.instance[key]
    elif error.validator == "required":
        for key in [each for each in error.validator_value if each not in error.instance]:
            wanted = error.schema.get("properties", {}).get(key, {"type": "string"})
            yield [*path, key], stand_in(validator, wanted)
    elif error.validator in BOUNDS and isinstance(error.instance, dict | list):
        made.places.add(pointer(*path))
        made.doubt(path[0] if path else "")
    elif path and path[-1] in NAMING and error.validator in ("pattern", *BOUNDS):
        made.places.add(pointer(*path))
    elif path:
        yield path, stand_in(validator, error.schema)


def stand_in(validator: Any, schema: Any) -> Any:
    """Something that a schema allows, as small as can be."""
    while isinstance(schema, Mapping) and "$ref" in schema:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**validator.schema["$defs"][schema["$ref"].rpartition("/")[2]], **rest}
    holds = validator.evolve(schema=schema)
    for each in (*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ()), *STAND_INS):
        if holds.is_valid(each):
            return each
    if "array" in schema.get("type", ()):
        return [stand_in(validator, schema.get("items", {}))] if schema.get("minItems") else []
    inner = schema.get("properties", {})
    return {key: stand_in(validator, inner.get(key, {})) for key in schema.get("required", ())}


def _is_there(node: Any, path: list[Key]) -> bool:
    """Whether the place is still in the file: one above it may have been replaced."""
    try:
        for each in path[:-1]:
            node = node[each]
    except (LookupError, TypeError):
        return False
    return isinstance(node, dict) or (isinstance(node, list) and path[-1] in range(len(node)))

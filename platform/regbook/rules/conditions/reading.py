"""From the short form of a condition to a schema, and to what must be laid beside the facts for it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import jsonschema_rs

from regbook.errors import Problem
from regbook.rules.conditions.moments import Bound, is_moment
from regbook.rules.pointers import pointer

ME: Final = "me"
DEEPEST: Final = 8

_NUMBER_WORDS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_TEXT_WORDS: Final = frozenset({"minLength", "maxLength", "pattern"})
_LIST_WORDS: Final = frozenset({"minItems", "maxItems", "contains"})
_PLAIN_WORDS: Final = frozenset({"enum", "const", "type"})
_TIME_WORDS: Final = frozenset({"before", "after"})
_JOINS: Final = frozenset({"anyOf", "allOf", "oneOf", "not"})
_SCHEMA_WORDS: Final = frozenset({"type", "properties", "required"}) | _JOINS
WORDS: Final = _NUMBER_WORDS | _TEXT_WORDS | _LIST_WORDS | _PLAIN_WORDS | _TIME_WORDS | _JOINS
"""Every word that may say something of a field."""

Schema = dict[str, Any]
_PATTERNS: Final = jsonschema_rs.RegexOptions(size_limit=1_000_000, dfa_size_limit=1_000_000)


def validator_of(schema: Schema) -> jsonschema_rs.Validator:
    """A validator that matches patterns in linear time; ValueError for a schema that it cannot be."""
    return jsonschema_rs.Draft202012Validator(
        schema, pattern_options=_PATTERNS, offline=True, validate_formats=False
    )


class Reader:
    """Turns conditions into schemas; collects problems, and what the schemas ask to be laid out."""

    def __init__(self, known_fields: Container[str] | None) -> None:
        self.known_fields = known_fields
        self.problems: list[Problem] = []
        self.fields: set[str] = set()
        self.numbers: set[str] = set()
        self.readers: set[str] = set()
        self.bounds: set[Bound] = set()

    def condition(self, short: Any, path: str, depth: int) -> Schema:
        """A condition as a schema of the facts."""
        if not isinstance(short, Mapping) or not short or not all(isinstance(each, str) for each in short):
            return self._refuse(path, "condition-shape")
        if depth > DEEPEST:
            return self._refuse(path, "condition-deep", most=DEEPEST)
        if "properties" in short or "required" in short:
            return self._as_it_stands(short, path, depth)
        return _all(
            self._join(key, value, f"{path}/{key}", self.condition, depth)
            if key in _JOINS
            else self._part(key, value, path + pointer(key), depth)
            for key, value in short.items()
        )

    def _refuse(self, path: str, code: str, **values: Any) -> Schema:
        self.problems.append(Problem(path, code, values))
        return {}

    def _as_it_stands(self, schema: Mapping[str, Any], path: str, depth: int) -> Schema:
        parts: list[Schema] = []
        for word, value in schema.items():
            at = path + pointer(word)
            if word in _JOINS:
                parts.append(self._join(word, value, at, self.condition, depth))
            elif word == "properties" and isinstance(value, Mapping):
                parts += [self._property(key, each, at + pointer(key), depth) for key, each in value.items()]
            elif word == "required" and isinstance(value, list):
                parts += [{"required": [each]} for each in value if self._known(each, at)]
            elif word not in _SCHEMA_WORDS:
                parts.append(self._refuse(at, "condition-word", word=word))
            elif value != "object":
                parts.append(self._refuse(at, "condition-value", word=word))
        return _all(parts)

    def _property(self, key: str, words: Any, path: str, depth: int) -> Schema:
        if not isinstance(words, Mapping):
            return self._refuse(path, "condition-value", word=key)
        return self._words(key, words, path, depth, {}) if self._known(key, path) else {}

    def _known(self, key: Any, path: str) -> bool:
        if (
            not isinstance(key, str)
            or "@" in key
            or (self.known_fields is not None and key not in self.known_fields)
        ):
            self._refuse(path, "condition-field", name=str(key))
            return False
        self.fields.add(key)
        return True

    def _join(
        self, word: str, value: Any, path: str, read: Callable[[Any, str, int], Schema], depth: int
    ) -> Schema:
        if word == "not":
            return {"not": read(value, path, depth + 1)}
        if not isinstance(value, list) or not value:
            return self._refuse(path, "condition-value", word=word)
        return {word: [read(each, f"{path}/{n}", depth + 1) for n, each in enumerate(value)]}

    def _part(self, key: str, value: Any, path: str, depth: int) -> Schema:
        """One field of the short form."""
        if not self._known(key, path):
            return {}
        if value is None:
            return {"properties": {key: {"type": "null"}}}
        if isinstance(value, Mapping):
            if not value:
                return self._refuse(path, "condition-shape")
            filled = {"required": [key], "properties": {key: {"not": {"type": "null"}}}}
            return _all([filled, self._words(key, value, path, depth, _TYPE_OF)])
        return self._one_of(key, value if isinstance(value, list) else [value], path)

    def _one_of(self, key: str, values: list[Any], path: str) -> Schema:
        if not values or not all(each is None or isinstance(each, _SCALARS) for each in values):
            return self._refuse(path, "condition-list")
        if all(isinstance(each, _FIGURES) and not isinstance(each, bool) for each in values):
            self.numbers.add(key)
            return _filled(f"{key}@number", {"enum": values})
        ways: list[Schema] = []
        if ME in values:
            self.readers.add(key)
            ways.append(_filled(f"{key}@me", {"const": True}))
        if None in values:
            ways.append({"properties": {key: {"type": "null"}}})
        if plain := [each for each in values if each not in (ME, None)]:
            among = {"enum": plain}
            ways.append(_filled(key, {"anyOf": [among, {"type": "array", "contains": among}]}))
        return ways[0] if len(ways) == 1 else {"anyOf": ways}

    def _words(
        self, key: str, words: Mapping[str, Any], path: str, depth: int, types: Mapping[str, str]
    ) -> Schema:
        """What is said of one field; ``types`` adds the type that a word is about."""
        if depth > DEEPEST:
            return self._refuse(path, "condition-deep", most=DEEPEST)
        return _all(
            self._word(key, word, value, path + pointer(word), depth, types) for word, value in words.items()
        )

    def _word(
        self, key: str, word: str, value: Any, path: str, depth: int, types: Mapping[str, str]
    ) -> Schema:
        if word not in WORDS:
            return self._refuse(path, "condition-word", word=str(word))
        if word in _JOINS:
            return self._join(
                word, value, path, lambda each, at, n: self._said(key, each, at, n, types), depth
            )
        if word in _TIME_WORDS:
            return self._time(key, word, value, path)
        if word == "contains" and not (isinstance(value, Mapping) and set(value) <= _PLAIN_WORDS):
            return self._refuse(path, "condition-value", word=word)
        schema = {word: value, **({"type": types[word]} if word in types else {})}
        try:
            validator_of(schema)
        except (ValueError, TypeError):
            return self._refuse(path, "condition-value", word=word)
        if word not in _NUMBER_WORDS:
            return {"properties": {key: schema}}
        self.numbers.add(key)
        return _filled(f"{key}@number", schema) if types else {"properties": {f"{key}@number": schema}}

    def _said(self, key: str, words: Any, path: str, depth: int, types: Mapping[str, str]) -> Schema:
        if not isinstance(words, Mapping) or not words:
            return self._refuse(path, "condition-shape")
        return self._words(key, words, path, depth, types)

    def _time(self, key: str, word: str, value: Any, path: str) -> Schema:
        if not isinstance(value, str) or not is_moment(value):
            return self._refuse(path, "condition-moment", word=word)
        bound = Bound(key, word, value)
        self.bounds.add(bound)
        return _filled(bound.name, {"const": True})


_SCALARS: Final = (str, bool, int, float, Decimal)
_FIGURES: Final = (int, float, Decimal)
_TYPE_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(_NUMBER_WORDS, "number"),
    **dict.fromkeys(_TEXT_WORDS, "string"),
    **dict.fromkeys(_LIST_WORDS, "array"),
}


def _filled(name: str, schema: Schema) -> Schema:
    return {"required": [name], "properties": {name: schema}}


def _all(parts: Iterable[Schema]) -> Schema:
    """One schema that asks what all of them ask, as flat as it can be written."""
    required: dict[str, None] = {}
    properties: dict[str, Schema] = {}
    others: list[Schema] = []
    for part in parts:
        if set(part) - {"required", "properties"}:
            others.append(part)
            continue
        required |= dict.fromkeys(part.get("required", ()))
        for name, schema in part.get("properties", {}).items():
            told = properties.get(name, {})
            properties[name] = {"allOf": [told, schema]} if set(told) & set(schema) else {**told, **schema}
    found: Schema = {}
    if required:
        found["required"] = list(required)
    if properties:
        found["properties"] = properties
    if not others:
        return found
    return others[0] if not found and len(others) == 1 else {**found, "allOf": others}

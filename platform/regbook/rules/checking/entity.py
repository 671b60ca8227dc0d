"""The fields of a register: their names, kinds, patterns, choices and references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from regbook.errors import Problem
from regbook.model.record import RESERVED
from regbook.model.world import NOUNS
from regbook.rules.checking.conditions import problems_of_condition
from regbook.rules.checking.pointers import leaves, pointer
from regbook.rules.checking.subject import Raw, Subject, fields_of, listed, near, sealed, unknown
from regbook.rules.conditions.reading import validator_of
from regbook.rules.kinds import KINDS
from regbook.rules.kinds.keywords import keyword_problems
from regbook.rules.naming import kind_name, resolved

SHARED = "#/$defs/"
MOST_FIELDS = 1_000

KEYWORD_KINDS: Mapping[str, tuple[str, ...]] = {
    "x-to": ("record", "records"),
    "x-copy": ("record", "person", "department"),
    "x-where": ("record", "records", "person", "people", "department", "departments"),
    "x-back": ("record", "records"),
    "x-who": ("person", "people"),
    "x-serial": ("serial",),
    "x-currency": ("money",),
    "x-decimals": ("number", "percent"),
    "x-unit": ("number", "integer"),
    "x-accept": ("file",),
    "x-max-size": ("file",),
    "x-lines": ("text", "long_text"),
    "pattern": ("text", "long_text"),
    "oneOf": ("one_of",),
}
"""Keywords that only some kinds understand."""

FOUND_BY = ("x-unique", "x-match")
"""Keywords that an index of the record's own table holds; lines have none."""

COPIED = {"person": "people", "department": "departments"}
"""Nouns of the engine that a field may point to and copy from."""

KIND_NEEDS = {"record": "x-to", "serial": "x-serial"}

DEFAULT_KINDS: Mapping[str, tuple[str, ...]] = {
    "now": ("date-time",),
    "today": ("date",),
    "me": ("person",),
    "my": ("department", "person", "record"),
}


def reference_problems(subject: Subject) -> Iterator[Problem]:
    """A ``$ref`` that leaves the file, points nowhere, or comes back to itself."""
    shared = subject.raw["entity"].get("$defs", {})
    for at, node in leaves(subject.raw["entity"], "/entity"):
        target = node.get("$ref") if isinstance(node, Mapping) else None
        if not isinstance(target, str):
            continue
        if not target.startswith(SHARED):
            yield Problem(at + "/$ref", "ref-outside", {"value": target})
        elif target.removeprefix(SHARED) not in shared:
            yield Problem(at + "/$ref", "ref-nowhere", {"value": target, "allowed": "、".join(shared)})
        elif _returns(target.removeprefix(SHARED), shared):
            yield Problem(at + "/$ref", "ref-cycle", {"value": target})


def _returns(name: str, shared: Mapping[str, Any]) -> bool:
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        here = ahead.pop()
        if here in seen:
            continue
        seen.add(here)
        for _, node in leaves(shared.get(here, {})):
            target = node.get("$ref") if isinstance(node, Mapping) else None
            if isinstance(target, str) and target.startswith(SHARED):
                if target.removeprefix(SHARED) == name:
                    return True
                ahead.append(target.removeprefix(SHARED))
    return False


def pattern_problems(subject: Subject) -> Iterator[Problem]:
    """A pattern that cannot be matched in linear time: look-around, a back-reference, or none at all."""
    for at, node in leaves(subject.raw["entity"], "/entity"):
        if isinstance(node, Mapping) and isinstance(node.get("pattern"), str) and not linear(node["pattern"]):
            yield Problem(at + "/pattern", "pattern-unsafe", {"value": node["pattern"]})


def linear(pattern: str) -> bool:
    """Whether a pattern compiles for the engine that matches in linear time.

    >>> linear("^[a-z]+$"), linear("(?=a)b"), linear("(a)" + chr(92) + "1")
    (True, False, False)
    """
    try:
        validator_of({"pattern": pattern})
    except ValueError:
        return False
    return True


def field_problems(subject: Subject) -> Iterator[Problem]:
    """What is wrong with single fields, those of lines included."""
    found = list(_every_field(subject))
    if len(found) > MOST_FIELDS:
        yield Problem("/entity/properties", "fields-too-many", {"most": MOST_FIELDS, "n": len(found)})
    yield from unknown("field-nowhere", subject.raw["entity"].get("required", ()), subject.fields, _REQUIRED)
    for at, key, schema, line in found:
        yield from _name_problems(at, key, schema, line)
        yield from _kind_problems(subject, at, schema, line)
        yield from _choice_problems(at, schema)
        yield from _default_problems(at, schema)
    yield from _required_problems(subject)
    yield from _was_problems(subject)


_REQUIRED = ("entity", "required")
_Found = tuple[str, str, Raw, bool]


def _every_field(subject: Subject) -> Iterator[_Found]:
    shared = subject.raw["entity"].get("$defs", {})
    for key, schema in subject.fields.items():
        at = pointer("entity", "properties", key)
        yield at, key, schema, False
        inner = schema.get("items", {}).get("properties", {})
        for name, each in inner.items():
            yield at + pointer("items", "properties", name), name, resolved(each, shared), True


def _name_problems(at: str, key: str, schema: Raw, line: bool) -> Iterator[Problem]:
    serial = kind_name(schema) == "serial"
    if not line and key in RESERVED and not (key == "number" and serial):
        yield Problem(at, "field-reserved", {"name": key})
    if serial and (line or key != "number"):
        yield Problem(at, "serial-not-number", {"name": key})
    if not schema.get("title"):
        yield Problem(at, "title-missing", {"name": key})


def _kind_problems(subject: Subject, at: str, schema: Raw, line: bool) -> Iterator[Problem]:
    kind = kind_name(schema)
    known = subject.world.kinds or frozenset(KINDS)
    level = schema.get("x-secrecy")
    if level is not None and level not in subject.world.levels:
        yield Problem(at + "/x-secrecy", "level-nowhere", near(level, subject.world.levels))
    yield from _target_problems(subject, at, schema)
    if kind not in known:
        where = at + ("/format" if "format" in schema else "")
        yield Problem(where, "kind-nowhere", near(kind, sorted(known)))
        return
    if line and kind == "lines":
        yield Problem(at, "lines-in-lines", {})
    for keyword in FOUND_BY if line else ():
        if schema.get(keyword):
            yield Problem(at + pointer(keyword), "keyword-not-in-lines", {"key": keyword})
    if schema.get("x-unique") and sealed(schema, subject.world) and not (line or schema.get("x-match")):
        yield Problem(at + "/x-unique", "unique-needs-match", {})
    for keyword, kinds in KEYWORD_KINDS.items():
        if keyword in schema and kind not in kinds:
            values = {"key": keyword, "kinds": "、".join(kinds), "kind": kind}
            yield Problem(at + pointer(keyword), "keyword-not-of-kind", values)
    if kind in KIND_NEEDS and KIND_NEEDS[kind] not in schema:
        yield Problem(at, "key-missing", {"key": KIND_NEEDS[kind]})
    if kind in KINDS:
        inner = schema.get("items", {}).get("properties", {}) if kind == "lines" else {}
        # A kind within lines that is not there is told at its own place.
        whole = all(kind_name(each) in KINDS for each in inner.values())
        for problem in keyword_problems(KINDS[kind], schema) if whole else ():
            yield Problem(at + problem.path, problem.code, problem.values)


def _target_problems(subject: Subject, at: str, schema: Raw) -> Iterator[Problem]:
    where = at if "x-to" in schema else at + "/items"
    holder = schema if "x-to" in schema else schema.get("items", {})
    targets = listed(holder.get("x-to"))
    for index, name in enumerate(targets):
        place = where + pointer("x-to", *(() if isinstance(holder["x-to"], str) else (index,)))
        if name != "*" and name not in subject.world.registers:
            yield Problem(place, "register-nowhere", near(name, subject.world.registers))
    one = subject.world.registers.get(targets[0]) if len(targets) == 1 else None
    if one is not None:
        there = Subject(one, subject.world)
        yield from problems_of_condition(there, holder.get("x-where"), where + "/x-where")
    known = NOUNS[COPIED[kind_name(schema)]] if kind_name(schema) in COPIED else one and fields_of(one)
    for theirs, ours in schema.get("x-copy", {}).items():
        if known and theirs not in known:
            yield Problem(at + pointer("x-copy", theirs), "field-nowhere", near(theirs, known))
        if ours not in subject.fields:
            yield Problem(at + pointer("x-copy", theirs), "field-nowhere", near(ours, subject.fields))


def _choice_problems(at: str, schema: Raw) -> Iterator[Problem]:
    for place, holder in ((at, schema), (at + "/items", schema.get("items", {}))):
        seen: set[Any] = set()
        for index, choice in enumerate(holder.get("oneOf", ())):
            if choice["const"] in seen:
                where = place + pointer("oneOf", index, "const")
                yield Problem(where, "choice-twice", {"name": choice["const"]})
            seen.add(choice["const"])


def _default_problems(at: str, schema: Raw) -> Iterator[Problem]:
    kind = kind_name(schema)
    for word in schema.get("x-default", {}):
        if kind not in DEFAULT_KINDS[word]:
            values = {"key": word, "kinds": "、".join(DEFAULT_KINDS[word]), "kind": kind}
            yield Problem(at + pointer("x-default", word), "keyword-not-of-kind", values)
    if "default" in schema and kind in KINDS:
        for problem in KINDS[kind].check(schema["default"], schema):
            yield Problem(at + "/default", problem.code, problem.values)


def _required_problems(subject: Subject) -> Iterator[Problem]:
    for index, key in enumerate(subject.raw["entity"].get("required", ())):
        schema = subject.fields.get(key, {})
        given = {"default", "x-default"} & set(schema) or subject.written_by_engine
        if _not_filled_by_people(schema) and not given:
            yield Problem(pointer(*_REQUIRED, index), "required-not-fillable", {"name": key})


def _not_filled_by_people(schema: Raw) -> bool:
    return bool(schema.get("readOnly") or "x-formula" in schema or "x-rollup" in schema)


def _was_problems(subject: Subject) -> Iterator[Problem]:
    for key, schema in subject.fields.items():
        for index, past in enumerate(schema.get("x-was", ())):
            if past in subject.fields:
                at = pointer("entity", "properties", key, "x-was", index)
                yield Problem(at, "was-taken", {"name": past})

"""The file under check and what its checks ask of it again and again."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from regbook.errors import Problem
from regbook.model.record import RESERVED
from regbook.model.workflow import CURRENT
from regbook.model.world import World
from regbook.rules.checking.pointers import pointer
from regbook.rules.naming import kind_name, resolved

Raw = Mapping[str, Any]

SECRET = 2
"""From this level on, 秘密, a field is kept as an envelope."""
INSTANTS = ("entered_at", "submitted_at", "amended_at")
RESERVED_KINDS: Mapping[str, str] = {
    "number": "serial",
    "state": "one_of",
    "owner": "person",
    "department": "department",
    "assignee": "people",
    "level": "secrecy-level",
    "declassify_on": "date-time",
    **dict.fromkeys(INSTANTS, "date-time"),
}


def sealed(schema: Raw, world: World) -> bool:
    """Whether a field of this schema is kept as an envelope, of which nothing but equality may be asked."""
    level = schema.get("x-secrecy")
    high = level in world.levels and world.levels.index(level) >= SECRET
    return bool(schema.get("x-personal") or high)


@dataclass(frozen=True)
class Subject:
    """A raw definition and the world it is to live in. Parts whose shape is wrong are not asked for."""

    raw: Raw
    world: World

    @cached_property
    def fields(self) -> Mapping[str, Raw]:
        """Each field's schema, local references resolved."""
        return fields_of(self.raw)

    def encrypted(self, key: str) -> bool:
        """Whether a field is kept as an envelope: 秘密 or above, or personal."""
        return sealed(self.fields.get(key, {}), self.world)

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """The kind of every name that a formula may read: fields, lines' fields, reserved facts."""
        kinds = dict(RESERVED_KINDS)
        for key, schema in self.fields.items():
            kinds[key] = kind_name(schema)
            shared = self.raw["entity"].get("$defs", {})
            for name, inner in schema.get("items", {}).get("properties", {}).items():
                kinds[f"{key}.{name}"] = kind_name(resolved(inner, shared))
        return kinds

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """What conditions and columns may name: every declared field and the reserved facts."""
        return (*self.fields, *(each for each in RESERVED if each not in self.fields))

    @cached_property
    def states(self) -> Mapping[str, Raw]:
        """The declared states; a register without a workflow has one."""
        return states_of(self.raw)

    @property
    def transitions(self) -> list[Raw]:
        """The declared transitions, in order."""
        found: list[Raw] = self.raw.get("workflow", {}).get("transitions", [])
        return found

    @cached_property
    def openings(self) -> tuple[str, ...]:
        """The names of the openings."""
        return tuple(each["name"] for each in self.raw.get("opens", ()))

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The names of every transition's steps."""
        return tuple(step["name"] for each in self.transitions for step in each.get("steps", ()))

    @cached_property
    def written_by_engine(self) -> bool:
        """Whether records come without anybody entering them: bound to a noun, opened or set elsewhere."""
        name = self.raw["register"]
        opened = (
            opening.get("register") == name
            for other in self.world.registers.values()
            for opening in other.get("opens", ())
        )
        return name in self.world.bound.values() or any(opened)


def fields_of(raw: Raw) -> Mapping[str, Raw]:
    """The fields of a raw definition, local references resolved."""
    entity = raw.get("entity", {})
    shared = entity.get("$defs", {})
    return {key: resolved(each, shared) for key, each in entity.get("properties", {}).items()}


def states_of(raw: Raw) -> Mapping[str, Raw]:
    """The states of a raw definition."""
    states: Mapping[str, Raw] = raw["workflow"]["states"] if "workflow" in raw else {CURRENT: {}}
    return states


def unknown(
    code: str, names: Iterable[str], known: Iterable[str], at: Iterable[str | int], indexed: bool = True
) -> Iterator[Problem]:
    """A problem for each of the names that is not known, with the nearest known ones."""
    known = tuple(known)
    for index, name in enumerate(names):
        if name not in known:
            yield Problem(pointer(*at, *((index,) if indexed else ())), code, near(name, known))


def near(name: str, known: Iterable[str]) -> Mapping[str, str]:
    """The values of a sentence about an unknown name: the name, and the known ones nearest to it."""
    known = tuple(known)
    found = difflib.get_close_matches(name, known, 3, 0.5) or known[:12]
    return {"name": name, "known": "、".join(found)}


def listed(value: str | list[str] | None) -> list[str]:
    """One text or several, as a list."""
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def named_twice(items: Iterable[Raw], at: str) -> Iterator[Problem]:
    """A problem for each name that an earlier item bears."""
    seen: set[str] = set()
    for index, each in enumerate(items):
        if each["name"] in seen:
            yield Problem(pointer(at, index, "name"), "name-twice", {"name": each["name"]})
        seen.add(each["name"])

"""What else exists beside a definition: the names that it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from regbook.model.access import LEVELS

GIVEN_ROLES = ("staff", "head", "division_head", "gm")
"""Roles that a person's place gives: everyone is staff, the others follow from the department tree."""


@dataclass(frozen=True, slots=True)
class World:
    """The names a definition may use. None means unknown: what names one of these is not checked.

    ``registers`` holds the raw definition of every register by id, ``settings`` the office's settings by
    key, ``plugins`` each plugin's settings schema by name, ``kinds`` the names of all field kinds (the
    engine's own when empty), ``languages`` those in which every text must be written beside Simplified
    Chinese, ``bound`` the register of each of the engine's nouns.
    """

    registers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    roles: frozenset[str] | None = None
    posts: frozenset[str] | None = None
    settings: Mapping[str, Any] | None = None
    clauses: frozenset[str] | None = None
    plugins: Mapping[str, Mapping[str, Any]] | None = None
    kinds: frozenset[str] = frozenset()
    levels: tuple[str, ...] = LEVELS
    languages: tuple[str, ...] = ("en",)
    bound: Mapping[str, str] = field(default_factory=dict)


NOUNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "people": ("name", "account", "unit", "post", "superior", "clearance", "grade", "roles"),
        "departments": ("name", "parent", "kind", "head"),
        "posts": ("name", "roles"),
        "penalties": (
            *("person", "source", "deadline", "clause"),
            *("late_from", "late_until", "hours", "amount"),
        ),
        "escalations": (
            *("source", "deadline", "rung", "from_person", "to_person"),
            *("due_at", "escalated_at"),
        ),
        "delegations": ("giver", "taker", "start", "end", "registers"),
        "regulations": (),
        "alerts": (),
        "secrecy_changes": (),
        "access_rights": ("person", "clearance", "roles", "units", "start", "end", "takes"),
    }
)
"""What the engine keeps in registers that the office names, and the names of each noun's fields."""

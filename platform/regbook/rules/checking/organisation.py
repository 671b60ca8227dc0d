"""Everything that can be wrong with ``organisation.json``: bindings, roles, settings, packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from regbook.errors import Problem
from regbook.model.world import NOUNS, World
from regbook.rules.checking.mending import mended
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.shape import instance_problems, shape_problems
from regbook.rules.checking.subject import near

TITLED = {
    "roles": ("title",),
    "settings": ("title", "changes", "confirm"),
    "packs": ("title",),
    "aliases": ("title",),
}
"""The named things of the file, and which of their texts people read."""


def organisation_problems(raw: Any, world: World) -> tuple[Problem, ...]:
    """Every problem of a parsed ``organisation.json``, each with its JSON pointer."""
    problems = shape_problems(raw, "organisation")
    if not isinstance(raw, Mapping):
        return problems
    whole = mended(raw, "organisation")
    found = (
        *_binding_problems(whole.raw, world),
        *_alias_problems(whole.raw),
        *_setting_problems(whole.raw),
        *_pack_problems(whole.raw, world),
        *_translation_problems(whole.raw, world),
    )
    return (*problems, *whole.told(found))


def _binding_problems(raw: Mapping[str, Any], world: World) -> Iterator[Problem]:
    for noun, bound in raw["bind"].items():
        register = bound if isinstance(bound, str) else bound["register"]
        at = pointer("bind", noun) if isinstance(bound, str) else pointer("bind", noun, "register")
        if register not in world.registers:
            yield Problem(at, "register-nowhere", near(register, world.registers))
            continue
        theirs = {} if isinstance(bound, str) else bound.get("fields", {})
        fields = world.registers[register].get("entity", {}).get("properties", {})
        for name in NOUNS[noun]:
            if theirs.get(name, name) not in fields:
                values = {"noun": noun, "name": theirs.get(name, name), "register": register}
                yield Problem(pointer("bind", noun), "binding-without-field", values)
        states = () if isinstance(bound, str) else bound.get("states", ())
        known = world.registers[register].get("workflow", {}).get("states", {})
        for index, state in enumerate(states):
            if state not in known:
                yield Problem(pointer("bind", noun, "states", index), "state-nowhere", near(state, known))


def _alias_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for name, alias in raw.get("aliases", {}).items():
        if "role" in alias and alias["role"] not in raw["roles"]:
            yield Problem(pointer("aliases", name, "role"), "role-nowhere", near(alias["role"], raw["roles"]))


def _setting_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for key, setting in raw["settings"].items():
        at = pointer("settings", key, "value")
        yield from instance_problems(setting["value"], setting.get("schema", {}), at)
        if setting["value"] and "confirm" in setting:
            yield Problem(at, "setting-on-unconfirmed", {"key": key})
        if "pack" in setting and setting["pack"] not in raw.get("packs", {}):
            known = raw.get("packs", {})
            yield Problem(pointer("settings", key, "pack"), "pack-nowhere", near(setting["pack"], known))
        for index, needed in enumerate(setting.get("needs", ())):
            if needed not in raw["settings"]:
                values = near(needed, raw["settings"])
                yield Problem(pointer("settings", key, "needs", index), "setting-nowhere", values)


def _pack_problems(raw: Mapping[str, Any], world: World) -> Iterator[Problem]:
    for name, pack in raw.get("packs", {}).items():
        for index, register in enumerate(pack["registers"]):
            if register not in world.registers:
                at = pointer("packs", name, "registers", index)
                yield Problem(at, "register-nowhere", near(register, world.registers))


def _translation_problems(raw: Mapping[str, Any], world: World) -> Iterator[Problem]:
    paths = {
        f"{part}.{name}.{text}"
        for part, texts in TITLED.items()
        for name, thing in raw.get(part, {}).items()
        for text in texts
        if text in thing
    }
    paths |= {
        f"settings.{key}.choices.{each}"
        for key, setting in raw["settings"].items()
        for each in setting.get("choices", {})
    }
    paths |= {"scheme.title"} if raw.get("scheme", {}).get("title") else set()
    translations = raw.get("translations", {})
    for language in world.languages:
        for path in sorted(paths - set(translations.get(language, {}))):
            at = pointer("translations", language)
            yield Problem(at, "translation-missing", {"path": path, "language": language})
    for language, given in translations.items():
        for path in sorted(set(given) - paths):
            yield Problem(pointer("translations", language, path), "translation-of-nothing", {"path": path})

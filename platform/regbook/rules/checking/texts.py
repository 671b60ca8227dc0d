"""Texts: everything that people read stands in every language of the office, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regbook.errors import Problem
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.subject import Raw, Subject

NAMED = {
    "form": "sections",
    "views": "views",
    "deadlines": "deadlines",
    "obligations": "obligations",
    "opens": "openings",
    "print": "prints",
}
"""The lists of named things, and how the path of a translation calls them."""

SHOWN = ("title", "description")


def texts_of(raw: Raw) -> Mapping[str, str]:
    """The path of every text that people read, and where it stands in the file.

    >>> texts_of({"title": "便笺", "entity": {"properties": {"a": {"title": "甲"}}}})
    {'title': '/title', 'fields.a.title': '/entity/properties/a/title'}
    """
    found: dict[str, str] = {}
    _shown(found, raw, "", "")
    for key, field in raw.get("entity", {}).get("properties", {}).items():
        _field(found, field, f"fields.{key}", pointer("entity", "properties", key))
    workflow = raw.get("workflow", {})
    for name, state in workflow.get("states", {}).items():
        _shown(found, state, f"states.{name}.", pointer("workflow", "states", name))
    for index, each in enumerate(workflow.get("transitions", ())):
        at = pointer("workflow", "transitions", index)
        _shown(found, each, f"transitions.{each['name']}.", at)
        for n, step in enumerate(each.get("steps", ())):
            _shown(found, step, f"steps.{step['name']}.", at + pointer("steps", n))
    for part, called in NAMED.items():
        for index, each in enumerate(raw.get(part, ())):
            _shown(found, each, f"{called}.{each['name']}.", pointer(part, index))
    for index, _ in enumerate(raw.get("checks", ())):
        found[f"checks.{index}.say"] = pointer("checks", index, "say")
    return found


def _shown(found: dict[str, str], thing: Raw, path: str, at: str) -> None:
    for key in SHOWN:
        if thing.get(key):
            found[path + key] = at + pointer(key)


def _field(found: dict[str, str], field: Raw, path: str, at: str) -> None:
    _shown(found, field, path + ".", at)
    for key, called in (("x-unit", "unit"), ("x-back", "back")):
        if key in field:
            found[f"{path}.{called}"] = at + pointer(key)
    items = field.get("items", {})
    for place, choices in ((at, field.get("oneOf", ())), (at + "/items", items.get("oneOf", ()))):
        for index, choice in enumerate(choices):
            found[f"{path}.choices.{choice['const']}"] = place + pointer("oneOf", index, "title")
    for key, inner in items.get("properties", {}).items():
        _field(found, inner, f"{path}.{key}", at + pointer("items", "properties", key))


def text_problems(subject: Subject) -> Iterator[Problem]:
    """Texts without a translation, and translations of nothing."""
    texts = texts_of(subject.raw)
    translations = subject.raw.get("translations", {})
    for language in subject.world.languages:
        given = translations.get(language, {})
        for path, at in texts.items():
            if path not in given:
                yield Problem(at, "translation-missing", {"path": path, "language": language})
    for language, given in translations.items():
        for path in given:
            if path not in texts:
                at = pointer("translations", language, path)
                yield Problem(at, "translation-of-nothing", {"path": path})

"""Who-texts and access rules: roles, posts and fields that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from regbook.errors import Problem
from regbook.model.record import HIDEABLE
from regbook.model.world import GIVEN_ROLES
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.subject import Raw, Subject, listed, near, unknown
from regbook.rules.who import who_problems as who_text_problems

NAMED = re.compile(r"\b(role|post|field):([a-z0-9_]+)")
PEOPLE_KINDS = ("person", "people")
UNIT_KINDS = ("department", "departments")


def who_problems(subject: Subject, who: Any, at: str) -> Iterator[Problem]:
    """What is wrong with a who: text that cannot be read; roles, posts, fields that are not there."""
    if who is None:
        return
    unreadable = who_text_problems(who, None, at)
    yield from unreadable
    for index, text in enumerate(listed(who)):
        place = at if isinstance(who, str) else at + pointer(index)
        if not any(each.path == place for each in unreadable):
            yield from _named_problems(subject, text, place)


def _named_problems(subject: Subject, text: str, at: str) -> Iterator[Problem]:
    for kind, name in NAMED.findall(text):
        if kind == "role" and _no_role(subject, name):
            yield Problem(at, "role-nowhere", near(name, roles(subject)))
        elif kind == "post" and subject.world.posts is not None and name not in subject.world.posts:
            yield Problem(at, "post-nowhere", near(name, sorted(subject.world.posts)))
        elif kind == "field":
            yield from _field_problems(subject, name, at)


def _field_problems(subject: Subject, name: str, at: str) -> Iterator[Problem]:
    people = [key for key in subject.facts if subject.kinds.get(key) in (*PEOPLE_KINDS, *UNIT_KINDS)]
    if name not in subject.facts:
        yield Problem(at, "field-nowhere", near(name, people))
    elif name not in people:
        yield Problem(at, "field-not-people", near(name, people))


def roles(subject: Subject) -> list[str]:
    """The roles there are, those that a place in the tree gives included."""
    return sorted((subject.world.roles or frozenset()) | {*GIVEN_ROLES})


def _no_role(subject: Subject, name: str) -> bool:
    return subject.world.roles is not None and name not in roles(subject)


def access_problems(subject: Subject) -> Iterator[Problem]:
    """Rules without one whom, of roles or fields that are not there, or that scope by what is no person."""
    for index, rule in enumerate(subject.raw.get("access", ())):
        at = ("access", index)
        given = [each for each in ("role", "post", "who") if each in rule]
        if len(given) != 1:
            yield Problem(pointer(*at), "rule-whom", {})
        if "role" in rule and _no_role(subject, rule["role"]):
            yield Problem(pointer(*at, "role"), "role-nowhere", near(rule["role"], roles(subject)))
        if "post" in rule and subject.world.posts is not None:
            yield from unknown(
                "post-nowhere", [rule["post"]], sorted(subject.world.posts), (*at, "post"), indexed=False
            )
        yield from who_problems(subject, rule.get("who"), pointer(*at, "who"))
        yield from _untied_problems(subject, rule.get("who"), pointer(*at, "who"))
        yield from _scope_problems(subject, rule, pointer(*at, "scope"))
        for key, names in rule.get("fields", {}).items():
            yield from unknown("field-nowhere", names, (*subject.fields, *HIDEABLE), (*at, "fields", key))
        if "up_to" in rule:
            levels = subject.world.levels
            yield from unknown("level-nowhere", [rule["up_to"]], levels, (*at, "up_to"), indexed=False)


def _scope_problems(subject: Subject, rule: Raw, at: str) -> Iterator[Problem]:
    _, _, name = rule.get("scope", "").partition(":")
    if name:
        yield from _field_problems(subject, name, at)
        yield from _untied(subject, name, at)


def _untied_problems(subject: Subject, who: Any, at: str) -> Iterator[Problem]:
    for index, text in enumerate(listed(who)):
        place = at if isinstance(who, str) else at + pointer(index)
        for kind, name in NAMED.findall(text):
            if kind == "field":
                yield from _untied(subject, name, place)


def _untied(subject: Subject, name: str, at: str) -> Iterator[Problem]:
    """Whom an encrypted field names is written nowhere in the open: a rule by it would never hold."""
    if subject.encrypted(name):
        yield Problem(at, "field-ties-nobody", {"name": name})


def whom_problems(subject: Subject) -> Iterator[Problem]:
    """Fields that say who may be chosen, in words that name nobody who is there."""
    for key, schema in subject.fields.items():
        if "x-who" not in schema:
            continue
        at = pointer("entity", "properties", key, "x-who")
        yield from who_problems(subject, schema["x-who"], at)

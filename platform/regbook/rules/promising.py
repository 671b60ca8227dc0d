"""What a record was promised: workflow, deadlines and penalties of an older revision, over today's shape.

Shape follows the current revision and promises the one under which a case began, so an older revision's
promises are read again in today's words: a field that was renamed since (``x-was``) is named as it is now;
what asks for a field that is gone, or writes into one, asks and writes no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from regbook.model.definition import Definition, Field
from regbook.rules.compiled import Compiled
from regbook.rules.reading import definition_from

Raw = Mapping[str, Any]
Renamed = Callable[[str], str | None]
"""Today's name of a field (or ``lines.field``) of the older revision; None for one that is gone."""

Spoken = Mapping[str, Callable[[Any, Renamed], Any]]
"""How the keys of a part of a definition are read again, where they name fields in a way of their own."""

PROMISES = ("workflow", "deadlines", "plugins")
TEXTS = ("states.", "transitions.", "steps.", "deadlines.")
JOINED = ("anyOf", "allOf", "oneOf")
_NAMED = re.compile(r"(?<=field:)\w+(?:\.\w+)?|(?<=\{)\w+(?:\.\w+)?(?=\})")


@dataclass(frozen=True)
class Earlier:
    """An earlier revision of a register beside the current one, each reading made when it is first asked."""

    current: Compiled
    raw: Raw
    revision: int

    @cached_property
    def definition(self) -> Definition:
        """The definition as it was."""
        return definition_from(self.raw, self.revision)

    @cached_property
    def compiled(self) -> Compiled:
        """Today's definition with the promises of then; the current one itself where they are the same."""
        now = self.current.definition
        if _same_promises(now.raw, self.raw) and not _moved(now, self.definition):
            return self.current
        return Compiled(promised(now, self.definition), self.current.calendar)

    @cached_property
    def present_key(self) -> Renamed:
        """What a field of then (or of its lines) is called today; None for one that is gone."""
        return _renaming(self.current.definition, self.definition)

    def field_of(self, key: str) -> Field | None:
        """The field of then that is called so today, or was called so then and is gone."""
        now, fields = self.current.definition.fields.get(key), self.definition.fields
        if now is None:
            return fields.get(key)
        return next((each for each in fields.values() if each.origin == now.origin), None)


def promised(current: Definition, then: Definition) -> Definition:
    """The current definition with the promises of an older revision, in today's names of fields."""
    names = _renaming(current, then)
    raw = {key: each for key, each in current.raw.items() if key not in (*PROMISES, "opens")}
    raw |= {key: PARTS[key](then.raw[key], names) for key in PROMISES if key in then.raw}
    raw["opens"] = [*current.raw.get("opens", ()), *_openings(current, then, names)]
    raw["translations"] = _translations(current, then)
    return replace(definition_from(raw, current.revision), promises=then.revision)


def _same_promises(now: Raw, then: Raw) -> bool:
    return all(now.get(key) == then.get(key) for key in PROMISES)


def _moved(now: Definition, then: Definition) -> bool:
    """Whether a field has another name by now, or none, or an opening that promises make is gone."""
    name = _renaming(now, then)
    return any(name(key) != key for key in then.fields) or bool(_openings(now, then, name))


def _renaming(current: Definition, then: Definition) -> Renamed:
    tops = _by_past(current.fields)
    inner = {key: _by_past(each.lines) for key, each in current.fields.items() if each.lines}

    def name(text: str) -> str | None:
        head, _, tail = text.partition(".")
        if head not in then.fields:
            return text
        now = tops.get(then.fields[head].origin)
        if now is None or not tail or tail not in then.fields[head].lines:
            return now if now is None or not tail else f"{now}.{tail}"
        line = inner.get(now, {}).get(then.fields[head].lines[tail].origin)
        return None if line is None else f"{now}.{line}"

    return name


def _by_past(fields: Mapping[str, Field]) -> dict[str, str]:
    return {each.origin: key for key, each in fields.items()}


def _openings(current: Definition, then: Definition, names: Renamed) -> list[Any]:
    """The openings that the older promises make by themselves and that are there no more."""
    made = {name for each in then.workflow.transitions for name in each.opens}
    made |= {name for each in then.deadlines for name in each.opens}
    gone = made - {each.name for each in current.openings}
    return [_part(each, OPENING, names) for each in then.raw.get("opens", ()) if each["name"] in gone]


def _translations(current: Definition, then: Definition) -> dict[str, Any]:
    languages = current.translations.keys() | then.translations.keys()

    def texts(of: Definition, language: str, *, promises: bool) -> dict[str, str]:
        given = of.translations.get(language, {})
        return {path: each for path, each in given.items() if path.startswith(TEXTS) == promises}

    return {
        each: {**texts(current, each, promises=False), **texts(then, each, promises=True)}
        for each in sorted(languages)
    }


def _words(value: Any, name: Renamed) -> Any:
    """Texts that name fields, however deep they lie: ``field:person``, ``{amount}``."""
    if isinstance(value, str):
        return _NAMED.sub(lambda found: name(found[0]) or found[0], value)
    if isinstance(value, list):
        return [_words(each, name) for each in value]
    return {key: _words(each, name) for key, each in value.items()} if isinstance(value, Mapping) else value


def _part(value: Mapping[str, Any], said: Spoken, name: Renamed) -> dict[str, Any]:
    made = {key: said.get(key, _words)(each, name) for key, each in value.items()}
    return {key: each for key, each in made.items() if each is not _NOTHING}


def _workflow(value: Mapping[str, Any], name: Renamed) -> dict[str, Any]:
    states = {key: _part(each, STATE, name) for key, each in value["states"].items()}
    transitions = [_part(each, TRANSITION, name) for each in value.get("transitions", ())]
    return {**value, "states": states, "transitions": transitions}


_NOTHING: Any = object()


def _condition(value: Any, name: Renamed) -> Any:
    if not isinstance(value, Mapping):
        return value
    whole = "properties" in value or "required" in value
    made: dict[str, Any] = {}
    for key, each in value.items():
        if key in JOINED:
            made[key] = [_condition(one, name) for one in each]
        elif key == "not":
            made[key] = _condition(each, name)
        elif key == "properties":
            made[key] = {name(one) or one: said for one, said in each.items()}
        elif key == "required":
            made[key] = [name(one) or one for one in each]
        else:
            made[key if whole else name(key) or key] = each
    return made


def _start(value: Any, name: Renamed) -> Any:
    """What a deadline counts from, where that is a field."""
    return name(value) or value if isinstance(value, str) else value


def _needs(value: list[str], name: Renamed) -> list[str]:
    return [now for each in value if (now := name(each)) is not None]


def _sets(value: Mapping[str, Any], name: Renamed) -> dict[str, Any]:
    made = {}
    for path, given in value.items():
        head, dot, tail = path.partition(".")
        own = name(tail) if head == "self" else tail
        now = head if head == "self" else name(head)
        if now is not None and own is not None:
            made[f"{now}{dot}{own}"] = _words(given, name)
    return made


def _gives(value: Mapping[str, Any], name: Renamed) -> Any:
    verbs, to = value["verbs"], _words(value["to"], name)
    parts = {key: name(value[key]) for key in ("of", "until", "fields") if key in value}
    held = {"field": name(verbs["field"])} if isinstance(verbs, Mapping) else verbs
    gone = None in parts.values() or (isinstance(held, Mapping) and None in held.values())
    return _NOTHING if gone else {**value, **parts, "to": to, "verbs": held}


def _classifies(value: Mapping[str, Any], name: Renamed) -> Any:
    parts = {key: name(value[key]) for key in ("of", "level", "until")}
    return _NOTHING if None in parts.values() else {**value, **parts}


STATE: Spoken = {"sets": _sets, "gives": _gives, "classifies": _classifies}
STEP: Spoken = {"when": _condition}
TRANSITION: Spoken = {
    "when": _condition,
    "needs": _needs,
    "from": lambda value, name: value,
    "steps": lambda value, name: [_part(each, STEP, name) for each in value],
}
DEADLINE: Spoken = {"from": _start, "when": _condition, "until": _condition}
OPENING: Spoken = {"when": _condition}
PARTS: Spoken = {
    "workflow": _workflow,
    "deadlines": lambda value, name: [_part(each, DEADLINE, name) for each in value],
    "plugins": _words,
}

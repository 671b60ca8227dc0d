"""What ties a register to others and to the office: openings, sets, secrecy, plugins, clauses, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from regbook.errors import Problem
from regbook.rules.checking.conditions import problems_of_condition
from regbook.rules.checking.people import who_problems
from regbook.rules.checking.pointers import leaves, pointer
from regbook.rules.checking.shape import instance_problems
from regbook.rules.checking.subject import (
    INSTANTS,
    Raw,
    Subject,
    fields_of,
    listed,
    named_twice,
    near,
    unknown,
)

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
GIVEN = ("self", "id", "now", "today", "me", "period", "responsible")
"""What ``fill`` and ``sets`` may name beside the record's own facts."""


def opening_problems(subject: Subject) -> Iterator[Problem]:
    """Openings of registers, fields, transitions that are not there."""
    openings = subject.raw.get("opens", ())
    yield from named_twice(openings, "opens")
    moves = [each["name"] for each in subject.transitions]
    for index, each in enumerate(openings):
        at = ("opens", index)
        if not each.get("title"):
            yield Problem(pointer(*at), "title-missing", {"name": each["name"]})
        yield from problems_of_condition(subject, each.get("when"), pointer(*at, "when"))
        if "then" in each:
            yield from unknown("transition-nowhere", [each["then"]], moves, (*at, "then"), indexed=False)
        target = subject.world.registers.get(each["register"])
        if target is None:
            known = subject.world.registers
            yield Problem(pointer(*at, "register"), "register-nowhere", near(each["register"], known))
            continue
        for key, value in each.get("fill", {}).items():
            here = pointer(*at, "fill", key)
            if key not in fields_of(target):
                yield Problem(here, "field-nowhere", near(key, fields_of(target)))
            yield from _placeholder_problems(subject, value, here)


def _placeholder_problems(subject: Subject, value: Any, at: str) -> Iterator[Problem]:
    names = PLACEHOLDER.findall(value) if isinstance(value, str) else []
    for name in names:
        if name not in (*subject.facts, *GIVEN):
            yield Problem(at, "field-nowhere", near(name, (*subject.facts, *GIVEN)))


def set_problems(subject: Subject) -> Iterator[Problem]:
    """What states write into other records: through a reference, into a field that is there."""
    for name, state in subject.states.items():
        for target, value in state.get("sets", {}).items():
            at = pointer(*_at_set(name, target))
            reference, _, field = target.partition(".")
            yield from _placeholder_problems(subject, value, at)
            if reference == "self":
                yield from unknown(
                    "field-nowhere", [field], subject.fields, _at_set(name, target), indexed=False
                )
                continue
            pointed = listed(subject.fields.get(reference, {}).get("x-to"))
            if not pointed:
                references = [key for key in subject.fields if subject.kinds[key] == "record"]
                yield Problem(at, "field-nowhere", near(reference, references))
            for register in pointed:
                known = fields_of(subject.world.registers.get(register, {}))
                if register in subject.world.registers and field not in known:
                    yield Problem(at, "field-nowhere", near(field, known))


def giving_problems(subject: Subject) -> Iterator[Problem]:
    """What states give: of fields that point to records, to people, until a field that is an instant."""
    for name, state in subject.states.items():
        giving = state.get("gives")
        if giving is None:
            continue
        at = ("workflow", "states", name, "gives")
        yield from who_problems(subject, giving["to"], pointer(*at, "to"))
        verbs = giving["verbs"]
        wanted = [("of", giving["of"], ("record", "records")), ("until", giving["until"], ("date-time",))]
        wanted += [("verbs", verbs["field"], ("several_of",))] if isinstance(verbs, Mapping) else []
        wanted += [("fields", giving["fields"], ("several_of",))] if "fields" in giving else []
        for key, field, kinds in wanted:
            fitting = [each for each in subject.fields if subject.kinds[each] in kinds]
            yield from unknown("field-nowhere", [field], fitting, (*at, key), indexed=False)


def classifying_problems(subject: Subject) -> Iterator[Problem]:
    """States that decide on secrecy by fields that are no record, no level or no moment."""
    kinds = {"of": ("record",), "level": ("secrecy-level",), "until": ("date", "date-time")}
    for name, state in subject.states.items():
        for key, wanted in kinds.items() if "classifies" in state else ():
            fitting = [each for each in subject.fields if subject.kinds[each] in wanted]
            at = ("workflow", "states", name, "classifies", key)
            yield from unknown("field-nowhere", [state["classifies"][key]], fitting, at, indexed=False)


def _at_set(state: str, target: str) -> tuple[str, ...]:
    return ("workflow", "states", state, "sets", target)


def secrecy_problems(subject: Subject) -> Iterator[Problem]:
    """Levels that the office does not have, or a field that does not decide among its choices."""
    secrecy = subject.raw.get("secrecy", {})
    levels = subject.world.levels
    if "level" in secrecy:
        yield from unknown("level-nowhere", [secrecy["level"]], levels, ("secrecy", "level"), indexed=False)
    for value, level in secrecy.get("levels", {}).items():
        if level not in levels:
            yield Problem(pointer("secrecy", "levels", value), "level-nowhere", near(level, levels))
    for level in secrecy.get("term", {}):
        if level not in levels:
            yield Problem(pointer("secrecy", "term", level), "level-nowhere", near(level, levels))
    yield from who_problems(subject, secrecy.get("keepers"), "/secrecy/keepers")
    moments = [key for key in subject.facts if subject.kinds.get(key) in ("date", "date-time")]
    if secrecy.get("from") not in (None, *moments, *INSTANTS):
        yield Problem("/secrecy/from", "field-nowhere", near(secrecy["from"], moments))
    if "by" in secrecy:
        yield from _decided_by(subject, secrecy)


def _decided_by(subject: Subject, secrecy: Raw) -> Iterator[Problem]:
    choices = [each["const"] for each in subject.fields.get(secrecy["by"], {}).get("oneOf", ())]
    if not choices:
        fitting = [key for key in subject.fields if subject.kinds[key] == "one_of"]
        yield Problem("/secrecy/by", "field-nowhere", near(secrecy["by"], fitting))
        return
    levels = secrecy.get("levels", {})
    for value in levels:
        if value not in choices:
            yield Problem(pointer("secrecy", "levels", value), "choice-nowhere", near(value, choices))
    for value in choices:
        if value not in levels:
            yield Problem("/secrecy/levels", "level-missing", {"name": value})


def retention_problems(subject: Subject) -> Iterator[Problem]:
    """A retention that counts from a state or field that is not there."""
    start = subject.raw.get("records", {}).get("from")
    if isinstance(start, Mapping):
        many = isinstance(start["state"], list)
        at = ("records", "from", "state")
        yield from unknown("state-nowhere", listed(start["state"]), subject.states, at, indexed=many)
    elif start is not None:
        yield from unknown("field-nowhere", [start], subject.facts, ("records", "from"), indexed=False)


def plugin_problems(subject: Subject) -> Iterator[Problem]:
    """Sections of plugins that are not installed, or that the plugin's own schema refuses."""
    known = subject.world.plugins
    if known is None:
        return
    for name, section in subject.raw.get("plugins", {}).items():
        at = pointer("plugins", name)
        if name not in known:
            yield Problem(at, "plugin-nowhere", near(name, known))
        else:
            yield from instance_problems(section, known[name], at)


def clause_problems(subject: Subject) -> Iterator[Problem]:
    """Clauses that no clause book has, wherever they are cited."""
    known = subject.world.clauses
    if known is None:
        return
    yield from unknown("clause-nowhere", subject.raw.get("clauses", ()), sorted(known), ("clauses",))
    for at, node in leaves(subject.raw):
        clause = node.get("clause") if isinstance(node, Mapping) else None
        if isinstance(clause, str) and clause not in known and not at.startswith("/entity/"):
            yield Problem(at + "/clause", "clause-nowhere", near(clause, sorted(known)))


def setting_problems(subject: Subject) -> Iterator[Problem]:
    """Settings that the office does not have, wherever a rule asks for one."""
    known = subject.world.settings
    if known is None:
        return
    for part in ("deadlines", "plugins", "secrecy"):
        for at, node in leaves(subject.raw.get(part), pointer(part)):
            key = node.get("setting") if isinstance(node, Mapping) and len(node) == 1 else None
            if isinstance(key, str) and key not in known:
                yield Problem(at + "/setting", "setting-nowhere", near(key, known))

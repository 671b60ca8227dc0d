"""Reads a register's file into a Definition. What is wrong with a file is said by ``rules.checking``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from regbook.errors import say
from regbook.model.access import LEVELS, ROLE_LEVEL, AccessRule
from regbook.model.definition import Check, Definition, Field, Opening, Secrecy, Section, View
from regbook.model.promises import Deadline, Obligation
from regbook.model.workflow import CURRENT, Classifying, Giving, State, Step, Transition, Workflow
from regbook.rules.kinds import kind_of
from regbook.rules.naming import resolved

__all__ = ["definition_from", "fields_from"]

Raw = Mapping[str, Any]

STEP_KEYS = ("name", "title", "of", "mode", "when")


def definition_from(raw: Raw, revision: int = 0, levels: Sequence[str] = LEVELS) -> Definition:
    """The definition that a valid file describes; call ``definition_problems`` first.

    ``levels`` are the names of the office's secrecy scheme, lowest first.
    """
    fields = fields_from(raw["entity"], levels)
    titles = tuple(raw.get("titles", ())) or _first_texts(fields)
    return Definition(
        register=raw["register"],
        title=raw["title"],
        fields=fields,
        workflow=_workflow(raw.get("workflow")),
        raw=raw,
        revision=revision,
        clauses=tuple(raw.get("clauses", ())),
        titles=titles,
        form=tuple(_section(each) for each in raw.get("form", ())) or _whole_form(raw, fields),
        list=_list(raw, fields, titles),
        views=tuple(_view(each) for each in raw.get("views", ())),
        access=tuple(rule for each in raw.get("access", ()) for rule in _rules(each, levels)),
        private=raw.get("private", False),
        deadlines=tuple(_deadline(each) for each in raw.get("deadlines", ())),
        obligations=tuple(_obligation(each) for each in raw.get("obligations", ())),
        checks=tuple(_check(each) for each in raw.get("checks", ())),
        openings=tuple(_opening(each) for each in raw.get("opens", ())),
        secrecy=_secrecy(raw.get("secrecy", {}), levels),
        plugins=raw.get("plugins", {}),
        records=raw.get("records", {}),
        prints=tuple(raw.get("print", ())),
        translations=_translations(raw),
        scenarios=tuple(raw.get("scenarios", ())),
    )


def fields_from(entity: Raw, levels: Sequence[str] = LEVELS) -> dict[str, Field]:
    """The fields of an entity (or of the items of lines), in their order, local references resolved."""
    shared = entity.get("$defs", {})
    required = set(entity.get("required", ()))
    return {
        key: _field(key, resolved(schema, shared), key in required, levels, shared)
        for key, schema in entity["properties"].items()
    }


def _check(raw: Raw) -> Check:
    return Check(
        raw["at"],
        raw["say"],
        that=raw.get("that"),
        who=who_of(raw.get("who")),
        among=who_of(raw.get("among")),
        when=raw.get("when"),
        clause=raw.get("clause"),
    )


def who_of(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """A who as written, one text or several, as a union."""
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _field(key: str, schema: Raw, required: bool, levels: Sequence[str], shared: Mapping[str, Raw]) -> Field:
    items = schema.get("items", {})
    return Field(
        key=key,
        title=schema.get("title", key),
        kind=kind_of(schema).name,
        schema=schema,
        required=required,
        read_only=schema.get("readOnly", False),
        secrecy=_level(schema.get("x-secrecy"), levels, 0),
        personal=schema.get("x-personal", False),
        formula=schema.get("x-formula"),
        rollup=schema.get("x-rollup"),
        lines=fields_from({**items, "$defs": shared}, levels) if "properties" in items else {},
        was=tuple(schema.get("x-was", ())),
    )


def _level(name: str | None, levels: Sequence[str], default: int) -> int:
    return default if name is None else list(levels).index(name)


def _first_texts(fields: Mapping[str, Field]) -> tuple[str, ...]:
    shown = (each.key for each in fields.values() if each.kind == "text" and not each.encrypted)
    return tuple(shown)[:1]


def _workflow(raw: Raw | None) -> Workflow:
    if raw is None:
        return Workflow(CURRENT, {CURRENT: State(CURRENT, say("state-current", {}))})
    return Workflow(
        initial=raw["initial"],
        states={name: _state(name, each) for name, each in raw["states"].items()},
        transitions=tuple(_transition(each) for each in raw.get("transitions", ())),
    )


def _state(name: str, raw: Raw) -> State:
    return State(
        name=name,
        title=raw.get("title", name),
        assign=who_of(raw.get("assign")),
        was=tuple(raw.get("was", ())),
        waits_for=raw.get("waits_for", {}),
        sets=raw.get("sets", {}),
        never=who_of(raw.get("never")),
        gives=_giving(raw["gives"]) if "gives" in raw else None,
        classifies=Classifying(**raw["classifies"]) if "classifies" in raw else None,
    )


def _giving(raw: Raw) -> Giving:
    verbs = raw["verbs"]
    return Giving(
        of=raw["of"],
        to=who_of(raw["to"]),
        verbs=verbs["field"] if isinstance(verbs, Mapping) else tuple(verbs),
        until=raw["until"],
        fields=raw.get("fields"),
    )


def _transition(raw: Raw) -> Transition:
    return Transition(
        name=raw["name"],
        title=raw.get("title", raw["name"]),
        origins=who_of(raw["from"]),
        target=raw["to"],
        by=who_of(raw["by"]),
        needs=tuple(raw.get("needs", ())),
        when=raw.get("when"),
        steps=tuple(_step(each) for each in raw.get("steps", ())),
        reject=raw.get("reject"),
        opens=tuple(raw.get("opens", ())),
        clause=raw.get("clause"),
        was=tuple(raw.get("was", ())),
        never=who_of(raw.get("never")),
    )


def _step(raw: Raw) -> Step:
    return Step(
        name=raw["name"],
        of=who_of(raw["of"]),
        mode=raw.get("mode", "all"),
        title=raw.get("title", raw["name"]),
        when=raw.get("when"),
        options={key: value for key, value in raw.items() if key not in STEP_KEYS},
    )


def _section(raw: Raw) -> Section:
    return Section(
        raw["name"], raw.get("title", raw["name"]), tuple(tuple(row) for row in raw["rows"]), raw.get("when")
    )


def _whole_form(raw: Raw, fields: Mapping[str, Field]) -> tuple[Section, ...]:
    return (Section("facts", raw["title"], tuple((key,) for key in fields)),)


def _list(raw: Raw, fields: Mapping[str, Field], titles: tuple[str, ...]) -> View:
    given = raw.get("list", {})
    numbered = ("number",) if any(each.kind == "serial" for each in fields.values()) else ()
    return View(
        name="all",
        title=raw["title"],
        columns=tuple(given.get("columns", (*numbered, *titles, "state", "owner", "submitted_at"))),
        filters=tuple(given.get("filters", ("state",))),
        sort=given.get("sort", "-submitted_at"),
    )


def _view(raw: Raw) -> View:
    return View(
        name=raw["name"],
        title=raw.get("title", raw["name"]),
        columns=tuple(raw.get("columns", ())),
        filters=tuple(raw.get("filters", ())),
        sort=raw.get("sort", ""),
        where=raw.get("where"),
        shown_as=raw.get("as", "table"),
        shown_to=who_of(raw.get("for")),
    )


def _rules(raw: Raw, levels: Sequence[str]) -> Iterable[AccessRule]:
    given = next(kind for kind in ("role", "post", "who") if kind in raw)
    for text in who_of(raw[given]):
        yield AccessRule(
            who=(given, text),
            do=tuple(raw["do"]),
            scope=raw.get("scope", "all"),
            deny=tuple(raw.get("fields", {}).get("deny", ())),
            only=tuple(raw.get("fields", {}).get("only", ())),
            up_to=_level(raw.get("up_to"), levels, ROLE_LEVEL),
            clause=raw.get("clause"),
        )


def _deadline(raw: Raw) -> Deadline:
    return Deadline(
        name=raw["name"],
        of=who_of(raw["of"]),
        start=raw["from"],
        within=raw["within"],
        until=raw["until"],
        title=raw.get("title", raw["name"]),
        when=raw.get("when"),
        warn=tuple(raw.get("warn", ())),
        pause=tuple(raw.get("pause", ())),
        moved_by=raw.get("moved_by"),
        opens=tuple(raw.get("opens", ())),
        then=raw.get("then"),
        clause=raw.get("clause"),
    )


def _obligation(raw: Raw) -> Obligation:
    return Obligation(
        name=raw["name"],
        every=raw["every"],
        who=who_of(raw["for"]),
        on=raw.get("on"),
        holiday=raw.get("holiday", "after"),
        fill=raw.get("fill", {}),
        due=raw.get("due"),
        turn=raw.get("turn"),
        title=raw.get("title", raw["name"]),
        clause=raw.get("clause"),
    )


def _opening(raw: Raw) -> Opening:
    return Opening(
        name=raw["name"],
        register=raw["register"],
        title=raw.get("title", raw["name"]),
        fill=raw.get("fill", {}),
        when=raw.get("when"),
        then=raw.get("then"),
    )


def _secrecy(raw: Raw, levels: Sequence[str]) -> Secrecy:
    default = Secrecy()
    return Secrecy(
        level=_level(raw.get("level"), levels, default.level),
        by=raw.get("by"),
        levels={value: _level(name, levels, 0) for value, name in raw.get("levels", {}).items()},
        term={_level(name, levels, 0): span for name, span in raw.get("term", {}).items()},
        start=raw.get("from", default.start),
        keepers=who_of(raw.get("keepers")) or default.keepers,
    )


def _translations(raw: Raw) -> Mapping[str, Mapping[str, str]]:
    given: Mapping[str, Mapping[str, str]] = raw.get("translations", {})
    if "workflow" in raw:
        return given
    own = {"states.current.title": say("state-current", {}, "en")}
    return {**given, "en": {**own, **given.get("en", {})}}

"""What publishing would do to what is there, counted before anybody agrees to it.

Each thing it would do is said as a Problem's sentence at its place in the definition; those of ``ASKING``
want somebody's yes, for they take something away from people's sight or make stored values wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from regbook.errors import Problem
from regbook.model.access import unbounded
from regbook.model.definition import Definition, Field
from regbook.model.query import Query
from regbook.rules.pointers import pointer
from regbook.rules.validation import problems_in, validators
from regbook.services.loading import every_record
from regbook.store import Reading

ASKING = frozenset({"publish-retired", "publish-state-gone", "publish-narrowed"})
"""The codes of what is not done before somebody agreed."""
NOT_RULES = ("title", "description", "default")
FIELDS = ("entity", "properties")


def changes_in(reading: Reading, old: Definition, new: Definition, now: datetime) -> tuple[Problem, ...]:
    """What the next revision of a register would do, with the numbers of values and records that it meets.

    Raises:
        DefinitionInvalid: a change would lose values, or a field's past was changed.
    """
    steps = reading.records.plan(old, new).steps
    rows = {step.path: step.rows for step in steps if step.kind in ("retire", "retire-lines", "take-up")}
    back = {step.path for step in steps if step.kind == "take-up"}
    return (
        *_fields(old.fields, new.fields, FIELDS, rows, back),
        *_states(reading, old, new, now),
        *_narrowed(reading, old, new),
    )


def _fields(
    old: Mapping[str, Field],
    new: Mapping[str, Field],
    place: tuple[str, ...],
    rows: Mapping[str, int],
    back: set[str],
) -> Iterator[Problem]:
    then = {each.origin: each for each in old.values()}
    now = {each.origin: each for each in new.values()}
    for origin, field in then.items():
        at = pointer(*place, field.key)
        if origin not in now:
            yield Problem(at, "publish-retired", _named(field, rows=rows.get(at, 0)))
        elif now[origin].key != field.key:
            yield Problem(
                pointer(*place, now[origin].key), "publish-renamed", _named(now[origin], was=field.key)
            )
    for origin, field in now.items():
        at = pointer(*place, field.key)
        if origin not in then:
            code = "publish-back" if at in back else "publish-new"
            yield Problem(at, code, _named(field, rows=rows.get(at, 0)))
        elif field.lines:
            inner = (*place, field.key, "items", "properties")
            yield from _fields(then[origin].lines, field.lines, inner, rows, back)


def _named(field: Field, **values: Any) -> dict[str, Any]:
    return {"title": field.title, "key": field.key, **values}


def _states(reading: Reading, old: Definition, new: Definition, now: datetime) -> Iterator[Problem]:
    """The states that are there no more, and how many records stand in each: they go on as was promised."""
    gone = [each for each in old.workflow.states.values() if each.name not in new.workflow.states]
    if not gone:
        return
    scope = unbounded(old.register, "read", "publishing")
    standing = dict(reading.records.group(old, Query(group="state"), scope, now))
    called = {was for each in new.workflow.states.values() for was in each.was}
    for each in gone:
        values = {"title": each.title, "key": each.name, "records": standing.get(each.name, 0)}
        code = "publish-state-gone" if values["records"] and each.name not in called else "publish-state-left"
        yield Problem(pointer("workflow", "states", each.name), code, values)


def _narrowed(reading: Reading, old: Definition, new: Definition) -> Iterator[Problem]:
    """The fields whose rules let less pass than before, and how many stored values they make wrong."""
    then = {each.origin: each for each in old.fields.values()}
    pairs = {each.key: then[each.origin].key for each in new.fields.values() if each.origin in then}
    changed = {
        key
        for key, was in pairs.items()
        if new.fields[key].kind == old.fields[was].kind and _rules(new.fields[key]) != _rules(old.fields[was])
    }
    if not changed:
        return
    before, after = validators(old), validators(new)
    broken: Counter[tuple[str, bool]] = Counter()
    for record in every_record(reading, old):
        facts = {key: record.facts.get(pairs[key]) for key in changed}
        wrong = {
            (each.path.split("/")[1], each.code == "required")
            for each in problems_in(new, after, facts)
            if each.code != "unknown-field"
        }
        wrong = {each for each in wrong if each[0] in changed}
        if wrong:
            own = {pairs[key]: record.facts.get(pairs[key]) for key in changed}
            known = {each.path.split("/")[1] for each in problems_in(old, before, own)}
            broken.update(each for each in wrong if pairs[each[0]] not in known)
    for (key, missing), number in sorted(broken.items()):
        code = "publish-required" if missing else "publish-narrowed"
        yield Problem(pointer(*FIELDS, key), code, _named(new.fields[key], rows=number))


def _rules(field: Field) -> Any:
    return field.required, _bare(field.schema)


def _bare(value: Any) -> Any:
    """A schema without what only people read, and without our own keywords, which check no value."""
    if isinstance(value, Mapping):
        return {key: _bare(each) for key, each in value.items() if not _is_said(key, each)}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def _is_said(key: str, value: Any) -> bool:
    return key.startswith("x-") or (key in NOT_RULES and not isinstance(value, Mapping))

"""Files of a record: which of those in its fields it may take, takes and lets go.

A file belongs to its uploader until a record takes it; then it is that record's for as long as the
field it was uploaded for names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regbook.errors import Problem
from regbook.model.definition import Definition
from regbook.model.office import StoredFile
from regbook.model.people import Actor
from regbook.model.record import Record
from regbook.store import Moved, Reading, Work

UNCLAIMED = ""
"""The record of a file that no record has taken."""
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """A file that a record's facts name: where, in which field (``lines/field`` in lines), its title."""

    id: str
    path: str
    field: str
    title: str


def named_files(definition: Definition, facts: Facts) -> Iterator[Named]:
    """Every file that the facts name, in order."""
    for key, field in definition.fields.items():
        if field.kind == "file":
            yield from _named(facts.get(key), f"/{key}", key, field.title)
        for name, inner in field.lines.items():
            if inner.kind == "file":
                for n, line in enumerate(_list(facts.get(key))):
                    value = line.get(name) if isinstance(line, Mapping) else None
                    yield from _named(value, f"/{key}/{n}/{name}", f"{key}/{name}", inner.title)


def _named(value: Any, path: str, field: str, title: str) -> Iterator[Named]:
    for n, each in enumerate(_list(value)):
        if isinstance(each, str):
            yield Named(each, f"{path}/{n}", field, title)


def _list(value: Any) -> list[Any]:
    """The value, unless it is something that the field's kind refuses."""
    return value if isinstance(value, list) else []


def file_problems(
    reading: Reading, actor: Actor, definition: Definition, new: Record, before: Facts
) -> Iterator[Problem]:
    """Files that the record may not take, and held ones that it may not let go.

    It may take what the actor uploaded for that very field and no record has; all else is unknown.
    """
    after = list(named_files(definition, new.facts))
    earlier = list(named_files(definition, before))
    had = {(each.field, each.id) for each in earlier}
    asked = [each for each in after if (each.field, each.id) not in had]
    left = [each for each in earlier if each.id not in {now.id for now in after}]
    if actor.is_engine or not (asked or left):
        return
    known = reading.files.several({each.id for each in (*asked, *left)})
    taken: set[str] = set()
    for each in asked:
        file = known.get(each.id)
        fits = file is not None and (file.register, file.field) == (definition.register, each.field)
        own = file is not None and (file.record == new.id or _is_waiting(file, actor))
        if not (fits and own) or each.id in taken:
            yield Problem(each.path, "file-unknown", {"title": each.title})
        taken.add(each.id)
    for each in left:
        file = known.get(each.id)
        if file is not None and file.record == new.id and file.hold is not None:
            yield Problem(f"/{each.field.partition('/')[0]}", "file-held")


def _is_waiting(file: StoredFile, actor: Actor) -> bool:
    return file.record == UNCLAIMED and file.by == actor.name


def adds_files(definition: Definition, before: Facts, given: Facts) -> bool:
    """Whether what is given does nothing but name more files in file fields."""
    fields = definition.fields
    return bool(given) and all(
        key in fields
        and fields[key].kind == "file"
        and isinstance(value, list)
        and all(each in value for each in _list(before.get(key)))
        for key, value in given.items()
    )


def taken_files(
    reading: Reading, actor: Actor, definition: Definition, old: Record | None, new: Record
) -> tuple[StoredFile, ...]:
    """The files that the record takes when it is written: found fit before, still without a record."""
    had = {each.id for each in named_files(definition, old.facts)} if old is not None else set()
    asked = {each.id for each in named_files(definition, new.facts)} - had
    return tuple(each for each in reading.files.several(asked).values() if _is_waiting(each, actor))


def level_of_file(definition: Definition, record: Record, field: str) -> int:
    """The level of a file: its record's, or its field's where that is higher."""
    return max(record.level, definition.fields[field.partition("/")[0]].secrecy)


def keep_files(
    work: Work,
    definition: Definition,
    old: Record | None,
    new: Record,
    taken: tuple[StoredFile, ...],
    at: datetime,
) -> None:
    """Gives the record its new files, takes away those it no longer names, has their levels follow its own.

    Raises:
        Moved: another record took one of them first.
        Denied: one that it no longer names is held.
    """
    register = definition.register
    for file in taken:
        level = level_of_file(definition, new, file.field)
        if not work.files.take(file.id, register, new.id, file.by, level):
            raise Moved(f"file {file.id} has another record")
    if old is None:
        return
    present = list(named_files(definition, new.facts))
    ids = {each.id for each in present}
    for each in named_files(definition, old.facts):
        if each.id not in ids:
            work.files.let_go(each.id, register, new.id, at)
    if old.level != new.level:
        for field in sorted({each.field for each in present}):
            work.files.level(register, new.id, field, level_of_file(definition, new, field))

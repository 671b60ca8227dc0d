"""One request at an office: who asks, the edition she is answered under, and how its texts read to her."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import g

from regbook.errors import Problem
from regbook.model.definition import Definition, Field
from regbook.model.people import Actor
from regbook.model.workflow import DRAFT
from regbook.rules.kinds import kind_of
from regbook.services.accounts import Caller
from regbook.services.edition import Edition
from regbook.services.office import Office
from regbook.services.telling import WITHHELD
from regbook.web import views as v
from regbook.web.languages import engine_language
from regbook.web.texts import Language, said, t, traditional

T = TypeVar("T")
MOST_KEPT = 4_000
"""What is kept at once of what screens prepared; beyond it all is made anew as it is asked for."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page needs: the office, the caller, now, the office's zone, the reader's language."""

    office: Office
    caller: Caller
    now: datetime
    zone: ZoneInfo
    language: Language

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.caller.actor

    @property
    def me(self) -> str:
        """The reader's own id; no person's for an account without one."""
        return self.caller.actor.person or ""

    @property
    def edition(self) -> Edition:
        """The edition that the request is answered under."""
        return self.caller.edition

    @property
    def engine_language(self) -> str:
        """The language in which field kinds and problems write."""
        return engine_language(self.language)

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What an edition's definitions alone make the same for everybody who reads the language."""
        return self._kept((self.language, key), make)

    def mine(self, key: Hashable, make: Callable[[], T]) -> T:
        """What stays the same for this reader while the edition does; nobody else ever gets it."""
        return self._kept((self.language, self.caller.account, self.caller.actor, key), make)

    def _kept(self, key: Hashable, make: Callable[[], T]) -> T:
        kept = self.edition.kept
        found: T | None = kept.get(key)
        if found is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            found = kept[key] = make()
        return found

    def read(self, text: str) -> str:
        """A Chinese text of the engine's or a definition's as the reader's script has it."""
        return traditional(text) if self.language == "zh-Hant" else text

    def text(self, definition: Definition, path: str, default: str) -> str:
        """A definition's text at a path in the reader's language, else as it was written."""
        own = definition.translations.get(self.language, {}).get(path)
        return own or self.read(default)

    def title(self, definition: Definition) -> str:
        """The register's title."""
        return self.text(definition, "title", definition.title)

    def field_title(self, definition: Definition, field: Field, lines: str = "") -> str:
        """A field's title; ``lines`` is the field whose lines it belongs to."""
        return self.text(definition, f"{path_of(field, lines)}.title", field.title)

    def unit(self, definition: Definition, field: Field, lines: str = "") -> str:
        """What a field's number counts (``x-unit``), in the reader's language."""
        written = str(field.schema.get("x-unit", ""))
        return self.text(definition, f"{path_of(field, lines)}.unit", written) if written else ""

    def shown(self, definition: Definition, field: Field, value: Any, lines: str = "") -> str:
        """A value as its kind writes it, in the reader's language and zone."""
        unit = self.unit(definition, field, lines)
        schema = {**field.schema, "x-unit": unit} if unit else field.schema
        return kind_of(field.schema).shown(value, schema, self.engine_language, self.zone)

    def choice(self, definition: Definition, field: Field, value: Any, lines: str = "") -> str:
        """The title of one of a field's choices; a value that is none of them as it stands."""
        path = f"{path_of(field, lines)}.choices.{value}"
        return self.text(definition, path, field.choices.get(value, str(value)))

    def state(self, definition: Definition, state: str) -> str:
        """The title of a state; a draft is one everywhere."""
        if state == DRAFT:
            return t("pages-draft")
        for each in self._ever(definition):
            if (known := each.workflow.states.get(state)) is not None:
                return self.text(each, f"states.{state}.title", known.title)
        return state

    def transition(self, definition: Definition, name: str) -> str:
        """The title of a transition."""
        for each in self._ever(definition):
            if (known := each.workflow.transition(name)) is not None:
                return self.text(each, f"transitions.{name}.title", known.title)
        return name

    def _ever(self, definition: Definition) -> Iterator[Definition]:
        """The definition, then the earlier revisions that are at hand, newest first: for what is over."""
        yield definition
        earlier = self.edition.earlier(definition.register)
        yield from (earlier[each].definition for each in sorted(earlier, reverse=True))

    def person(self, person: str | None, note: str = "") -> v.Person:
        """Someone of the directory by her name; the engine itself has a name too."""
        if person in ("clock", "system", None, ""):
            return v.Person(t("pages-engine"))
        if person == WITHHELD:
            return v.Person(t("pages-withheld"))
        return v.Person(self.edition.person_name(person), note)

    def unit_name(self, unit: str | None) -> str:
        """A department's name; one that is gone keeps its id."""
        found = self.edition.directory.departments.get(unit or "")
        return found.name if found else (unit or "")

    def unit_of(self, person: str) -> str:
        """The name of the department that somebody belongs to."""
        found = self.edition.directory.people.get(person)
        return self.unit_name(found.unit) if found else ""

    def level(self, rank: int) -> v.Secrecy:
        """A secrecy level, by its rank."""
        return v.Secrecy(rank, t(f"pages-level-{rank}"))

    def local(self, at: datetime | None) -> str:
        """An instant in the office's zone, to the minute."""
        return at.astimezone(self.zone).isoformat(" ")[:16] if at else ""

    def lately(self, at: datetime | None) -> str:
        """An instant without its year when that is this one."""
        text = self.local(at)
        return text[5:] if text[:4] == self.local(self.now)[:4] else text

    def problem(self, problem: Problem, definition: Definition | None = None) -> str:
        """A problem as a sentence, the field in it named in the reader's language."""
        values: Mapping[str, Any] = problem.values
        if definition is not None and "title" in values:
            values = {**values, "title": self.title_at(definition, problem.path, str(values["title"]))}
        return said(problem.code, values, self.language)

    def title_at(self, definition: Definition, path: str, default: str = "") -> str:
        """The title of the field that a JSON pointer leads to."""
        steps = path.strip("/").split("/")
        field = definition.fields.get(steps[0])
        if field is None:
            return self.read(default)
        inner = field.lines.get(steps[2]) if len(steps) > 2 else None
        if inner is not None:
            return self.field_title(definition, inner, field.key)
        return self.field_title(definition, field)


def path_of(field: Field, lines: str = "") -> str:
    """Where a definition's translations keep a field's texts; ``lines`` is the field whose line it is in."""
    return f"fields.{lines}.{field.key}" if lines else f"fields.{field.key}"


def desk_of(office: Office, caller: Caller) -> Desk:
    """The desk of the request in hand."""
    zone = ZoneInfo(caller.edition.calendar.zone)
    return Desk(office, caller, office.now().astimezone(zone), zone, g.language)


def instant_of(text: Any) -> datetime | None:
    """The instant of a fact such as ``2026-09-30T08:00:00Z``; None for anything else."""
    if not isinstance(text, str) or "T" not in text:
        return None
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

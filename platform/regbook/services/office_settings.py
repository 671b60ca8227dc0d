"""Settings of the office: what each is and changes, what holds now, and changing one, with its entry.

``organisation.json`` declares them; what an administrator changes goes before the file's value until it
is given back. A setting with ``confirm`` is turned on by whoever confirms its notice, and by no file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from regbook.errors import Denied, NotFound, Problem, RecordInvalid
from regbook.model.people import Actor
from regbook.model.record import Entry
from regbook.rules import jsontext
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.shape import instance_problems
from regbook.rules.who import PROCESS_ADMIN
from regbook.services.accounts import ADMINISTRATOR
from regbook.services.edition import Edition
from regbook.services.office import Office, attempt
from regbook.store import Reading, Work

KEEPERS = frozenset({ADMINISTRATOR, PROCESS_ADMIN})
"""The roles of whoever decides what the regulations leave open."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: as the organisation's file declares it, its English texts, and what holds now.

    ``changed`` says that the office has given it a value of its own; ``area`` is the title under which it
    is shown and its English, ``place`` where that area stands.
    """

    key: str
    declared: Mapping[str, Any]
    english: Mapping[str, str]
    value: Any
    changed: bool
    area: tuple[str, str] = ("", "")
    place: int = 0

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of its values."""
        return self.declared.get("schema", {})  # type: ignore[no-any-return]

    @property
    def on(self) -> bool:
        """Whether it holds something other than no, nothing and 0."""
        return is_on(self.value)


def keeps_settings(edition: Edition, actor: Actor) -> bool:
    """Whether the actor decides what holds for the whole office."""
    return actor.kind == "system" or bool(KEEPERS & edition.directory.roles(actor.person or ""))


def settings(office: Office, actor: Actor) -> tuple[Setting, ...]:
    """Every setting, in the order of the file.

    Raises:
        Denied: the actor does not keep the settings.
    """
    with office.store.reading() as reading:
        edition = office.edition(reading)
        if not keeps_settings(edition, actor):
            raise Denied
        return tuple(_declared(reading, edition).values())


def change(office: Office, actor: Actor, key: str, value: Any, *, confirmed: bool = False) -> None:
    """Gives a setting a value; the same value again changes nothing.

    Raises:
        Denied: the actor does not keep the settings.
        NotFound: there is no such setting.
        RecordInvalid: the value is not one of the setting's, its notice is not confirmed, or a setting that
            it needs is empty.
    """
    _change(office, actor, key, (value,), confirmed)


def give_back(office: Office, actor: Actor, key: str) -> None:
    """Gives a setting the value of the organisation's file back, and lets it follow the file from now on.

    Raises:
        Denied: the actor does not keep the settings.
        NotFound: there is no such setting.
        RecordInvalid: the file's value does not hold beside the other settings.
    """
    _change(office, actor, key, (), confirmed=False)


def is_on(value: Any) -> bool:
    """Whether a value is something other than no, nothing and 0.

    >>> [is_on(each) for each in (True, "0.50", "4wh", 1, False, None, "", 0, "0.00")]
    [True, True, True, True, False, False, False, False, False]
    """
    if isinstance(value, str):
        with suppress(InvalidOperation):
            return bool(Decimal(value))
    return bool(value)


def _change(office: Office, actor: Actor, key: str, given: tuple[Any, ...], confirmed: bool) -> None:
    """Gives a setting the one value that is given, or the file's when none is."""
    now = office.now()

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], None]:
        if not keeps_settings(edition, actor):
            raise Denied
        known = _declared(reading, edition)
        if (old := known.get(key)) is None:
            raise NotFound([Problem(pointer(key), "setting-unknown", {"key": key})])
        value = given[0] if given else old.declared.get("value")
        if problems := _problems(known, old, value, confirmed):
            raise RecordInvalid(problems)
        if _same(old.value, value) and old.changed is bool(given):
            return lambda work: None
        values = {"setting": key, "old": old.value, "new": value}
        if is_on(value) and "confirm" in old.declared:
            values["confirmed"] = old.declared["confirm"]
        entry = Entry(office.make_id(), "office", None, now, actor.name, "set", values=values)

        def apply(work: Work) -> None:
            work.settings.set(key, value if given else None, now, actor.name)
            work.journal.write(entry)
            work.bump_epoch()

        return apply

    attempt(office, decide)


def _problems(known: Mapping[str, Setting], old: Setting, value: Any, confirmed: bool) -> list[Problem]:
    at = pointer(old.key)
    problems = list(instance_problems(value, old.schema, at))
    if value is None and old.declared.get("value") is not None and not problems:
        problems.append(Problem(at, "setting-empty"))
    if problems or not is_on(value) or _same(old.value, value):
        return problems
    problems += [
        Problem(at, "setting-needs", {"setting": each, "title": known[each].declared["title"]})
        for each in old.declared.get("needs", ())
        if not known[each].on
    ]
    if "confirm" in old.declared and confirmed is not True:
        problems.append(Problem(at, "setting-unconfirmed"))
    return problems


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one; True and 1 are two."""
    return type(one) is type(other) and one == other


def _declared(reading: Reading, edition: Edition) -> dict[str, Setting]:
    file = reading.office_files.one("organisation.json")
    organisation = jsontext.published(file.raw) if file is not None else {}
    english = organisation.get("translations", {}).get("en", {})
    packs = list(organisation.get("packs", {}))
    changed = reading.settings.all()

    def setting(key: str, declared: Mapping[str, Any]) -> Setting:
        texts = _texts(english, f"settings.{key}.")
        made = Setting(key, declared, texts, edition.settings.get(key), key in changed, place=len(packs))
        pack = declared.get("pack")
        if pack not in packs:
            return made
        area = (organisation["packs"][pack]["title"], english.get(f"packs.{pack}.title", ""))
        return replace(made, area=area, place=packs.index(pack))

    return {key: setting(key, each) for key, each in organisation.get("settings", {}).items()}


def _texts(english: Mapping[str, str], start: str) -> dict[str, str]:
    return {path.removeprefix(start): text for path, text in english.items() if path.startswith(start)}

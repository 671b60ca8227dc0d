"""Finding people by what they are called: characters, pinyin, its initials, account or department."""

from __future__ import annotations

from functools import lru_cache

from regbook.model.people import Directory, Person
from regbook.store.search import spellings

MOST = 20


def called(directory: Directory, text: str, most: int = MOST) -> tuple[Person, ...]:
    """The active people whose name, pinyin or account holds the text, those it begins first; all for none.

    The directory is in memory and its spellings are made once for each name.
    """
    wanted = text.strip().casefold()[:40]
    ranked = sorted(
        (rank, *spellings(person.name), person.id, person)
        for person in directory.people.values()
        if person.active and (rank := _rank(directory, person, wanted)) is not None
    )
    return tuple(person for *_, person in ranked[:most])


def _rank(directory: Directory, person: Person, wanted: str) -> int | None:
    if not wanted:
        return 0
    keys = _keys(person.name, person.account or "")
    if any(each.startswith(wanted) for each in keys):
        return 0
    if any(wanted in each for each in keys):
        return 1
    unit = directory.departments.get(person.unit or "")
    return 2 if unit is not None and wanted in unit.name.casefold() else None


@lru_cache(maxsize=50_000)
def _keys(name: str, account: str) -> tuple[str, ...]:
    return (name.casefold(), *spellings(name), account.casefold())

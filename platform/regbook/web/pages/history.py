"""A record's journal in words: who did what, when, and which fields it changed from what to what."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from regbook.errors import catalogue
from regbook.model.definition import Definition, Field
from regbook.model.record import Entry
from regbook.web import views as v
from regbook.web.pages.cells import Titles, field_cell, masked_cell
from regbook.web.pages.desk import Desk
from regbook.web.texts import said, t

MOST_SHOWN = 20
REPEATED = ("timer:round", "accrue")
LONGEST = 120


def entry_views(
    desk: Desk, definition: Definition, entries: Iterable[Entry], titles: Titles, most: int = MOST_SHOWN
) -> tuple[v.EntryView, ...]:
    """The entries, newest first; what the engine did several times in a row is told once, with how often."""
    runs = [tuple(each) for _, each in groupby(entries, _same_deed)]
    return tuple(_entry(desk, definition, each, titles) for each in runs[:most])


def _same_deed(entry: Entry) -> tuple[str, ...]:
    """Rounds of lateness repeat each hour and say nothing new; every other entry stands alone."""
    return (entry.verb,) if entry.verb in REPEATED else (entry.id,)


def _entry(desk: Desk, definition: Definition, run: tuple[Entry, ...], titles: Titles) -> v.EntryView:
    entry = run[0]
    if len(run) > 1:
        times = t("pages-times", count=len(run), since=desk.lately(run[-1].at))
        return v.EntryView(
            desk.person(entry.actor), what(desk, definition, entry), desk.lately(entry.at), note=times
        )
    first = entry.before is None
    changes = () if first else changes_shown(desk, definition, entry, titles)
    return v.EntryView(
        desk.person(entry.actor),
        what(desk, definition, entry),
        desk.lately(entry.at),
        changes,
        note(desk, definition, entry),
    )


def what(desk: Desk, definition: Definition, entry: Entry) -> str:
    """What was done, as the predicate of a sentence about who did it."""
    if entry.verb == "move" and entry.transition:
        named = desk.transition(definition, entry.transition)
        return t("pages-did-move", transition=named, state=desk.state(definition, entry.after or ""))
    code = f"pages-did-{entry.verb}"
    return t(code if code in catalogue() else "pages-did-other", verb=entry.verb)


def note(desk: Desk, definition: Definition, entry: Entry) -> str:
    """What was said with it: an opinion, what was looked at and why, the reason of the engine, the clause."""
    giver = desk.person(entry.on_behalf_of).name if entry.on_behalf_of else ""
    parts = [t("pages-on-behalf", name=giver) if giver else "", str(entry.values.get("opinion") or "")]
    looked_at = _titled(desk, definition, entry, str(entry.values.get("field", "")))
    if entry.verb == "unmask" and looked_at is not None:
        parts += [desk.field_title(*looked_at), str(entry.values.get("reason", ""))]
    if entry.reason and entry.reason in catalogue() and not entry.verb.startswith("timer:"):
        parts.append(said(entry.reason, entry.values, desk.language))
    if entry.clause:
        parts.append(entry.clause)
    return " · ".join(each for each in parts if each)


def changes_shown(desk: Desk, definition: Definition, entry: Entry, titles: Titles) -> tuple[v.Change, ...]:
    """The fields that an entry changed, as this reader may see them: values as they were written."""
    found = []
    for key, (old, new) in entry.changes.items():
        titled = _titled(desk, definition, entry, key)
        if titled is None or titled[1].kind == "serial":
            continue
        written = _written(desk, entry, key, titled)
        words = (value_words(desk, *written, each, titles) for each in (old, new))
        found.append(v.Change(desk.field_title(*titled), *words))
    return tuple(found)


def _titled(desk: Desk, definition: Definition, entry: Entry, key: str) -> tuple[Definition, Field] | None:
    """The field that a key of an entry names: today's, or one that is gone, as it was called then."""
    field = definition.fields.get(key)
    if field is not None:
        return definition, field
    earlier = desk.edition.earlier(entry.register).get(entry.revision)
    gone = earlier.field_of(key) if earlier is not None else None
    return (earlier.definition, gone) if earlier is not None and gone is not None else None


def _written(
    desk: Desk, entry: Entry, key: str, titled: tuple[Definition, Field]
) -> tuple[Definition, Field]:
    """The field by which a value of an entry is read: that of then, where it was of another kind."""
    earlier = desk.edition.earlier(entry.register).get(entry.revision)
    then = earlier.field_of(key) if earlier is not None else None
    if earlier is None or then is None or then.kind == titled[1].kind:
        return titled
    return earlier.definition, then


def value_words(desk: Desk, definition: Definition, field: Field, value: Any, titles: Titles) -> str:
    """A value in a sentence; lines are counted, personal values masked, long texts cut."""
    masked = masked_cell(field, value)
    if masked is not None:
        return masked.text
    if field.kind == "lines":
        return _lines_words(desk, definition, field, value or (), titles)
    text = field_cell(desk, definition, field, value, titles).text
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _lines_words(
    desk: Desk, definition: Definition, field: Field, lines: Iterable[Any], titles: Titles
) -> str:
    """Lines by what stands first in each."""
    first = next(iter(field.lines.values()))
    texts = [
        field_cell(desk, definition, first, each.get(first.key), titles, field.key).text for each in lines
    ]
    text = "；".join(f"{at}. {each}" for at, each in enumerate(texts, 1))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"

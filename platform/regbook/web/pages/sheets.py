"""A form as its page shows it: sections, what is wrong beside its field, the way the record will go."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from regbook.errors import Problem
from regbook.model.definition import Definition, Section
from regbook.model.record import RESERVED
from regbook.model.workflow import DRAFT
from regbook.rules.conditions import holds
from regbook.services.forming import Sheet
from regbook.web import views as v
from regbook.web.pages.cells import references_in
from regbook.web.pages.desk import Desk
from regbook.web.pages.fields import Drawing, field_view
from regbook.web.pages.listing import named
from regbook.web.posted import placed
from regbook.web.texts import t

MOST_NOTES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form is sent: its address, that of the changing form, that of its draft; its token."""

    action: str
    token: str
    refresh: str
    draft: str = ""


def form_view(
    desk: Desk,
    sheet: Sheet,
    place: Place,
    title: str,
    buttons: tuple[v.Button, ...],
    problems: Sequence[Problem] = (),
    notices: Sequence[str] = (),
) -> v.FormView:
    """The form with its problems: each beside its field and all of them above."""
    definition = sheet.definition
    titles = named(desk, references_in(definition, [sheet.record]))
    shown = sections_of(desk, sheet)
    names = {key: None for section, _ in shown for row in section.rows for key in row}
    by_field = placed(problems, _places(definition, sheet, names))
    wrong = {name: [desk.problem(each, definition) for each in found] for name, found in by_field.items()}
    drawing = Drawing(desk, sheet, titles, wrong, _needed(sheet))
    level = definition.secrecy.level
    return v.FormView(
        title=title,
        subtitle=desk.text(definition, "description", str(definition.raw.get("description", ""))),
        action=place.action,
        sections=tuple(_section(drawing, section, visible) for section, visible in shown),
        buttons=buttons,
        token=place.token,
        secrecy=desk.level(level) if level else None,
        wrong=(*(v.Wrong(each) for each in notices), *_summary(desk, definition, wrong)),
        refresh_href=place.refresh,
        draft_href=place.draft,
        notes=_notes(desk, sheet),
    )


def sections_of(desk: Desk, sheet: Sheet) -> list[tuple[Section, bool]]:
    """The sections of this form, and whether each shows now; a section that cannot come is left out."""
    definition, flat = sheet.definition, sheet.record.flat()
    if sheet.transition is not None:
        return [(each, True) for each in _sections_of_move(definition, sheet)]
    if sheet.only:
        return [(each, True) for each in _sections_with(definition, sheet.only, sheet.only.__contains__)]
    found = []
    for section in definition.form:
        rows = _rows(sheet, section)
        shows = section.when is None or holds(section.when, flat, desk.now)
        if rows and (shows or _may_come(section)):
            found.append((Section(section.name, section.title, rows, section.when), shows))
    return found


def _rows(sheet: Sheet, section: Section) -> tuple[tuple[str, ...], ...]:
    """The rows of a section with the fields that exist for the reader, computed ones included."""
    known = sheet.record.facts if sheet.kept is not None else sheet.definition.fields
    fields = sheet.definition.fields
    rows = (
        tuple(
            key
            for key in row
            if key in fields and (key in known or fields[key].computed) and _has_place(sheet, key)
        )
        for row in section.rows
    )
    return tuple(row for row in rows if row)


def _has_place(sheet: Sheet, key: str) -> bool:
    """A field that nobody fills and nothing computes has no place in a new record's form."""
    field = sheet.definition.fields[key]
    if sheet.kept is not None and sheet.record.state != DRAFT:
        return True
    return key in sheet.fillable or field.computed or sheet.record.facts.get(key) not in (None, "", [])


def _may_come(section: Section) -> bool:
    """Whether a section may appear as somebody types: its condition asks of what she fills."""
    return bool(set(section.when or {}) - set(RESERVED))


def _sections_of_move(definition: Definition, sheet: Sheet) -> list[Section]:
    """The sections in which the transition needs something, with what else she may fill there."""
    needs = sheet.transition.needs if sheet.transition else ()
    return _sections_with(definition, needs, lambda key: _asked_on_the_way(sheet, key))


def _sections_with(
    definition: Definition, needs: Collection[str], asked: Callable[[str], bool]
) -> list[Section]:
    """The sections that hold one of the fields, with what is asked in them; the rest at the end."""
    found, placed_keys = [], set()
    for section in definition.form:
        keys = {key for row in section.rows for key in row}
        if not keys & set(needs):
            continue
        rows = tuple(kept for row in section.rows if (kept := tuple(key for key in row if asked(key))))
        placed_keys |= keys
        found.append(Section(section.name, section.title, rows))
    left = [key for key in definition.fields if key in needs and key not in placed_keys]
    if left:
        found.append(Section("needs", definition.title, tuple((key,) for key in left)))
    return found


def _asked_on_the_way(sheet: Sheet, key: str) -> bool:
    field = sheet.definition.fields.get(key)
    if field is None:
        return False
    if sheet.transition and key in sheet.transition.needs:
        return True
    filled = sheet.record.facts.get(key) not in (None, "", [])
    return (
        key in sheet.fillable
        and not field.read_only
        and key in sheet.record.facts
        and not (field.required and filled)
    )


def _needed(sheet: Sheet) -> frozenset[str]:
    if sheet.transition is not None:
        return frozenset(sheet.transition.needs)
    return frozenset(each.key for each in sheet.definition.fields.values() if each.required)


def _section(drawing: Drawing, section: Section, visible: bool) -> v.FormSection:
    desk, definition = drawing.desk, drawing.definition
    rows = tuple(
        tuple(field_view(drawing, definition.fields[key], visible) for key in row) for row in section.rows
    )
    optional = not any(each.required for row in rows for each in row)
    title = desk.text(definition, f"sections.{section.name}.title", section.title)
    return v.FormSection(section.name, title, rows, visible=visible, optional=optional)


def _places(definition: Definition, sheet: Sheet, names: Iterable[str]) -> list[str]:
    """The names of every control of the form, those of lines included."""
    found = []
    for key in names:
        found.append(key)
        lines = sheet.record.facts.get(key)
        inner = definition.fields[key].lines
        if inner and isinstance(lines, list):
            found += [f"{key}/{at}/{each}" for at in range(len(lines)) for each in inner]
    return found


def _summary(desk: Desk, definition: Definition, wrong: dict[str, list[str]]) -> tuple[v.Wrong, ...]:
    return tuple(v.Wrong(text, name) for name, texts in wrong.items() for text in texts)


def _notes(desk: Desk, sheet: Sheet) -> tuple[str, ...]:
    """What holds for such a record: its deadlines with the clauses they come from."""
    definition = sheet.definition
    found = [
        _note(desk.text(definition, f"deadlines.{each.name}.title", each.title), each.clause)
        for each in definition.deadlines
    ]
    return tuple(found[:MOST_NOTES])


def _note(title: str, clause: str | None) -> str:
    return t("pages-noted", title=title, clause=clause) if clause else title

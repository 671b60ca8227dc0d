"""A fact as a cell that can be read: by its field's kind, in the reader's language and zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from regbook.model.definition import Definition, Field
from regbook.model.kind import Kind
from regbook.model.record import Record
from regbook.model.workflow import DRAFT
from regbook.rules.kinds import kind_of, mask_of
from regbook.web import views as v
from regbook.web.pages.desk import Desk, instant_of
from regbook.web.texts import t

Titles = Mapping[tuple[str, str], str]
"""What references show, by register and id."""

EMPTY = v.Cell("empty")
TELLING = 8
"""A title shorter than this tells little: the number stands before it."""
INSTANTS = ("entered_at", "submitted_at", "amended_at", "declassify_on")
RESERVED_KINDS: Mapping[str, v.CellKind] = {
    "number": "mono",
    "state": "status",
    "owner": "people",
    "assignee": "people",
    "department": "text",
    "level": "secrecy",
    **dict.fromkeys(INSTANTS, "date"),
}
"""The facts that every record has, and the kind of cell each is read in."""


def column_kind(field: Field | None, name: str) -> v.CellKind:
    """The kind of cell that a column's values are read in."""
    if field is None or field.kind == "serial":
        return RESERVED_KINDS.get(name, "mono" if field else "text")
    return kind_of(field.schema).display  # type: ignore[return-value]


def column_title(desk: Desk, definition: Definition, name: str) -> str:
    """The title of a declared field, or of a fact that every record has."""
    field = definition.fields.get(name)
    return desk.field_title(definition, field) if field else t(f"pages-fact-{name}")


def record_cell(desk: Desk, definition: Definition, record: Record, name: str, titles: Titles) -> v.Cell:
    """One fact of a record, declared or reserved."""
    field = definition.fields.get(name)
    if field is not None and field.kind != "serial":
        return field_cell(desk, definition, field, record.facts.get(name), titles)
    if name in INSTANTS:
        return _text_cell(desk.local(getattr(record, name)), "date")
    return _RESERVED[name if name in _RESERVED else "number"](desk, definition, record)


Read = Callable[[Desk, Record, Titles], v.Cell]


def cell_reader(desk: Desk, definition: Definition, name: str) -> Read:
    """What reads one column of a list: all that the definition says of it is looked up beforehand.

    Values that are few (choices, states, people, departments) have one cell each under the edition.
    """
    return desk.kept(("reader", definition.register, name), lambda: _reader_of(definition, name))


def _reader_of(definition: Definition, name: str) -> Read:
    field = definition.fields.get(name)
    cells: dict[Any, v.Cell] = {}
    if field is None or field.kind == "serial":
        few = _FEW_RESERVED.get(name)
        if few is None:
            return lambda desk, record, titles: record_cell(desk, definition, record, name, titles)

        def reserved(desk: Desk, record: Record, titles: Titles) -> v.Cell:
            value = few(desk, record)
            return cells.get(value) or _kept(
                cells, value, record_cell(desk, definition, record, name, titles)
            )

        return reserved
    key, kind, draw = field.key, kind_of(field.schema), _BY_KIND.get(field.kind)
    if mask_of(field.schema) is not None or (draw is not None and field.kind not in FEW):
        return lambda desk, record, titles: field_cell(desk, definition, field, record.facts.get(key), titles)

    def of_few(desk: Desk, record: Record, titles: Titles) -> v.Cell:
        value = record.facts.get(key)
        return cells.get(value) or _kept(cells, value, field_cell(desk, definition, field, value, titles))

    def plain(desk: Desk, record: Record, titles: Titles) -> v.Cell:
        value = record.facts.get(key)
        empty = value is None or value == "" or value == []
        return EMPTY if empty else _shown(desk, definition, field, kind, value)

    return of_few if draw is not None else plain


def _kept(cells: dict[Any, v.Cell], value: Any, made: v.Cell) -> v.Cell:
    if len(cells) >= MOST_CELLS:
        cells.clear()
    cells[value] = made
    return made


FEW = ("one_of", "yes_no", "person", "department", "secrecy-level")
MOST_CELLS = 2_000
_FEW_RESERVED: Mapping[str, Callable[[Desk, Record], Any]] = {
    "state": lambda desk, record: (record.state, record.revision),
    "owner": lambda desk, record: record.owner,
    "assignee": lambda desk, record: record.assignees,
    "department": lambda desk, record: record.department,
    "level": lambda desk, record: record.level_at(desk.now),
}


def status_of(desk: Desk, definition: Definition, state: str) -> v.Status:
    """Where a record stands; the colour says whether it begins, goes on or has ended."""
    workflow = definition.workflow
    if state == DRAFT or len(workflow.states) < 2 or not workflow.leaving(state):
        refused = any(each.reject == state for each in workflow.transitions)
        return v.Status(desk.state(definition, state), "violet" if refused else "grey")
    return v.Status(desk.state(definition, state), "amber" if state == workflow.initial else "blue")


def people_cell(desk: Desk, people: Iterable[str]) -> v.Cell:
    """Some people by name."""
    shown = tuple(desk.person(each) for each in people)
    return v.Cell("people", "、".join(each.name for each in shown), people=shown) if shown else EMPTY


def field_cell(
    desk: Desk,
    definition: Definition,
    field: Field,
    value: Any,
    titles: Titles,
    lines: str = "",
    *,
    whole: bool = False,
) -> v.Cell:
    """A field's value; ``lines`` is the field whose line it stands in. Personal ones are masked."""
    if value is None or value == "" or value == []:
        return EMPTY
    if not whole and (masked := masked_cell(field, value)):
        return masked
    draw = _BY_KIND.get(field.kind)
    if draw is not None:
        return draw(desk, definition, field, value, titles, lines)
    return _shown(desk, definition, field, kind_of(field.schema), value, lines)


def _shown(
    desk: Desk, definition: Definition, field: Field, kind: Kind, value: Any, lines: str = ""
) -> v.Cell:
    if field.kind == "date-time" and (at := instant_of(value)):
        return v.Cell("date", desk.local(at))
    return _text_cell(desk.shown(definition, field, value, lines), kind.display)  # type: ignore[arg-type]


def masked_cell(field: Field, value: Any) -> v.Cell | None:
    """A personal value as a reader without the right to unmask has it; None where nothing is masked."""
    mask = mask_of(field.schema)
    if mask is None or value is None or value == "" or value == []:
        return None
    return v.Cell("mono", mask(value if isinstance(value, str) else str(value)))


def references_in(definition: Definition, records: Iterable[Record]) -> dict[str, set[str]]:
    """The records that references in these ones point to, by register."""
    found: dict[str, set[str]] = {}
    fields = [each for each in definition.fields.values() if each.kind in ("record", "records", "lines")]
    for record in records:
        for field in fields:
            _collect(field, record.facts.get(field.key), found)
    return found


def pointed_at(field: Field, value: Any) -> tuple[str, str]:
    """The register and id that a reference's value names."""
    register, slash, record_id = str(value).partition("/")
    return (register, record_id) if slash else (field.targets[0] if field.targets else "", str(value))


def _collect(field: Field, value: Any, found: dict[str, set[str]]) -> None:
    if field.kind == "lines":
        for line in value or ():
            for inner in field.lines.values():
                _collect(inner, line.get(inner.key), found)
    elif field.kind in ("record", "records"):
        for each in value if isinstance(value, list) else [value] if value else []:
            register, record_id = pointed_at(field, each)
            found.setdefault(register, set()).add(record_id)


def _text_cell(text: str, kind: v.CellKind = "text") -> v.Cell:
    return v.Cell(kind, text) if text else EMPTY


def _people(desk: Desk, _: Definition, __: Field, value: Any, ___: Titles, ____: str) -> v.Cell:
    return people_cell(desk, value if isinstance(value, list) else [value])


def _departments(desk: Desk, _: Definition, __: Field, value: Any, ___: Titles, ____: str) -> v.Cell:
    units = value if isinstance(value, list) else [value]
    return _text_cell("、".join(desk.unit_name(each) for each in units))


def _choice(desk: Desk, definition: Definition, field: Field, value: Any, _: Titles, lines: str) -> v.Cell:
    values = value if isinstance(value, list) else [value]
    label = "、".join(desk.choice(definition, field, each, lines) for each in values)
    if field.kind == "several_of":
        return _text_cell(label)
    return v.Cell("badge", label, badge=v.Badge(label))


def _level(desk: Desk, _: Definition, __: Field, value: Any, ___: Titles, ____: str) -> v.Cell:
    level = desk.level(int(value))
    return v.Cell("secrecy", level.label, secrecy=level)


def _yes_no(desk: Desk, _: Definition, __: Field, value: Any, ___: Titles, ____: str) -> v.Cell:
    return _text_cell(t("web-yes") if value else t("pages-no"))


def _record(desk: Desk, _: Definition, field: Field, value: Any, titles: Titles, __: str) -> v.Cell:
    """The title of what is pointed at; what its reader may not see is said to be there, and no more."""
    values = value if isinstance(value, list) else [value]
    named = [(pointed_at(field, each), titles.get(pointed_at(field, each))) for each in values]
    shown = [(place, title) for place, title in named if title]
    if not shown:
        return v.Cell("text", t("pages-hidden-record"))
    text = "、".join(title for _, title in shown)
    if len(named) > 1:
        return _text_cell(text)
    (register, record_id), _title = shown[0]
    return v.Cell("link", text, href=f"/r/{register}/{record_id}")


def _files(desk: Desk, _: Definition, __: Field, value: Any, ___: Titles, ____: str) -> v.Cell:
    return _text_cell(t("pages-files", count=len(value if isinstance(value, list) else [value])))


_BY_KIND: Mapping[str, Callable[[Desk, Definition, Field, Any, Titles, str], v.Cell]] = {
    "person": _people,
    "people": _people,
    "department": _departments,
    "departments": _departments,
    "one_of": _choice,
    "several_of": _choice,
    "secrecy-level": _level,
    "yes_no": _yes_no,
    "record": _record,
    "records": _record,
    "file": _files,
}


def _state(desk: Desk, definition: Definition, record: Record) -> v.Cell:
    status = status_of(desk, desk.edition.shown(record), record.state)
    return v.Cell("status", status.label, status=status)


def _record_level(desk: Desk, _: Definition, record: Record) -> v.Cell:
    level = desk.level(record.level_at(desk.now))
    return v.Cell("secrecy", level.label, secrecy=level)


_RESERVED: Mapping[str, Callable[[Desk, Definition, Record], v.Cell]] = {
    "number": lambda desk, definition, record: _text_cell(record.number or "", "mono"),
    "state": _state,
    "owner": lambda desk, definition, record: people_cell(desk, [record.owner] if record.owner else []),
    "assignee": lambda desk, definition, record: people_cell(desk, record.assignees),
    "department": lambda desk, definition, record: _text_cell(desk.unit_name(record.department)),
    "level": _record_level,
}


def title_of(desk: Desk, definition: Definition, record: Record, titles: Titles) -> str:
    """What a record is called: the facts that its definition names, else its number."""
    names = [each for each in definition.titles if each != "number"]
    texts = [record_cell(desk, definition, record, each, titles).text for each in names]
    text = " ".join(each for each in texts if each)
    if len(text) < TELLING and "number" in definition.titles and record.number:
        text = f"{record.number} {text}".strip()
    return text or record.number or t("pages-untitled")

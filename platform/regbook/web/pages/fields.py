"""A field of a form: its kind's control, the value as it was typed or stands, what may be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from regbook.model.definition import Definition, Field
from regbook.model.record import LINE_ID
from regbook.rules.kinds import kind_of
from regbook.rules.masking import masked_value
from regbook.services.forming import Sheet
from regbook.web import views as v
from regbook.web.drawing import GAP
from regbook.web.pages.cells import Titles, field_cell, pointed_at
from regbook.web.pages.desk import Desk, instant_of, path_of
from regbook.web.pages.files import described_views, upload_href
from regbook.web.texts import t

REFERENCES = ("person", "people", "department", "departments", "record", "records")
MOST_LINE_COLUMNS = 8
POURED = frozenset({
    *("text", "long_text", "number", "integer", "percent", "money", "date", "time", "date-time"),
    *("phone", "email", "identity-no", "credit-code"),
})  # fmt: skip
"""Kinds whose control is the same for every record, but for the text in it."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the fields of one form share: what is wrong by field, titles of references, what is required."""

    desk: Desk
    sheet: Sheet
    titles: Titles = field(default_factory=dict)
    wrong: Mapping[str, Sequence[str]] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()

    @property
    def definition(self) -> Definition:
        """The register's definition."""
        return self.sheet.definition


def field_view(drawing: Drawing, known: Field, visible: bool) -> v.FieldView:
    """A declared field of the form."""
    value = drawing.sheet.record.facts.get(known.key)
    if known.key in drawing.sheet.covered:
        value = masked_value(known, value)
    if known.key not in drawing.sheet.fillable or known.key in drawing.wrong:
        return _filled(drawing, known, visible, value)
    key = ("field", drawing.definition.register, known.key, visible, known.key in drawing.needed)
    if known.kind in POURED:
        still = drawing.desk.kept(key, lambda: _gap(_filled(drawing, known, visible, None)))
        return replace(still.view, value=control_text(drawing.desk, known, value), still=still)
    if _is_one_of_few(known, value):
        return drawing.desk.kept((*key, value), lambda: _whole(_filled(drawing, known, visible, value)))
    return _filled(drawing, known, visible, value)


def _gap(made: v.FieldView) -> v.Once[v.FieldView]:
    """A field whose control differs by the text in it alone: all the rest of it stays the same."""
    return v.Once(replace(made, value=GAP))


def _whole(made: v.FieldView) -> v.FieldView:
    return replace(made, still=v.Once(made))


def _is_one_of_few(known: Field, value: Any) -> bool:
    if known.kind == "yes_no":
        return value is None or isinstance(value, bool)
    return known.kind == "one_of" and (value is None or (isinstance(value, str) and value in known.choices))


def _filled(drawing: Drawing, known: Field, visible: bool, value: Any) -> v.FieldView:
    made = _control(drawing, known, known.key, value, "")
    readonly = known.key not in drawing.sheet.fillable
    wide = known.kind == "text" and known.schema.get("maxLength", 0) >= 100
    made = replace(made, visible=visible, required=known.key in drawing.needed and not readonly, wide=wide)
    if not readonly or known.kind == "serial":
        return made
    shown = field_cell(drawing.desk, drawing.definition, known, value, drawing.titles)
    return replace(made, readonly=True, value="", shown=shown, choices=(), lines=None, files=())


def _control(drawing: Drawing, known: Field, name: str, value: Any, lines: str) -> v.FieldView:
    kind = kind_of(known.schema)
    desk, definition = drawing.desk, drawing.definition
    written = str(known.schema.get("description", ""))
    examples = known.schema.get("examples", ())
    made = v.FieldView(
        kind.widget,  # type: ignore[arg-type]
        name,
        desk.field_title(definition, known, lines),
        help=desk.text(definition, f"{path_of(known, lines)}.description", written) if written else "",
        placeholder=desk.read(str(examples[0])) if examples and isinstance(examples[0], str) else "",
        required=known.required,
        errors=tuple(drawing.wrong.get(name, ())),
        max_length=int(known.schema.get("maxLength", 0)),
        unit=_unit(drawing, known, lines),
    )
    if kind.widget == "yes_no":
        made = replace(made, placeholder="")
    fill = _FILLED.get(known.kind, _plain)
    return fill(drawing, made, known, value, lines)


def _unit(drawing: Drawing, known: Field, lines: str) -> str:
    if known.kind == "money":
        return t("pages-unit-yuan")
    return "%" if known.kind == "percent" else drawing.desk.unit(drawing.definition, known, lines)


def _plain(drawing: Drawing, made: v.FieldView, known: Field, value: Any, _: str) -> v.FieldView:
    return replace(made, value=control_text(drawing.desk, known, value))


def control_text(desk: Desk, known: Field, value: Any) -> str:
    """A value as its control holds it; what could not be read is as it was typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if known.kind == "date-time" and (at := instant_of(value)):
        return desk.local(at)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int | str):
        return str(value)
    return kind_of(known.schema).shown(value, known.schema, desk.engine_language, desk.zone)


def _choices(drawing: Drawing, made: v.FieldView, known: Field, value: Any, lines: str) -> v.FieldView:
    chosen = value if isinstance(value, list) else [value]
    offered = tuple(
        v.Choice(str(each), drawing.desk.choice(drawing.definition, known, each, lines), each in chosen)
        for each in known.choices
    )
    return replace(made, choices=offered, value="" if value is None else str(value))


def _levels(drawing: Drawing, made: v.FieldView, known: Field, value: Any, _: str) -> v.FieldView:
    ranks = range(known.schema.get("maximum", 4) + 1)
    offered = tuple(
        v.Choice(str(rank), drawing.desk.level(rank).label, rank == value, rank=rank) for rank in ranks
    )
    return replace(made, choices=offered)


def _reference(drawing: Drawing, made: v.FieldView, known: Field, value: Any, lines: str) -> v.FieldView:
    """A picker: those chosen now by name; more come from the server as somebody types."""
    values = value if isinstance(value, list) else [value] if value else []
    describe = _DESCRIBED[kind_of(known.schema).refers_to or "registers"]
    chosen = tuple(describe(drawing, known, str(each)) for each in values if each)
    return replace(made, choices=chosen, source=_source(drawing, known, lines))


def _source(drawing: Drawing, known: Field, lines: str) -> str:
    refers = kind_of(known.schema).refers_to
    if refers in ("people", "departments"):
        return f"/choices/{refers}"
    name = f"{lines}/{known.key}" if lines else known.key
    return f"/r/{drawing.definition.register}/choices?field={name}"


def _named_person(drawing: Drawing, _: Field, value: str) -> v.Choice:
    desk = drawing.desk
    person = desk.person(value, desk.unit_of(value))
    return v.Choice(value, person.name, True, person.note, person=person)


def _named_unit(drawing: Drawing, _: Field, value: str) -> v.Choice:
    return v.Choice(value, drawing.desk.unit_name(value), True)


def _named_record(drawing: Drawing, known: Field, value: str) -> v.Choice:
    title = drawing.titles.get(pointed_at(known, value)) or t("pages-hidden-record")
    return v.Choice(value, title, True)


_DESCRIBED: Mapping[str, Callable[[Drawing, Field, str], v.Choice]] = {
    "people": _named_person,
    "departments": _named_unit,
    "registers": _named_record,
}


def _lines(drawing: Drawing, made: v.FieldView, known: Field, value: Any, _: str) -> v.FieldView:
    rows = [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
    blank = _line(drawing, known, {}, "__n__")
    editor = v.LinesEditor(
        blank.cells,
        tuple(_line(drawing, known, each, str(at)) for at, each in enumerate(rows)),
        blank,
        _totals(drawing, known, rows),
        int(known.schema.get("minItems", 0)),
        int(known.schema.get("maxItems", 0)),
    )
    return replace(made, lines=editor)


def _line(drawing: Drawing, known: Field, line: Mapping[str, Any], at: str) -> v.LineRow:
    cells = []
    for each in tuple(known.lines.values())[:MOST_LINE_COLUMNS]:
        name = f"{known.key}/{at}/{each.key}"
        cell = _control(drawing, each, name, line.get(each.key), known.key)
        cell = replace(cell, help="", placeholder="")
        if each.computed or each.read_only:
            shown = field_cell(
                drawing.desk, drawing.definition, each, line.get(each.key), drawing.titles, known.key
            )
            cell = replace(cell, readonly=True, shown=shown, value="")
        cells.append(cell)
    return v.LineRow(str(line.get(LINE_ID, "")), tuple(cells))


def _totals(drawing: Drawing, known: Field, rows: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """The sums of the columns that can be summed; none when no column can."""
    inner = tuple(known.lines.values())[:MOST_LINE_COLUMNS]
    sums = [_sum(drawing, known, each, rows) if kind_of(each.schema).summable else "" for each in inner]
    if not any(sums) or not rows:
        return ()
    return (t("pages-total", count=len(rows)), *sums[1:]) if not sums[0] else tuple(sums)


def _sum(drawing: Drawing, lines: Field, known: Field, rows: list[Mapping[str, Any]]) -> str:
    total = Decimal(0)
    for row in rows:
        try:
            total += Decimal(str(row.get(known.key) or 0))
        except ArithmeticError:
            continue
    value = kind_of(known.schema).canonical(format(total, "f"), known.schema)
    return drawing.desk.shown(drawing.definition, known, value, lines.key)


def _file(drawing: Drawing, made: v.FieldView, known: Field, value: Any, lines: str) -> v.FieldView:
    """The files that the record has or that wait for it, and where more are sent."""
    desk, register, kept = drawing.desk, drawing.definition.register, drawing.sheet.kept
    record = kept.id if kept is not None else None
    place = f"{lines}/{known.key}" if lines else known.key
    files = described_views(
        desk.office, desk.actor, register, record, value if isinstance(value, list) else []
    )
    return replace(made, files=files, upload_href=upload_href(register, place, record))


_FILLED: Mapping[str, Callable[[Drawing, v.FieldView, Field, Any, str], v.FieldView]] = {
    **dict.fromkeys(REFERENCES, _reference),
    "one_of": _choices,
    "several_of": _choices,
    "secrecy-level": _levels,
    "lines": _lines,
    "file": _file,
}

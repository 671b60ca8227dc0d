"""A form: fields by widget, child lines, sections, what is wrong."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any, Literal

from regbook.web.views.parts import Button, Cell, Choice, File, Once, Secrecy
from regbook.web.views.records import Step

Widget = Literal[
    "text", "long_text", "number", "integer", "percent", "money", "date", "time", "date_time", "span",
    "yes_no", "one_of", "several_of", "person", "people", "department", "departments", "record", "records",
    "lines", "serial", "file", "phone", "email", "identity_no", "credit_code", "secrecy_level",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a form. ``name`` is its JSON pointer without the leading slash: ``measures/0/what``.

    ``value`` is the text of the control as it was typed or as it stands (``"1234.50"``, ``"2026-09-30"``,
    ``"2026-09-30 16:00"`` in the reader's zone, ``"true"``). Choices carry their own ``chosen``; a picker's
    choices are those chosen now (and, when few, all), more come from ``source`` as JSON
    ``[{"value", "label", "note"}]`` for ``?q=``. ``shown`` is what a read-only field says.
    """

    widget: Widget
    name: str
    label: str
    value: str = ""
    shown: Cell | None = None
    help: str = ""
    placeholder: str = ""
    required: bool = False
    readonly: bool = False
    visible: bool = True
    wide: bool = False
    errors: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    source: str = ""
    unit: str = ""
    max_length: int = 0
    lines: LinesEditor | None = None
    files: tuple[File, ...] = ()
    upload_href: str = ""
    still: Once[Any] | None = field(default=None, repr=False, compare=False)
    """The same field of any record, with a gap where the value goes: it is drawn once."""

    @property
    def id(self) -> str:
        """The control's id; an error summary links to it."""
        return "f-" + self.name.replace("/", "-")

    @property
    def many(self) -> bool:
        """Whether the control may hold several values."""
        return self.widget in ("several_of", "people", "departments", "records")

    @property
    def grouped(self) -> bool:
        """Whether the control is a group of boxes, which needs a legend instead of a label."""
        few = self.widget == "one_of" and 0 < len(self.choices) <= 5
        return few or self.widget in ("several_of", "secrecy_level", "lines", "file", "span")

    @property
    def state(self) -> str:
        """A mark that differs when the server would draw this field otherwise while a person types."""
        computed = (self.value, self.shown) if self.readonly else ()
        drawn = (self.visible, self.required, self.readonly, self.label, self.help, self.unit, computed)
        offered = tuple((each.value, each.label) for each in self.choices) if not self.source else ()
        return f"{zlib.crc32(repr((drawn, offered)).encode()):08x}"


@dataclass(frozen=True, slots=True)
class LineRow:
    """One child line in the making: its ``_id`` and one field for each column."""

    id: str
    cells: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class LinesEditor:
    """The table a person fills. ``blank`` is a row whose names hold ``__n__`` where the index goes."""

    columns: tuple[FieldView, ...]
    rows: tuple[LineRow, ...]
    blank: LineRow
    totals: tuple[str, ...] = ()
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section of the sheet; ``rows`` lays its fields out, one or two in a row."""

    name: str
    title: str
    rows: tuple[tuple[FieldView, ...], ...]
    help: str = ""
    visible: bool = True
    optional: bool = False

    @property
    def done(self) -> bool:
        """Whether every required field of it is filled: the tick in the table of contents."""
        asked = [each for row in self.rows for each in row if each.required and each.visible]
        return bool(asked) and all(_is_filled(each) for each in asked)

    @property
    def state(self) -> str:
        """Differs when the section comes or goes."""
        return "shown" if self.visible else "gone"


def _is_filled(each: FieldView) -> bool:
    if each.lines is not None:
        return bool(each.lines.rows)
    return bool(each.value or each.files or any(choice.chosen for choice in each.choices))


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line of the error summary. ``field`` is the FieldView name it leads to; empty: the record."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class FormView:
    """form.html. The form posts to ``action`` with ``_token`` and the pressed button's ``_do``.

    ``refresh_href``: as values change, the form is posted there and answers the same page's parts
    (``parts/form_body.html``), of which the browser takes what differs. ``draft_href``: after five quiet
    seconds the form is posted there and answers JSON ``{"saved": "14:32", "token": "…"}``.
    """

    title: str
    action: str
    sections: tuple[FormSection, ...]
    buttons: tuple[Button, ...]
    subtitle: str = ""
    token: str = ""
    secrecy: Secrecy | None = None
    wrong: tuple[Wrong, ...] = ()
    refresh_href: str = ""
    draft_href: str = ""
    draft_saved: str = ""
    notes: tuple[str, ...] = ()
    path: tuple[Step, ...] = ()
    opinion: Literal["", "optional", "required"] = ""
    offline: bool = False

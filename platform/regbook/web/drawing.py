"""What templates draw over and over is drawn once: parts of the frame, cells by their values, moulds to fill.

Nothing here holds more than its key says: a part is kept by whoever made its view, a cell by its value, a
mould by the view with a gap in it. No token of a session and no value of a record is ever kept.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup, escape

from regbook.web.assets import asset
from regbook.web.texts import language_now
from regbook.web.views.forms import FieldView
from regbook.web.views.lists import ListHead, Row
from regbook.web.views.parts import Cell, Once, Place

Macro = Callable[..., Markup]

MOST_CELLS = 4_096
GAP = f"gap-{secrets.token_hex(12)}"
"""Stands in a view where a mould has its first gap; nobody can know it, so nobody's text holds it."""
OTHER_GAP = f"gap-{secrets.token_hex(12)}"
GAPS = re.compile(f"({GAP}|{OTHER_GAP})")
FEW = frozenset({"people", "status", "secrecy", "badge", "empty"})
"""Kinds of cells with few different values, kept by value; others are poured into the mould of their kind."""


class Mould:
    """Something drawn with gaps in it, which are filled with text."""

    __slots__ = ("_pieces",)

    def __init__(self, drawn: Markup) -> None:
        self._pieces = GAPS.split(str(drawn))

    def filled(self, text: str, other: str = "") -> str:
        """The drawing with its gaps filled; texts are escaped, as everything is that people wrote."""
        values = {GAP: escape(text), OTHER_GAP: escape(other)}
        return "".join([values.get(each, each) for each in self._pieces])


@cache
def icon(name: str, look: str = "") -> Markup:
    """A line icon of the sprite; decoration only, the word beside it carries the meaning."""
    return Markup(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(look, asset("icons.svg"), name)


def once(macro: Any, part: Once[Any], *more: Any) -> Markup:
    """A part that stays the same, as the macro drew it the first time."""
    key = (macro.name, *more)
    found = part.drawn.get(key)
    if found is None:
        found = part.drawn[key] = macro(part.view, *more)
    return Markup(found)  # noqa: S704 - a macro escapes


def sheet_field(macro: Macro, it: FieldView, alone: Any) -> Markup:
    """A field of a form: its value poured into what was drawn of it once, where that is all that moves."""
    if it.still is None:
        return macro(it, alone)
    mould = it.still.drawn.get(alone)
    if mould is None:
        mould = it.still.drawn[alone] = Mould(macro(it.still.view, alone))
    return Markup(mould.filled(it.value))  # noqa: S704 - moulds escape


def value_of(macro: Macro, cell: Cell) -> Markup:
    """A value of a record as its page shows it."""
    if not cell.text or cell.kind in FEW or cell.overdue or cell.note or cell.kind == "link":
        return macro(cell)
    return Markup(_value_mould(macro, language_now(), cell.kind).filled(cell.text))  # noqa: S704


def row_cells(macro: Macro, head: Once[ListHead], row: Row) -> Markup:
    """The cells of a row: the macro draws each kind and each of few values once."""
    language = language_now()
    drawn: list[str] = []
    for place, cell in zip(_places(head), row.cells, strict=True):
        if place.opens:
            drawn.append(_mould(macro, language, place, cell.kind).filled(cell.text or "—", row.drawer_href))
        elif not cell.text or cell.kind in FEW or cell.overdue:
            drawn.append(_value(macro, language, place, cell))
        elif cell.note or cell.kind == "link":
            drawn.append(macro(place, cell, ""))
        else:
            drawn.append(_mould(macro, language, place, cell.kind).filled(cell.text))
    return Markup("".join(drawn))  # noqa: S704 - moulds and macros escape


def _places(head: Once[ListHead]) -> tuple[Place, ...]:
    found = head.drawn.get("places")
    if found is None:
        found = head.drawn["places"] = head.view.places
    return tuple(found)


@lru_cache(maxsize=MOST_CELLS)
def _value(macro: Macro, language: str, place: Place, cell: Cell) -> Markup:
    return macro(place, cell, "")


@lru_cache(maxsize=MOST_CELLS)
def _mould(macro: Macro, language: str, place: Place, kind: Any) -> Mould:
    return Mould(macro(place, Cell(kind, GAP), OTHER_GAP))


@lru_cache(maxsize=MOST_CELLS)
def _value_mould(macro: Macro, language: str, kind: Any) -> Mould:
    return Mould(macro(Cell(kind, GAP)))

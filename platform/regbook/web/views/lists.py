"""A list of records with its filters and its drawer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from regbook.web.views.parts import NO_PAGES, Cell, Choice, Column, Empty, Link, Pager
from regbook.web.views.records import RecordView


@dataclass(frozen=True, slots=True)
class Row:
    """One record in a list. ``href`` opens its page, ``drawer_href`` the list with its drawer open."""

    id: str
    href: str
    drawer_href: str
    cells: tuple[Cell, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A chip above a list. ``words`` says what is chosen; it reads as a sentence: 状态 是 借出中.

    ``kind`` choices: check boxes named ``name``; range: two dates ``name.from`` and ``name.to``;
    text: one word. ``text_name`` names a word beside the choices, for those that are not listed.
    """

    name: str
    label: str
    kind: Literal["choices", "range", "text"] = "choices"
    words: str = ""
    choices: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""
    text: str = ""
    icon: str = ""
    clear_href: str = ""
    text_name: str = ""


@dataclass(frozen=True, slots=True)
class ListView:
    """register_list.html, and its fragment #list. Every address keeps the others' parameters.

    ``href`` is the list itself: the filter form asks it with its own fields, so filters, ``q`` and tabs are
    its query; ``kept`` are the parameters the form must send along (view, sort). ``counts_href`` is asked
    after first paint and answers counts.html.
    """

    register: str
    title: str
    href: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pager: Pager = NO_PAGES
    tabs: tuple[Link, ...] = ()
    shapes: tuple[Link, ...] = ()
    filters: tuple[Filter, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    query: str = ""
    searchable: bool = True
    empty: Empty | None = None
    clear_href: str = ""
    drawer: RecordView | None = None
    counts_href: str = ""

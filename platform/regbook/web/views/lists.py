"""A list of records with its filters and its drawer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from regbook.web.views.parts import NO_PAGES, Cell, Choice, Column, Empty, Link, Once, Pager, Place
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
class ListHead:
    """What stands above the records of a list: its tabs, its filters, the heads of its columns.

    ``href`` is the list itself: the filter form asks it with its own fields, so filters, ``q`` and tabs are
    its query; ``kept`` are the parameters the form must send along (view, sort).
    """

    title: str
    href: str
    columns: tuple[Column, ...]
    tabs: tuple[Link, ...] = ()
    shapes: tuple[Link, ...] = ()
    filters: tuple[Filter, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    query: str = ""
    searchable: bool = True
    clear_href: str = ""

    @property
    def places(self) -> tuple[Place, ...]:
        """How the cells of each column are drawn."""
        return tuple(
            Place(each.label, each.kind, each.priority, each.card, at == 0)
            for at, each in enumerate(self.columns)
        )


@dataclass(frozen=True, slots=True)
class ListView:
    """register_list.html, and its fragment #list. Every address keeps the others' parameters.

    ``head`` stays the same from page to page. ``counts_href`` is asked after first paint and answers
    counts.html.
    """

    register: str
    head: Once[ListHead]
    rows: tuple[Row, ...]
    pager: Pager = NO_PAGES
    empty: Empty | None = None
    drawer: RecordView | None = None
    counts_href: str = ""

    @property
    def title(self) -> str:
        """What the list is called."""
        return self.head.view.title

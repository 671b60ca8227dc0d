"""The small parts that every page is made of."""

from __future__ import annotations

import zlib
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple, TypeVar

T = TypeVar("T")

Tone = Literal["grey", "amber", "green", "blue", "red", "violet"]

ButtonKind = Literal["primary", "plain", "quiet", "danger"]

Priority = Literal[1, 2, 3]

CardPlace = Literal["", "title", "level", "person", "state", "number", "note"]

CellKind = Literal[
    "text", "long", "number", "mono", "date", "people", "status", "secrecy", "badge", "link", "empty"
]


@dataclass(frozen=True, slots=True, eq=False)
class Once(Generic[T]):
    """A view that stays the same for its readers, and what was drawn of it so far (web/drawing.py)."""

    view: T
    drawn: dict[Hashable, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """A label that leads somewhere. ``icon`` is a name of lucide, listed in client/icons.txt.

    ``key`` is the id that a count is put under after first paint.
    """

    label: str
    href: str
    icon: str = ""
    current: bool = False
    count: str = ""
    note: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: a link when ``href`` is set, a POST to ``post`` otherwise.

    With neither, it submits the form that ``form`` names (the id of a form of the page), sending
    ``name=value``. Exactly one button of a screen is primary. ``over``: what the link leads to opens in
    a dialog over the page where there is JavaScript.
    """

    label: str
    kind: ButtonKind = "plain"
    icon: str = ""
    href: str = ""
    post: str = ""
    form: str = ""
    name: str = ""
    value: str = ""
    confirm: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with a colour that repeats its meaning."""

    label: str
    tone: Tone = "grey"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a record stands: a dot and a word."""

    label: str
    tone: Tone = "grey"


@dataclass(frozen=True, slots=True)
class Secrecy:
    """A level of the office's scheme: its rank (0 to 4) gives the colour."""

    rank: int
    label: str
    term: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone to be shown: a name, and what tells two of that name apart."""

    name: str
    note: str = ""
    href: str = ""

    @property
    def initials(self) -> str:
        """The given name's last two characters, or the initials of a name in letters.

        >>> Person("孟怀远").initials, Person("Ada Lovelace").initials
        ('怀远', 'AL')
        """
        words = self.name.split()
        if self.name.isascii() and words:
            return "".join(word[0] for word in words[:2]).upper()
        return self.name[-2:]

    @property
    def hue(self) -> int:
        """One of six colours, the same for the same name on every page."""
        return zlib.crc32(self.name.encode()) % 6


@dataclass(frozen=True, slots=True)
class File:
    """A file of a record. ``scan`` is the virus scan's word, ``scan_tone`` its colour."""

    name: str
    size: str
    href: str = ""
    id: str = ""
    scan: str = ""
    scan_tone: Literal["ok", "warn", "bad"] = "ok"


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where nothing is: one sentence and the next thing to do."""

    title: str
    text: str = ""
    icon: str = "inbox"
    action: Button | None = None


@dataclass(frozen=True, slots=True)
class Toast:
    """A short message over the page; ``action`` is focusable."""

    text: str
    tone: Literal["green", "amber", "red"] = "green"
    action: Link | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values. ``rank`` colours a secrecy level; ``person`` draws an avatar."""

    value: str
    label: str
    chosen: bool = False
    note: str = ""
    rank: int = 0
    person: Person | None = None


class Cell(NamedTuple):
    """One value, ready to be read. ``text`` is always set, for print and export too.

    A tuple, because a page of a list holds hundreds.
    """

    kind: CellKind
    text: str = ""
    people: tuple[Person, ...] = ()
    status: Status | None = None
    secrecy: Secrecy | None = None
    badge: Badge | None = None
    href: str = ""
    note: str = ""
    overdue: bool = False


class Place(NamedTuple):
    """How the cells of a column are drawn, whatever they hold. The first and the title open the record."""

    label: str
    kind: CellKind
    priority: Priority
    card: CardPlace
    first: bool

    @property
    def opens(self) -> bool:
        """Whether its cells lead to their record."""
        return self.first or self.card == "title"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. ``priority`` 1 always shows, 2 and 3 give way; ``card`` is its place on a phone."""

    key: str
    label: str
    kind: CellKind = "text"
    priority: Priority = 1
    card: CardPlace = ""
    sort_href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Previous and next by cursor; ``count`` is bounded text such as ``1,000+``.

    ``count_key`` is the id under which it is put after first paint instead.
    """

    count: str = ""
    shown: str = ""
    previous_href: str = ""
    next_href: str = ""
    count_key: str = ""


NO_PAGES = Pager()


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a section: the field's title and its value.

    ``unmask_href`` leads to the whole of a masked value, for whoever has the right.
    """

    label: str
    cell: Cell
    wide: bool = False
    unmask_href: str = ""

"""One record: its sections, deadlines, way and journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from regbook.web.views.parts import (
    Badge,
    Button,
    ButtonKind,
    Cell,
    Column,
    File,
    Link,
    Person,
    Property,
    Secrecy,
    Status,
    Tone,
)


@dataclass(frozen=True, slots=True)
class LinesTable:
    """Child lines, read only."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[str, ...] = ()
    unmask_href: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of a record as its form groups it."""

    title: str
    properties: tuple[Property, ...] = ()
    lines: tuple[LinesTable, ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A promise about time: its name, the due instant, and how it stands.

    ``note`` says who it is of and under which clause, and the other clock until the office has chosen one.
    """

    label: str
    due: str
    standing: str
    tone: Tone = "grey"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A station on a record's way. ``when`` is an instant or a waiting time; ``opinion`` what was said."""

    title: str
    standing: Literal["done", "now", "next", "refused"]
    person: Person | None = None
    when: str = ""
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that an entry changed, as its reader may see it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of a record's journal."""

    who: Person
    what: str
    when: str
    changes: tuple[Change, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A transition that is open to this reader.

    ``href``: it needs fields first, so the button opens its form. Otherwise the button posts
    ``transition=<name>`` with the opinion and the token.
    """

    name: str
    label: str
    kind: ButtonKind = "plain"
    icon: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The bar under a record. Posts ``transition``, ``opinion`` and ``token`` to ``action``."""

    action: str
    token: str
    moves: tuple[Move, ...]
    opinion: Literal["", "optional", "required"] = "optional"
    problem: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class UnmaskView:
    """unmask.html and unmask_sheet.html: the reason is asked, or (``cell``, ``lines``) the value is shown."""

    label: str
    subject: str
    action: str
    back: str
    problem: str = ""
    cell: Cell | None = None
    lines: LinesTable | None = None


@dataclass(frozen=True, slots=True)
class RecordView:
    """record.html, and its drawer fragment parts/drawer.html."""

    id: str
    register: str
    register_title: str
    title: str
    href: str
    number: str = ""
    status: Status | None = None
    secrecy: Secrecy | None = None
    badges: tuple[Badge, ...] = ()
    sections: tuple[SectionView, ...] = ()
    deadlines: tuple[DeadlineView, ...] = ()
    steps: tuple[Step, ...] = ()
    entries: tuple[EntryView, ...] = ()
    entries_href: str = ""
    related: tuple[Link, ...] = ()
    actions: tuple[Button, ...] = ()
    decision: Decision | None = None
    previous_href: str = ""
    next_href: str = ""
    close_href: str = ""
    notice: str = ""

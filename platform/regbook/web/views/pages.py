"""The pages that are neither a list, a record nor a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from regbook.web.views.forms import FormView
from regbook.web.views.lists import Filter, ListView
from regbook.web.views.parts import (
    NO_PAGES,
    Button,
    Choice,
    Empty,
    Link,
    Pager,
    Person,
    Property,
    Secrecy,
    Status,
)
from regbook.web.views.records import EntryView, RecordView


@dataclass(frozen=True, slots=True)
class InboxItem:
    """Something that waits for this person. ``waiting`` turns amber, then red, as its deadline nears.

    ``unread`` is the id of the notice that it is, while it was not read: opening it reads it.
    """

    id: str
    href: str
    who: Person
    register_title: str
    title: str
    waiting: str
    tone: Literal["", "amber", "red"] = ""
    secrecy: Secrecy | None = None
    status: Status | None = None
    note: str = ""
    open: bool = False
    unread: str = ""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice under the bell; ``place`` names the record that it leads to."""

    id: str
    item: InboxItem
    place: str = ""
    unread: bool = False


@dataclass(frozen=True, slots=True)
class InboxView:
    """inbox.html: what waits, and the one that is open."""

    tabs: tuple[Link, ...]
    items: tuple[InboxItem, ...]
    pager: Pager = NO_PAGES
    record: RecordView | None = None
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the workbench, which leads to the list it counts."""

    label: str
    value: str
    icon: str
    href: str = ""
    note: str = ""
    tone: Literal["", "amber", "red", "green"] = ""


@dataclass(frozen=True, slots=True)
class WorkbenchView:
    """workbench.html. ``mine_later`` is asked after first paint instead of ``mine``.

    ``start`` are the first things to do in an office where nobody else is yet.
    """

    greeting: str
    summary: str
    figures: tuple[Figure, ...] = ()
    todo: tuple[InboxItem, ...] = ()
    todo_href: str = "/inbox"
    mine: tuple[InboxItem, ...] = ()
    mine_href: str = ""
    mine_later: str = ""
    shortcuts: tuple[Link, ...] = ()
    all_href: str = "/registers"
    empty: Empty | None = None
    start: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class RegistersView:
    """registers.html: every register this person may read or enter, by area."""

    groups: tuple[tuple[str, tuple[Link, ...]], ...]
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A department and what is below it."""

    name: str
    href: str
    head: Person | None = None
    kind: str = ""
    people: str = ""
    below: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class DepartmentsView:
    """departments.html."""

    units: tuple[Unit, ...]
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class PeopleView:
    """people.html: the register of people as a list of its own."""

    list: ListView


@dataclass(frozen=True, slots=True)
class SignInView:
    """sign_in.html. Posts ``account`` and ``password`` (and ``next``) to ``action``.

    ``kept`` is what was typed into another form before its session ended; it comes along.
    """

    office: str
    action: str
    account: str = ""
    next: str = ""
    problem: str = ""
    notice: str = ""
    kept: str = ""
    providers: tuple[Link, ...] = ()
    demo: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResumeView:
    """resume.html: what was typed before a session ended, to be sent to ``action`` once more."""

    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SessionView:
    """One place where an account is signed in; ``end`` is missing for the one in hand."""

    agent: str
    address: str
    seen: str
    here: bool = False
    end: Button | None = None


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token of a program; ``end`` ends it."""

    name: str
    until: str
    used: str
    end: Button


@dataclass(frozen=True, slots=True)
class TokensView:
    """One's own tokens and the form for another, posted to ``action``; ``issued`` was just made."""

    tokens: tuple[TokenView, ...]
    action: str
    days: tuple[Choice, ...] = ()
    issued: str = ""
    wrong: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class AccountView:
    """account.html: one's own name, language, look, password, sessions and tokens."""

    person: Person
    account: str
    facts: tuple[Property, ...] = ()
    languages: tuple[Choice, ...] = ()
    themes: tuple[Choice, ...] = ()
    settings_action: str = "/account/settings"
    password: FormView | None = None
    sign_out_href: str = "/sign-out"
    sessions: tuple[SessionView, ...] = ()
    densities: tuple[Choice, ...] = ()
    keys: tuple[Choice, ...] = ()
    tokens: TokensView | None = None


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """Things of one sort that typed words lead to."""

    title: str
    items: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class FindView:
    """find.html, and parts/found.html: where the typed words lead."""

    href: str
    text: str
    groups: tuple[FoundGroup, ...]


NoticeTone = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A process that watches the clock."""

    name: str
    kind: str
    begun: str
    seen: str
    status: Status


@dataclass(frozen=True, slots=True)
class FaultView:
    """A timer that was put off: whose it is, when it was due, what failed; ``retry`` lets it fire.

    It was tried ``tried`` times and is tried again at ``again``.
    """

    register: str
    record: str
    deadline: str
    due: str
    tried: int
    again: str
    reason: str
    retry: Button


@dataclass(frozen=True, slots=True)
class OperationsView:
    """operations.html: how the office runs, in one sentence, four figures and two lists."""

    standing: str
    tone: NoticeTone
    figures: tuple[Figure, ...] = ()
    workers: tuple[WorkerView, ...] = ()
    faults: tuple[FaultView, ...] = ()
    nothing: Empty | None = None


@dataclass(frozen=True, slots=True)
class HistoryView:
    """history.html: a record's entries, narrowed by the filters; the form asks ``href`` with them."""

    subject: str
    number: str
    href: str
    entries: tuple[EntryView, ...]
    filters: tuple[Filter, ...] = ()
    clear_href: str = ""
    newest_href: str = ""
    earlier_href: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class HolderView:
    """holder.html: one person's account. ``password`` is there once, in the answer that made it."""

    person: Person
    facts: tuple[Property, ...]
    actions: tuple[Button, ...] = ()
    hint: str = ""
    password: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ErrorView:
    """error.html: what happened, what was kept, what to do; ``trace`` finds it in the log."""

    status: int
    title: str
    text: str = ""
    trace: str = ""
    problems: tuple[str, ...] = ()
    actions: tuple[Button, ...] = field(default_factory=tuple)

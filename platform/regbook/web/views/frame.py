"""The frame around every page: navigation, title, banner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from regbook.web.views.parts import Button, Link, Once, Person, Secrecy, Toast


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the left navigation. ``key`` is the id that a count is put under after first paint."""

    label: str
    href: str
    icon: str
    key: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Lines of the navigation under a heading (no heading: the first group)."""

    title: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Nav:
    """The frame's left side and, on a phone, its tab bar.

    ``counts_href`` is fetched after first paint and answers ``counts.html``; empty: no counts.
    ``bell_href`` answers notices.html, what was told last.
    ``new_menu`` are the registers this person may enter records in.
    """

    office: str
    groups: tuple[NavGroup, ...]
    me: Person
    home_href: str = "/"
    inbox_href: str = "/inbox"
    registers_href: str = "/registers"
    account_href: str = "/account"
    sign_out_href: str = "/sign-out"
    search_href: str = "/registers"
    new_href: str = "/registers"
    counts_href: str = ""
    bell_href: str = ""
    tab: Literal["", "home", "inbox", "registers", "account"] = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The frame of one page. ``nav`` is None for someone who has not signed in.

    ``layout``: ``paper`` (scrolls as a whole), ``bg`` (cards on grey), ``fixed`` (scrolls inside: lists).
    ``watermark`` is the address of an SVG drawn over the page, ``banner`` the level it is kept at.
    ``compact``: denser rows. ``quiet_keys``: single letters are not keys.
    """

    title: str
    nav: Once[Nav] | None
    crumbs: tuple[Link, ...] = ()
    back: str = ""
    note: str = ""
    actions: tuple[Button, ...] = ()
    layout: Literal["paper", "bg", "fixed"] = "paper"
    kind: str = ""
    banner: Secrecy | None = None
    watermark: str = ""
    toasts: tuple[Toast, ...] = ()
    theme: Literal["", "light", "dark"] = ""
    compact: bool = False
    quiet_keys: bool = False


@dataclass(frozen=True, slots=True)
class CountsView:
    """counts.html: texts for the counters of the frame by key, such as ``("inbox", "12")``."""

    counts: tuple[tuple[str, str], ...]

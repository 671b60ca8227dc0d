"""The frame around every page: its navigation holds what its reader may open, and nothing else."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request

from regbook.model.definition import Definition
from regbook.services.accounts import ADMINISTRATOR
from regbook.services.knowing import Known, known_registers
from regbook.services.office_settings import keeps_settings
from regbook.web import views as v
from regbook.web.pages.desk import Desk
from regbook.web.pages.telling import told
from regbook.web.texts import t, titled

THEMES = ("light", "dark")
DENSITIES = ("compact",)
KEYS = ("off",)
"""What a browser may keep besides the usual: how dense pages are, and that single letters are no keys."""


def icon_of(definition: Definition) -> str:
    """The picture of a register in menus."""
    return str(definition.raw.get("icon", "book-open"))


def draw(template: str, status: int = 200, **more: Any) -> Response:
    """A page, or a part of one."""
    return make_response(render_template(template, **more), status)


def page(desk: Desk, title: str, current: str = "", **more: Any) -> v.Page:
    """The frame of a page; ``current`` is the address of its line in the navigation."""
    theme = request.cookies.get("theme", "")
    chosen: Any = theme if theme in THEMES else ""
    compact = request.cookies.get("density") in DENSITIES
    quiet = request.cookies.get("keys") in KEYS
    nav = desk.mine(("nav", current), lambda: v.Once(navigation(desk, current)))
    return v.Page(title, nav, theme=chosen, toasts=told(), compact=compact, quiet_keys=quiet, **more)


def navigation(desk: Desk, current: str) -> v.Nav:
    """What the reader may open: no statement is asked for it. It is the same as long as the edition is."""

    def item(label: str, href: str, icon: str, key: str = "") -> v.NavItem:
        return v.NavItem(label, href, icon, key, href == current)

    known = known_registers(desk.edition, desk.actor, desk.now)
    groups = [
        v.NavGroup(
            "",
            (
                item(t("web-workbench"), "/", "layout-dashboard"),
                item(t("pages-inbox"), "/inbox/", "inbox", "inbox"),
                item(t("pages-told"), "/inbox/?box=told", "at-sign", "told"),
            ),
        )
    ]
    for title, registers in by_area(desk, known):
        lines = [
            item(
                desk.title(each.definition),
                f"/r/{each.definition.register}/",
                icon_of(each.definition),
            )
            for each in registers
        ]
        groups.append(v.NavGroup(title, tuple(lines)))
    others = [item(t("pages-people"), "/people/", "users")]
    others.append(item(t("pages-departments"), "/departments/", "network"))
    others.append(item(t("pages-registers"), "/r/", "layout-grid"))
    if ADMINISTRATOR in desk.edition.directory.roles(desk.me):
        others.append(item(t("pages-operations"), "/operations/", "activity"))
        others.append(item(t("pages-accounts"), "/accounts/", "key-round"))
    if keeps_settings(desk.edition, desk.actor):
        others.append(item(t("pages-settings"), "/settings/", "settings"))
    groups.append(v.NavGroup(t("pages-office"), tuple(others)))
    return v.Nav(
        office=office_name(desk),
        groups=tuple(groups),
        me=desk.person(desk.me, desk.unit_of(desk.me)) if desk.me else v.Person(desk.caller.account),
        inbox_href="/inbox/",
        registers_href="/r/",
        search_href="/find",
        new_href="/r/?new=1",
        counts_href="/counts",
        bell_href="/notices",
        tab=_tab(current),
    )


def by_area(desk: Desk, known: tuple[Known, ...]) -> list[tuple[str, list[Known]]]:
    """Registers under the titles of their areas, in the office's order; the rest at the end."""
    left = {each.definition.register: each for each in known}
    found = []
    for area in desk.edition.areas:
        inside = [left.pop(each) for each in area.registers if each in left]
        if inside:
            found.append((titled(area.title, area.english, desk.language), inside))
    if left:
        found.append((t("pages-others"), list(left.values())))
    return found


def office_name(desk: Desk) -> str:
    """The name of the unit above all others."""
    roots = [each.name for each in desk.edition.directory.departments.values() if not each.parent]
    return roots[0] if roots else t("web-product")


def _tab(current: str) -> Any:
    if current.startswith("/r/"):
        return "registers"
    return {"/": "home", "/inbox/": "inbox", "/account": "account"}.get(current, "")

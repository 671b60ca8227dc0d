"""`/find`: going anywhere by typing: a page, a register, something new, a record, a person."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, request

from regbook.services.accounts import ADMINISTRATOR
from regbook.services.knowing import Known, known_registers
from regbook.services.naming_people import called
from regbook.services.office_settings import keeps_settings
from regbook.services.searching import anywhere, is_called
from regbook.web import look
from regbook.web import views as v
from regbook.web.pages.cells import title_of
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import by_area, draw, icon_of, page
from regbook.web.texts import t

PATH = "/find"
LONGEST = 60
MOST_PEOPLE = 5
MOST_PLACES = 8
PLACES = (
    ("web-workbench", "/", "layout-dashboard", "home"),
    ("pages-inbox", "/inbox/", "inbox", "todo inbox"),
    ("pages-box-mine", "/inbox/?box=mine", "send", "mine"),
    ("pages-box-drafts", "/inbox/?box=drafts", "pencil", "drafts"),
    ("pages-told", "/inbox/?box=told", "at-sign", "notices"),
    ("pages-people", "/people/", "users", "people"),
    ("pages-departments", "/departments/", "network", "departments"),
    ("pages-registers", "/r/", "layout-grid", "registers"),
    ("pages-account", "/account", "user", "account settings password"),
)
OPERATIONS = ("pages-operations", "/operations/", "activity", "operations")
SETTINGS = ("pages-settings", "/settings/", "settings", "settings office")


def find(desk: Desk) -> Response:
    """What the typed words lead to; without any, where one goes most."""
    text = request.args.get("q", "")[:LONGEST].strip()
    view = v.FindView(PATH, text, tuple(each for each in _groups(desk, text) if each.items))
    if look.is_partial("palette-found"):
        return draw("parts/found.html", view=view)
    return draw("find.html", page=page(desk, t("web-find"), PATH, layout="bg"), view=view)


def _groups(desk: Desk, text: str) -> Iterable[v.FoundGroup]:
    known = [
        each
        for _, inside in by_area(desk, known_registers(desk.edition, desk.actor, desk.now))
        for each in inside
    ]
    if text:
        yield v.FoundGroup(t("pages-find-records"), _records(desk, text))
    yield v.FoundGroup(t("pages-find-new"), _new(desk, known, text))
    yield v.FoundGroup(t("pages-find-registers"), _registers(desk, known, text))
    if text:
        yield v.FoundGroup(t("pages-people"), _people(desk, text))
    yield v.FoundGroup(t("pages-find-places"), _places(desk, text))


def _records(desk: Desk, text: str) -> tuple[v.Link, ...]:
    return tuple(
        v.Link(
            title_of(desk, definition, record, {}),
            f"/r/{record.register}/{record.id}",
            icon_of(definition),
            note=" · ".join(filter(None, (desk.title(definition), record.number or ""))),
        )
        for definition, record in anywhere(desk.office, desk.actor, text)
    )


def _names(desk: Desk, known: Known) -> tuple[str, ...]:
    """What a register is called: in the reader's language, as it was written, and by its key."""
    definition = known.definition
    return desk.title(definition), definition.title, definition.register.replace("_", " ")


def _new(desk: Desk, known: list[Known], text: str) -> tuple[v.Link, ...]:
    found = []
    for each in known:
        names = _names(desk, each)
        label = t("pages-new-of", register=names[0])
        if "enter" in each.verbs and is_called(text, f"{label} new {' '.join(names)}", label, *names):
            found.append(v.Link(label, f"/r/{each.definition.register}/new", "plus"))
    return tuple(found[:MOST_PLACES])


def _registers(desk: Desk, known: list[Known], text: str) -> tuple[v.Link, ...]:
    found = []
    for each in known:
        names = _names(desk, each)
        if "read" in each.verbs and is_called(text, *names):
            register = each.definition.register
            found.append(v.Link(names[0], f"/r/{register}/", icon_of(each.definition)))
    return tuple(found if not text else found[:MOST_PLACES])


def _people(desk: Desk, text: str) -> tuple[v.Link, ...]:
    """People by name; to the person's record where the reader may open it, else to the list of people."""
    bound = desk.edition.binding("people")
    register = bound.register if bound is not None else ""
    readable = register in desk.edition.policy.registers(desk.me, "read")
    return tuple(
        v.Link(
            each.name,
            f"/r/{register}/{each.id}" if readable else f"/people/?q={each.name}",
            "user",
            note=desk.unit_name(each.unit),
        )
        for each in called(desk.edition.directory, text, MOST_PEOPLE)
    )


def _places(desk: Desk, text: str) -> tuple[v.Link, ...]:
    keeps = ADMINISTRATOR in desk.edition.directory.roles(desk.me)
    decides = keeps_settings(desk.edition, desk.actor)
    places = (*PLACES, *((OPERATIONS,) if keeps else ()), *((SETTINGS,) if decides else ()))
    return tuple(
        v.Link(t(code), href, icon) for code, href, icon, words in places if is_called(text, t(code), words)
    )

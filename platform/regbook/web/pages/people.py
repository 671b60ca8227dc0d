"""``/people/`` and ``/departments/``: who is here, how the office is built; from the edition's directory."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request

from regbook.model.people import Department, Person
from regbook.services.naming_people import called
from regbook.web import look
from regbook.web import views as v
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import draw, page
from regbook.web.texts import t

PAGE = 50
PATH = "/people/"
COLUMNS: tuple[tuple[str, v.CellKind, v.Priority, v.CardPlace], ...] = (
    ("name", "text", 1, "title"),
    ("unit", "text", 1, "note"),
    ("post", "text", 2, "number"),
    ("superior", "people", 2, "person"),
    ("account", "mono", 3, ""),
)


def people(desk: Desk) -> Response:
    """Everyone who is here, found by name, pinyin or department."""
    text, unit = request.args.get("q", "")[:60], request.args.get("unit", "")
    start = request.args.get("after", "")
    at = int(start) if start.isascii() and start.isdigit() and len(start) < 8 else 0
    everyone = [each for each in called(desk.edition.directory, text, 100_000) if _inside(desk, each, unit)]
    shown = everyone[at : at + PAGE]
    known = "person" if (bound := desk.edition.binding("people")) is None else bound.register
    readable = known in desk.edition.policy.registers(desk.me, "read")
    view = v.ListView(
        register=known,
        head=v.Once(_head(text, unit)),
        rows=tuple(_row(desk, each, f"/r/{known}/?open={each.id}" if readable else "") for each in shown),
        pager=_pager(len(everyone), at, text, unit),
        empty=v.Empty(t("pages-no-people"), t("pages-no-people-hint"), "search-x"),
    )
    if look.is_partial("list"):
        return draw("register_list_part.html", view=view)
    note = t("pages-in-unit", unit=desk.unit_name(unit)) if unit else ""
    frame = page(desk, t("pages-people"), PATH, layout="fixed", note=note)
    return draw("people.html", page=frame, view=v.PeopleView(view))


def _head(text: str, unit: str) -> v.ListHead:
    return v.ListHead(
        title=t("pages-people"),
        href=PATH,
        columns=tuple(
            v.Column(key, t(f"pages-col-{key}"), kind, first, card) for key, kind, first, card in COLUMNS
        ),
        kept=(("unit", unit),) if unit else (),
        query=text,
        clear_href=PATH if text or unit else "",
    )


def _inside(desk: Desk, person: Person, unit: str) -> bool:
    return not unit or unit in desk.edition.directory.units_above(person.unit)


def _row(desk: Desk, person: Person, href: str) -> v.Row:
    directory = desk.edition.directory
    post = directory.posts.get(person.post or "")
    superior = (desk.person(person.superior),) if person.superior else ()
    cells = (
        v.Cell("text", person.name),
        v.Cell("text", desk.unit_name(person.unit)),
        v.Cell("text", post.name if post else ""),
        v.Cell("people", superior[0].name if superior else "", people=superior),
        v.Cell("mono", person.account or ""),
    )
    return v.Row(person.id, href, href, cells)


def _pager(total: int, at: int, text: str, unit: str) -> v.Pager:
    def href(start: int) -> str:
        pairs = {key: value for key, value in (("q", text), ("unit", unit)) if value}
        return f"{PATH}?{urlencode({**pairs, 'after': start})}"

    return v.Pager(
        count=f"{total:,}",
        previous_href=href(max(at - PAGE, 0)) if at else "",
        next_href=href(at + PAGE) if at + PAGE < total else "",
    )


def departments(desk: Desk) -> Response:
    """The office as a tree."""
    units = desk.edition.directory.departments
    counted = _counted(desk)
    below: dict[str | None, list[Department]] = {}
    for each in units.values():
        below.setdefault(each.parent if each.parent in units else None, []).append(each)

    def unit(each: Department, above: frozenset[str]) -> v.Unit:
        inside = above | {each.id}
        return v.Unit(
            each.name,
            f"{PATH}?unit={each.id}",
            desk.person(each.head) if each.head else None,
            t(f"pages-kind-of-{each.kind}") if each.kind in KINDS else "",
            t("pages-head-count", count=counted.get(each.id, 0)),
            tuple(unit(one, inside) for one in below.get(each.id, ()) if one.id not in inside),
        )

    view = v.DepartmentsView(tuple(unit(each, frozenset()) for each in below.get(None, ())))
    frame = page(desk, t("pages-departments"), "/departments/", layout="bg")
    return draw("departments.html", page=frame, view=view)


KINDS = ("centre", "division", "department", "group")


def _counted(desk: Desk) -> dict[str, int]:
    """How many people belong to each unit or one below it."""
    found: dict[str, int] = {}
    for person in desk.edition.directory.people.values():
        if person.active:
            for each in desk.edition.directory.units_above(person.unit):
                found[each] = found.get(each, 0) + 1
    return found

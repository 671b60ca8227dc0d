"""A register's list: what its address asks for becomes one statement and one view model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from regbook.model.definition import Definition
from regbook.model.query import Page
from regbook.model.record import Record
from regbook.services import finding
from regbook.web import views as v
from regbook.web.pages.asked import Asked, query_of, sortable, views_for
from regbook.web.pages.cells import Titles, cell_reader, column_kind, column_title, references_in
from regbook.web.pages.desk import Desk
from regbook.web.pages.narrowing import filters_shown
from regbook.web.texts import t

FIRST_COLUMNS = 3


def list_view(desk: Desk, definition: Definition, asked: Asked) -> v.ListView:
    """The list, one page of it, without its drawer."""
    columns = columns_of(definition, asked)
    page = finding.page(
        desk.office, desk.actor, definition.register, query_of(desk, definition, asked, columns)
    )
    titles = titles_for(desk, definition, page.records, columns)
    open_id = asked.one("open")
    key = ("list", definition.register, asked.known, asked.narrowing)
    head = desk.mine(key, lambda: v.Once(_head(desk, definition, asked, columns)))
    readers = tuple(cell_reader(desk, definition, each) for each in columns)
    beside = asked.opening()
    return v.ListView(
        register=definition.register,
        head=head,
        rows=tuple(
            v.Row(
                each.id,
                f"{asked.path}{each.id}",
                f"{beside}{each.id}",
                tuple(read(desk, each, titles) for read in readers),
                each.id == open_id,
            )
            for each in page.records
        ),
        pager=_pager(asked, page),
        empty=None if page.records else _empty(desk, definition, asked),
        counts_href=asked.href(open="").replace(asked.path, f"{asked.path}counts", 1),
    )


def _head(desk: Desk, definition: Definition, asked: Asked, columns: tuple[str, ...]) -> v.ListHead:
    """What is the same on every page of the list, whatever records it holds."""
    return v.ListHead(
        title=desk.title(definition),
        href=asked.path,
        columns=tuple(_column(desk, definition, asked, each, at) for at, each in enumerate(columns)),
        tabs=_tabs(desk, definition, asked),
        filters=filters_shown(desk, definition, asked),
        kept=tuple((name, value) for name in ("view", "sort") if (value := asked.one(name))),
        query=asked.one("q"),
        clear_href=asked.path if narrowed(asked) else "",
    )


def columns_of(definition: Definition, asked: Asked) -> tuple[str, ...]:
    """The columns of the view that the reader may read."""
    names = asked.view.columns or definition.list.columns
    return tuple(each for each in names if each in asked.known and _listable(definition, each))


def titles_for(
    desk: Desk, definition: Definition, records: Iterable[Record], columns: Iterable[str]
) -> Titles:
    """What references in the columns show; nothing is asked when there are none."""
    records = tuple(records)
    wanted = (
        references_in(definition, records)
        if any(
            (field := definition.fields.get(each)) is not None and field.kind in ("record", "records")
            for each in columns
        )
        else {}
    )
    return named(desk, wanted)


def named(desk: Desk, wanted: dict[str, set[str]]) -> Titles:
    """What references show: people, departments and posts from memory, the rest in one question each."""
    directory = desk.edition.directory
    found: dict[tuple[str, str], str] = {}
    ask: dict[str, set[str]] = {}
    posts = desk.edition.binding("posts")
    for register, ids in wanted.items():
        if posts is not None and posts.register == register:
            found |= {(register, each): directory.posts[each].name for each in ids if each in directory.posts}
        else:
            ask[register] = ids
    return found | finding.titles(desk.office, desk.actor, ask) if ask else found


def neighbours(view: v.ListView, record_id: str) -> tuple[str, str]:
    """The addresses of the drawers before and after a record's."""
    at = next((n for n, row in enumerate(view.rows) if row.id == record_id), None)
    if at is None:
        return "", ""
    before = view.rows[at - 1].drawer_href if at else ""
    after = view.rows[at + 1].drawer_href if at + 1 < len(view.rows) else ""
    return before, after


def narrowed(asked: Asked) -> bool:
    """Whether the reader has narrowed the list herself."""
    return any(name not in ("view", "sort", "after", "open") for name, _ in asked.given)


def _listable(definition: Definition, name: str) -> bool:
    field = definition.fields.get(name)
    return field is None or field.kind not in ("lines", "file")


def _column(desk: Desk, definition: Definition, asked: Asked, name: str, at: int) -> v.Column:
    field = definition.fields.get(name)
    kind = column_kind(field, name)
    column = v.Column(
        name,
        column_title(desk, definition, name),
        kind,
        1 if at < FIRST_COLUMNS or name == "state" else 2 if at < FIRST_COLUMNS + 2 else 3,
        _card(definition, asked, name, kind),
    )
    if not sortable(definition, name, asked.known):
        return column
    order = asked.one("sort") or asked.view.sort or definition.list.sort
    if order.removeprefix("-") != name:
        return replace(column, sort_href=asked.href(sort=name))
    down = order.startswith("-")
    turned = name if down else f"-{name}"
    return replace(column, sort_href=asked.href(sort=turned), sorted="descending" if down else "ascending")


def _card(definition: Definition, asked: Asked, name: str, kind: v.CellKind) -> v.CardPlace:
    """Where a column stands when a phone draws the row as a card."""
    columns = columns_of(definition, asked)
    shown = [each for each in definition.titles if each in columns and each != "number"]
    if name == (shown[0] if shown else columns[min(1, len(columns) - 1)]):
        return "title"
    if name in ("number", "state", "level"):
        return name  # type: ignore[return-value]
    if kind == "people":
        first = next(each for each in columns if column_kind(definition.fields.get(each), each) == "people")
        return "person" if name == first else ""
    return "note" if kind == "date" else ""


def _pager(asked: Asked, page: Page) -> v.Pager:
    return v.Pager(
        previous_href=asked.href(after=page.before) if page.before else "",
        next_href=asked.href(after=page.after) if page.after else "",
        count_key="list" if page.records else "",
    )


def _tabs(desk: Desk, definition: Definition, asked: Asked) -> tuple[v.Link, ...]:
    """The whole list, then its views; counted after first paint."""
    first = v.Link(t("web-all"), asked.path, current=asked.view is definition.list, key="view-all")
    return (
        first,
        *(
            v.Link(
                desk.text(definition, f"views.{each.name}.title", each.title),
                f"{asked.path}?view={each.name}",
                current=asked.view is each,
                key=f"view-{each.name}",
            )
            for each in views_for(desk, definition, asked.known)
        ),
    )


def _empty(desk: Desk, definition: Definition, asked: Asked) -> v.Empty:
    if narrowed(asked):
        return v.Empty(t("pages-none-found"), t("pages-none-found-hint"), "search-x")
    if "enter" not in desk.edition.policy.verbs(desk.me, definition):
        return v.Empty(t("pages-none"), t("pages-none-reader"))
    new = v.Button(t("pages-new-of", register=desk.title(definition)), "primary", "plus", f"{asked.path}new")
    return v.Empty(t("pages-none"), t("pages-none-hint"), action=new)

"""``/accounts/``: who may sign in; opening accounts, new passwords, closing: for system administrators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Response, g, request

from regbook.errors import Conflict, NotFound, RecordInvalid, RegbookError
from regbook.services import keeping_accounts as keeping
from regbook.services.keeping_accounts import Holder
from regbook.services.naming_people import called
from regbook.web import look, problems
from regbook.web import views as v
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import draw, page
from regbook.web.pages.telling import go
from regbook.web.texts import t

PAGE = 50
PATH = "/accounts/"
COLUMNS: tuple[tuple[str, v.CellKind, v.Priority, v.CardPlace], ...] = (
    ("name", "text", 1, "title"),
    ("unit", "text", 2, "note"),
    ("account", "mono", 1, "number"),
    ("standing", "status", 1, "level"),
)
TONES: Mapping[str, v.Tone] = {"unnamed": "grey", "unopened": "amber", "open": "green", "closed": "red"}


def accounts(desk: Desk) -> Response:
    """Everyone and whether she may sign in, found by name, pinyin or department."""
    text, start = request.args.get("q", "")[:60], request.args.get("after", "")
    at = int(start) if start.isascii() and start.isdigit() and len(start) < 8 else 0
    found = keeping.holders(desk.office, desk.actor)
    if text:
        named = {each.id for each in called(desk.edition.directory, text, 100_000)}
        found = tuple(each for each in found if each.person.id in named or text in each.account)
    view = v.ListView(
        register="account",
        head=v.Once(_head(text)),
        rows=tuple(_row(desk, each) for each in found[at : at + PAGE]),
        pager=_pager(len(found), at, text),
        empty=v.Empty(t("pages-no-people"), t("pages-no-people-hint"), "search-x"),
    )
    if look.is_partial("list"):
        return draw("register_list_part.html", view=view)
    return draw(
        "people.html", page=page(desk, t("pages-accounts"), PATH, layout="fixed"), view=v.PeopleView(view)
    )


def _head(text: str) -> v.ListHead:
    return v.ListHead(
        title=t("pages-accounts"),
        href=PATH,
        columns=tuple(
            v.Column(key, t(f"pages-col-{key}"), kind, first, card) for key, kind, first, card in COLUMNS
        ),
        query=text,
        clear_href=PATH if text else "",
    )


def account_of(desk: Desk, person: str) -> Response:
    """One person's account and what may be done with it."""
    return _shown(desk, keeping.holder(desk.office, desk.actor, person))


def done(desk: Desk, person: str, deed: str) -> Response:
    """Does something with one person's account; a password that was made shows in this answer alone."""
    act = DEEDS.get(deed)
    if act is None:
        raise NotFound
    try:
        made = act(desk.office, desk.actor, person)
    except (RecordInvalid, Conflict) as refused:
        return _shown(desk, keeping.holder(desk.office, desk.actor, person), refused=refused)
    if made is None:
        return go(f"{PATH}{person}", "closed" if deed == "close" else "let-in")
    return _shown(desk, keeping.holder(desk.office, desk.actor, person), password=made)


DEEDS: Mapping[str, Callable[..., str | None]] = {
    "open": keeping.open_account,
    "renew": keeping.renew_password,
    "close": keeping.close_account,
    "again": keeping.let_in_again,
}


def _shown(
    desk: Desk, holder: Holder, *, password: str = "", refused: RegbookError | None = None
) -> Response:
    person = holder.person
    post = desk.edition.directory.posts.get(person.post or "")
    said: list[str] = []
    if refused is not None:
        said = [desk.problem(each) for each in refused.problems] or [problems.sentence(refused, g.language)]
    view = v.HolderView(
        desk.person(person.id, desk.unit_of(person.id)),
        (
            v.Property(t("pages-unit"), v.Cell("text", desk.unit_name(person.unit))),
            v.Property(t("pages-post"), v.Cell("text", post.name if post else "")),
            v.Property(t("pages-col-account"), v.Cell("mono", holder.account)),
            v.Property(t("pages-col-standing"), _standing(holder)),
        ),
        _actions(desk, holder, fresh=bool(password)),
        "" if password else _hint(holder),
        password,
        " ".join(said),
    )
    frame = page(
        desk,
        person.name,
        PATH,
        layout="bg",
        back=PATH,
        crumbs=(v.Link(t("pages-accounts"), PATH),),
    )
    return draw("holder.html", refused.status if refused else 200, page=frame, view=view)


def _actions(desk: Desk, holder: Holder, *, fresh: bool) -> tuple[v.Button, ...]:
    here = f"{PATH}{holder.person.id}"
    if holder.standing == "unnamed":
        bound = desk.edition.binding("people")
        href = f"/r/{bound.register}/{holder.person.id}" if bound else ""
        return (v.Button(t("pages-account-to-record"), "primary", "pencil", href=href),) if href else ()
    if holder.standing == "unopened":
        if not holder.person.active:
            return ()
        return (v.Button(t("pages-account-open"), "primary", "key-round", post=f"{here}/open"),)
    if holder.standing == "closed":
        return (v.Button(t("pages-account-again"), "plain", "rotate-ccw", post=f"{here}/again"),)
    renew = v.Button(
        t("pages-account-renew"),
        "plain",
        "key-round",
        post=f"{here}/renew",
        confirm=t("pages-account-renew-sure"),
    )
    close = v.Button(
        t("pages-account-close"), "danger", post=f"{here}/close", confirm=t("pages-account-close-sure")
    )
    return (renew,) if fresh or holder.person.id == desk.me else (renew, close)


def _hint(holder: Holder) -> str:
    if holder.standing == "unnamed":
        return t("pages-account-unnamed-hint")
    return t("pages-account-open-hint") if holder.standing == "unopened" else ""


def _standing(holder: Holder) -> v.Cell:
    words = t(f"pages-standing-{holder.standing}")
    return v.Cell("status", words, status=v.Status(words, TONES[holder.standing]))


def _row(desk: Desk, holder: Holder) -> v.Row:
    href = f"{PATH}{holder.person.id}"
    cells = (
        v.Cell("text", holder.person.name),
        v.Cell("text", desk.unit_name(holder.person.unit)),
        v.Cell("mono", holder.account),
        _standing(holder),
    )
    return v.Row(holder.person.id, href, href, cells)


def _pager(total: int, at: int, text: str) -> v.Pager:
    def href(start: int) -> str:
        return f"{PATH}?{urlencode({**({'q': text} if text else {}), 'after': start})}"

    return v.Pager(
        count=f"{total:,}",
        previous_href=href(max(at - PAGE, 0)) if at else "",
        next_href=href(at + PAGE) if at + PAGE < total else "",
    )

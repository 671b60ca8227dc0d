"""An error as a page: what happened, what was kept, what to do."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, g, redirect, render_template, request

from regbook.errors import RegbookError
from regbook.web import problems
from regbook.web import views as v
from regbook.web.callers import SAFE, doorkeeper
from regbook.web.pages.desk import desk_of
from regbook.web.pages.entrance import ended
from regbook.web.pages.frame import page
from regbook.web.texts import t

AGAIN = (409, 429, 500, 503)
"""What may go better when it is tried again."""


def error_page(error: RegbookError, status: int) -> Response:
    """The page of an error; whoever has not signed in is shown the way in."""
    if status == 401 and request.method == "GET":
        path = request.full_path if request.query_string else request.path
        return redirect(f"/sign-in?next={quote(path, safe='')}", 303)  # type: ignore[return-value]
    if status == 401 and (resumed := ended()) is not None:
        return resumed
    shape = problems.shape(error, status, g.language)
    view = v.ErrorView(
        status,
        shape["title"],
        " ".join(_said(shape, status)),
        shape.get("reference", ""),
        tuple(each["message"] for each in shape.get("problems", ())),
        _actions(status),
    )
    return Response(render_template("error.html", page=_frame(shape["title"], status), view=view), status)


def _said(shape: dict[str, str], status: int) -> list[str]:
    """The sentences under the title: what happened, who can help, what became of what was typed."""
    found = [] if shape["detail"] == shape["title"] else [shape["detail"]]
    if status in (403, 404):
        found.append(t("pages-who-grants"))
    if request.method not in SAFE and status != 401:
        found.append(t("pages-kept"))
    return found


def _actions(status: int) -> tuple[v.Button, ...]:
    home = v.Button(t("pages-go-back"), "primary", href="/")
    if status in AGAIN and request.method in SAFE:
        return (home, v.Button(t("pages-try-again"), icon="rotate-ccw", href=request.full_path.rstrip("?")))
    return (home,)


def _frame(title: str, status: int) -> v.Page:
    """The frame with its navigation for whoever is signed in; a fault of ours is told without one."""
    caller = g.get("caller")
    if caller is None or status >= 500:
        return v.Page(title, None)
    return page(desk_of(doorkeeper().office, caller), title)

"""Signing in and out, and choosing a language."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, current_app, g, redirect, render_template, request

from regbook.errors import NotSignedIn, SignInRefused
from regbook.web import problems
from regbook.web import views as v
from regbook.web.callers import (
    A_YEAR,
    caller,
    check_form,
    close_session,
    doorkeeper,
    open_session,
    put_cookie,
)
from regbook.web.languages import COOKIE
from regbook.web.pages.resuming import to_send_again, typed
from regbook.web.security import SignedInUser
from regbook.web.texts import LANGUAGES, t

HOME = "/"


def install_entrance(app: Flask) -> None:
    """Adds the addresses that are open to whoever has not signed in, and the way out."""
    app.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    app.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    app.add_url_rule("/language", "language", choose_language, methods=["POST"])


def sign_in() -> Response:
    """The sign-in page, and what its form sends; whoever is signed in goes on."""
    if request.method == "POST":
        return _signed_in()
    try:
        caller()
    except NotSignedIn:
        return _page("", 200)
    return _go(own_path(request.args.get("next", "")))


def sign_out() -> Response:
    """Ends the session; the way back is signing in again."""
    caller()
    answer = _go("/sign-in")
    close_session(answer)
    return answer


def choose_language() -> Response:
    """Keeps the language that the browser is answered in from now on."""
    check_form()
    answer = _go(own_path(request.form.get("next", "")))
    keep_chosen(answer)
    return answer


def keep_chosen(answer: Response) -> None:
    """Has the browser keep the language that its form chose."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        put_cookie(answer, COOKIE, chosen, A_YEAR)


def own_path(path: str, otherwise: str = HOME) -> str:
    r"""The path, if it is one of ours, else the other: home.

    >>> own_path("/registers?q=1"), own_path("//else.where/"), own_path("/\\x")
    ('/registers?q=1', '/', '/')
    """
    safe = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if safe and len(path) < 2_000 else otherwise


def _signed_in() -> Response:
    check_form()
    manager = current_app.extensions["appbuilder"].sm
    name, password = request.form.get("account", ""), request.form.get("password", "")
    try:
        user = manager.auth_user_db(
            name, password, request.remote_addr or "", request.headers.get("User-Agent", "")
        )
    except SignInRefused as refused:
        return _page(problems.sentence(refused, g.language), refused.status)
    session = cast(SignedInUser, user).session
    path, kept = own_path(request.form.get("next", "")), request.form.get("kept", "")
    answer = _go(path)
    if session is not None:
        if kept:
            answer = to_send_again(path, kept, doorkeeper().mark(session.token)) or answer
        open_session(answer, session)
    return answer


def ended() -> Response | None:
    """The sign-in page under a form whose session has ended, with what was typed; None for others."""
    kept = typed()
    return _page("", 401, path=request.path, kept=kept) if kept else None


def _page(problem: str, status: int, path: str = "", kept: str = "") -> Response:
    given = request.form if request.method == "POST" else request.args
    if not path:
        path, kept = own_path(given.get("next", "")), request.form.get("kept", "")
    view = v.SignInView(
        office=t("web-product"),
        action="/sign-in",
        account="" if kept and not problem else request.form.get("account", "")[:100],
        next=path,
        problem=problem,
        notice=t("pages-expired") if kept else "",
        kept=kept,
    )
    frame = v.Page(t("web-sign-in"), None)
    return Response(render_template("sign_in.html", page=frame, view=view), status)


def _go(path: str) -> Response:
    return cast(Response, redirect(path, 303))

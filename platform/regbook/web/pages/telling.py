"""What the next page says of the deed before it: a code in a cookie, from a list that is closed."""

from __future__ import annotations

from typing import cast

from flask import Response, g, redirect, request

from regbook.web import look
from regbook.web import views as v
from regbook.web.callers import drop_cookie, put_cookie
from regbook.web.texts import t

COOKIE = "told"
DEEDS = (
    *("submitted", "amended", "draft", "discarded", "withdrawn", "moved", "asked", "approved"),
    *("rejected", "password", "settings", "session", "read", "attached", "retried", "sessions", "token"),
    *("closed", "let-in", "setting"),
)


def go(path: str, deed: str = "") -> Response:
    """The way to another page, which says what was done; the browser asks for it anew."""
    if look.is_partial("sheet"):
        answer = Response(status=204, headers={"HX-Redirect": path})
    else:
        answer = cast(Response, redirect(path, 303))
    if deed:
        put_cookie(answer, COOKIE, deed, 30)
    return answer


def told() -> tuple[v.Toast, ...]:
    """What the page in hand says; it is said once."""
    deed = request.cookies.get(COOKIE, "")
    if deed not in DEEDS:
        return ()
    g.told = True
    return (v.Toast(t(f"pages-done-{deed}")),)


def forget(answer: Response) -> Response:
    """Takes the cookie back once its word was said."""
    if g.get("told"):
        drop_cookie(answer, COOKIE)
    return answer

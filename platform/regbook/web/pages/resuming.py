"""What was typed when its session had ended: it comes along through signing in, and is sent again after it.

It lies in the answers alone, nowhere on the server. Only what a page of this very browser sent is taken
along: a form that another site made up would otherwise be sent by whoever signs in.
"""

from __future__ import annotations

import json

from flask import Response, render_template, request

from regbook.errors import Forged
from regbook.web import views as v
from regbook.web.callers import MARK_FIELD, check_mark, doorkeeper
from regbook.web.texts import t

RESUMED = "/r/"
"""Where forms of records are sent to. What other pages ask for, such as a password, is never taken along."""


def typed() -> str:
    """What the form in hand sent, as it comes along; empty when it is none that may."""
    door = doorkeeper()
    secret = request.cookies.get(door.session_cookie)
    ours = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    if request.method != "POST" or not request.path.startswith(RESUMED) or not (secret and ours):
        return ""
    try:
        check_mark(door, secret)
    except Forged:
        return ""
    pairs = [(name, each) for name, each in request.form.items(multi=True) if name != MARK_FIELD]
    return json.dumps(pairs, ensure_ascii=False) if pairs else ""


def to_send_again(path: str, kept: str, mark: str) -> Response | None:
    """The page that sends what was typed to where it was sent first; None when it makes no sense."""
    try:
        pairs = json.loads(kept)
        fields = tuple((str(name), str(each)) for name, each in pairs)
    except (ValueError, TypeError):
        return None
    if not path.startswith(RESUMED):
        return None
    view = v.ResumeView(path, ((MARK_FIELD, mark), *fields))
    page = render_template("resume.html", page=v.Page(t("pages-resume"), None), view=view)
    return Response(page)

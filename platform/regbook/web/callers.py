"""Who sends a request: by the session of a browser or by a program's token, asked once a request."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Response, current_app, g, request

from regbook.errors import Forged, NotSignedIn, Problem
from regbook.services import accounts
from regbook.services.accounts import Caller, SignedIn
from regbook.services.office import Office
from regbook.web.languages import engine_language

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MARK_HEADER = "X-CSRFToken"
MARK_FIELD = "csrf_token"
FORM_COOKIE_LENGTH = 32
A_YEAR = 365 * 24 * 3600
LINGERS = timedelta(hours=12)
"""How long a session's cookie outlives it: by it a form is known to be this browser's, and nobody else's."""


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """How this application recognises who comes: its office, its secret, the names of its cookies."""

    office: Office
    secret: bytes
    over_tls: bool

    @property
    def session_cookie(self) -> str:
        """The cookie of a session; over TLS no other host and no plain page can set it."""
        return "__Host-regbook" if self.over_tls else "regbook"

    @property
    def form_cookie(self) -> str:
        """The cookie that ties the sign-in form to the browser that asked for it."""
        return "__Host-form" if self.over_tls else "form"

    def mark(self, secret: str) -> str:
        """The token that a page of this session sends back with every change."""
        return hmac.new(self.secret, b"csrf:" + secret.encode(), hashlib.sha256).hexdigest()


def keep_door(app: Flask, door: Doorkeeper) -> None:
    """Gives the application its doorkeeper."""
    app.extensions["regbook_door"] = door
    app.after_request(_put_form_cookie)


def doorkeeper() -> Doorkeeper:
    """The doorkeeper of the application in hand."""
    found: Doorkeeper = current_app.extensions["regbook_door"]
    return found


def caller() -> Caller:
    """Who sends the request in hand.

    Raises:
        NotSignedIn: nobody, or a session or token that has ended.
        Forged: a browser's change without the token of its session.
    """
    found: Caller | None = g.get("caller")
    if found is None:
        found = g.caller = _identified(doorkeeper())
    return found


def _identified(door: Doorkeeper) -> Caller:
    language = engine_language(g.language)
    given = request.headers.get("Authorization")
    if given is not None:
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn([Problem("/Authorization", "token-form")])
        found = accounts.who_is_bearer(door.office, token, language)
    else:
        secret = request.cookies.get(door.session_cookie)
        found = accounts.who_is(door.office, secret, language) if secret else None
        if found is not None and secret and request.method not in SAFE:
            check_mark(door, secret)
    if found is None:
        raise NotSignedIn
    return found


def check_mark(door: Doorkeeper, secret: str) -> None:
    """Compares the token that came with a change with the one its page was given.

    Raises:
        Forged: there is none, or another.
    """
    given = request.headers.get(MARK_HEADER) or ""
    if not given and request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        given = request.form.get(MARK_FIELD, "")
    if not hmac.compare_digest(given.encode(), door.mark(secret).encode()):
        raise Forged


def csrf_token() -> str:
    """The token that the page in hand sends back: of its session, or of its browser before sign-in."""
    found: str | None = g.get("csrf_token")
    if found is None:
        door = doorkeeper()
        found = g.csrf_token = door.mark(request.cookies.get(door.session_cookie) or _form_secret(door))
    return found


def check_form() -> None:
    """Refuses a sign-in form that this browser did not ask for.

    Raises:
        Forged: its token is not that of the form's cookie, or another site sent it.
    """
    door = doorkeeper()
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forged
    secret = request.cookies.get(door.session_cookie) or request.cookies.get(door.form_cookie)
    if not secret:
        raise Forged
    check_mark(door, secret)


def open_session(answer: Response, session: SignedIn) -> None:
    """Gives the browser its new session; the form's cookie has done its work."""
    door = doorkeeper()
    put_cookie(answer, door.session_cookie, session.token, accounts.ABSOLUTE + LINGERS)
    drop_cookie(answer, door.form_cookie)


def close_session(answer: Response) -> None:
    """Ends the session of the request in hand and takes its cookie back."""
    door = doorkeeper()
    if secret := request.cookies.get(door.session_cookie):
        accounts.sign_out(door.office, secret)
    drop_cookie(answer, door.session_cookie)


def put_cookie(answer: Response, name: str, value: str, lasts: timedelta | int | None = None) -> None:
    """Has the browser keep a cookie, for seconds or until it is closed; no script reads it."""
    secure = doorkeeper().over_tls
    answer.set_cookie(name, value, max_age=lasts, secure=secure, httponly=True, samesite="Lax")


def drop_cookie(answer: Response, name: str) -> None:
    """Takes a cookie back."""
    answer.delete_cookie(name, secure=doorkeeper().over_tls, httponly=True, samesite="Lax")


def _form_secret(door: Doorkeeper) -> str:
    held = request.cookies.get(door.form_cookie) or g.get("form_secret")
    if not held:
        held = g.form_secret = secrets.token_urlsafe(FORM_COOKIE_LENGTH)
    return str(held)


def _put_form_cookie(answer: Response) -> Response:
    if secret := g.get("form_secret"):
        put_cookie(answer, doorkeeper().form_cookie, secret)
    return answer

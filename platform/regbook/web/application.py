"""The web application of one office: pages and interface over the same services."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from flask.sessions import NullSession, SessionInterface
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from regbook.errors import Problem, RegbookError, SettingsInvalid
from regbook.services.denials import count_denial
from regbook.services.office import Office
from regbook.web import problems
from regbook.web.api.answers import encoded
from regbook.web.api.bodies import MOST_BYTES
from regbook.web.api.routes import install_api
from regbook.web.callers import Doorkeeper, csrf_token, keep_door
from regbook.web.headers import put_headers
from regbook.web.languages import keep_language
from regbook.web.look import dress
from regbook.web.pages.entrance import install_entrance
from regbook.web.pages.failing import error_page
from regbook.web.pages.files import install_files
from regbook.web.pages.routes import install_pages
from regbook.web.security import install_security

SHORTEST_SECRET = 32
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


class NoSession(SessionInterface):
    """Flask's own session: empty and kept nowhere. Sessions are rows, and their cookie is ours."""

    def open_session(self, app: Flask, request: Any) -> NullSession:
        """An empty one, for whatever asks."""
        return NullSession()

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Nothing is kept."""


class InMemory(Request):
    """A request whose files stay in memory: nothing that was uploaded lies open in a temporary file."""

    def _get_file_stream(self, *sizes: Any, **more: Any) -> BytesIO:
        return BytesIO()


class Application(Flask):
    """Flask, with an answer to OPTIONS that names the methods and nothing else."""

    session_interface = NoSession()
    request_class = InMemory

    def make_default_options_response(self) -> Response:
        """204 with the methods of the address."""
        answer = super().make_default_options_response()
        return Response(status=204, headers={"Allow": answer.headers["Allow"]})


def create_app(
    office: Office, *, production: bool, secret: bytes, base_url: str, proxies: int = 0
) -> Application:
    """The office's application, as a WSGI server takes it.

    ``base_url`` is where browsers find it, ``proxies`` how many reverse proxies stand before it: only
    what they say of the sender's address is believed.

    Raises:
        SettingsInvalid: a production office without a secret of its own or without an https address.
    """
    address = urlsplit(base_url)
    refuse_unsafe(production, secret, address.scheme)
    over_tls = address.scheme == "https"
    app = Application("regbook.web", static_folder="static")
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        TRUSTED_HOSTS=[address.hostname or "", *([] if production else LOOPBACK)],
    )
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = True
    app.before_request(keep_language)
    put_headers(app, over_tls=over_tls)
    keep_door(app, Doorkeeper(office, secret, over_tls))
    install_security(app, office)
    dress(app, csrf_token)
    install_entrance(app)
    install_pages(app, office)
    install_api(app, office)
    install_files(app, office)
    _answer_errors(app, office)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    return app


def refuse_unsafe(production: bool, secret: bytes, scheme: str) -> None:
    """Refuses what a production office may not be: without a secret of its own or an https address.

    Raises:
        SettingsInvalid: with every such problem.
    """
    found = []
    if production and (len(secret) < SHORTEST_SECRET or len(set(secret)) < 8):
        found.append(Problem("/secret", "secret-weak", {"least": SHORTEST_SECRET}))
    if production and scheme != "https":
        found.append(Problem("/base_url", "address-not-tls"))
    if not secret:
        found.append(Problem("/secret", "secret-weak", {"least": SHORTEST_SECRET}))
    if found:
        raise SettingsInvalid(found)


def _answer_errors(app: Flask, office: Office) -> None:
    """Every error of every kind in the one shape; refusals are counted for whoever was refused."""

    def fail(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            known = problems.of_http(error)
        else:
            known = error if isinstance(error, RegbookError) else problems.unexpected(error)
        known = _counted(office, known)
        status = problems.status_of(known, "If-Match" in request.headers)
        if "language" not in g:
            keep_language()
        if not request.path.startswith("/api/"):
            return error_page(known, status)
        body = encoded(problems.shape(known, status, g.language))
        return Response(body, status, problems.headers_of(error, known), content_type=problems.MEDIA)

    app.register_error_handler(Exception, fail)


def _counted(office: Office, error: RegbookError) -> RegbookError:
    caller = g.get("caller")
    if caller is not None and error.status in (403, 404):
        try:
            count_denial(office, caller.actor)
        except RegbookError as unwritten:
            return unwritten
    return error

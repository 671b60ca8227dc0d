"""Everything the templates need from the application."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, current_app, request

from regbook.web import assets, drawing, texts


def dress(app: Flask, csrf_token: Callable[[], str]) -> None:
    """Gives an application's templates ``t``, ``asset`` and their like, and answers their Vary.

    ``csrf_token`` answers the token of the session in hand; forms send it as ``csrf_token``, scripts as the
    header ``X-CSRFToken``. Without built files every page answers 503
    with the command that builds them (not in tests, which read the HTML).
    """
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        t=texts.t,
        t_strong=texts.t_strong,
        asset=assets.asset,
        icon=drawing.icon,
        once=drawing.once,
        row_cells=drawing.row_cells,
        sheet_field=drawing.sheet_field,
        value_of=drawing.value_of,
        language=texts.language_now,
        csrf_token=csrf_token,
    )
    app.before_request(_refuse_unbuilt)
    app.after_request(_vary)


def is_partial(target: str) -> bool:
    """Whether htmx asks for the part of a page whose id is ``target``; everything else gets the whole page.

    htmx names its target as ``tag#id``. Restoring history always asks for the whole page.
    """
    if request.headers.get("HX-Request-Type") != "partial" or request.headers.get(
        "HX-History-Restore-Request"
    ):
        return False
    return request.headers.get("HX-Target", "").rpartition("#")[2] == target


def _refuse_unbuilt() -> Response | None:
    if assets.is_built() or current_app.testing or request.path.startswith(("/api/", "/static/")):
        return None
    return Response(assets.NOT_BUILT, 503, content_type="text/plain; charset=utf-8")


def _vary(answer: Response) -> Response:
    if answer.mimetype == "text/html":
        answer.headers.add("Vary", "HX-Request-Type, HX-Target")
    return answer

"""Files on pages: what a form's upload is answered, and a record's files as its page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from flask import Flask, Response, g

from regbook.errors import RegbookError
from regbook.model.office import StoredFile
from regbook.model.people import Actor
from regbook.services import attaching
from regbook.services.accounts import Caller
from regbook.services.office import Office
from regbook.web import problems
from regbook.web import views as v
from regbook.web.api.answers import answer
from regbook.web.api.files import received
from regbook.web.callers import caller
from regbook.web.downloads import download

UPLOAD = "/r/<register>/files"
FETCH = "/r/<register>/<record>/files/<file>"


def install_files(app: Flask, office: Office) -> None:
    """Adds the addresses to which forms send files and from which pages fetch them."""

    def send(register: str) -> Response:
        return upload(office, caller(), register)

    def fetch(register: str, record: str, file: str) -> Response:
        found = caller()
        return download(office.as_of(found.edition), found, register, record, file)

    app.add_url_rule(UPLOAD, "page:upload", send, methods=["POST"])
    app.add_url_rule(FETCH, "page:file", fetch, methods=["GET"])


def upload(office: Office, found: Caller, register: str) -> Response:
    """What ``x-upload`` expects: id, name and size for people, or the sentence to show beside the file."""
    try:
        file = received(office, found, register)
    except RegbookError as error:
        if error.status not in (400, 403, 413, 415, 422):
            raise
        first = error.problems[0] if error.problems else None
        said = problems.problem_shape(first, g.language)["message"] if first else None
        return answer({"message": said or problems.sentence(error, g.language)}, error.status)
    return answer({"id": file.id, "name": file.name, "size": size_of(file.size)}, 201)


def upload_href(register: str, field: str, record: str | None = None) -> str:
    """Where a field of a form sends its files (``upload_href``); ``field`` is a key or ``lines/key``."""
    asked = {"field": field, **({"record": record} if record else {})}
    return f"/r/{quote(register)}/files?{urlencode(asked)}"


def file_href(file: StoredFile) -> str:
    """Where a record's file is fetched; nowhere while no record has it."""
    return f"/r/{quote(file.register)}/{quote(file.record)}/files/{quote(file.id)}" if file.record else ""


def file_views(files: Iterable[StoredFile], ids: Iterable[str]) -> tuple[v.File, ...]:
    """The files of a field as its record or form shows them, in the field's order.

    ``files`` are those that the reader may know: of the record, or ``attaching.described``.
    """
    known = {each.id: each for each in files}
    return tuple(_view(known[each]) for each in ids if each in known)


def described_views(
    office: Office, actor: Actor, register: str, record: str | None, ids: Iterable[str]
) -> tuple[v.File, ...]:
    """The same for a form whose files may still wait for its record to be saved."""
    asked = list(ids)
    if not asked:
        return ()
    return file_views(attaching.described(office, actor, register, record, asked), asked)


def _view(file: StoredFile) -> v.File:
    return v.File(file.name, size_of(file.size), file_href(file), file.id)


def size_of(size: int) -> str:
    """A file's size for people.

    >>> size_of(900), size_of(2_500_000)
    ('900 B', '2.4 MB')
    """
    figure, units = float(size), ["B", "KB", "MB", "GB"]
    while figure >= 1024 and len(units) > 1:
        figure, units = figure / 1024, units[1:]
    return f"{figure:.0f} {units[0]}" if units[0] == "B" else f"{figure:.1f} {units[0]}"

"""The interface's addresses: one table, from which the application and the tests are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from regbook.services.office import Office
from regbook.web import downloads
from regbook.web.api import assignments, description, files, records, registers
from regbook.web.callers import SAFE, caller

Answerer = Callable[..., Response]
"""Takes the office, who asks, and the names in the address."""

PREFIX = "/api/v1"
RECORDS = f"{PREFIX}/registers/<register>/records"


@dataclass(frozen=True, slots=True)
class Route:
    """One address: what answers each of its methods. All of them ask who the caller is first."""

    rule: str
    methods: Mapping[str, Answerer]


ROUTES = (
    Route(f"{PREFIX}/registers", {"GET": registers.list_registers}),
    Route(RECORDS, {"GET": records.list_records, "POST": records.enter}),
    Route(
        f"{RECORDS}/<record>",
        {"GET": records.read, "PATCH": records.amend, "DELETE": records.discard},
    ),
    Route(f"{RECORDS}/<record>/submit", {"POST": records.submit}),
    Route(f"{RECORDS}/<record>/withdraw", {"POST": records.withdraw}),
    Route(f"{RECORDS}/<record>/transitions/<name>", {"POST": records.move}),
    Route(f"{RECORDS}/<record>/unmask", {"POST": records.unmask}),
    Route(f"{RECORDS}/<record>/entries", {"GET": records.entries}),
    Route(f"{RECORDS}/<record>/files/<file>", {"GET": downloads.download}),
    Route(f"{PREFIX}/registers/<register>/files", {"POST": files.upload}),
    Route(f"{PREFIX}/assignments", {"GET": assignments.list_assignments}),
    Route(f"{PREFIX}/assignments/<assignment>/<verb>", {"POST": assignments.decide}),
    Route(f"{PREFIX}/openapi.json", {"GET": description.describe}),
)


def install_api(app: Flask, office: Office) -> None:
    """Adds every address of the table to the application."""
    for route in ROUTES:
        app.add_url_rule(route.rule, f"api:{route.rule}", _view(office, route), methods=list(route.methods))


def _view(office: Office, route: Route) -> Callable[..., Response]:
    def view(**names: Any) -> Response:
        found = caller()
        method = "GET" if request.method in SAFE else request.method
        return route.methods[method](office.as_of(found.edition), found, **names)

    return view

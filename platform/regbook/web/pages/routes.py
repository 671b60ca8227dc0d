"""The pages' addresses: one table, from which the application and the tests are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from regbook.services.office import Office
from regbook.web.callers import SAFE, caller
from regbook.web.pages import (
    account,
    accounts,
    attaching,
    choosing,
    deciding,
    filling,
    inbox,
    office_settings,
    operations,
    palette,
    past,
    people,
    registers,
    unmasking,
    workbench,
)
from regbook.web.pages.desk import desk_of
from regbook.web.pages.telling import forget

Answerer = Callable[..., Response]
"""Takes the desk and the names in the address."""

REGISTER = "/r/<register>"
RECORD = f"{REGISTER}/<record>"


@dataclass(frozen=True, slots=True)
class Route:
    """One address: what answers each of its methods. All of them ask who the caller is first."""

    rule: str
    methods: Mapping[str, Answerer]


ROUTES = (
    Route("/", {"GET": workbench.workbench}),
    Route("/mine", {"GET": workbench.mine}),
    Route("/counts", {"GET": workbench.counts}),
    Route("/inbox/", {"GET": inbox.inbox}),
    Route("/inbox/read", {"POST": inbox.read}),
    Route("/notices", {"GET": inbox.bell}),
    Route("/people/", {"GET": people.people}),
    Route("/departments/", {"GET": people.departments}),
    Route("/find", {"GET": palette.find}),
    Route("/operations/", {"GET": operations.operations}),
    Route("/operations/retry", {"POST": operations.retry}),
    Route("/settings/", {"GET": office_settings.settings}),
    Route("/settings/<key>", {"POST": office_settings.changed}),
    Route("/accounts/", {"GET": accounts.accounts}),
    Route("/accounts/<person>", {"GET": accounts.account_of}),
    Route("/accounts/<person>/<deed>", {"POST": accounts.done}),
    Route("/account", {"GET": account.account}),
    Route("/account/settings", {"POST": account.settings}),
    Route("/account/password", {"POST": account.password}),
    Route("/account/sessions/end-others", {"POST": account.end_others}),
    Route("/account/tokens", {"POST": account.issue}),
    Route("/account/tokens/end", {"POST": account.revoke}),
    Route("/account/sessions/end", {"POST": account.end_session}),
    Route("/choices/people", {"GET": choosing.people}),
    Route("/choices/departments", {"GET": choosing.departments}),
    Route("/r/", {"GET": registers.registers}),
    Route(f"{REGISTER}/", {"GET": registers.register_list}),
    Route(f"{REGISTER}/counts", {"GET": registers.counts_of_list}),
    Route(f"{REGISTER}/choices", {"GET": choosing.records}),
    Route(f"{REGISTER}/new", {"GET": filling.new, "POST": filling.new_sent}),
    Route(f"{REGISTER}/new/refresh", {"POST": filling.new_refreshed}),
    Route(f"{REGISTER}/new/draft", {"POST": filling.new_kept}),
    Route(RECORD, {"GET": registers.record}),
    Route(f"{RECORD}/history", {"GET": past.past}),
    Route(f"{RECORD}/edit", {"GET": filling.edit, "POST": filling.edit_sent}),
    Route(f"{RECORD}/edit/refresh", {"POST": filling.edit_refreshed}),
    Route(f"{RECORD}/edit/draft", {"POST": filling.edit_kept}),
    Route(f"{RECORD}/do/<name>", {"GET": filling.move, "POST": filling.move_sent}),
    Route(f"{RECORD}/do/<name>/refresh", {"POST": filling.move_refreshed}),
    Route(f"{RECORD}/attach", {"GET": attaching.attach, "POST": attaching.attach_sent}),
    Route(f"{RECORD}/unmask/<field>", {"GET": unmasking.ask, "POST": unmasking.unmask}),
    Route(f"{RECORD}/decide", {"POST": deciding.decide}),
    Route(f"{RECORD}/withdraw", {"POST": deciding.withdraw}),
    Route(f"{RECORD}/discard", {"POST": deciding.discard}),
)


def install_pages(app: Flask, office: Office) -> None:
    """Adds every address of the table to the application."""
    for route in ROUTES:
        app.add_url_rule(route.rule, f"page:{route.rule}", _view(office, route), methods=list(route.methods))
    app.after_request(forget)


def _view(office: Office, route: Route) -> Callable[..., Response]:
    def view(**names: Any) -> Response:
        found = caller()
        method = "GET" if request.method in SAFE else request.method
        desk = desk_of(office.as_of(found.edition), found)
        return route.methods[method](desk, **names)

    return view

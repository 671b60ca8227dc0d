"""The command line ``regbook``: set up an office, check and publish definitions, serve, tick, accounts.

Each command imports what it needs: ``serve`` starts without what only ``check`` or ``demo`` uses.

Exit codes: 0 done, 1 problems found, 2 settings or arguments wrong.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regbook import arguments
from regbook.errors import Problem, RegbookError, SettingsInvalid, say
from regbook.settings import FILE, KEYS, Settings, read_settings

if TYPE_CHECKING:
    from regbook.services.faults import Fault
    from regbook.services.office import Office
    from regbook.services.reference import Above

LANGUAGE = "en" if not os.environ.get("LANG", "").startswith("zh") else "zh"


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit code."""
    options = parser().parse_args(words)
    try:
        return int(options.run(options) or 0)
    except SettingsInvalid as error:
        complain(error)
        return 2
    except RegbookError as error:
        complain(error)
        return 1
    except OSError as error:
        if not error.filename:
            raise
        complain(SettingsInvalid(code="file-refused", path=str(error.filename), why=error.strerror or ""))
        return 2


def complain(error: RegbookError) -> None:
    """Prints an error and every problem of it, one a line."""
    print(error.text(LANGUAGE), file=sys.stderr)
    for each in error.problems:
        place = f"{each.path}: " if each.path else ""
        print(f"  {place}{each.text(LANGUAGE)} [{each.code}]", file=sys.stderr)


def answer(options: argparse.Namespace, values: Mapping[str, Any], *lines: str) -> None:
    """Prints what was done: with ``--json`` the values, else the lines."""
    said = [json.dumps(values, ensure_ascii=False, indent=2)] if options.json else lines
    for each in said:
        print(each)


def parser() -> argparse.ArgumentParser:
    """The commands and their options, and what carries each out."""
    return arguments.parser(RUNS)


def _settings(options: argparse.Namespace) -> Settings:
    return read_settings(options.office)


def _init(options: argparse.Namespace) -> None:
    from regbook import app
    from regbook.services import founding

    with app.building(options.folder) as part:
        office = setup(part, production=options.production, demo=False)
        password = founding.found(office)
        office.store.close()
    place, account = str(options.folder.resolve()), founding.ADMINISTRATOR
    answer(
        options,
        {"office": place, "administrator": account, "password": password},
        f"office: {place}",
        f"administrator: {account}",
        f"password: {password}",
        f"next: regbook serve --office {options.folder}",
    )


def setup(
    folder: Path, *, production: bool, demo: bool, clock: Callable[[], datetime] | None = None
) -> Office:
    """Makes an office's folder, keys and database, and publishes its definitions.

    Raises:
        SettingsInvalid: the database that the settings name belongs to another office.
    """
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import publishing

    app.init_office(folder, production=production, demo=demo)
    office = app.open_office(read_settings(folder), clock=clock)
    with office.store.reading() as reading:
        if reading.revisions.current():
            raise SettingsInvalid([Problem("/database_url", "database-taken")])
    publishing.publish(office, SYSTEM, folder / "definitions")
    return office


def _check(options: argparse.Namespace) -> int:
    from regbook.hooks import load_plugins
    from regbook.services import checking, rehearsing
    from regbook.services.library import read_library

    folder = options.office
    if not (folder / "definitions").is_dir():
        raise SettingsInvalid(code="no-definitions", folder=str(folder))
    library = read_library(folder / "definitions")
    hooks = load_plugins(folder / "plugins")
    report = checking.check(library, hooks, complete=options.complete)
    broken = {Path(each.file).stem for each in library.problems}
    if unknown := [each for each in options.only if each not in library.registers and each not in broken]:
        known = "、".join(sorted(library.registers))
        raise SettingsInvalid(code="check-register-nowhere", name="、".join(unknown), known=known)
    if not options.no_scenarios and not report.problems:
        report = rehearsing.with_scenarios(report, library, folder / "plugins", options.only)
    if options.json:
        print(json.dumps(report.as_json(LANGUAGE), ensure_ascii=False, indent=2))
    else:
        for each in report.problems:
            place = f"{each.file}#{each.problem.path}" if each.problem.path else each.file
            print(f"{place}: {each.problem.text(LANGUAGE)} [{each.problem.code}]")
        counts = {**report.clauses, **{f"scenarios {key}": n for key, n in report.scenarios.items()}}
        said = ", ".join(f"{n} {key}" for key, n in counts.items())
        print(f"{report.registers} registers; {said}; {len(report.problems)} problems")
    return 1 if report.problems else 0


def _publish(options: argparse.Namespace) -> int:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import proposing, proving, publishing

    settings = _settings(options)
    office = app.open_office(settings)
    changes: list[dict[str, Any]] = []

    def accept(proposal: publishing.Proposal) -> None:
        for register, each in ((name, each) for name, told in proposal.changes.items() for each in told):
            asks = each.code in proposing.ASKING
            text = each.text(LANGUAGE)
            changes.append(
                {"register": register, "path": each.path, "code": each.code, "message": text, "asks": asks}
            )
            if not options.json:
                print(f"{register}: {text}")
        if not options.no_scenarios:
            proving.must_hold(office.hooks, proposal)
        if not options.yes and not (proposal.asks and _agreed(options)):
            publishing.losing_nothing(proposal)

    try:
        made = publishing.publish(
            office, SYSTEM, settings.folder / "definitions", onto=options.onto, accept=accept
        )
    except RegbookError as error:
        if options.json:
            answer(options, {"refused": error.code, "changes": changes, "registers": {}, "files": []})
        complain(error)
        if error.code == "publish-asks":
            print(say("publish-confirm", {}, LANGUAGE), file=sys.stderr)
        return 1
    lines = [f"{register}: revision {revision}" for register, revision in made.registers.items()]
    lines += made.files
    done = {"registers": made.registers, "files": made.files, "changes": changes}
    answer(options, done, *(lines or ["nothing changed"]))
    return 0


def _agreed(options: argparse.Namespace) -> bool:
    """Whether somebody who sits at a terminal says yes to what was listed."""
    if options.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return input(say("publish-go-on", {}, LANGUAGE)).strip().lower() in ("y", "yes", "是")


def _tick(options: argparse.Namespace) -> None:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import faults, timekeeping

    clock = (lambda: options.at) if options.at else None
    office = app.open_office(_settings(options), clock=clock)
    fired = timekeeping.tick(office, by=f"tick-{os.getpid()}")
    waiting = faults.faults(office, SYSTEM)
    answer(options, {"fired": fired, "put_off": len(waiting)}, f"{fired} timers fired")
    if waiting and not options.json:
        print(f"{len(waiting)} put off by a fault; see: regbook faults", file=sys.stderr)


def _faults(options: argparse.Namespace) -> int:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import faults

    office = app.open_office(_settings(options))
    waiting = faults.faults(office, SYSTEM)
    if options.verb == "retry":
        if not options.id:
            raise SettingsInvalid(code="which-fault")
        again = [each.timer.id for each in waiting] if options.id == "all" else [options.id]
        for each in again:
            faults.retry(office, SYSTEM, each)
        answer(options, {"retried": again})
        return 0
    answer(options, {"faults": [_as_values(each) for each in waiting]}, *(_as_line(each) for each in waiting))
    return 1 if waiting else 0


def _as_line(fault: Fault) -> str:
    timer = fault.timer
    place = f"{timer.register}/{timer.record}" if timer.record else timer.register
    tried = f"tried {timer.attempts}, again {_utc(fault.again)}"
    return f"{timer.id}  {_utc(timer.at)}  {place}  {timer.deadline} {timer.kind}  {tried}  {fault.reason}"


def _as_values(fault: Fault) -> dict[str, Any]:
    timer = fault.timer
    return {
        "id": timer.id,
        "due": _utc(timer.at),
        "register": timer.register,
        "record": timer.record or None,
        "deadline": timer.deadline,
        "kind": timer.kind,
        "attempts": timer.attempts,
        "again": _utc(fault.again),
        "reason": fault.reason,
    }


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _serve(options: argparse.Namespace) -> None:
    gc.disable()  # what is made while it starts stays; serving turns it on again
    from regbook import serving

    serving.serve(_settings(options), workers=options.workers, clock=options.clock)


def _worker(options: argparse.Namespace) -> None:
    from regbook import serving

    serving.work(_settings(options))


def _demo(options: argparse.Namespace) -> None:
    from regbook import app, serving
    from regbook.model.people import SYSTEM
    from regbook.services import founding, planting, publishing

    folder = options.folder
    if (folder / FILE).exists():
        office = app.open_office(read_settings(folder))
        publishing.publish(office, SYSTEM, folder / "definitions")
        office.store.close()
    else:
        clock = app.started_at(options.clock) if options.clock else None
        with app.building(folder) as part:
            office = setup(part, production=False, demo=True, clock=clock)
            planting.plant(office, tell=_tell_month)
            password = founding.administrator(office)
            office.store.close()
        if sys.stdout.isatty():
            print()
        print(f"administrator: {founding.ADMINISTRATOR}\npassword: {password}")
    print(planting.accounts_text())
    if not options.no_serve:
        serving.serve(read_settings(folder), clock=options.clock)


def _tell_month(month: datetime) -> None:
    """Says which month is planted on one line of a terminal; a file or pipe hears nothing of it."""
    if sys.stdout.isatty():
        print(f"\rplanting {month:%Y-%m}", end="", flush=True)


def _user(options: argparse.Namespace) -> None:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import accounts

    office = app.open_office(_settings(options))
    if options.verb == "disable":
        accounts.disable(office, SYSTEM, options.name)
        answer(options, {"account": options.name, "disabled": True}, f"disabled: {options.name}")
        return
    password = secrets.token_urlsafe(12)
    if options.verb == "add":
        accounts.add_account(office, SYSTEM, options.name, password, options.person)
    else:
        accounts.set_password(office, SYSTEM, options.name, password)
    answer(options, {"account": options.name, "password": password}, f"password: {password}")


def _token(options: argparse.Namespace) -> None:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import accounts

    office = app.open_office(_settings(options))
    until = office.now() + timedelta(days=options.days)
    token = accounts.issue_token(office, SYSTEM, options.name, options.label, until)
    values = {"account": options.name, "label": options.label, "until": _utc(until), "token": token}
    answer(options, values, token)


def above() -> Above:
    """What the reference pages say of this floor and the screens' one."""
    from regbook.services.reference import Above
    from regbook.web.api.routes import ROUTES

    return Above(parser(), KEYS, ROUTES)


def _docs(options: argparse.Namespace) -> None:
    from regbook.services.reference import write_pages

    for path in write_pages(options.folder, above()):
        print(path)


RUNS: Mapping[str, arguments.Run] = {
    "init": _init,
    "check": _check,
    "publish": _publish,
    "tick": _tick,
    "faults": _faults,
    "serve": _serve,
    "worker": _worker,
    "demo": _demo,
    "user": _user,
    "token": _token,
    "docs": _docs,
}
"""What carries out each command of ``arguments.COMMANDS``."""


if __name__ == "__main__":
    sys.exit(main())

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
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regbook.errors import Problem, RegbookError, SettingsInvalid
from regbook.settings import FILE, KEYS, Settings, read_settings

if TYPE_CHECKING:
    from regbook.services.office import Office
    from regbook.services.reference import Above

LANGUAGE = "en" if not os.environ.get("LANG", "").startswith("zh") else "zh"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except SettingsInvalid as error:
        complain(error)
        return 2
    except RegbookError as error:
        complain(error)
        return 1


def complain(error: RegbookError) -> None:
    """Prints an error and every problem of it, one a line."""
    print(error.text(LANGUAGE), file=sys.stderr)
    for each in error.problems:
        print(f"  {each.path}: {each.text(LANGUAGE)} [{each.code}]", file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    whole = argparse.ArgumentParser("regbook", description="Forms and records that follow written rules.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], Any], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        made.add_argument(
            "--office",
            type=Path,
            default=Path(os.environ.get("REGBOOK_OFFICE", ".")),
            help="the office's folder (default: here, or REGBOOK_OFFICE)",
        )
        return made

    init = command("init", _init, "Make a new office: its folder, keys, database, definitions published.")
    init.add_argument("folder", type=Path)
    init.add_argument("--production", action="store_true", help="refuse what only demos and tests may do")
    check = command("check", _check, "Check every definition; every problem of every file at once.")
    check.add_argument("--complete", action="store_true", help="an unimplemented clause is a problem too")
    check.add_argument("--no-scenarios", action="store_true", help="leave the scenarios out")
    check.add_argument("--json", action="store_true", help="print the report for a machine")
    check.add_argument("only", nargs="*", help="play the scenarios of these registers alone")
    publish = command(
        "publish", _publish, "Publish what changed in definitions/; the running office serves it at once."
    )
    publish.add_argument("--onto", type=int, help="the browser's revision that the files were merged with")
    publish.add_argument("--json", action="store_true", help="print what was published for a machine")
    tick = command("tick", _tick, "Fire every timer that has come due.")
    tick.add_argument(
        "--at", type=instant, help="as if it were this instant (demos and tests, never production)"
    )
    faulty = command(
        "faults", _faults, "Timers that a fault put off: list them, or retry ID (or all) at once."
    )
    faulty.add_argument("verb", nargs="?", choices=("list", "retry"), default="list")
    faulty.add_argument("id", nargs="?", help="the timer's id, or all")
    serve = command("serve", _serve, "Serve the office's screens and API.")
    serve.add_argument(
        "--workers", type=int, default=0, help="web processes (default 0: one process, threads)"
    )
    serve.add_argument("--clock", type=instant, help="start the clock at this instant (demos and tests)")
    command("worker", _worker, "Watch the clock and fire what is due; run as many as wanted.")
    demo = command("demo", _demo, "Make (once) and serve a demo office that looks like work.")
    demo.add_argument("folder", type=Path)
    demo.add_argument("--no-serve", action="store_true", help="make it only")
    demo.add_argument("--clock", type=instant, help="start the clock at this instant")
    user = command("user", _user, "Accounts: add NAME --person ID, password NAME, disable NAME.")
    user.add_argument("verb", choices=("add", "password", "disable"))
    user.add_argument("name")
    user.add_argument("--person", help="the id of the person whose account it is")
    token = command("token", _token, "Issue a bearer token for an account; it is shown once.")
    token.add_argument("name", help="the account")
    token.add_argument("--label", default="cli", help="what the token is for")
    token.add_argument("--days", type=int, default=90, help="valid for so many days")
    docs = command("docs", _docs, "Write the reference pages from the code.")
    docs.add_argument("folder", type=Path, help="where the pages go: docs/reference in the repository")
    return whole


def instant(text: str) -> datetime:
    """An instant with its offset, as ``2026-10-08T11:00:00+08:00``."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant: write 2026-10-08T11:00:00+08:00") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset: write +08:00 or Z after it")
    return at.astimezone(UTC)


def _settings(options: argparse.Namespace) -> Settings:
    return read_settings(options.office)


def _init(options: argparse.Namespace) -> None:
    from regbook import app
    from regbook.services import founding

    with app.building(options.folder) as part:
        office = setup(part, production=options.production, demo=False)
        password = founding.found(office)
        office.store.close()
    print(f"office: {options.folder.resolve()}")
    print(f"administrator: admin\npassword: {password}")
    print(f"next: regbook serve --office {options.folder}")


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
    library = read_library(folder / "definitions")
    hooks = load_plugins(folder / "plugins")
    report = checking.check(library, hooks, complete=options.complete)
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


def _publish(options: argparse.Namespace) -> None:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import publishing

    settings = _settings(options)
    office = app.open_office(settings)
    made = publishing.publish(office, SYSTEM, settings.folder / "definitions", onto=options.onto)
    if options.json:
        print(json.dumps({"registers": made.registers, "files": made.files}, ensure_ascii=False))
        return
    for register, revision in made.registers.items():
        print(f"{register}: revision {revision}")
    for name in made.files:
        print(name)
    if not (made.registers or made.files):
        print("nothing changed")


def _tick(options: argparse.Namespace) -> None:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import faults, timekeeping

    clock = (lambda: options.at) if options.at else None
    office = app.open_office(_settings(options), clock=clock)
    print(f"{timekeeping.tick(office, by=f'tick-{os.getpid()}')} timers fired")
    if waiting := faults.faults(office, SYSTEM):
        print(f"{len(waiting)} put off by a fault; see: regbook faults", file=sys.stderr)


def _faults(options: argparse.Namespace) -> int:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import faults

    office = app.open_office(_settings(options))
    waiting = faults.faults(office, SYSTEM)
    if options.verb == "retry":
        for each in [each.timer.id for each in waiting] if options.id == "all" else [options.id or ""]:
            faults.retry(office, SYSTEM, each)
        return 0
    for fault in waiting:
        timer = fault.timer
        place = f"{timer.register}/{timer.record}" if timer.record else timer.register
        due = f"{timer.at:%Y-%m-%dT%H:%M:%SZ}"
        tried = f"tried {timer.attempts}, again {fault.again:%Y-%m-%dT%H:%M:%SZ}"
        print(f"{timer.id}  {due}  {place}  {timer.deadline} {timer.kind}  {tried}  {fault.reason}")
    return 1 if waiting else 0


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
            planting.plant(office, tell=lambda month: print(f"\rplanting {month:%Y-%m}", end="", flush=True))
            password = founding.administrator(office)
            office.store.close()
        print(f"\nadministrator: {founding.ADMINISTRATOR}\npassword: {password}")
    print(planting.accounts_text())
    if not options.no_serve:
        serving.serve(read_settings(folder), clock=options.clock)


def _user(options: argparse.Namespace) -> None:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import accounts

    office = app.open_office(_settings(options))
    if options.verb == "add":
        password = secrets.token_urlsafe(12)
        accounts.add_account(office, SYSTEM, options.name, password, options.person)
        print(f"password: {password}")
    elif options.verb == "password":
        password = secrets.token_urlsafe(12)
        accounts.set_password(office, SYSTEM, options.name, password)
        print(f"password: {password}")
    else:
        accounts.disable(office, SYSTEM, options.name)


def _token(options: argparse.Namespace) -> None:
    from regbook import app
    from regbook.model.people import SYSTEM
    from regbook.services import accounts

    office = app.open_office(_settings(options))
    until = office.now() + timedelta(days=options.days)
    print(accounts.issue_token(office, SYSTEM, options.name, options.label, until))


def above() -> Above:
    """What the reference pages say of this floor and the screens' one."""
    from regbook.services.reference import Above
    from regbook.web.api.routes import ROUTES

    return Above(parser(), KEYS, ROUTES)


def _docs(options: argparse.Namespace) -> None:
    from regbook.services.reference import write_pages

    for path in write_pages(options.folder, above()):
        print(path)


if __name__ == "__main__":
    sys.exit(main())

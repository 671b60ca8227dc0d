"""What the command line takes: each command with its arguments, what they do, and examples of its use."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Run = Callable[[argparse.Namespace], Any]
Arguments = Callable[[argparse.ArgumentParser], object]

LONGEST_DAYS = 3650
"""The longest life of a token that the command line issues, in days."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it does in a sentence, its arguments, and commands to copy with what each does."""

    text: str
    arguments: Arguments
    examples: tuple[tuple[str, str], ...]


def parser(runs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """The commands and their options; ``runs`` says what carries each out."""
    whole = argparse.ArgumentParser(
        "regbook",
        description="Forms and records that follow written rules.",
        epilog=told(BEGINNING) + "\n\nEvery command explains itself: regbook COMMAND --help",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for name, each in COMMANDS.items():
        made = commands.add_parser(
            name,
            help=each.text,
            description=each.text,
            epilog=told(each.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=runs[name])
        if name not in PLACED:
            made.add_argument(
                "--office",
                type=Path,
                default=Path(os.environ.get("REGBOOK_OFFICE", ".")),
                help="the office's folder (default: here, or REGBOOK_OFFICE)",
            )
        each.arguments(made)
    return whole


def told(examples: tuple[tuple[str, str], ...]) -> str:
    """Examples as help shows them: what each does, and under it the command."""
    return "\n".join(["examples:", *(f"  # {does}\n  {command}" for command, does in examples)])


def instant(text: str) -> datetime:
    """An instant with its offset, as ``2026-10-08T11:00:00+08:00``."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant: write 2026-10-08T11:00:00+08:00") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset: write +08:00 or Z after it")
    return at.astimezone(UTC)


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within bounds.

    >>> whole_number(1, 9)("7")
    7
    """

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"write a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return read


def _as_json(made: argparse.ArgumentParser) -> None:
    made.add_argument("--json", action="store_true", help="print the answer as JSON, for a program")


def _init(made: argparse.ArgumentParser) -> None:
    made.add_argument("folder", type=Path, help="the folder to make; one that holds an office is refused")
    made.add_argument(
        "--production",
        action="store_true",
        help="refuse what only demos and tests may do: plain http, a clock that is set",
    )
    _as_json(made)


def _check(made: argparse.ArgumentParser) -> None:
    made.add_argument("only", nargs="*", help="registers whose scenarios alone are played (default: all)")
    made.add_argument(
        "--complete",
        action="store_true",
        help="an unimplemented clause and a missing translation are problems too",
    )
    made.add_argument("--no-scenarios", action="store_true", help="leave the scenarios out")
    _as_json(made)


def _publish(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--onto",
        type=whole_number(1, 10**8),
        help="the browser's revision that the files were merged with, when both had changed",
    )
    made.add_argument(
        "--yes",
        action="store_true",
        help="agree to what takes something away: fields, states, values that broke no rule",
    )
    made.add_argument(
        "--no-scenarios", action="store_true", help="publish though the scenarios of what changed do not hold"
    )
    _as_json(made)


def _tick(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--at",
        type=instant,
        help="as if it were this instant, written 2026-10-08T11:00:00+08:00 (demos and tests)",
    )
    _as_json(made)


def _faults(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "verb",
        nargs="?",
        choices=("list", "retry"),
        default="list",
        help="list: show them (the default); retry: let them fire with the next tick",
    )
    made.add_argument("id", nargs="?", help="with retry: the timer's id as list shows it, or all")
    _as_json(made)


def _serve(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--workers",
        type=whole_number(0, 512),
        default=0,
        help="web processes (default 0: one process, threads)",
    )
    made.add_argument("--clock", type=instant, help="start the clock at this instant (demos and tests)")


def _nothing(made: argparse.ArgumentParser) -> None:
    """Takes the office alone."""


def _demo(made: argparse.ArgumentParser) -> None:
    made.add_argument("folder", type=Path, help="the demo's folder; made and planted when it is not there")
    made.add_argument("--no-serve", action="store_true", help="make it only")
    made.add_argument("--clock", type=instant, help="plant and start the clock for this instant")


def _user(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "verb",
        choices=("add", "password", "disable"),
        help="add: a new account; password: a new one, all sessions end; disable: nobody signs in by it",
    )
    made.add_argument("name", help="the account's name, by which its person signs in")
    made.add_argument("--person", help="with add: the id of the person's record; without one, nobody's")
    _as_json(made)


def _token(made: argparse.ArgumentParser) -> None:
    made.add_argument("name", help="the account as which the program acts")
    made.add_argument("--label", default="cli", help="what the token is for (default: cli)")
    made.add_argument(
        "--days",
        type=whole_number(1, LONGEST_DAYS),
        default=90,
        help=f"valid for so many days, 1 to {LONGEST_DAYS} (default: 90)",
    )
    _as_json(made)


def _docs(made: argparse.ArgumentParser) -> None:
    made.add_argument("folder", type=Path, help="where the pages go: docs/reference in the repository")


PLACED = ("init", "demo", "docs")
"""Commands that name their own folder, and so take no ``--office``."""

BEGINNING = (
    ("regbook demo office", "look around: an invented company with a year of work"),
    ("regbook init my-office && regbook serve --office my-office", "an office of your own"),
)

COMMANDS: Mapping[str, Command] = {
    "init": Command(
        "Make a new office: its folder, keys, database, definitions published.",
        _init,
        (
            ("regbook init my-office", "an office on SQLite in ./my-office; prints its first password"),
            (
                "REGBOOK_DATABASE_URL=postgresql+psycopg://regbook@127.0.0.1/regbook"
                " regbook init /srv/regbook --production",
                "an office on PostgreSQL, for work",
            ),
        ),
    ),
    "check": Command(
        "Check every definition; every problem of every file at once.",
        _check,
        (
            ("regbook check --office my-office", "all files, and every scenario played"),
            ("regbook check task --json", "all files, the scenarios of the register task, for a program"),
        ),
    ),
    "publish": Command(
        "Publish what changed in definitions/; the running office serves it at once.",
        _publish,
        (
            ("regbook publish --office my-office", "what changed since the last time becomes a new revision"),
            ("regbook publish --yes", "without being asked about what it would take away"),
        ),
    ),
    "tick": Command(
        "Fire every timer that has come due.",
        _tick,
        (
            ("regbook tick", "now, once; regbook worker and serve do it all the time"),
            ("regbook tick --at 2026-10-08T11:00:00+08:00", "as if it were then; never in production"),
        ),
    ),
    "faults": Command(
        "Timers that a fault put off: list them, or retry one or all at once.",
        _faults,
        (
            ("regbook faults", "which there are and why; exit code 1 when there are any"),
            ("regbook faults retry all", "once the plugin is mended: all fire with the next tick"),
        ),
    ),
    "serve": Command(
        "Serve the office's screens and API.",
        _serve,
        (
            (
                "regbook serve --office my-office",
                "on host and port of regbook.toml, by default 127.0.0.1:8321",
            ),
            ("REGBOOK_PORT=9000 regbook serve --workers 4", "on another port, by four processes"),
        ),
    ),
    "worker": Command(
        "Watch the clock and fire what is due; run as many as wanted.",
        _nothing,
        (
            (
                "REGBOOK_REDIS_URL=redis://127.0.0.1:6379/0 regbook worker --office /srv/regbook",
                "with Redis, which hands the work to all workers",
            ),
        ),
    ),
    "demo": Command(
        "Make (once) and serve a demo office that looks like work.",
        _demo,
        (
            ("regbook demo office", "made when it is not there, then served"),
            ("regbook demo office --no-serve --clock 2026-10-08T09:00:00+08:00", "made for that day only"),
        ),
    ),
    "user": Command(
        "Keep accounts: add one, give it a new password, disable it.",
        _user,
        (
            ("regbook user add li.na --person 6e1f0c2ab9d84475", "prints her first password"),
            ("regbook user password li.na", "prints a new one and ends her sessions"),
            ("regbook user disable li.na", "ends her sessions and tokens"),
        ),
    ),
    "token": Command(
        "Issue a bearer token for an account; it is shown once.",
        _token,
        (
            ("regbook token li.na --label reports --days 30", "a program acts as her for thirty days"),
            ("TOKEN=$(regbook token admin)", "in a script"),
        ),
    ),
    "docs": Command(
        "Write the reference pages from the code.",
        _docs,
        (("regbook docs docs/reference", "in the repository, after the code's tables changed"),),
    ),
}
"""Every command in the order in which help lists them."""

"""What pages say of the floors above: settings of the process, commands, addresses of the interface."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from textwrap import dedent
from typing import Any

from regbook.model.query import OPERATORS
from regbook.services.reference.cells import Fills, said, table


def settings(keys: Mapping[str, tuple[str, type, Any]]) -> Fills:
    """Each setting's key, environment variable, type and default."""
    found = {}
    for key, (variable, kind, default) in keys.items():
        value = str(default).lower() if kind is bool else repr(default).replace("'", '"')
        found[f"key.{key}"] = f"`{key}` | `{variable}` | {kind.__name__} | `{value}`"
    return found


def commands(parser: argparse.ArgumentParser) -> Fills:
    """Every command with what it takes."""
    return {"commands": "\n\n".join(_commands(parser))}


def _commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    inner = next(each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    for name, command in inner.choices.items():
        rows = [_option(each) for each in command._actions if not isinstance(each, argparse._HelpAction)]
        usage = " ".join(["regbook", name, *(_usage(each) for each in command._actions if _shown(each))])
        parts = [f"## {name}", str(command.description), f"```\n{usage}\n```"]
        parts += [table(("argument", "meaning"), rows)] if rows else []
        examples = dedent(str(command.epilog).partition("\n")[2])
        yield "\n\n".join([*parts, f"```sh\n{examples}\n```"])


def _shown(action: argparse.Action) -> bool:
    return not isinstance(action, argparse._HelpAction)


def _option(action: argparse.Action) -> tuple[str, str]:
    return f"`{' '.join(action.option_strings) or action.dest}`", str(action.help)


def _usage(action: argparse.Action) -> str:
    if not action.option_strings:
        name = action.dest.upper()
        return {"*": f"[{name} ...]", "?": f"[{name}]"}.get(str(action.nargs), name)
    word = action.option_strings[0]
    return f"[{word}]" if action.nargs == 0 else f"[{word} {action.dest.upper()}]"


def addresses(routes: Iterable[Any]) -> Fills:
    """Every address with its methods, and the operators of filters."""
    rows = [
        (f"`{method}`", f"`{route.rule}`", said(answerer))
        for route in routes
        for method, answerer in route.methods.items()
    ]
    operators = ", ".join(f"`{each}`" for each in OPERATORS)
    return {"addresses": table(("method", "address", "what it does"), rows), "operators": operators}

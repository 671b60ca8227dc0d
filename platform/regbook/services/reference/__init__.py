"""The reference pages, written from the code: a fact of the code stands in a page only as the code has it.

Each page is a text in ``pages/`` with marks. ``<<name>>`` is a table made from the code; ``<<group.key>>``
is one cell of a table whose words a person wrote: every key of a group must have its row, and no other.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from regbook.services.reference import cells, outside, shapes

Fills = Mapping[str, str]
PAGES = {
    "definition-format": "What a definition may say",
    "field-kinds": "The kinds a field may have",
    "formulas": "Formulas of computed fields and checks",
    "who": "How a definition names people",
    "access": "What an access rule may say",
    "hooks": "What a plugin is asked",
    "effects": "What a plugin may have the engine do",
    "errors": "Every error, and every text that says what is wrong",
    "settings": "Settings of an office and of its process",
    "cli": "The command line",
    "http-api": "The REST interface",
}
_MARK = re.compile(r"<<([a-z][\w.-]*)>>")


class Address(Protocol):
    """One address of the interface, as its table of routes has it."""

    @property
    def rule(self) -> str: ...
    @property
    def methods(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Above:
    """What floors above the services bring: the commands, the settings, the addresses."""

    commands: argparse.ArgumentParser
    settings: Mapping[str, tuple[str, type, Any]]
    addresses: Iterable[Address]


def write_pages(folder: Path, above: Above) -> list[Path]:
    """Writes every page into a folder, and an index of them; answers their paths.

    Raises:
        ValueError: a page says nothing of something the code has, or something of what it has not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages(above).items():
        path = folder / f"{name}.md"
        path.write_text(text, "utf-8")
        written.append(path)
    return written


def pages(above: Above) -> dict[str, str]:
    """Every page's text by its name."""
    fills: dict[str, Fills] = {
        "definition-format": shapes.definition_format(),
        "field-kinds": cells.field_kinds(),
        "formulas": cells.formulas(),
        "who": cells.who(),
        "access": cells.access(),
        "hooks": cells.hooks(),
        "effects": cells.effects(),
        "errors": cells.errors(),
        "settings": {**outside.settings(above.settings), **shapes.organisation_format()},
        "cli": outside.commands(above.commands),
        "http-api": outside.addresses(above.addresses),
    }
    made = {name: filled(name, text_of(name), fills[name]) for name in PAGES}
    lines = [f"- [{title}]({name}.md)" for name, title in PAGES.items()]
    made["README"] = filled("README", text_of("README"), {"pages": "\n".join(lines)})
    return made


def text_of(page: str) -> str:
    """A page as people wrote it, its marks not yet filled."""
    return files(__package__).joinpath("pages", f"{page}.md").read_text("utf-8")


def filled(page: str, text: str, fills: Fills) -> str:
    """The page's text, every mark replaced by what the code says.

    >>> filled("kinds", "| <<kind.money>> | amounts |", {"kind.money": "`money`"})
    '| `money` | amounts |'

    Raises:
        ValueError: a mark that the code does not know, or something of the code without a mark.
    """
    marks = set(_MARK.findall(text))
    if missing := sorted(set(fills) - marks):
        raise ValueError(f"pages/{page}.md says nothing of {', '.join(missing)}")
    if unknown := sorted(marks - set(fills)):
        raise ValueError(f"pages/{page}.md speaks of {', '.join(unknown)}, which the code has not")
    return _MARK.sub(lambda mark: fills[mark[1]], text)

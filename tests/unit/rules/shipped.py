"""The definitions that the project ships, and the world they live in, as tests need them."""

import json
from pathlib import Path

from regbook.model.world import GIVEN_ROLES, World
from regbook.rules.kinds import KINDS

ROOT = Path(__file__).resolve().parents[3] / "definitions"


def _read(path):
    return json.loads(path.read_text("utf-8"))


REGISTERS = {each.stem: _read(each) for each in sorted(ROOT.glob("*/*.json")) if "register" in _read(each)}
ORGANISATION = _read(ROOT / "organisation.json")
CLAUSES = [
    each["clause"] for book in (ROOT / "regulations").glob("*.json") for each in _read(book)["clauses"]
]
PLUGINS = {
    each.parent.name: _read(each)["settings"] for each in (ROOT.parent / "plugins").glob("*/plugin.json")
}

WORLD = World(
    registers=REGISTERS,
    roles=frozenset(ORGANISATION["roles"]) | frozenset(GIVEN_ROLES),
    settings={key: each["value"] for key, each in ORGANISATION["settings"].items()},
    clauses=frozenset(CLAUSES),
    plugins=PLUGINS or None,
    kinds=frozenset(KINDS),
    levels=tuple(ORGANISATION["scheme"]["levels"]),
    bound={
        noun: each if isinstance(each, str) else each["register"]
        for noun, each in ORGANISATION["bind"].items()
    },
)

"""The browser's files by their plain names: asset("app.js") is /static/dist/app-JNIGIJP7.js."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DIST = Path(__file__).parent / "static" / "dist"
NOT_BUILT = (
    "503: Regbook's screens are not built here. Run `make assets` in the source tree, "
    "or install the package (`pip install .`), which builds them.\n"
)


@cache
def manifest() -> Mapping[str, str]:
    """Plain names to hashed names; empty when the front end was not built."""
    file = DIST / "manifest.json"
    return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}


def asset(name: str) -> str:
    """The address of a built file. A name that is not built keeps its plain name, and answers 404."""
    return f"/static/dist/{manifest().get(name, name)}"


def is_built() -> bool:
    """Whether there is anything to serve; an application without it answers 503 with NOT_BUILT."""
    return bool(manifest())

"""What pages say of the files that people write, from the closed JSON Schemas that check them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from regbook.model.world import NOUNS
from regbook.services.reference.cells import Fills, table

Shape = Mapping[str, Any]
HEAD = ("key", "中文", "value", "means")


def schema(name: str) -> Shape:
    """The closed schema of one of the files."""
    path = files("regbook").joinpath("rules", "meta", f"{name}.schema.json")
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def definition_format() -> Fills:
    """The keys of a register's file, and every part of it that has keys of its own."""
    whole = schema("register")
    parts = [(name, part) for name, part in whole["$defs"].items() if part.get("properties")]
    texts = [f"## {name}\n\n{_about(part)}{_keys(part, whole)}" for name, part in parts]
    return {
        "top": _keys(whole, whole),
        "parts": "\n\n".join(texts),
        "values": table(("value", "means"), _values(whole)),
    }


def organisation_format() -> Fills:
    """The keys of ``organisation.json``, and the nouns that it binds."""
    nouns = [(f"`{noun}`", ", ".join(f"`{name}`" for name in names)) for noun, names in NOUNS.items()]
    whole = schema("organisation")
    return {"organisation": _keys(whole, whole), "nouns": table(("noun", "names of its fields"), nouns)}


def _about(part: Shape) -> str:
    words = [part[key] for key in ("title", "description") if key in part]
    return f"{'. '.join(words)}\n\n" if words else ""


def _keys(part: Shape, whole: Shape) -> str:
    needed = part.get("required", ())
    rows = []
    for key, value in part["properties"].items():
        shown = f"`{key}`" + (" *" if key in needed else "")
        means = _meaning(value, whole).replace("<", "&lt;")
        rows.append((shown, value.get("title", ""), _value(value), means))
    return table(HEAD, rows)


def _meaning(value: Shape, whole: Shape) -> str:
    own = value.get("description", "")
    if own or "$ref" not in value:
        return str(own)
    return str(_referred(value, whole).get("description", ""))


def _referred(value: Shape, whole: Shape) -> Shape:
    found: Any = whole
    for name in value["$ref"].split("/")[1:]:
        found = found[name]
    return found  # type: ignore[no-any-return]


def _value(value: Shape) -> str:
    """What may stand there, in a few words; a part with keys of its own is a link to it."""
    if "$ref" in value:
        _, _, part, *within = value["$ref"].split("/")
        return f"as `{within[-1]}` of [{part}](#{part})" if within else f"[{part}](#{part})"
    if "enum" in value:
        return ", ".join(f"`{json.dumps(each, ensure_ascii=False)}`" for each in value["enum"])
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    kind = value.get("type", "any")
    kind = " or ".join(kind) if isinstance(kind, list) else kind
    if kind == "array" and isinstance(value.get("items"), dict):
        return f"list of {_value(value['items'])}"
    if kind == "object" and isinstance(value.get("additionalProperties"), dict):
        return f"object of {_value(value['additionalProperties'])}"
    return f"{kind}{_bounds(value)}"


def _bounds(value: Shape) -> str:
    least = value.get("minimum", value.get("minLength"))
    most = value.get("maximum", value.get("maxLength"))
    if most is None:
        return "" if least in (None, 0, 1) else f", at least {least}"
    return f", {least} to {most}" if least is not None else f", at most {most}"


def _values(whole: Shape) -> Iterator[tuple[str, str]]:
    """The parts that are values: names, texts, spans, conditions and the like."""
    for name, part in whole["$defs"].items():
        if not part.get("properties"):
            means = part.get("description", "")
            pattern = f" `{part['pattern']}`" if "pattern" in part else ""
            yield f'<a id="{name}"></a>{name}', f"{means or _value(part)}{pattern}"

"""What a field's own keywords say that its kind cannot do: found when a definition is checked."""

from __future__ import annotations

from collections.abc import Iterator

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules.masks import MASKS
from regbook.rules.media import ENDINGS
from regbook.rules.serials import serial_problems


def keyword_problems(kind: Kind, field_schema: FieldSchema) -> Iterator[Problem]:
    """Every keyword of a field that contradicts its kind, at its path within the field.

    A type that is not the kind's, a bound or a number of decimals that the kind does not reach, a choice
    kept as something else than text, a mask that nobody knows, a form of serial numbers that repeats them.
    """
    implied = kind.schema(field_schema)
    stated = field_schema.get("type", implied["type"])
    if stated != implied["type"]:
        yield Problem("/type", "kind-type", {"kind": kind.name, "type": implied["type"], "stated": stated})
    for keyword in ("maxLength", "maxItems"):
        if field_schema.get(keyword, 0) > implied.get(keyword, field_schema.get(keyword, 0)):
            values = {"kind": kind.name, "most": implied[keyword], "key": keyword}
            yield Problem(f"/{keyword}", "kind-bound", values)
    if kind.scale is not None and field_schema.get("x-decimals", 0) > kind.scale:
        yield Problem(
            "/x-decimals", "kind-bound", {"kind": kind.name, "most": kind.scale, "key": "x-decimals"}
        )
    yield from _choice_problems("", field_schema)
    yield from _choice_problems("/items", field_schema.get("items", {}))
    mask = field_schema.get("x-mask")
    if isinstance(mask, str) and mask not in MASKS:
        yield Problem("/x-mask", "mask-unknown", {"mask": mask, "masks": " ".join(MASKS)})
    yield from _accept_problems("", field_schema)
    yield from _accept_problems("/items", field_schema.get("items", {}))
    if kind.name == "serial" and isinstance(field_schema.get("x-serial"), str):
        for problem in serial_problems(field_schema["x-serial"]):
            yield Problem("/x-serial", problem.code, problem.values)


def _accept_problems(path: str, schema: FieldSchema) -> Iterator[Problem]:
    for index, ending in enumerate(schema.get("x-accept", ())):
        if ending not in ENDINGS:
            values = {"ending": ending, "known": " ".join(sorted(ENDINGS))}
            yield Problem(f"{path}/x-accept/{index}", "accept-unknown", values)


def _choice_problems(path: str, schema: FieldSchema) -> Iterator[Problem]:
    for index, choice in enumerate(schema.get("oneOf", ())):
        if not isinstance(choice["const"], str):
            yield Problem(f"{path}/oneOf/{index}/const", "choice-not-text", {"value": choice["const"]})

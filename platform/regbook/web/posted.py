"""What a posted form says, as facts; and which problem belongs beside which field.

Names are JSON pointers without the leading slash: ``subject``, ``measures/0/what``. A field that is not in
the post was not asked and is not in the answer; one that was emptied is there as None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from regbook.errors import Problem
from regbook.model.definition import Field
from regbook.model.record import LINE_ID
from regbook.rules.kinds import kind_of

Pairs = Iterable[tuple[str, str]]


def facts_of(pairs: Pairs, fields: Mapping[str, Field], zone: tzinfo) -> dict[str, Any]:
    """The facts that a form holds, each read by its kind; a local date-time is of ``zone``.

    Computed fields and names that are no field are left out: nobody types them. What a kind cannot read
    stays as it was typed, for its check to refuse with the words still in the form.
    """
    said: dict[str, dict[str, list[str]]] = {}
    for name, value in pairs:
        key, _, rest = name.partition("/")
        said.setdefault(key, {}).setdefault(rest, []).append(value)
    return {
        key: _value(field, said[key], zone)
        for key, field in fields.items()
        if key in said and not field.computed and not field.read_only
    }


def _value(field: Field, parts: Mapping[str, list[str]], zone: tzinfo) -> Any:
    kind = kind_of(field.schema)
    if kind.name == "lines":
        return _lines(field, parts, zone)
    given = parts.get("", [])
    if kind.many or kind.name == "several_of":
        return kind.canonical([each for each in given if each], field.schema)
    text = given[-1] if given else ""
    if kind.name == "span" and "amount" in parts:
        amount = parts["amount"][-1].strip()
        text = amount + parts.get("unit", [""])[-1] if amount else ""
    return kind.canonical(kind.typed(text, field.schema, zone), field.schema)


def _lines(field: Field, parts: Mapping[str, list[str]], zone: tzinfo) -> list[dict[str, Any]] | None:
    """The lines in the order of their indexes; one in which nothing was filled in is left out."""
    rows: dict[int, list[tuple[str, str]]] = {}
    for name, values in parts.items():
        index, _, cell = name.partition("/")
        if cell and index.isascii() and index.isdigit() and len(index) < 6:
            rows.setdefault(int(index), []).extend((cell, value) for value in values)
    lines = []
    for _, pairs in sorted(rows.items()):
        line = facts_of(pairs, field.lines, zone)
        if any(value not in (None, False) for value in line.values()):
            ids = [value for cell, value in pairs if cell == LINE_ID and value]
            lines.append({LINE_ID: ids[-1], **line} if ids else line)
    return lines or None


def placed(problems: Iterable[Problem], names: Iterable[str]) -> dict[str, list[Problem]]:
    """The problems of each field of a form, by its name; those of no field shown are under "".

    A problem inside a field (``/helpers/2``) belongs to the field; one in a line to the line's cell.
    """
    known = set(names)
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        steps = problem.path.strip("/").split("/")
        candidates = ("/".join(steps[:length]) for length in range(len(steps), 0, -1))
        found.setdefault(next((each for each in candidates if each in known), ""), []).append(problem)
    return found

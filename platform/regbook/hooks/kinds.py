"""Field kinds that plugins bring: codes kept as text, each with a rule of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Kind
from regbook.rules.kinds import ENGINE_KINDS
from regbook.rules.kinds.common import as_text, code_check, narrow, shown_as_is, typed_as_is

NAME = re.compile(r"[a-z][a-z0-9_-]{0,47}\Z")
LONGEST = 200


def text_kind(
    name: str,
    good: Callable[[str], bool],
    say: str,
    *,
    spelling: Callable[[str], str] = str,
    mask: Callable[[str], str] | None = None,
) -> Kind:
    """A kind whose value is a code: its one ``spelling`` is kept, and one that is not ``good`` is refused.

    ``say`` tells what is wrong and what to do. ``mask`` makes the kind personal: readers without the right
    to see it whole see what the mask leaves.
    """

    def canonical(value: Any, field_schema: FieldSchema) -> Any:
        text = narrow(value, field_schema)
        return (spelling(text) or None) if isinstance(text, str) else text

    return Kind(
        name=name,
        storage="text",
        widget="text",
        display="mono",
        schema=lambda field_schema: as_text(field_schema, LONGEST),
        check=code_check("check", canonical, good, say=say),
        canonical=canonical,
        typed=typed_as_is,
        shown=shown_as_is,
        mask=mask,
        personal=mask is not None,
        sortable=True,
        searchable=mask is None,
    )


def kind_problems(brought: Mapping[str, list[Any]]) -> Iterator[Problem]:
    """What is wrong with the kinds that plugins bring: no kinds kept as text, or names that are taken."""
    taken = dict.fromkeys(ENGINE_KINDS, "regbook")
    for plugin, kinds in brought.items():
        path = f"/plugins/{plugin}/hooks/field_kinds"
        for n, kind in enumerate(kinds):
            if not isinstance(kind, Kind) or not NAME.match(kind.name) or kind.storage != "text":
                yield Problem(f"{path}/{n}", "plugin-kind", {"plugin": plugin})
            elif kind.name in taken:
                values = {"plugin": plugin, "kind": kind.name, "other": taken[kind.name]}
                yield Problem(f"{path}/{n}", "plugin-kind-taken", values)
            else:
                taken[kind.name] = plugin

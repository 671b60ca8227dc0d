"""A record's serial number: the engine gives it at first submit and nobody writes it."""

from __future__ import annotations

from regbook.model.kind import Kind
from regbook.rules.kinds import text
from regbook.rules.kinds.common import as_text, shown_as_is, trimmed, typed_as_is

LONGEST = 80

SERIAL = Kind(
    name="serial",
    storage="text",
    widget="serial",
    display="mono",
    schema=lambda field_schema: {**as_text(field_schema, LONGEST), "readOnly": True},
    check=text.check,
    canonical=trimmed,
    typed=typed_as_is,
    shown=shown_as_is,
    sortable=True,
    searchable=True,
)

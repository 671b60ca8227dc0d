"""A record of another register: its id, or ``register/id`` where ``x-to`` leaves several registers open."""

from __future__ import annotations

import re

from regbook.model.kind import FieldSchema
from regbook.rules.kinds.common import ID
from regbook.rules.kinds.reference import reference

_REGISTER = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


def is_record(text: str, field_schema: FieldSchema) -> bool:
    """Whether the text is spelled like a reference to a register that ``x-to`` allows."""
    to = field_schema.get("x-to", "*")
    if isinstance(to, str) and to != "*":
        return bool(ID.match(text))
    register, slash, record = text.partition("/")
    known = bool(_REGISTER.match(register)) if to == "*" else register in to
    return bool(slash) and known and bool(ID.match(record))


RECORD = reference("record", "registers", "link", is_record)

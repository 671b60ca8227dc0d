"""Who: read from a definition's text, and looked up in the directory for one record."""

from __future__ import annotations

from regbook.rules.who.parsing import parse_who, parse_whos, who_problems
from regbook.rules.who.resolving import PROCESS_ADMIN, resolve

__all__ = ("PROCESS_ADMIN", "parse_who", "parse_whos", "resolve", "who_problems")

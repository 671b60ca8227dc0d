"""Everything that can be wrong with a register's file, found without running it."""

from __future__ import annotations

from regbook.rules.checking.all import definition_problems

__all__ = ["definition_problems"]

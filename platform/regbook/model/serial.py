"""The form of a register's serial numbers: text and tokens in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

TokenName: TypeAlias = Literal["text", "yyyy", "yy", "mm", "dd", "seq", "level", "rand", "dept"]


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a form: a piece of text, or what stands for a date part, the count, a mark.

    ``width`` is the least number of digits of ``seq``, the number of characters of ``rand``.
    """

    name: TokenName
    text: str = ""
    width: int = 0


@dataclass(frozen=True, slots=True)
class SerialFormat:
    """A form as its definition writes it (``source``), read into tokens."""

    source: str
    tokens: tuple[Token, ...]

    @property
    def counted(self) -> bool:
        """Whether numbers count up; otherwise chance alone tells them apart."""
        return any(each.name == "seq" for each in self.tokens)

    @property
    def marks_level(self) -> bool:
        """Whether the form says where the mark of a secrecy level goes."""
        return any(each.name == "level" for each in self.tokens)

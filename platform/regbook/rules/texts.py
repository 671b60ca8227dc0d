"""Text as it is kept: NFC, trimmed, without characters that hide, break or reverse what people read."""

from __future__ import annotations

import re
import unicodedata

BLANK = (
    " \t\r\n\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
)
"""What is trimmed. Not every character that str.strip() takes: control characters are refused, not lost."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DIRECTION = "\u202a-\u202e\u2066-\u2069"
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff{_DIRECTION}]")
_FORBIDDEN_IN_LINE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff{_DIRECTION}]")


def one_line(text: str) -> str:
    """The text in NFC without blanks around it.

    >>> one_line("  打印机停用\\u3000")
    '打印机停用'
    """
    return unicodedata.normalize("NFC", text).strip(BLANK)


def many_lines(text: str) -> str:
    """The same for text of several lines, whose ends all become a line feed; blanks inside stay."""
    return one_line(text.replace("\r\n", "\n").replace("\r", "\n"))


def narrow(text: str) -> str:
    """Trimmed, with full-width letters, digits and signs in ASCII: how codes and figures are read.

    >>> narrow("１３８　００１３８０００")
    '138 00138000'
    """
    return one_line(text.translate(_FULL_WIDTH))


def forbidden_in_line(text: str) -> str | None:
    """The first character that one line may not hold (``U+0000``), or None.

    NUL, lone surrogates, other control characters, line ends and marks that turn the writing direction.
    """
    return _first(_FORBIDDEN_IN_LINE, text)


def forbidden_in_text(text: str) -> str | None:
    """The same for text of several lines, which may hold line feeds and tabs."""
    return _first(_FORBIDDEN, text)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return f"U+{ord(found.group()):04X}" if found else None

"""Serial numbers: ``WT-{yyyy}{mm}-{seq:4}`` read, its period found, a number written.

``{yyyy} {yy} {mm} {dd}`` are of the day of first submit, ``{seq:n}`` counts within the finest of them,
``{level}`` is the mark of a level above 内部, ``{rand:n}`` chance, ``{dept}`` the department's code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from functools import cache
from typing import Protocol, cast

from regbook.errors import DefinitionInvalid, Problem
from regbook.model.serial import SerialFormat, Token, TokenName
from regbook.rules import texts

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of chance parts: nothing that is mistaken for something else when read out."""

LONGEST = 60
TOKENS = ("yyyy", "yy", "mm", "dd", "seq", "level", "rand", "dept")
WIDTHS = {"seq": range(1, 13), "rand": range(6, 17)}

_PARTS = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_DATES = {"yyyy": slice(0, 4), "yy": slice(2, 4), "mm": slice(4, 6), "dd": slice(6, 8)}
_PERIODS = (("dd", "%Y%m%d"), ("mm", "%Y%m"), ("yy", "%Y"))


class Chance(Protocol):
    """Where chance comes from: ``random.SystemRandom()`` in an office, a seeded one in a rehearsal."""

    def choice(self, seq: Sequence[str]) -> str: ...


@cache
def serial_format(source: str) -> SerialFormat:
    """The form that a definition writes.

    Raises:
        DefinitionInvalid: it cannot give numbers that are told apart; ``serial_problems`` says why.

    >>> [each.name for each in serial_format("WT-{yyyy}{mm}-{seq:4}").tokens]
    ['text', 'yyyy', 'mm', 'text', 'seq']
    """
    problems = serial_problems(source)
    if problems:
        raise DefinitionInvalid(problems)
    return SerialFormat(source, tuple(_tokens(source)))


def serial_problems(source: str) -> tuple[Problem, ...]:
    """Everything that is wrong with a form; paths are relative to it."""
    problems = list(_token_problems(source))
    names = {each.name for each in _tokens(source)}
    dated = bool(names & {"yyyy", "yy"})
    if not names & {"seq", "rand"}:
        problems.append(Problem("", "serial-same", {"form": source}))
    if ("mm" in names and not dated) or ("dd" in names and not (dated and "mm" in names)):
        problems.append(Problem("", "serial-date", {"form": source}))
    if len(source) > LONGEST:
        problems.append(Problem("", "serial-long", {"most": LONGEST}))
    bad = texts.forbidden_in_line(source)
    if bad:
        problems.append(Problem("", "text-forbidden", {"title": "x-serial", "character": bad}))
    return tuple(problems)


def period_of(form: SerialFormat, instant: datetime, zone: tzinfo) -> str:
    """The period in which a number counts: the day, month or year that it shows, "" when it shows none.

    >>> from datetime import UTC, datetime
    >>> period_of(serial_format("WT-{yy}{mm}-{seq:4}"), datetime(2026, 9, 30, tzinfo=UTC), UTC)
    '202609'
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone has no period")
    names = {"yy" if each.name == "yyyy" else each.name for each in form.tokens}
    local = instant.astimezone(zone)
    return next((local.strftime(pattern) for name, pattern in _PERIODS if name in names), "")


def number(
    form: SerialFormat, period: str, seq: int, level_mark: str, random: Chance, department: str = ""
) -> str:
    """The number with this count in this period.

    ``level_mark`` is "" up to 内部. A form that has no ``{level}`` gets a mark at its end, so that the
    numbers of two levels, which count apart, are never the same. A count that outgrows its width gets longer.

    >>> from random import Random
    >>> number(serial_format("WT-{yyyy}{mm}-{seq:4}"), "202609", 12, "", Random(1))
    'WT-202609-0012'
    """
    written = []
    for token in form.tokens:
        if token.name in _DATES:
            written.append(period[_DATES[token.name]])
        elif token.name == "rand":
            written.append("".join(random.choice(ALPHABET) for _ in range(token.width)))
        else:
            parts = {
                "text": token.text,
                "seq": f"{seq:0{token.width}d}",
                "level": level_mark,
                "dept": department,
            }
            written.append(parts[token.name])
    tail = f"-{level_mark}" if level_mark and not form.marks_level else ""
    return "".join(written) + tail


def _tokens(source: str) -> Iterator[Token]:
    """The tokens that can be read; ``_token_problems`` says what cannot."""
    for named, text, _ in _PARTS.findall(source):
        name, _, width = named.partition(":")
        if text:
            yield Token("text", text)
        elif name in TOKENS:
            yield Token(
                cast(TokenName, name), width=int(width) if width.isdecimal() and len(width) < 4 else 0
            )


def _token_problems(source: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for found in _PARTS.finditer(source):
        named, _, brace = found.groups()
        if brace:
            yield Problem("", "serial-brace", {"at": found.start() + 1})
        if named is None:
            continue
        name, colon, width = named.partition(":")
        widths = WIDTHS.get(name)
        if name not in TOKENS:
            yield Problem("", "serial-token", {"token": named, "tokens": " ".join(TOKENS)})
        elif widths and not (re.fullmatch("[1-9][0-9]?", width) and int(width) in widths):
            yield Problem("", "serial-width", {"token": name, "least": widths[0], "most": widths[-1]})
        elif colon and not widths:
            yield Problem("", "serial-token", {"token": named, "tokens": " ".join(TOKENS)})
        elif name in seen:
            yield Problem("", "serial-twice", {"token": name})
        seen.add(name)

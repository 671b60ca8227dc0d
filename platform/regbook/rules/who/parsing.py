"""The grammar of who: ``head``, ``superior+1(field:handler)``, ``chain(head, gm)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from regbook.errors import DefinitionInvalid, Problem
from regbook.model.who import (
    Assignee,
    Chain,
    Chosen,
    CommonSuperior,
    DivisionHead,
    FieldPerson,
    GeneralManager,
    Head,
    Owner,
    Post,
    Responsible,
    Role,
    Superior,
    WhoTerm,
    terms_in,
)

LONGEST: Final = 200
DEEPEST: Final = 6
HIGHEST: Final = 20
"""Most levels that ``superior+n`` climbs."""

_KEY: Final = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?"
_WORD: Final = re.compile(rf"\s*([a-z_]+)(?::({_KEY}))?(?:\+([0-9]{{1,2}}))?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """What may follow a word: a key, a number of levels, how many arguments; and the noun it makes."""

    make: Callable[..., WhoTerm]
    key: bool = False
    levels: bool = False
    least: int = 0
    most: int = 0


FORMS: Final[Mapping[str, Form]] = {
    "owner": Form(Owner),
    "assignee": Form(Assignee),
    "responsible": Form(Responsible),
    "chosen": Form(Chosen),
    "gm": Form(GeneralManager),
    "field": Form(FieldPerson, key=True),
    "role": Form(Role, key=True),
    "post": Form(Post, key=True),
    "head": Form(Head, most=1),
    "division_head": Form(DivisionHead, most=1),
    "superior": Form(Superior, levels=True, most=1),
    "common_superior": Form(CommonSuperior, least=2, most=2),
    "chain": Form(Chain, least=2, most=2),
}


class _Bad(Exception):
    """A text that is no who: the code of its problem and the values of the sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@lru_cache(maxsize=4096)
def parse_who(text: str) -> WhoTerm:
    """The noun that a text names; its ``str`` is the text again, but for spaces.

    Raises:
        DefinitionInvalid: the text names nobody.

    >>> parse_who("superior+1(field:handler)")
    Superior(n=2, start=FieldPerson(field='handler'))
    """
    try:
        return _parse(text)
    except _Bad as bad:
        raise DefinitionInvalid([Problem("", bad.code, bad.values)]) from None


def parse_whos(texts: str | Iterable[str]) -> tuple[WhoTerm, ...]:
    """One who or a union of several."""
    return tuple(parse_who(each) for each in ([texts] if isinstance(texts, str) else texts))


def who_problems(
    texts: Any, known_fields: Container[str] | None = None, path: str = ""
) -> tuple[Problem, ...]:
    """Everything wrong with a who, one text or a list; ``known_fields`` None lets every field pass.

    A field of lines is known as ``lines.owner``.
    """
    if isinstance(texts, str):
        return _problems(texts, known_fields, path)
    if not isinstance(texts, list | tuple) or not texts:
        return (Problem(path, "who-shape"),)
    return tuple(
        problem for n, each in enumerate(texts) for problem in _problems(each, known_fields, f"{path}/{n}")
    )


def _problems(text: Any, known_fields: Container[str] | None, path: str) -> tuple[Problem, ...]:
    if not isinstance(text, str):
        return (Problem(path, "who-shape"),)
    try:
        terms = terms_in(_parse(text))
    except _Bad as bad:
        return (Problem(path, bad.code, bad.values),)
    if known_fields is None:
        return ()
    named = (each.field for each in terms if isinstance(each, FieldPerson))
    return tuple(Problem(path, "who-field", {"name": each}) for each in named if each not in known_fields)


def _parse(text: str) -> WhoTerm:
    if len(text) > LONGEST:
        raise _Bad("who-long", most=LONGEST)
    term, end = _term(text, 0, 1)
    if end < len(text):
        raise _Bad("who-syntax", at=end + 1)
    return term


def _term(text: str, start: int, depth: int) -> tuple[WhoTerm, int]:
    """The noun that begins at a place, and the place after it."""
    if depth > DEEPEST:
        raise _Bad("who-deep", most=DEEPEST)
    found = _WORD.match(text, start)
    if found is None:
        raise _Bad("who-syntax", at=start + 1)
    word, key, levels = found.groups()
    form = FORMS.get(word)
    if form is None:
        raise _Bad("who-word", word=word)
    arguments, end = _arguments(text, found.end(), depth)
    if form.key != (key is not None):
        raise _Bad("who-key" if form.key else "who-syntax", word=word, at=found.start(1) + 1)
    if levels is not None and not (form.levels and 1 <= int(levels) < HIGHEST):
        raise _Bad("who-levels", word=word, most=HIGHEST - 1)
    if not form.least <= len(arguments) <= form.most:
        raise _Bad("who-arguments", word=word, least=form.least, most=form.most)
    own: tuple[Any, ...] = (key,) if form.key else (int(levels or 0) + 1,) if form.levels else ()
    return form.make(*own, *arguments), end


def _arguments(text: str, start: int, depth: int) -> tuple[tuple[WhoTerm, ...], int]:
    """The nouns in brackets, if a bracket opens here, and the place after them."""
    if not text.startswith("(", start):
        return (), start
    arguments: list[WhoTerm] = []
    end = start
    while end == start or text.startswith(",", end):
        argument, end = _term(text, end + 1, depth + 1)
        arguments.append(argument)
    if not text.startswith(")", end):
        raise _Bad("who-syntax", at=end + 1)
    end += 1
    return tuple(arguments), end + len(text[end:]) - len(text[end:].lstrip())

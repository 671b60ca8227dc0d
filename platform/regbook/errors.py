"""Every error Regbook raises, one family: a code, a sentence, problems, and what to do.

Texts are kept by code in ``regbook/catalogue/*.json``: ``{code: {"zh": ..., "en": ...}}``; a test holds
that every code has both. Traditional Chinese is derived from ``zh`` where text meets a reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text the engine says, by code: ``{"required": {"zh": "必须填写{title}。", "en": ...}}``.

    Raises:
        ValueError: two files of the catalogue hold the same code.
    """
    texts: dict[str, Mapping[str, str]] = {}
    for file in sorted(files("regbook").joinpath("catalogue").iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".json"):
            continue
        for code, text in json.loads(file.read_text("utf-8")).items():
            if code in texts:
                raise ValueError(f"catalogue code {code!r} stands twice, the second time in {file.name}")
            texts[code] = text
    return texts


@cache
def blanks(code: str) -> frozenset[str]:
    """The names of the values that the text of a code has room for; none of a code that nobody wrote.

    >>> sorted(blanks("assigned")), blanks("never-written")
    (['number', 'register', 'state'], frozenset())
    """
    texts = catalogue().get(code, {}).values()
    return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)


def say(code: str, values: Mapping[str, Any], language: str = "zh") -> str:
    """The sentence of a code in ``zh`` or ``en``, its braces filled from ``values``.

    >>> say("not-found", {}, "en")
    'There is no such thing, or you may not see it.'
    """
    return catalogue()[code][language].format_map(_Blank(values))


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place: a JSON pointer, a code of the catalogue, the values of its sentence.

    >>> Problem("/subject", "required", {"title": "问题"}).text("en")
    '问题 is required.'
    """

    path: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str = "zh") -> str:
        """The problem as a sentence."""
        return say(self.code, self.values, language)


class RegbookError(Exception):
    """The head of the family. ``status`` is what HTTP answers, ``code`` names the error in the reference."""

    code = "error"
    status = 500

    def __init__(self, problems: Iterable[Problem] = (), code: str = "", **values: Any) -> None:
        self.problems = tuple(problems)
        self.code = code or type(self).code
        self.values = values
        super().__init__(self.text("en"))

    def text(self, language: str = "zh") -> str:
        """What happened, as a sentence, without the problems."""
        return say(self.code, self.values, language)


class DefinitionInvalid(RegbookError):
    """A definition has problems; every one of them is in ``problems``."""

    code, status = "definition-invalid", 422


class RecordInvalid(RegbookError):
    """What was to be stored has problems; nothing was stored."""

    code, status = "record-invalid", 422


class RequestInvalid(RegbookError):
    """A request cannot be read: its syntax, size, encoding or an unknown name in a query."""

    code, status = "request-invalid", 400


class WrongMedia(RequestInvalid):
    """The body is of a type that this address does not read."""

    code, status = "wrong-media", 415


class TooLarge(RequestInvalid):
    """The body is larger than this address reads."""

    code, status = "request-too-large", 413


class MethodRefused(RequestInvalid):
    """The address exists, but does not take this method."""

    code, status = "method-refused", 405


class PreconditionMissing(RequestInvalid):
    """A change that does not say which sight of the record it was decided on."""

    code, status = "precondition-missing", 428


class NotFound(RegbookError):
    """Nothing of that name, or nothing that this reader may know of: the same answer for both."""

    code, status = "not-found", 404


class NotSignedIn(RegbookError):
    """The request says nobody's name."""

    code, status = "not-signed-in", 401


class SignInRefused(NotSignedIn):
    """No account opens with this name and password: unknown, disabled, limited and wrong say the same."""

    code = "sign-in-refused"


class Denied(RegbookError):
    """The actor may see this but may not do that."""

    code, status = "denied", 403


class Forged(Denied):
    """A browser sent a change without the token of its session: another site may have sent it."""

    code = "forged"


class TransitionRefused(RegbookError):
    """The record's state, its needs or a plugin do not let it make this transition now."""

    code, status = "transition-refused", 409


class StaleRecord(RegbookError):
    """The record changed since the reader saw it."""

    code, status = "stale-record", 409


class Conflict(RegbookError):
    """What was asked contradicts what is there: a number used twice, a publish from an old base."""

    code, status = "conflict", 409


class Busy(RegbookError):
    """The record kept changing; five attempts were made. Try again."""

    code, status = "busy", 503


class PluginFault(RegbookError):
    """A plugin raised; nothing was written."""

    code, status = "plugin-fault", 500


class SettingsInvalid(RegbookError):
    """The office's settings do not let it start (exit code 2)."""

    code, status = "settings-invalid", 500

"""What the kinds share: a problem that names its field, checking by canonical form, plain showing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Any

from regbook.errors import Problem
from regbook.model.kind import FieldSchema, Typed
from regbook.rules import texts

ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
"""The spelling of every id: of people, departments, records, files."""

Canonical = Callable[[Any, FieldSchema], Any]


def refuse(code: str, field_schema: FieldSchema, path: str = "", **values: Any) -> tuple[Problem, ...]:
    """One problem whose sentence names the field, if it has a title."""
    named = {"title": field_schema["title"]} if "title" in field_schema else {}
    return (Problem(path, code, {**named, **values}),)


def titled(field_schema: FieldSchema, item: FieldSchema) -> FieldSchema:
    """What is said of one item, under the title of the field that holds it."""
    return {"title": field_schema["title"], **item} if "title" in field_schema else item


def line_problems(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
    """A value that is not text, or holds what one line of text may not."""
    if not isinstance(value, str):
        return refuse("wants-text", field_schema)
    bad = texts.forbidden_in_line(value)
    return refuse("text-forbidden", field_schema, character=bad) if bad else ()


def blank(value: Any) -> bool:
    """Whether nothing was said: None, or the empty text that forms send for it."""
    return value is None or value == ""


def code_check(
    problem: str, canonical: Canonical, good: Callable[[str], bool], **values: Any
) -> Callable[[Any, FieldSchema], tuple[Problem, ...]]:
    """The check of a kind whose value is a code: text whose canonical form is good.

    ``values`` are those of the problem's sentence.
    """

    def check(value: Any, field_schema: FieldSchema) -> tuple[Problem, ...]:
        if value is None:
            return ()
        found = line_problems(texts.one_line(value) if isinstance(value, str) else value, field_schema)
        if found:
            return found
        code = canonical(value, field_schema)
        return () if code is None or good(code) else refuse(problem, field_schema, **values)

    return check


def trimmed(value: Any, field_schema: FieldSchema) -> Any:
    """Text in NFC without blanks around it, empty as None; anything else as it came."""
    return (texts.one_line(value) or None) if isinstance(value, str) else value


def narrow(value: Any, field_schema: FieldSchema) -> Any:
    """Text in ASCII widths, empty as None; anything else as it came."""
    return (texts.narrow(value) or None) if isinstance(value, str) else value


def unspaced(value: Any, field_schema: FieldSchema) -> Any:
    """ASCII capitals without blanks inside, empty as None; anything else as it came."""
    text = narrow(value, field_schema)
    return text.replace(" ", "").upper() if isinstance(text, str) else text


def typed_by(canonical: Canonical) -> Typed:
    """Reads text by its canonical form: what has none stays as it was typed."""

    def typed(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
        return canonical(text, field_schema)

    return typed


def typed_as_is(text: str, field_schema: FieldSchema, zone: tzinfo = UTC) -> Any:
    """The text itself: for kinds whose value is what was typed."""
    return text


def shown_as_is(value: Any, field_schema: FieldSchema, language: str = "zh", zone: tzinfo = UTC) -> str:
    """The text of the value; None shows nothing."""
    return "" if value is None else str(value)


def listed(parts: list[str], language: str) -> str:
    """Several texts as one, joined as the language does."""
    return ("、" if language.startswith("zh") else ", ").join(parts)


def as_text(field_schema: FieldSchema, longest: int) -> FieldSchema:
    """Text no longer than the kind's bound and the field's own."""
    return {"type": "string", "maxLength": min(field_schema.get("maxLength", longest), longest)}

"""Clause books: read one from its JSON, find a clause by number, count what is implemented.

A clause book is one file, ``definitions/regulations/<code>.json``::

    {"regulation": "DWM", "title": "部门工作管理制度", "translations": {"en": {"title": "…"}},
     "clauses": [{"clause": "DWM 6.5", "heading": "…", "answered_by": "register"},
                 {"clause": "DWM 6.5.1", "summary": "…", "answered_by": "register"}]}
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from regbook.errors import DefinitionInvalid, Problem
from regbook.model.clause import AnsweredBy, Clause, Regulation
from regbook.rules.pointers import pointer

_CODE = re.compile(r"[A-Z][A-Z0-9]{0,15}")
_NUMBER = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,9}")  # bounded: the length of a chain of parents
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")
_ANSWER = re.compile(r"register|principle|capability: \S.*")

_BOOK_KEYS = ("regulation", "title", "clauses", "translations")
_CLAUSE_KEYS = ("clause", "heading", "summary", "answered_by")
_TRANSLATED = ("title",)


def regulation_from(document: object) -> Regulation:
    """The regulation that a clause book's parsed JSON describes.

    Raises:
        DefinitionInvalid: the book has problems; every one of them is named, with its JSON pointer.
    """
    problems = problems_of_book(document)
    if problems:
        raise DefinitionInvalid(problems)
    book = cast(dict[str, Any], document)
    headed = _headed(each["clause"] for each in book["clauses"])
    return Regulation(
        code=book["regulation"],
        title=book["title"],
        clauses=tuple(_clause_from(each, headed) for each in book["clauses"]),
    )


def problems_of_book(document: object) -> list[Problem]:
    """Everything wrong in a clause book's parsed JSON, in the order of the file; empty when it is sound."""
    if not isinstance(document, dict):
        return [Problem("", "clause-not-object")]
    problems = _key_problems(document, "", _BOOK_KEYS, ("regulation", "title", "clauses"))
    problems += _text_problems(document, "", ("regulation", "title"))
    code = document.get("regulation")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        if isinstance(code, str) and _is_text(code):
            problems.append(Problem("/regulation", "clause-code-wrong", {"value": code}))
        code = None
    problems += _translation_problems(document.get("translations", {}))
    if "clauses" in document:
        problems += _list_problems(document["clauses"], code)
    return problems


def clause_index(regulations: Iterable[Regulation]) -> Mapping[str, Clause]:
    """Every clause of the regulations by its number.

    Raises:
        DefinitionInvalid: two of the regulations bear the same code.
    """
    codes: set[str] = set()
    index: dict[str, Clause] = {}
    problems: list[Problem] = []
    for regulation in regulations:
        if regulation.code in codes:
            problems.append(Problem("/regulation", "clause-regulation-twice", {"code": regulation.code}))
        codes.add(regulation.code)
        index.update((clause.number, clause) for clause in regulation.clauses)
    if problems:
        raise DefinitionInvalid(problems)
    return index


def operative(regulations: Iterable[Regulation]) -> tuple[Clause, ...]:
    """The leaf clauses that a register or a capability has to answer, in the order of the texts."""
    return tuple(each for regulation in regulations for each in regulation.clauses if each.operative)


def unimplemented(regulations: Iterable[Regulation], cited: Iterable[str]) -> tuple[Clause, ...]:
    """The operative clauses that a register has to answer and no rule cites.

    A clause that a capability answers is implemented by the platform itself, so that no definition needs
    to cite it. Citing a heading implements none of its sub-clauses.
    """
    numbers = frozenset(cited)
    return tuple(
        each
        for each in operative(regulations)
        if each.answered_by == "register" and each.number not in numbers
    )


def figures(regulations: Collection[Regulation], cited: Iterable[str]) -> dict[str, int]:
    """How many clauses are operative, how many of these are implemented, how many cited ones are unknown.

    Each clause counts once, however often it is cited.
    """
    numbers = frozenset(cited)
    all_operative = len(operative(regulations))
    return {
        "operative": all_operative,
        "implemented": all_operative - len(unimplemented(regulations, numbers)),
        "unknown": len(numbers - clause_index(regulations).keys()),
    }


def _clause_from(entry: Mapping[str, str], headed: Collection[str]) -> Clause:
    kind, _, capability = entry["answered_by"].partition(": ")
    return Clause(
        number=entry["clause"],
        answered_by=cast(AnsweredBy, kind),
        heading=entry.get("heading", ""),
        summary=entry.get("summary", ""),
        capability=capability,
        leaf=entry["clause"] not in headed,
    )


def _headed(numbers: Iterable[str]) -> frozenset[str]:
    """The numbers that stand above one of ``numbers``: ``DWM 6.5.1`` gives ``DWM 6.5`` and ``DWM 6``."""
    above: set[str] = set()
    for number in numbers:
        while "." in number:
            number = number.rpartition(".")[0]
            above.add(number)
    return frozenset(above)


def _list_problems(clauses: object, code: str | None) -> list[Problem]:
    if not isinstance(clauses, list) or not clauses:
        return [Problem("/clauses", "clause-not-list")]
    named = [each.get("clause") if isinstance(each, dict) else None for each in clauses]
    headed = _headed(each for each in named if isinstance(each, str) and _is_number(each))
    first: dict[str, str] = {}
    problems: list[Problem] = []
    for place, (entry, number) in enumerate(zip(clauses, named, strict=True)):
        at = f"/clauses/{place}"
        if not isinstance(entry, dict):
            problems.append(Problem(at, "clause-not-object"))
            continue
        problems += _key_problems(entry, at, _CLAUSE_KEYS, ("clause", "answered_by"))
        problems += _text_problems(entry, at, _CLAUSE_KEYS)
        problems += _answer_problems(entry.get("answered_by"), at)
        if not isinstance(number, str) or not _is_text(number):
            continue
        problems += _number_problems(number, code, at)
        problems += _wording_problems(entry, at, number in headed)
        if first.setdefault(number, at) != at:
            values = {"clause": number, "first": first[number]}
            problems.append(Problem(f"{at}/clause", "clause-twice", values))
    return problems


def _number_problems(number: str, code: str | None, at: str) -> list[Problem]:
    """Nothing is said about prefixes while the book's own code is wrong: one cause, one problem."""
    if code is None:
        return []
    if _is_number(number) and number.startswith(f"{code} "):
        return []
    return [Problem(f"{at}/clause", "clause-number-wrong", {"value": number, "code": code})]


def _answer_problems(answer: object, at: str) -> list[Problem]:
    if not isinstance(answer, str) or not _is_text(answer):
        return []
    if _ANSWER.fullmatch(answer):
        return []
    return [Problem(f"{at}/answered_by", "clause-answer-unknown", {"value": answer})]


def _wording_problems(entry: Mapping[str, object], at: str, heads: bool) -> list[Problem]:
    key = "heading" if heads else "summary"
    if key in entry:
        return []
    return [Problem(at, f"clause-{key}-missing", {"clause": entry["clause"]})]


def _translation_problems(translations: object) -> list[Problem]:
    if not isinstance(translations, dict):
        return [Problem("/translations", "clause-not-object")]
    problems: list[Problem] = []
    for language, texts in translations.items():
        at = pointer("translations", language)
        if not _LANGUAGE.fullmatch(language):
            problems.append(Problem(at, "clause-language-unknown", {"language": language}))
        if not isinstance(texts, dict):
            problems.append(Problem(at, "clause-not-object"))
            continue
        problems += _key_problems(texts, at, _TRANSLATED, ())
        problems += _text_problems(texts, at, _TRANSLATED)
    return problems


def _key_problems(
    entry: Mapping[str, object], at: str, known: tuple[str, ...], needed: tuple[str, ...]
) -> list[Problem]:
    named = ", ".join(known)
    unknown = [
        Problem(at + pointer(key), "clause-key-unknown", {"key": key, "known": named})
        for key in entry
        if key not in known
    ]
    return unknown + [Problem(at, "clause-key-missing", {"key": key}) for key in needed if key not in entry]


def _text_problems(entry: Mapping[str, object], at: str, keys: tuple[str, ...]) -> list[Problem]:
    return [
        Problem(at + pointer(key), "clause-text-wrong", {"key": key})
        for key in keys
        if key in entry and not _is_text(entry[key])
    ]


def _is_number(value: str) -> bool:
    code, _, digits = value.partition(" ")
    return bool(_CODE.fullmatch(code) and _NUMBER.fullmatch(digits))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != "" and value == value.strip() and value.isprintable()

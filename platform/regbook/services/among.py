"""Checks of people: whoever a definition means must be among those whom it names, by the directory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from regbook.errors import Problem
from regbook.model.definition import Definition
from regbook.model.record import Record
from regbook.model.workflow import Who
from regbook.rules.conditions import holds
from regbook.rules.who import parse_whos, resolve
from regbook.services.edition import Edition


def among_problems(
    edition: Edition, definition: Definition, record: Record, now: datetime
) -> Iterator[Problem]:
    """Checks of people that fail: somebody whom ``who`` means is not among those whom ``among`` means.

    Those who stand in for somebody count beside her, and a ``who`` that means nobody passes.
    """
    facts = record.flat()

    def means(texts: Who, at: datetime | None = None) -> set[str]:
        return {*resolve(parse_whos(texts), facts, edition.directory, at=at, register=record.register).people}

    for check in definition.checks:
        if not check.among or not (check.when is None or holds(check.when, facts, now)):
            continue
        if all(
            text.startswith("field:") and not facts.get(text.removeprefix("field:")) for text in check.who
        ):
            continue
        allowed = means(check.among)
        if means(check.who) <= allowed | means(check.among, now):
            continue
        names = "、".join(edition.person_name(each) for each in sorted(allowed))
        yield Problem(check.at, "check-among", {"say": check.say, "people": names})

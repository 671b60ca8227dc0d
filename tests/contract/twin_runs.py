"""Asks twin offices the same and compares every byte of what they answer."""

from __future__ import annotations

import difflib
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from twin_offices import READERS, Twin, begin, common_deed, hide, twin_in_memory
from twin_requests import CURSOR, MAKERS, Pool, Request, next_page, request_of, sent
from web_offices import mark_of

STEPS = 60
"""Requests to one couple of twins before another couple is made."""
BEGINNINGS = 8
"""Offices that couples are copied from."""

NORMALISED: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        "cursor: sealed with a nonce of its own each time; its length stays",
        re.compile(
            r'(?<="after":")[\w-]{40,}(?=")|(?<="before":")[\w-]{40,}(?=")|(?<=[?&;]after=)[\w-]{40,}'
        ),
        lambda found: f"<cursor of {len(found[0])}>",
    ),
    (
        "cookie expiry: counted from the machine's own clock, which moves on between two answers",
        re.compile(r"(?<=; Expires=)[^;]+"),
        lambda found: "<expiry>",
    ),
    (
        "form token: drawn anew for each new form, so that it is taken once",
        re.compile(r"(?<=new:)[0-9a-f]{24}\b"),
        lambda found: "<form>",
    ),
)
"""All that may differ between twins, each by its name; anything else that differs is a leak."""


class Leak(AssertionError):
    """The twins answered differently."""


@dataclass
class Run:
    """What was asked in a run."""

    pairs: int = 0
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    answered: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)


@dataclass
class Couple:
    """Two twins of one seed, and what they answered last."""

    seed: int
    twins: tuple[Twin, Twin]
    chance: random.Random
    pool: Pool
    cursors: dict[str, tuple[Request, tuple[str, str]]] = field(default_factory=dict)
    tags: dict[str, tuple[str, str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def alike(self, deed: Callable[[Twin, random.Random], None]) -> None:
        """The same deed in both, by the same chance."""
        seed = self.chance.random()
        for twin in self.twins:
            with twin.acting():
                deed(twin, random.Random(seed))

    def hidden(self) -> None:
        """Something hidden in one of them, or in both otherwise."""
        for twin in self.twins:
            hide(twin, twin.chance.randint(0, 3))


Make = Callable[[Twin | None, random.Random], Twin]
"""Makes a twin: as the office was founded, or going on where another stands."""


@cache
def begun(seed: int) -> Twin:
    """An office in which things have begun, from which twins are copied."""
    twin = twin_in_memory(None, random.Random(seed))
    with twin.acting():
        begin(twin, random.Random(seed))
    twin.seed = seed
    return twin


def couple(seed: int, make: Make = twin_in_memory) -> Couple:
    """Twins of a seed: the same office, and in each some hidden deeds of its own."""
    first = begun(seed % BEGINNINGS)
    twins = (make(first, random.Random(seed * 2 + 1)), make(first, random.Random(seed * 2 + 2)))
    chance = random.Random(seed)
    marks = {reader: mark_of(twins[0].client(reader)) for reader in READERS}
    for twin in twins:
        hide(twin, 24)
    return Couple(seed, twins, chance, Pool(chance, twins, marks))


def compare(made: Couple, asked: Request, run: Run) -> None:
    """Sends the request to both twins.

    Raises:
        Leak: their answers differ in anything that is not in NORMALISED, or one of them broke.
    """
    cursors = made.cursors.get(asked.reader, (None, ("", "")))[1]
    tags = made.tags.get(asked.reader, ("", ""))
    made.log.append(str(asked))
    answers = []
    for twin, cursor, tag in zip(made.twins, cursors, tags, strict=True):
        with twin.acting():
            answers.append(sent(twin, asked, cursor, tag))
    run.pairs += 1
    address = (asked.method, asked.rule)
    run.asked[address] += 1
    run.answered.setdefault(address, Counter())[answers[0].status_code] += 1
    shown = [told(each) for each in answers]
    if shown[0] != shown[1] or answers[0].status_code >= 500:
        lines = difflib.unified_diff(*(re.split(r"(?<=[>,])", each) for each in shown), "one", "other", n=1)
        raise Leak(
            f"seed {made.seed}, request {len(made.log)}: {asked}\n"
            f"{answers[0].status_code} {answers[1].status_code}\n"
            + "\n".join(each[:300] for each in lines)[:6000]
        )
    _remember(made, asked, answers)


def told(answer: Any) -> str:
    """Status, headers and body as text, normalised."""
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers))
    text = f"{answer.status}\n{headers}\n\n{answer.data.decode('utf-8', 'backslashreplace')}"
    for _, pattern, put in NORMALISED:
        text = pattern.sub(put, text)
    return text


def _remember(made: Couple, asked: Request, answers: list[Any]) -> None:
    if answers[0].headers.get("ETag"):
        made.tags[asked.reader] = tuple(each.headers["ETag"].strip('"') for each in answers)  # type: ignore[assignment]
    found = [re.search(r'(?:"after":"|[?&;]after=)([\w-]{40,})', each.text) for each in answers]
    if asked.method == "GET" and all(found):
        made.cursors[asked.reader] = (asked, tuple(each[1] for each in found if each))  # type: ignore[assignment]
    if asked.method == "POST" and answers[0].status_code in (201, 303) and "/files" not in asked.rule:
        entered = re.search(r"/([a-z]+)(?:/records)?/(v[0-9a-f]{15})", answers[0].headers.get("Location", ""))
        for twin in made.twins if entered else ():
            known = twin.visible.setdefault(entered[1], [])
            if entered[2] not in known:
                known.append(entered[2])
                twin.owners[entered[2]] = (entered[1], asked.reader)
    if asked.rule.endswith("/files") and answers[0].status_code == 201:
        for twin, answer in zip(made.twins, answers, strict=True):
            twin.visible.setdefault("file", []).append(answer.json["id"])


Addresses = tuple[tuple[str, str], ...]


def steps(made: Couple, how_many: int, at: Addresses = ()) -> Iterator[Request]:
    """Requests (to the addresses alone, if any), with deeds between them: some alike, some hidden."""
    for _ in range(how_many):
        if made.chance.random() < 0.12:
            made.alike(common_deed)
        if made.chance.random() < 0.3:
            made.hidden()
        kept = made.cursors.get(made.pool.one(*READERS))
        if kept is not None and CURSOR not in kept[0].query and made.chance.random() < 0.15:
            yield next_page(kept[0])
        else:
            yield request_of(made.pool, made.chance.choice(at) if at else None)


def ask(
    pairs: int,
    seed: int = 1,
    make: Make = twin_in_memory,
    run: Run | None = None,
    at: Addresses = (),
) -> Run:
    """Asks that many pairs of requests; the first that differs is raised.

    Raises:
        Leak: the twins answered differently.
    """
    run = run or Run()
    while run.pairs < pairs:
        made = couple(seed, make)
        try:
            for asked in steps(made, min(STEPS, pairs - run.pairs), at):
                compare(made, asked, run)
        finally:
            _gone(made)
        seed += 1
    return run


def _gone(made: Couple) -> None:
    for twin in made.twins:
        if twin.office.store.files is not None:
            shutil.rmtree(twin.office.store.files, ignore_errors=True)
        twin.office.store.close()


__all__ = ["MAKERS", "NORMALISED", "Leak", "Run", "ask", "compare", "couple"]

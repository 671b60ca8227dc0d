"""Measures both sides side by side: interleaved rounds inside one process, medians, and their ratio.

A request is a call of the WSGI application: no server and no client is in the figures, so that nothing
that both sides share hides the difference between them.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle
from statistics import median
from time import perf_counter, thread_time, time_ns
from typing import Any
from urllib.parse import quote

from werkzeug.test import EnvironBuilder

from benchmarks import workload
from benchmarks.sides import Side

Ask = Callable[[], bytes]
"""Asks the next request of an operation and answers the body."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that people do, and the most that the engine may take as a multiple of the floor."""

    name: str
    goal: float
    asks: Callable[[Side], Ask]
    own: bool = False
    """Held against the engine's own first page, which then stands in the floor's column."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What an operation took on both sides, in milliseconds (or MiB)."""

    name: str
    floor: float
    ours: float
    goal: float
    unit: str = "ms"
    work: float | None = None
    """The ratio of processor time in this process alone, which other programs disturb less."""

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the floor's."""
        return self.ours / self.floor

    @property
    def held(self) -> bool:
        """Whether the goal is held."""
        return self.ratio <= self.goal


def asked(side: Side, method: str, path: str, body: Any = None, status: int = 200) -> bytes:
    """The body of an answer; any other status than the one expected ends the run."""
    return _call(side, _environ(side, method, path), body, status)


def _environ(side: Side, method: str, path: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {side.token}", "Accept-Language": "zh-CN"}
    headers |= {"If-Match": "*"} if method == "PATCH" else {}
    return EnvironBuilder(path, f"http://{side.host}", method=method, headers=headers).get_environ()


def _call(side: Side, environ: dict[str, Any], body: Any, status: int) -> bytes:
    given = environ.copy()
    if body is not None:
        data = json.dumps(body).encode()
        given["wsgi.input"] = BytesIO(data)
        given["CONTENT_LENGTH"], given["CONTENT_TYPE"] = str(len(data)), "application/json"
    said: list[str] = []
    answer = side.app(given, lambda line, headers, failed=None: said.append(line))
    text = b"".join(answer)
    if close := getattr(answer, "close", None):
        close()
    if not said[0].startswith(str(status)):
        raise RuntimeError(
            f"{side.name}: {given['REQUEST_METHOD']} {given['PATH_INFO']}: {said[0]} {text[:400]!r}"
        )
    return text


def repeated(side: Side, method: str, paths: Iterable[str], bodies: Iterable[Any], status: int) -> Ask:
    """Asks the paths in turn, each with the next of the bodies."""
    environs = cycle([_environ(side, method, each) for each in paths])
    given = cycle(bodies)
    return lambda: _call(side, next(environs), next(given), status)


def _api(suffix: str) -> Callable[[Side], Ask]:
    return lambda side: repeated(side, "GET", [side.api + suffix], [None], 200)


def _filtered(side: Side) -> Ask:
    return repeated(side, "GET", [f"{side.api}?{side.filters}"], [None], 200)


DEEP = 40
"""How many pages deep the page by cursor is, where there are as many."""


def _deep(side: Side) -> Ask:
    cursors = [""]
    while len(cursors) < DEEP:
        path = f"{side.api}?after={cursors[-1]}" if cursors[-1] else side.api
        after = json.loads(asked(side, "GET", path))["after"]
        if after is None:
            break
        cursors.append(after)
    deepest = cursors[-3:][0]  # a whole page, not the last few records
    return repeated(side, "GET", [f"{side.api}?after={deepest}"], [None], 200)


def _read(side: Side) -> Ask:
    return repeated(side, "GET", [f"{side.api}/{each}" for each in side.seen], [None], 200)


def _create(side: Side) -> Ask:
    return repeated(side, "POST", [side.api], workload.new_ones(400, 7), 201)


def _update(side: Side) -> Ask:
    paths = [f"{side.api}/{each}" for each in side.seen]
    return repeated(side, "PATCH", paths, workload.changes(997, time_ns()), 200)


def _page(side: Side) -> Ask:
    return repeated(side, "GET", [side.pages], [None], 200)


def _detail(side: Side) -> Ask:
    return repeated(side, "GET", [side.record.format(id=each) for each in side.seen], [None], 200)


def _form(side: Side) -> Ask:
    return repeated(side, "GET", [side.form.format(id=each) for each in side.seen], [None], 200)


OPERATIONS = (
    Operation("API first page", 1.0, _api("")),
    Operation("API two filters, sorted", 1.2, _filtered),
    Operation("API page by cursor, deep", 1.2, _deep),
    Operation("API read one", 1.2, _read),
    Operation("API deep page, of our first", 1.2, _deep, own=True),
    Operation("API with total, of our first", 4.0, _api("?count=bounded"), own=True),
    Operation("API common word, of our first", 3.0, _api(f"?q={quote('净水机')}"), own=True),
    Operation("API rare word, of our first", 3.0, _api(f"?q={quote('店第77号')}"), own=True),
    Operation("API create", 1.3, _create),
    Operation("API update", 1.3, _update),
    Operation("HTML first page", 1.6, _page),
    Operation("HTML detail", 1.5, _detail),
    Operation("HTML form", 1.5, _form),
)


def measured(
    one: Side, other: Side, names: Iterable[str] | None, rounds: int, each: int
) -> Iterator[Figure | str]:
    """A figure for every operation; the name alone of one that a side does not answer."""
    for operation in OPERATIONS:
        if names is not None and not any(each in operation.name for each in names):
            continue
        try:
            asks = [_api("")(other) if operation.own else operation.asks(one), operation.asks(other)]
            for ask in asks * 3:
                ask()
        except RuntimeError as missing:
            yield f"{operation.name}: {missing}"
            continue
        times: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
        gc.collect()
        gc.disable()
        for _ in range(rounds):
            for ask, found in zip(asks, times, strict=True):
                found += _timed(ask, each)
            gc.collect()
        gc.enable()
        clock, work = ([median(each[at] for each in found) * 1000 for found in times] for at in (0, 1))
        yield Figure(operation.name, *clock, operation.goal, work=round(work[1] / work[0], 3))


def _timed(ask: Ask, times: int) -> list[tuple[float, float]]:
    """What each request took: by the clock, and of the processor."""
    found = []
    for _ in range(times):
        begun, worked = perf_counter(), thread_time()
        ask()
        found.append((perf_counter() - begun, thread_time() - worked))
    return found

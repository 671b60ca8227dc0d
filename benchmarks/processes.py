"""Start to first page, eight clients at once, and the memory of two workers: both as they are served."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from benchmarks.measuring import Figure
from benchmarks.sides import Side

WORKERS = 2
STARTS = 3
LONGEST = 60.0
CLIENTS = 8
ASKED_BY_EACH = 40


def measured(floor_url: str, office: Path, one: Side, other: Side) -> list[Figure]:
    """Seconds from the command to the first page answered, and MiB of both workers and their parent."""
    starts: tuple[list[float], list[float]] = ([], [])
    memory: tuple[list[float], list[float]] = ([], [])
    crowded: tuple[list[float], list[float]] = ([], [])
    for _ in range(STARTS):
        for at, side in enumerate((one, other)):
            port = _free_port()
            with _running(_command(side, office, port), floor_url, port, office.parent) as process:
                starts[at].append(_first_page(side, port))
                for _ in range(20):
                    _asked(side, port)
                memory[at].append(_memory(process.pid))
                crowded[at].append(_crowded(side, port))
    return [
        Figure("start to first page", *(median(each) for each in starts), 2.0, "s"),
        Figure(f"API first page, {CLIENTS} clients", *(median(each) for each in crowded), 1.0),
        Figure("memory of two workers", *(median(each) for each in memory), 1.7, "MiB"),
    ]


def _command(side: Side, office: Path, port: int) -> list[str]:
    if side.name == "floor":
        options = ["-w", str(WORKERS), "-b", f"127.0.0.1:{port}", "--log-level", "warning"]
        return [sys.executable, "-m", "gunicorn", *options, "benchmarks.floor.app:served()"]
    return [sys.executable, "-m", "regbook.cli", "serve", "--office", str(office), "--workers", str(WORKERS)]


@contextmanager
def _running(command: list[str], floor_url: str, port: int, kept: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process of a command; its modules' bytecode is kept, as it is wherever something is installed."""
    paths = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "platform")]
    environment = {
        **os.environ,
        "FLOOR_URL": floor_url,
        "REGBOOK_PORT": str(port),
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONPYCACHEPREFIX": str(kept / "bytecode"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _first_page(side: Side, port: int) -> float:
    begun = perf_counter()
    while perf_counter() - begun < LONGEST:
        if _asked(side, port):
            return perf_counter() - begun
        sleep(0.01)
    raise RuntimeError(f"{side.name} did not start")


def _asked(side: Side, port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", side.api, headers={"Authorization": f"Bearer {side.token}"})
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _crowded(side: Side, port: int) -> float:
    """The median of what a page takes, in milliseconds, when eight ask at once."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        asked = [clients.submit(_asked_in, side, port) for _ in range(CLIENTS * ASKED_BY_EACH)]
        return median(each.result() for each in asked)


def _asked_in(side: Side, port: int) -> float:
    begun = perf_counter()
    if not _asked(side, port):
        raise RuntimeError(f"{side.name} did not answer")
    return (perf_counter() - begun) * 1000


def _memory(parent: int) -> float:
    """The proportional share of memory of a process and its children, in MiB."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    total = 0
    for pid in [str(parent), *children]:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])

"""Prints what the engine costs as a multiple of the hand-written floor, measured side by side.

    python -m benchmarks [--records N ...] [--store sqlite|postgresql] [--json] [--keep FOLDER]

PostgreSQL is measured when REGBOOK_BENCH_POSTGRESQL names a server on which databases may be made, as
``postgresql+psycopg://postgres@127.0.0.1:5432``; without it only SQLite is.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from benchmarks import measuring, processes, sides
from benchmarks.measuring import Figure

SIZES = (1_000, 100_000)
MOST = 1_000_000


def main() -> None:
    """Measures every store and size, and prints a table for each."""
    options = _parser().parse_args()
    sizes = options.records or [*SIZES, *([MOST] if options.million else [])]
    server = os.environ.get("REGBOOK_BENCH_POSTGRESQL", "")
    stores = options.store or ["sqlite", *(["postgresql"] if server else [])]
    found = []
    with _folder(options.keep) as folder:
        for store in stores:
            for count in sizes:
                whole = _measure(folder, store, server, count, options)
                found.append(whole)
                if not options.json:
                    _print(whole)
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--records", type=int, nargs="*", help=f"sizes (default {SIZES})")
    parser.add_argument("--million", action="store_true", help="1,000,000 records too (takes long to fill)")
    parser.add_argument("--store", nargs="*", choices=("sqlite", "postgresql"))
    parser.add_argument("--only", nargs="*", help="operations whose name holds one of these words")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--each", type=int, default=10, help="requests of each side in a round")
    parser.add_argument("--keep", type=Path, help="keep the filled databases here, for the next run")
    parser.add_argument("--no-processes", action="store_true", help="leave start and memory out")
    parser.add_argument("--json", action="store_true")
    return parser


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


def _measure(
    folder: Path, store: str, server: str, count: int, options: argparse.Namespace
) -> dict[str, Any]:
    names = (f"regbook_bench_floor_{count}", f"regbook_bench_ours_{count}")
    kept = folder / f"{store}-{count}"
    kept.mkdir(exist_ok=True)
    if store == "postgresql":
        urls = tuple(f"{server.rstrip('/')}/{name}" for name in names)
        if not (kept / "office" / "token").exists():
            _make_databases(server, names)
    else:
        urls = (f"sqlite:///{kept / 'floor.db'}", "")
    try:
        one = sides.floor(urls[0], count)
        other = sides.ours(kept / "office", urls[1], count)
        found = list(measuring.measured(one, other, options.only, options.rounds, options.each))
        if not options.no_processes and not options.only:
            found += processes.measured(urls[0], kept / "office", one, other)
    finally:
        if store == "postgresql" and options.keep is None:
            _drop_databases(server, names)
    figures = [each for each in found if isinstance(each, Figure)]
    return {
        "store": store,
        "records": count,
        "figures": [{**asdict(each), "ratio": round(each.ratio, 3), "held": each.held} for each in figures],
        "missing": [each for each in found if isinstance(each, str)],
    }


def _make_databases(server: str, names: tuple[str, ...]) -> None:
    _drop_databases(server, names)
    with _administering(server) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _drop_databases(server: str, names: tuple[str, ...]) -> None:
    with _administering(server) as connection:
        for name in names:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextmanager
def _administering(server: str) -> Iterator[Any]:
    url = make_url(server)
    with psycopg.connect(
        host=url.host, port=url.port, user=url.username, password=url.password, dbname="postgres",
        autocommit=True,
    ) as connection:  # fmt: skip
        yield connection


def _print(whole: dict[str, Any]) -> None:
    print(f"\n{whole['store']}, {whole['records']:,} records", flush=True)
    print(f"{'operation':<28}{'floor':>12}{'ours':>12}{'ratio':>8}{'goal':>7}  held  processor")
    for each in whole["figures"]:
        numbers = f"{each['floor']:>8.2f} {each['unit']:<3}{each['ours']:>8.2f} {each['unit']:<3}"
        held = "yes" if each["held"] else "NO"
        work = f"{each['work']:>6.2f}" if each["work"] is not None else ""
        print(f"{each['name']:<28}{numbers}{each['ratio']:>8.2f}{each['goal']:>7.2f}  {held:<4}{work}")
    for each in whole["missing"]:
        print(f"not measured: {each}")


if __name__ == "__main__":
    main()

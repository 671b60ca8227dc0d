"""The files of an office's folder: definitions, organisation, calendar, clause books and policy, as read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regbook.errors import Problem, RequestInvalid
from regbook.rules import jsontext

LARGEST = 500_000
"""The size of a definition in bytes (A-18)."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong in one file."""

    file: str
    problem: Problem

    def as_json(self, language: str = "zh") -> dict[str, str]:
        """The problem as ``regbook check --json`` prints it."""
        return {
            "file": self.file,
            "path": self.problem.path,
            "code": self.problem.code,
            "message": self.problem.text(language),
        }


@dataclass(frozen=True, slots=True)
class Library:
    """Everything in a definitions folder. ``registers`` maps a register to its file and its JSON."""

    folder: Path
    registers: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    organisation: Mapping[str, Any] = field(default_factory=dict)
    calendar: Mapping[str, Any] = field(default_factory=dict)
    regulations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    policy: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[FileProblem, ...] = ()

    def raw(self) -> dict[str, Mapping[str, Any]]:
        """Each register's JSON."""
        return {register: raw for register, (_, raw) in self.registers.items()}


def read_library(folder: Path) -> Library:
    """Reads a definitions folder; files that cannot be read are problems, not errors.

    A JSON file without ``register`` at its top is not a register.
    """
    problems: list[FileProblem] = []
    registers: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for path in _json_files(folder):
        name = path.relative_to(folder).as_posix()
        raw = _read(path, name, problems)
        if not isinstance(raw, dict) or "register" not in raw:
            continue
        register = str(raw["register"])
        if register in registers:
            first = registers[register][0]
            problems.append(FileProblem(name, Problem("/register", "register-twice", {"file": first})))
        else:
            registers[register] = (name, raw)
    return Library(
        folder,
        registers,
        _one(folder, "organisation.json", problems),
        _one(folder, "calendar.json", problems),
        {path.stem: _one(folder, f"regulations/{path.name}", problems) for path in _books(folder)},
        {path.name: path.read_text("utf-8") for path in sorted(folder.glob("policy/*")) if path.is_file()},
        tuple(problems),
    )


def _json_files(folder: Path) -> Iterable[Path]:
    skipped = {"regulations", "dashboards", "policy"}
    for path in sorted(folder.glob("*/*.json")):
        if path.parent.name not in skipped:
            yield path


def _books(folder: Path) -> list[Path]:
    return sorted(folder.glob("regulations/*.json"))


def _one(folder: Path, name: str, problems: list[FileProblem]) -> Mapping[str, Any]:
    path = folder / name
    raw = _read(path, name, problems) if path.exists() else {}
    return raw if isinstance(raw, dict) else {}


def _read(path: Path, name: str, problems: list[FileProblem]) -> Any:
    try:
        return jsontext.loads(path.read_bytes(), max_bytes=LARGEST)
    except RequestInvalid as error:
        problems += [FileProblem(name, each) for each in error.problems]
        return None


def content_hash(raw: Any) -> str:
    """The hash of a JSON value, the same however its file is laid out; of a text, its own."""
    if isinstance(raw, str):
        return hashlib.sha256(raw.encode()).hexdigest()
    return jsontext.canonical_hash(raw)

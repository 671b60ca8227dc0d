"""From ``calendar.json``, or the rows of the calendar's table, to a Calendar: every problem at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from types import MappingProxyType
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from regbook.errors import DefinitionInvalid, Problem
from regbook.model.timing import WEEKDAYS, Calendar, DayKind, Shift
from regbook.rules.openings import FIRST_YEAR, LAST_YEAR
from regbook.rules.pointers import pointer

KEYS = frozenset({"$schema", "zone", "shifts", "weekdays", "days", "departments"})
DAY_KEYS = frozenset({"date", "kind", "name", "source"})
SOURCES = ("state", "company")
KINDS: tuple[DayKind, ...] = get_args(DayKind)
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DAY_MINUTES = 24 * 60


def calendar_from(raw: Any, edition: int = 1) -> Calendar:
    """The calendar that a JSON value describes.

    ``{zone, shifts: [{opens, closes}], weekdays: ["monday", ...], days: [{date, kind, name, source}],
    departments: {id: shifts}}``; ``source`` is ``state`` (left out: state) or ``company``, which goes
    before it. Where two rows of the state meet on a date, a make-up day goes before a holiday.

    Raises:
        DefinitionInvalid: with every problem, each at its JSON pointer.
    """
    reader = _Reader()
    calendar = reader.read(raw, edition)
    if calendar is None:
        raise DefinitionInvalid(reader.problems)
    return calendar


@dataclass(slots=True)
class _Reader:
    """Reads what can be read and keeps what is wrong."""

    problems: list[Problem] = field(default_factory=list)

    def read(self, raw: Any, edition: int) -> Calendar | None:
        if not isinstance(raw, Mapping):
            self.wrong("", "calendar-not-object")
            return None
        self.known(raw, KEYS, "")
        zone = self.zone(raw.get("zone"))
        shifts = self.shifts(raw.get("shifts"), "/shifts")
        weekdays = self.weekdays(raw.get("weekdays"))
        rows = self.days(raw.get("days", ()))
        departments = self.departments(raw.get("departments", {}))
        if self.problems:
            return None
        state, company = (_precedence(rows, source) for source in SOURCES)
        return Calendar(zone, shifts, weekdays, state, edition, company, departments)

    def wrong(self, path: str, code: str, **values: Any) -> None:
        self.problems.append(Problem(path, code, values))

    def known(self, raw: Mapping[str, Any], keys: Iterable[str], path: str) -> None:
        for key in sorted(map(str, raw.keys() - set(keys))):
            self.wrong(path + pointer(key), "calendar-key-unknown", key=key, known=", ".join(sorted(keys)))

    def zone(self, raw: Any) -> str:
        try:
            return ZoneInfo(raw).key if isinstance(raw, str) and raw else self.bad_zone(raw)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self.bad_zone(raw)

    def bad_zone(self, raw: Any) -> str:
        self.wrong("/zone", "calendar-zone", zone=_shown(raw))
        return ""

    def shifts(self, raw: Any, path: str) -> tuple[Shift, ...]:
        if not _is_list(raw) or not raw:
            self.wrong(path, "calendar-no-shift")
            return ()
        shifts = [self.shift(each, f"{path}/{n}") for n, each in enumerate(raw)]
        kept = tuple(shift for shift in shifts if shift)
        if len(kept) == len(shifts):
            self.apart(kept, path)
        return kept

    def shift(self, raw: Any, path: str) -> Shift | None:
        if not isinstance(raw, Mapping):
            self.wrong(path, "calendar-shift")
            return None
        self.known(raw, ("opens", "closes"), path)
        clocks = [self.clock(raw.get(key), f"{path}/{key}") for key in ("opens", "closes")]
        return Shift(clocks[0], clocks[1]) if clocks[0] is not None and clocks[1] is not None else None

    def clock(self, raw: Any, path: str) -> time | None:
        if isinstance(raw, str) and _CLOCK.fullmatch(raw):
            return time.fromisoformat(raw)
        self.wrong(path, "calendar-clock", clock=_shown(raw))
        return None

    def apart(self, shifts: tuple[Shift, ...], path: str) -> None:
        """In order, and each over before the next begins; the last before the first of the next day."""
        minutes = [_minutes(shift) for shift in shifts]
        after = [*minutes[1:], (minutes[0][0] + _DAY_MINUTES, 0)]
        for n, ((_, closes), (opens, _)) in enumerate(zip(minutes, after, strict=True)):
            if closes > opens:
                self.wrong(
                    f"{path}/{n}/closes", "calendar-shifts-overlap", closes=f"{shifts[n].closes:%H:%M}"
                )

    def weekdays(self, raw: Any) -> frozenset[int]:
        if not _is_list(raw) or not raw:
            self.wrong("/weekdays", "calendar-no-weekday")
            return frozenset()
        for n, name in enumerate(raw):
            if name not in WEEKDAYS:
                self.wrong(
                    f"/weekdays/{n}", "calendar-weekday", weekday=_shown(name), known=", ".join(WEEKDAYS)
                )
        return frozenset(WEEKDAYS.index(name) + 1 for name in raw if name in WEEKDAYS)

    def days(self, raw: Any) -> list[tuple[date, DayKind, str]]:
        if not _is_list(raw):
            self.wrong("/days", "calendar-days")
            return []
        rows: dict[tuple[date, str, str], tuple[date, DayKind, str]] = {}
        for n, each in enumerate(raw):
            row = self.day(each, f"/days/{n}")
            if row is None:
                continue
            # The state's paper may name a date as a holiday and as a make-up day; the company's word is one.
            key = (row[0], row[2], row[1] if row[2] == "state" else "")
            if key in rows:
                self.wrong(f"/days/{n}/date", "calendar-day-twice", date=row[0].isoformat())
            rows[key] = row
        return list(rows.values())

    def day(self, raw: Any, path: str) -> tuple[date, DayKind, str] | None:
        if not isinstance(raw, Mapping):
            self.wrong(path, "calendar-day")
            return None
        self.known(raw, DAY_KEYS, path)
        day = self.date(raw.get("date"), f"{path}/date")
        kind = self.one_of(raw.get("kind"), KINDS, f"{path}/kind", "calendar-kind")
        source = self.one_of(raw.get("source", "state"), SOURCES, f"{path}/source", "calendar-source")
        name = raw.get("name", "")
        if not isinstance(name, str) or len(name) > 100:
            self.wrong(f"{path}/name", "calendar-day-name")
        return (day, kind, source) if day and kind and source else None

    def date(self, raw: Any, path: str) -> date | None:
        try:
            day = date.fromisoformat(raw) if isinstance(raw, str) and _DATE.fullmatch(raw) else None
        except ValueError:
            day = None
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.wrong(path, "calendar-date", date=_shown(raw))
            return None
        return day

    def one_of(self, raw: Any, known: Sequence[Any], path: str, code: str) -> Any:
        if isinstance(raw, str) and raw in known:
            return raw
        self.wrong(path, code, value=_shown(raw), known=", ".join(known))
        return None

    def departments(self, raw: Any) -> Mapping[str, tuple[Shift, ...]]:
        if not isinstance(raw, Mapping):
            self.wrong("/departments", "calendar-departments")
            return {}
        return MappingProxyType(
            {str(key): self.shifts(shifts, pointer("departments", key)) for key, shifts in raw.items()}
        )


def _precedence(rows: list[tuple[date, DayKind, str]], source: str) -> Mapping[date, DayKind]:
    """Work over statutory over off, where several rows of one source speak of a date."""
    order = ("off", "statutory", "work")
    mine = sorted((row for row in rows if row[2] == source), key=lambda row: order.index(row[1]))
    return MappingProxyType({day: kind for day, kind, _ in mine})


def _minutes(shift: Shift) -> tuple[int, int]:
    opens = shift.opens.hour * 60 + shift.opens.minute
    closes = shift.closes.hour * 60 + shift.closes.minute
    return opens, closes if closes > opens else closes + _DAY_MINUTES


def _is_list(raw: Any) -> bool:
    return isinstance(raw, Sequence) and not isinstance(raw, str | bytes)


def _shown(raw: Any) -> str:
    return str(raw)[:40]

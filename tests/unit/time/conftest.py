"""The office of the regulations: 09:00-12:00, 13:30-18:00 in Asia/Shanghai, state holidays 2024-2026."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regbook.model.timing import Calendar
from regbook.rules.calendars import calendar_from

ROOT = Path(__file__).resolve().parents[3]
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def seed() -> dict:
    return json.loads((ROOT / "definitions" / "calendar.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def office(seed: dict) -> Calendar:
    return calendar_from(seed)


@pytest.fixture(scope="session")
def at():
    """An instant from what the office's clock shows: ``at("2026-09-30 16:00")``."""

    def read(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)

    return read

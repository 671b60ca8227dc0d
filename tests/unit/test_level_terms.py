"""A term that no calendar reaches leaves the level where it is."""

from datetime import UTC, datetime

from regbook.model.record import Record
from regbook.model.timing import Calendar, Shift
from regbook.rules.reading import definition_from
from regbook.services.guarding import guarded

RAW = {
    "register": "file",
    "title": "文件",
    "entity": {
        "type": "object",
        "properties": {"made_on": {"type": "string", "format": "date", "title": "日期"}},
    },
    "secrecy": {"level": "机密", "term": {"机密": "10y"}, "from": "made_on"},
}


def test_a_term_beyond_the_calendar_never_ends_the_level():
    noon = datetime(2026, 9, 30, 4, tzinfo=UTC).time()
    calendar = Calendar(
        "Asia/Shanghai", (Shift(noon.replace(hour=9), noon.replace(hour=18)),), frozenset(range(1, 6))
    )
    ends = {
        day: guarded(definition_from(RAW), Record("file", "1", "current", {"made_on": day}), calendar)
        for day in ("2026-09-30", "2295-01-01")
    }
    assert {day: each.level for day, each in ends.items()} == {"2026-09-30": 3, "2295-01-01": 3}
    assert ends["2026-09-30"].declassify_on.year == 2036
    assert ends["2295-01-01"].declassify_on is None

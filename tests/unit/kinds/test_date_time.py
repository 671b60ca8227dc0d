from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.rules.kinds.date_time import DATE_TIME

from .laws import accepts, refuses

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "written",
    [
        "2026-09-30T08:00:00Z",
        "2026-09-30T16:00:00+08:00",
        "2026-09-30 16:00+0800",
        "2026-9-30t16:00:00.999+08:00",
        "2026-09-30T02:30:00-05:30",
        "2026年9月30日 16:00 +08:00",
    ],
)
def test_an_instant_has_one_spelling_in_utc(written):
    accepts(DATE_TIME, written, "2026-09-30T08:00:00Z")


def test_without_an_offset_the_instant_is_unknown():
    refuses(DATE_TIME, "2026-09-30T16:00:00", "instant-zone")


@pytest.mark.parametrize(
    "bad",
    [
        "2026-09-30",
        "2026-02-29T00:00:00Z",
        "2026-09-30T24:00:00Z",
        "2026-09-30T08:00:60Z",
        "2026-09-30T08:00:00+24:00",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-01:00",
        "now",
    ],
)
def test_what_is_no_instant_is_refused(bad):
    refuses(DATE_TIME, bad, "instant-form")


def test_only_text():
    refuses(DATE_TIME, 1_790_000_000, "wants-text")


@settings(max_examples=100, deadline=None)
@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_every_offset_tells_the_same_instant(naive, minutes):
    moment = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    canonical = DATE_TIME.canonical(moment.isoformat(), {})
    assert datetime.fromisoformat(canonical) == moment
    assert DATE_TIME.canonical(canonical, {}) == canonical


def test_typed_is_of_the_offices_zone():
    assert DATE_TIME.typed("2026-09-30T16:00", {}, SHANGHAI) == "2026-09-30T08:00:00Z"
    assert DATE_TIME.typed("2026-09-30 16:00", {}, UTC) == "2026-09-30T16:00:00Z"
    assert DATE_TIME.typed("2026/9/30", {}, SHANGHAI) == "2026-09-29T16:00:00Z"
    assert DATE_TIME.typed("2026-09-30T16:00Z", {}, SHANGHAI) == "2026-09-30T16:00:00Z"
    assert DATE_TIME.typed("下周", {}, SHANGHAI) == "下周"
    assert DATE_TIME.typed("", {}, SHANGHAI) is None


def test_shown_in_the_readers_zone_and_masked_whole():
    assert DATE_TIME.shown("2026-09-30T08:00:00Z", {}, "zh", SHANGHAI) == "2026-09-30 16:00"
    assert (
        DATE_TIME.shown("0001-01-01T00:00:00Z", {}, "zh", ZoneInfo("America/New_York"))
        == "0001-01-01T00:00:00Z"
    )
    assert DATE_TIME.mask is not None
    assert DATE_TIME.mask("2026-09-30T08:00:00Z") == "******"

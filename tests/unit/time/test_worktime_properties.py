"""What holds for every instant, span and round, on the office's calendar and on others drawn at random."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from regbook.model.timing import Calendar, Shift, Span
from regbook.rules.worktime import (
    add_span,
    end_of_day,
    is_open,
    late,
    local_date,
    next_opening,
    round_instant,
    rounds_between,
    working_day_from,
    working_days_between,
)

KINDS = ("work", "off", "statutory")
SECOND = timedelta(seconds=1)
few = settings(max_examples=30, deadline=None)


@st.composite
def calendars(draw):
    """Up to three shifts, any week, any days that differ; no clock changed in Shanghai since 1991."""
    minutes = sorted(draw(st.sets(st.integers(0, 47), min_size=2, max_size=6)))
    marks = [time(n // 2, n % 2 * 30) for n in minutes[: len(minutes) // 2 * 2]]
    if draw(st.booleans()):
        marks = [*marks[1:], marks[0]]
    dates = st.dates(date(2026, 1, 1), date(2026, 12, 31))
    return Calendar(
        "Asia/Shanghai",
        tuple(Shift(*pair) for pair in zip(marks[::2], marks[1::2], strict=True)),
        frozenset(draw(st.sets(st.integers(1, 7), min_size=1))),
        draw(st.dictionaries(dates, st.sampled_from(KINDS), max_size=20)),
        exceptions=draw(st.dictionaries(dates, st.sampled_from(KINDS), max_size=5)),
    )


instants = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 31)).map(  # noqa: DTZ001
    lambda wall: wall.replace(microsecond=0, tzinfo=UTC)
)
open_lengths = st.integers(1, 200 * 3600).map(
    lambda seconds: Span(Decimal(seconds) / 3600, "wh")
) | st.integers(1, 200).map(lambda hours: Span(hours, "wh"))
whole_hours = st.integers(1, 200).map(lambda hours: Span(hours, "wh"))
quarters = st.integers(1, 800).map(lambda n: Span(Decimal(n) / 4, "wh"))
spans = st.one_of(
    quarters,
    st.builds(Span, st.integers(0, 20), st.sampled_from(["s", "m", "h", "d", "w", "mo", "y", "wd"])),
)
rounds = st.one_of(
    quarters, st.builds(Span, st.integers(1, 5), st.sampled_from(["s", "m", "h", "d", "w", "mo", "y", "wd"]))
)


def closes_or_is_open(instant, calendar):
    return is_open(instant, calendar) or is_open(instant - SECOND, calendar)


@few
@given(calendars(), instants, instants, spans, st.booleans())
def test_later_starts_never_end_earlier(calendar, one, other, span, back):
    first, second = sorted((one, other))
    span = -span if back else span
    assert add_span(first, span, calendar) <= add_span(second, span, calendar)


@few
@given(calendars(), instants, quarters, quarters)
def test_longer_spans_never_end_earlier(calendar, start, one, other):
    short, long = sorted((one, other), key=lambda span: span.amount)
    assert add_span(start, short, calendar) <= add_span(start, long, calendar)
    assert add_span(start, -long, calendar) <= add_span(start, -short, calendar)


@few
@given(calendars(), instants, quarters, st.booleans())
def test_working_hours_end_inside_a_shift_or_on_its_closing(calendar, start, span, back):
    end = add_span(start, -span if back else span, calendar)
    assert is_open(end, calendar) if back else is_open(end - SECOND, calendar)


@few
@given(calendars(), instants, quarters)
def test_there_and_back_again_inside_a_shift(calendar, start, span):
    start = next_opening(start, calendar)
    assert add_span(add_span(start, span, calendar), -span, calendar) == start


@few
@given(calendars(), instants, quarters, quarters)
def test_two_spans_are_their_sum(calendar, start, one, other):
    both = Span(one.amount + other.amount, "wh")
    assert add_span(add_span(start, one, calendar), other, calendar) == add_span(start, both, calendar)


@few
@given(calendars(), instants, quarters)
def test_what_was_added_has_passed(calendar, start, span):
    assert late(start, add_span(start, span, calendar), "wh", calendar) == span.amount


@few
@given(calendars(), instants, instants, rounds)
def test_rounds_agree_with_their_instants(calendar, due, now, per):
    whole = rounds_between(due, now, per, calendar)
    if whole:
        assert round_instant(due, whole, per, calendar) <= now
    assert now < round_instant(due, whole + 1, per, calendar)
    begun = rounds_between(due, now, per, calendar, "ceil")
    assert begun in (whole, whole + 1)
    assert begun == whole or now > (round_instant(due, whole, per, calendar) if whole else due)


@few
@given(calendars(), instants, st.integers(1, 50), rounds)
def test_a_round_is_counted_from_its_instant_on(calendar, due, k, per):
    done = round_instant(due, k, per, calendar)
    assert rounds_between(due, done, per, calendar) >= k
    assert rounds_between(due, done - SECOND, per, calendar) < k


@few
@given(calendars(), instants, instants)
def test_lateness_is_what_stepping_would_count(calendar, one, other):
    """The search against the plain count, half-hour by half-hour, over at most two weeks."""
    due = one.replace(minute=one.minute // 30 * 30, second=0)
    now = min(other.replace(minute=other.minute // 30 * 30, second=0), due + timedelta(days=14))
    halves = max(0, (now - due) // timedelta(minutes=30))
    stepped = sum(is_open(due + timedelta(minutes=30 * n), calendar) for n in range(halves))
    assert late(due, now, "wh", calendar) == Decimal(stepped) / 2


@few
@given(calendars(), instants)
def test_the_next_opening_is_open_and_nothing_opens_before(calendar, instant):
    opening = next_opening(instant, calendar)
    assert is_open(opening, calendar)
    assert opening == instant or late(instant, opening, "wh", calendar) == 0


@few
@given(calendars(), st.dates(date(2025, 6, 1), date(2027, 6, 1)), st.integers(1, 400), st.booleans())
def test_working_days_are_counted_as_they_are_walked(calendar, day, count, back):
    count = -count if back else count
    reached = working_day_from(day, count, calendar)
    if not back:
        assert working_days_between(day, reached, calendar) == count
    else:
        assert working_days_between(reached - timedelta(days=1), day - timedelta(days=1), calendar) == -count


@few
@given(calendars(), instants, st.integers(1, 60))
def test_working_days_keep_the_clock_time_of_a_shift(calendar, start, count):
    start = next_opening(start, calendar)
    end = add_span(start, Span(count, "wd"), calendar)
    assert is_open(end, calendar)
    assert end.time() == start.time()
    assert add_span(end, Span(-count, "wd"), calendar) == start


@few
@given(calendars(), st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(1, 20))
def test_a_date_counted_in_working_days_ends_at_a_close(calendar, day, count):
    end = add_span(day, Span(count, "wd"), calendar)
    assert end == end_of_day(working_day_from(day, count, calendar), calendar)
    assert closes_or_is_open(end, calendar)


@few
@given(st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]), instants, quarters)
def test_changing_clocks_lose_no_working_time(zone, start, span):
    calendar = Calendar(zone, (Shift(time(0), time(0)),), frozenset(range(1, 8)))
    end = add_span(start, span, calendar)
    assert end - start == timedelta(seconds=int(span.amount * 3600))
    assert add_span(end, -span, calendar) == start


@few
@given(instants, st.integers(-20, 20), st.sampled_from(["d", "w", "mo", "y"]))
def test_dates_keep_the_clock_time(instant, amount, unit):
    assume(amount)
    calendar = Calendar("Asia/Shanghai", (Shift(time(9), time(12)),), frozenset({1}))
    moved = add_span(instant, Span(amount, unit), calendar)
    assert moved.time() == instant.time()
    assert (local_date(moved, calendar) > local_date(instant, calendar)) == (amount > 0)

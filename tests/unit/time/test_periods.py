import doctest
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.model.timing import Calendar, Shift
from regbook.rules import periods
from regbook.rules.periods import (
    EVERY,
    HOLIDAYS,
    next_period,
    occurrence_in,
    period_of,
    problems_of_period,
    turn_of,
)

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
few = settings(max_examples=40, deadline=None)


def occurrences(every, on, start, end, office, holiday="after"):
    """Every occurrence whose day lies from start to end; no holiday is as long as the margin."""
    margin = timedelta(days=60)
    period, found = period_of(every, start - margin), []
    if every == "workday":
        period = next_period(period, office)
    while period.first <= end + margin:
        each = occurrence_in(period, on, office, holiday)
        found += [each] if start <= each.day <= end else []
        period = next_period(period, office)
    return found


def days(every, on, office, holiday="after", start=YEAR[0], end=YEAR[1]):
    return [each.day.isoformat()[5:] for each in occurrences(every, on, start, end, office, holiday)]


def test_the_examples_run():
    assert doctest.testmod(periods, extraglobs={"date": date}).failed == 0


def test_first_mondays_of_2026(office):
    firsts = [
        "01-05", "02-02", "03-02", "04-06", "05-04", "06-01",
        "07-06", "08-03", "09-07", "10-05", "11-02", "12-07",
    ]  # fmt: skip
    moved = {"04-06": "04-07", "05-04": "05-06", "10-05": "10-08"}
    early = {"04-06": "04-03", "05-04": "04-30", "10-05": "09-30"}
    assert days("month", "first monday", office, "same") == firsts
    assert days("month", "first monday", office) == [moved.get(day, day) for day in firsts]
    assert days("month", "first monday", office, "before") == [early.get(day, day) for day in firsts]


def test_first_mondays_of_2025_that_are_holidays(office):
    found = occurrences("month", "first monday", date(2025, 1, 1), date(2025, 12, 31), office)
    moved = {
        each.nominal.isoformat()[5:]: each.day.isoformat()[5:] for each in found if each.day != each.nominal
    }
    assert moved == {"02-03": "02-05", "05-05": "05-06", "06-02": "06-03", "10-06": "10-09"}


@pytest.mark.parametrize(
    ("every", "on", "holiday", "expected"),
    [
        ("quarter", None, "after", "01-04 04-01 07-01 10-08"),
        ("quarter", "last workday", "after", "03-31 06-30 09-30 12-31"),
        ("quarter", "-10wd", "after", "03-18 06-16 09-17 12-18"),
        ("quarter", "first monday", "after", "01-05 04-07 07-06 10-08"),
        ("quarter", 92, "same", "03-31 06-30 09-30 12-31"),
        ("year", "15", "after", "01-15"),
        ("year", "last friday", "after", "12-25"),
        ("month", 31, "same", "01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31"),
        (
            *("month", "first workday", "after"),
            "01-04 02-02 03-02 04-01 05-06 06-01 07-01 08-03 09-01 10-08 11-02 12-01",
        ),
        ("month", "3wd", "after", "01-06 02-04 03-04 04-03 05-08 06-03 07-03 08-05 09-03 10-10 11-04 12-03"),
    ],
)
def test_days_of_a_year(office, every, on, holiday, expected):
    assert days(every, on, office, holiday) == expected.split()


def test_days_and_workdays(office):
    week = {"start": date(2026, 9, 28), "end": date(2026, 10, 11)}
    assert days("workday", None, office, **week) == ["09-28", "09-29", "09-30", "10-08", "10-09", "10-10"]
    assert len(days("day", None, office, **week)) == 14
    assert len(days("workday", None, office)) == 248
    assert (
        occurrences("workday", None, date(2026, 10, 10), date(2026, 10, 10), office)[0].period.name
        == "2026-10-10"
    )


def test_two_weeks_of_one_holiday_both_occur(office):
    found = occurrences("week", "monday", date(2026, 2, 14), date(2026, 3, 1), office)
    assert [(each.period.name, each.nominal.day, each.day.day) for each in found] == [
        ("2026-W08", 16, 24),
        ("2026-W09", 23, 24),
    ]


def test_a_week_without_working_days_still_occurs(office):
    week = period_of("week", date(2026, 2, 16))  # 16 to 22 February: all of it Spring Festival
    assert occurrence_in(week, "last workday", office).day == date(2026, 2, 24)
    assert occurrence_in(week, "3wd", office, "before").day == date(2026, 2, 14)
    assert occurrence_in(week, "first workday", office, "same").day == date(2026, 2, 16)
    short = period_of("week", date(2026, 9, 28))  # 28 September to 4 October: three working days
    assert occurrence_in(short, "5wd", office).day == date(2026, 9, 30)
    assert occurrence_in(short, "-5wd", office).day == date(2026, 9, 28)


def test_a_range_takes_what_moves_into_it_and_not_what_moves_out(office):
    assert days("month", 5, office, start=date(2026, 10, 8), end=date(2026, 10, 8)) == ["10-08"]
    assert days("month", 5, office, start=date(2026, 10, 1), end=date(2026, 10, 7)) == []
    assert days("month", 5, office, "before", date(2026, 9, 30), date(2026, 9, 30)) == ["09-30"]
    assert days("month", 5, office, start=date(2026, 10, 9), end=date(2026, 10, 8)) == []


@pytest.mark.parametrize(
    ("name", "every", "first", "last"),
    [
        ("2026-10-08", "day", "2026-10-08", "2026-10-08"),
        ("2026-W41", "week", "2026-10-05", "2026-10-11"),
        ("2026-W53", "week", "2026-12-28", "2027-01-03"),
        ("2026-W01", "week", "2025-12-29", "2026-01-04"),
        ("2026-10", "month", "2026-10-01", "2026-10-31"),
        ("2024-02", "month", "2024-02-01", "2024-02-29"),
        ("2026-Q4", "quarter", "2026-10-01", "2026-12-31"),
        ("2026-Q1", "quarter", "2026-01-01", "2026-03-31"),
        ("2026", "year", "2026-01-01", "2026-12-31"),
    ],
)
def test_periods_have_names(name, every, first, last):
    period = period_of(every, date.fromisoformat(first))
    assert (period.every, period.name) == (every, name)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("every", "on"),
    [
        ("day", None), ("workday", None), ("week", "friday"), ("week", 7), ("week", "2wd"), ("month", "15"),
        ("month", "fourth sunday"), ("quarter", 92), ("year", "-10wd"), ("year", 366), ("month", None),
    ],
)  # fmt: skip
def test_what_fits_has_no_problems(office, every, on):
    assert problems_of_period(every, on) == []
    assert occurrences(every, on, *YEAR, office)


@pytest.mark.parametrize(
    ("every", "on"),
    [
        ("day", 1), ("workday", "monday"), ("week", 8), ("week", "first monday"), ("month", "monday"),
        ("month", 0), ("month", 32), ("month", -1), ("month", "0wd"), ("month", "-32wd"),
        ("month", "fifth monday"), ("month", "first monday\n"), ("month", "١"),
        ("month", "First Monday"), ("month", ""), ("month", True), ("month", 1.5), ("month", ["monday"]),
        ("quarter", 93), ("year", 367), ("month", "first  monday"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_refused(office, every, on):
    problems = problems_of_period(every, on, path="/obligations/0")
    assert [problem.path for problem in problems] == ["/obligations/0/on"]
    assert all("{" not in problem.text("zh") + problem.text("en") for problem in problems)
    with pytest.raises(ValueError):
        occurrences(every, on, *YEAR, office)


def test_every_problem_is_told_at_once():
    found = problems_of_period("fortnight", "monday", "never", "/obligations/0")
    assert [(each.path, each.code) for each in found] == [
        ("/obligations/0/every", "period-every"),
        ("/obligations/0/holiday", "period-holiday"),
    ]
    assert [each.code for each in problems_of_period(["week"], None, {})] == [
        "period-every",
        "period-holiday",
    ]


def test_turns_go_round(office):
    people = ["a", "b", "c"]
    weeks = [turn_of(people, "week", date(2026, 12, 21) + timedelta(weeks=n)) for n in range(6)]
    assert weeks[:3] == weeks[3:]
    assert sorted(weeks[:3]) == people
    assert len({turn_of(people, "week", date(2026, 12, 28) + timedelta(days=n)) for n in range(7)}) == 1
    months = [turn_of(people, "month", date(2026, n, 9)) for n in range(1, 13)]
    assert months == months[:3] * 4
    quarters = [turn_of(people[:2], "quarter", date(2026, n, 9)) for n in (1, 4, 7, 10)]
    assert quarters in (["a", "b", "a", "b"], ["b", "a", "b", "a"])
    assert turn_of(people, "year", date(2026, 1, 1)) != turn_of(people, "year", date(2027, 1, 1))
    assert turn_of(["a"], "day", date(2026, 1, 1)) == "a"


ONS = {
    "day": [None],
    "workday": [None],
    "week": [None, "sunday", 3, "first workday", "-3wd"],
    "month": [None, "first monday", "last friday", 31, "last workday", "-10wd", "20wd"],
    "quarter": [None, "third sunday", 50, "-10wd"],
    "year": [None, "first monday", 366, "-100wd"],
}
rules = st.sampled_from([(every, on) for every in EVERY for on in ONS[every]])
dates = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@st.composite
def offices(draw):
    closed = draw(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
    closure = {closed + timedelta(days=n): "off" for n in range(draw(st.integers(0, 120)))}
    return Calendar(
        "Asia/Shanghai",
        (Shift(time(9), time(18)),),
        frozenset(draw(st.sets(st.integers(1, 7), min_size=1))),
        draw(st.dictionaries(dates, st.sampled_from(["work", "off", "statutory"]), max_size=20)),
        exceptions=closure,
    )


@few
@given(offices(), rules, st.sampled_from(HOLIDAYS), dates)
def test_later_periods_never_fall_earlier(calendar, rule, holiday, day):
    every, on = rule
    one = occurrence_in(period_of(every, day), on, calendar, holiday)
    two = occurrence_in(next_period(one.period, calendar), on, calendar, holiday)
    assert one.day <= two.day
    assert one.period.first <= one.nominal <= one.period.last


@few
@given(st.sampled_from(EVERY), dates)
def test_a_period_holds_its_date(every, day):
    period = period_of(every, day)
    assert period.first <= day <= period.last
    assert period_of(every, period.first) == period_of(every, period.last) == period

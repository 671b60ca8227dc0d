import copy
from collections import Counter
from datetime import date, time

import pytest

from regbook.errors import DefinitionInvalid
from regbook.model.timing import Shift
from regbook.rules.calendars import calendar_from
from regbook.rules.worktime import day_kind, working_days_between

PLAIN = {"zone": "Asia/Shanghai", "shifts": [{"opens": "09:00", "closes": "18:00"}], "weekdays": ["monday"]}


def problems_of(raw):
    with pytest.raises(DefinitionInvalid) as caught:
        calendar_from(raw)
    for problem in caught.value.problems:
        assert "{" not in problem.text("zh") + problem.text("en")
    return {(problem.path, problem.code) for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("year", "off", "statutory", "make_up", "working"),
    [(2024, 28, 11, 8, 251), (2025, 28, 13, 5, 248), (2026, 33, 13, 6, 248)],
)
def test_the_seed_holds_the_states_arrangement(office, seed, year, off, statutory, make_up, working):
    kinds = Counter(row["kind"] for row in seed["days"] if row["date"].startswith(str(year)))
    assert kinds["off"] + kinds["statutory"] == off
    assert kinds["statutory"] == statutory
    assert kinds["work"] == make_up
    assert working_days_between(date(year - 1, 12, 31), date(year, 12, 31), office) == working


def test_the_seeds_make_up_days_of_2026(office, seed):
    make_up = {row["date"][5:] for row in seed["days"] if row["kind"] == "work" and row["date"][:4] == "2026"}
    assert make_up == {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}
    assert all(day_kind(date.fromisoformat(f"2026-{day}"), office) == "work" for day in make_up)
    assert all(date.fromisoformat(f"2026-{day}").isoweekday() > 5 for day in make_up)


def test_the_seed_is_in_order_and_names_each_day(seed):
    days = [row["date"] for row in seed["days"]]
    assert days == sorted(set(days))
    assert all(row["name"] and row["source"] == "state" for row in seed["days"])


def test_a_calendar_is_read(office):
    assert office.zone == "Asia/Shanghai"
    assert office.shifts == (Shift(time(9), time(12)), Shift(time(13, 30), time(18)))
    assert office.weekdays == {1, 2, 3, 4, 5}
    assert office.edition == 1
    assert calendar_from(PLAIN, edition=7).edition == 7


def test_rows_take_their_places():
    raw = PLAIN | {
        "days": [
            {"date": "2026-10-05", "kind": "work", "source": "state", "name": "班"},
            {"date": "2026-10-05", "kind": "statutory"},
            {"date": "2026-10-12", "kind": "statutory", "source": "state"},
            {"date": "2026-10-12", "kind": "work", "source": "company"},
        ],
        "departments": {"desk": [{"opens": "00:00", "closes": "00:00"}]},
    }
    calendar = calendar_from(raw)
    assert day_kind(date(2026, 10, 5), calendar) == "work"
    assert day_kind(date(2026, 10, 12), calendar) == "work"
    assert calendar.days == {date(2026, 10, 5): "work", date(2026, 10, 12): "statutory"}
    assert calendar.of("desk").shifts == (Shift(time(0), time(0)),)


def test_every_problem_is_told_at_once():
    raw = {
        "zone": "Asia/Peking",
        "shifts": [{"opens": "9:00", "closes": "25:00", "a/b": 1}, "noon"],
        "weekdays": ["monday", "Someday", 3],
        "days": [
            {"date": "2026-02-30", "kind": "holiday", "source": "rumour", "name": 1},
            {"date": "2026-10-01", "kind": "off"},
            {"date": "2026-10-01", "kind": "off"},
            {"date": "2026-10-02", "kind": "off", "source": "company"},
            {"date": "2026-10-02", "kind": "work", "source": "company"},
            {"date": "20261003", "kind": "off"},
            {"date": "1700-01-01", "kind": "off"},
            7,
        ],
        "departments": {"a~b": []},
        "holidays": [],
    }
    assert problems_of(raw) == {
        ("/zone", "calendar-zone"),
        ("/shifts/0/opens", "calendar-clock"),
        ("/shifts/0/closes", "calendar-clock"),
        ("/shifts/0/a~1b", "calendar-key-unknown"),
        ("/shifts/1", "calendar-shift"),
        ("/weekdays/1", "calendar-weekday"),
        ("/weekdays/2", "calendar-weekday"),
        ("/days/0/date", "calendar-date"),
        ("/days/0/kind", "calendar-kind"),
        ("/days/0/source", "calendar-source"),
        ("/days/0/name", "calendar-day-name"),
        ("/days/2/date", "calendar-day-twice"),
        ("/days/4/date", "calendar-day-twice"),
        ("/days/5/date", "calendar-date"),
        ("/days/6/date", "calendar-date"),
        ("/days/7", "calendar-day"),
        ("/departments/a~0b", "calendar-no-shift"),
        ("/holidays", "calendar-key-unknown"),
    }


@pytest.mark.parametrize("raw", [None, [], "x", 3, True])
def test_what_is_no_object_is_refused(raw):
    assert problems_of(raw) == {("", "calendar-not-object")}


def test_what_is_missing_or_of_the_wrong_type_is_told():
    assert problems_of({}) == {
        ("/zone", "calendar-zone"),
        ("/shifts", "calendar-no-shift"),
        ("/weekdays", "calendar-no-weekday"),
    }
    wrong = {"zone": 8, "shifts": "09:00", "weekdays": "monday", "days": {}, "departments": []}
    assert problems_of(wrong) == {
        ("/zone", "calendar-zone"),
        ("/shifts", "calendar-no-shift"),
        ("/weekdays", "calendar-no-weekday"),
        ("/days", "calendar-days"),
        ("/departments", "calendar-departments"),
    }


@pytest.mark.parametrize("zone", ["", "../../etc/passwd", "/etc/localtime", "Asia", "Asia/\0", "x" * 5000])
def test_a_zone_is_never_a_path(zone):
    assert problems_of(PLAIN | {"zone": zone}) == {("/zone", "calendar-zone")}


@pytest.mark.parametrize(
    ("shifts", "wrong"),
    [
        ([("09:00", "12:00"), ("11:00", "18:00")], {0}),
        ([("13:00", "18:00"), ("09:00", "12:00")], {0}),
        ([("09:00", "12:00"), ("22:00", "10:00")], {1}),
        ([("09:00", "09:00"), ("12:00", "13:00")], {0}),
        ([("09:00", "12:00"), ("12:00", "18:00"), ("18:00", "09:00")], set()),
        ([("00:00", "00:00")], set()),
        ([("09:00", "09:00")], set()),
    ],
)
def test_shifts_stand_in_order_and_apart(shifts, wrong):
    raw = copy.deepcopy(PLAIN)
    raw["shifts"] = [{"opens": opens, "closes": closes} for opens, closes in shifts]
    if wrong:
        assert problems_of(raw) == {(f"/shifts/{n}/closes", "calendar-shifts-overlap") for n in wrong}
    else:
        assert len(calendar_from(raw).shifts) == len(shifts)

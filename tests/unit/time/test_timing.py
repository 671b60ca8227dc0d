import doctest
from datetime import time
from decimal import Decimal

import pytest

from regbook.model import timing
from regbook.model.timing import Calendar, Shift, Span


def test_the_examples_run():
    assert doctest.testmod(timing).failed == 0


@pytest.mark.parametrize(
    ("text", "amount", "unit", "shown"),
    [
        ("4wh", 4, "wh", "4wh"),
        ("-4h", -4, "h", "-4h"),
        ("1.5wh", Decimal("1.5"), "wh", "1.5wh"),
        ("0wh", 0, "wh", "0wh"),
        ("-0wh", 0, "wh", "0wh"),
        ("100d", 100, "d", "100d"),
        ("1.50h", Decimal("1.5"), "h", "1.5h"),
        ("1mo", 1, "mo", "1mo"),
        ("10m", 10, "m", "10m"),
        ("60s", 60, "s", "60s"),
        ("2.0wd", 2, "wd", "2wd"),
        ("-10wd", -10, "wd", "-10wd"),
        ("100y", 100, "y", "100y"),
    ],
)
def test_a_span_is_read_and_shown(text, amount, unit, shown):
    assert Span.parse(text) == Span(amount, unit)
    assert str(Span.parse(text)) == shown
    assert Span.parse(shown) == Span.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "4", "wh", "4 wh", " 4wh", "4wh\n", "4WH", "+4wh", "--4wh", "4,5h", "1e3h", "NaNh", "Infinityd",
        "4hw", "1.5d", "0.5wd", "0.5mo", "0.0001s", "0.0001h", "101y", "99999999999h", "1.23456h", "٤h",
        "4wh4wh", "0x4h",
    ],
)  # fmt: skip
def test_what_is_no_span_is_refused(text):
    with pytest.raises(ValueError):
        Span.parse(text)


def test_a_span_of_an_unknown_unit_or_of_half_a_day_is_refused():
    with pytest.raises(ValueError):
        Span(1, "q")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        Span(Decimal("1.5"), "d")


def test_spans_turn_and_repeat():
    assert -Span(4, "wh") == Span(-4, "wh")
    assert Span(Decimal("1.5"), "h").times(3) == Span(Decimal("4.5"), "h")


def test_a_calendar_that_never_opens_is_refused():
    shift = Shift(time(9), time(12))
    for shifts, weekdays, departments in (((), {1}, {}), ((shift,), (), {}), ((shift,), {1}, {"d": ()})):
        with pytest.raises(ValueError):
            Calendar("UTC", shifts, frozenset(weekdays), department_shifts=departments)


def test_a_department_has_its_own_shifts_or_the_offices():
    day, night = Shift(time(9), time(18)), Shift(time(22), time(6))
    calendar = Calendar("UTC", (day,), frozenset({1}), department_shifts={"desk": (night,)})
    assert calendar.of("desk").shifts == (night,)
    assert calendar.of("other") is calendar
    assert calendar.of(None) is calendar

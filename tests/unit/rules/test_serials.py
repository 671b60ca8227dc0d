from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.errors import DefinitionInvalid
from regbook.rules.serials import ALPHABET, number, period_of, serial_format, serial_problems

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 9, 30, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "period", "written"),
    [
        ("WT-{yyyy}{mm}-{seq:4}", "202610", "WT-202610-0012"),
        ("{yy}{mm}{dd}{seq:3}", "20261001", "261001012"),
        ("合同〔{yyyy}〕{seq:2}号", "2026", "合同〔2026〕12号"),
        ("{dept}-{seq:1}", "", "D3-12"),
        ("HT{level}{yyyy}-{seq:4}", "2026", "HT2026-0012"),
    ],
)
def test_a_number_shows_its_period_and_count(source, period, written):
    form = serial_format(source)
    assert period_of(form, EVENING, SHANGHAI) == period
    assert number(form, period, 12, "", Random(1), "D3") == written


def test_the_period_is_of_the_offices_day():
    form = serial_format("{yyyy}{mm}{dd}-{seq:4}")
    assert period_of(form, EVENING, UTC) == "20260930"
    assert period_of(form, EVENING, SHANGHAI) == "20261001"
    with pytest.raises(ValueError, match="zone"):
        period_of(form, EVENING.replace(tzinfo=None), SHANGHAI)


def test_a_count_that_outgrows_its_width_gets_longer():
    assert number(serial_format("A{seq:2}"), "", 100, "", Random(1)) == "A100"


def test_a_level_is_marked_where_the_form_says_else_at_the_end():
    assert number(serial_format("HT{level}{seq:2}"), "", 7, "机", Random(1)) == "HT机07"
    assert number(serial_format("HT{seq:2}"), "", 7, "机", Random(1)) == "HT07-机"


def test_chance_is_passed_in():
    form = serial_format("JB-{rand:8}")
    assert not form.counted
    first = number(form, "", 1, "", Random(5))
    assert first == number(form, "", 2, "", Random(5)) != number(form, "", 1, "", Random(6))
    assert len(first) == 11
    assert set(first[3:]) <= set(ALPHABET)


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("WT-{yyyy}", ["serial-same"]),
        ("WT-{year}-{seq:4}", ["serial-token"]),
        ("WT-{yyyy:4}-{seq:4}", ["serial-token"]),
        ("WT-{seq}", ["serial-width"]),
        ("WT-{seq:0}", ["serial-width"]),
        ("WT-{seq:13}", ["serial-width"]),
        ("WT-{seq:４}", ["serial-width"]),
        ("WT-{rand:2}", ["serial-width"]),
        ("WT-{seq:4}-{seq:4}", ["serial-twice"]),
        ("WT-{mm}-{seq:4}", ["serial-date"]),
        ("WT-{yyyy}{dd}-{seq:4}", ["serial-date"]),
        ("WT-{seq:4", ["serial-brace", "serial-same"]),
        ("WT-{seq:4}}", ["serial-brace"]),
        ("W" * 60 + "{seq:4}", ["serial-long"]),
        ("W\x00{seq:4}", ["text-forbidden"]),
        ("", ["serial-same"]),
    ],
)
def test_a_form_that_cannot_tell_records_apart_is_refused(source, codes):
    assert [each.code for each in serial_problems(source)] == codes
    with pytest.raises(DefinitionInvalid):
        serial_format(source)


DAYS = st.integers(0, 3000).map(lambda days: EVENING + timedelta(days=days))
FORMS = st.lists(
    st.sampled_from(["{yyyy}", "{mm}", "{dd}", "{level}", "-", "WT", "{yyyy}{mm}"]), max_size=4, unique=True
).map(lambda parts: "".join(parts) + "/{seq:3}")


@settings(max_examples=150, deadline=None)
@given(
    FORMS,
    st.tuples(DAYS, DAYS),
    st.tuples(st.integers(1, 9999), st.integers(1, 9999)),
    st.tuples(st.sampled_from(["", "秘", "机"]), st.sampled_from(["", "秘", "机"])),
)
def test_two_counts_two_periods_or_two_levels_never_give_one_number(source, instants, counts, marks):
    if serial_problems(source):
        return
    form = serial_format(source)
    made = [
        ((period := period_of(form, at, UTC)), count, mark, number(form, period, count, mark, Random(1)))
        for at, count, mark in zip(instants, counts, marks, strict=True)
    ]
    assert (made[0][:3] == made[1][:3]) == (made[0][3] == made[1][3])

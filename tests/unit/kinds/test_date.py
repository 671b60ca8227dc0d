import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.rules.kinds.date import DATE

from .laws import accepts, refuses


@pytest.mark.parametrize(
    "written", ["2026-09-03", "2026-9-3", "2026/9/3", "2026.09.03", "2026年9月3日", "２０２６－０９－０３"]
)
def test_a_date_has_one_spelling(written):
    accepts(DATE, written, "2026-09-03")


@pytest.mark.parametrize(
    "bad",
    [
        "2026-02-29",
        "2026-13-01",
        "2026-09",
        "09/03/2026",
        "2026-9/3",
        "2026-09-03T00:00:00Z",
        "昨天",
        "0000-01-01",
    ],
)
def test_what_is_no_date_is_refused(bad):
    refuses(DATE, bad, "date-form")


def test_only_text():
    refuses(DATE, 20260903, "wants-text")


@settings(max_examples=50, deadline=None)
@given(st.dates())
def test_every_date_is_its_own_canonical_form(day):
    accepts(DATE, day.isoformat(), day.isoformat())


def test_typed_mask_and_shown():
    assert DATE.typed("2026/9/3", {}) == "2026-09-03"
    assert DATE.typed("明天", {}) == "明天"
    assert DATE.mask is not None
    assert "2026" not in DATE.mask("2026-09-03")
    assert DATE.shown("2026-09-03", {}) == "2026-09-03"

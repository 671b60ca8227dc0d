"""Entries stay as they were written, and go when what they tell of goes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from regbook.model.record import Entry

NOON = datetime(2026, 9, 30, 4, 0, 0, 123456, tzinfo=UTC)


def entry(id, record="r1", **more):
    return Entry(id, "issue", record, NOON, "zhang", "amend", **more)


def test_an_entry_comes_back_as_it_was_written(store):
    written = entry(
        "e1",
        changes={"loss": (None, "12.30"), "rate": (Decimal("0.10"), 3), "lines": ([{"_id": "a"}], [])},
        transition="handle",
        before="raised",
        after="handled",
        on_behalf_of="li",
        reason="passed-over",
        values={"who": "王"},
        rule="p, head",
        clause="DWM 6.4",
        revision=3,
        occurred_at=NOON - timedelta(days=1),
    )
    with store.work() as work:
        work.journal.write(written, {"subject": "打印机停用", "loss": "12.30", "n": Decimal("1.50")})
        work.journal.write(entry("e2"))
    with store.reading() as reading:
        assert reading.journal.one("e1") == written
        assert reading.journal.snapshot("e1") == {
            "subject": "打印机停用",
            "loss": "12.30",
            "n": Decimal("1.5"),
        }
        assert reading.journal.snapshot("e2") is None
        assert reading.journal.snapshot("none") is None


def test_entries_are_paged_newest_first_though_their_instants_are_the_same(store):
    with store.work() as work:
        work.journal.write_all((entry(f"e{n}"), None) for n in range(5))
        work.journal.write(entry("other", record="r2"))
        work.journal.write(entry("whole", record=None))
    with store.reading() as reading:
        first = reading.journal.of("issue", "r1", limit=2)
        then = reading.journal.of("issue", "r1", limit=9, before=first[-1].id)
        assert [each.id for each in first + then] == ["e4", "e3", "e2", "e1", "e0"]
        assert [each.id for each in reading.journal.of("issue", None)] == ["whole"]
        assert len(reading.journal.by("zhang")) == 7
        assert reading.journal.by("nobody") == ()


def test_an_entry_of_work_that_fails_was_never_written(store):
    with pytest.raises(ZeroDivisionError), store.work() as work:
        work.journal.write(entry("e1"))
        raise ZeroDivisionError
    with store.reading() as reading:
        assert reading.journal.of("issue", "r1") == ()


def test_entries_go_in_one_batch(store):
    with store.statements() as counter, store.work() as work:
        work.journal.write(entry("e1"), {})
        work.journal.write_all((entry(f"x{n}"), None) for n in range(100))
    assert counter.count == 1


def test_denials_are_counted_by_actor_and_minute(store):
    with store.work() as work:
        for seconds in (0, 1, 70):
            work.journal.count_denial("zhang", NOON + timedelta(seconds=seconds))
        work.journal.count_denial("li", NOON, 5)
    with store.reading() as reading:
        assert reading.journal.denials("zhang", NOON - timedelta(minutes=1)) == 3
        assert reading.journal.denials("zhang", NOON + timedelta(seconds=1)) == 1
        assert reading.journal.denials("li", NOON - timedelta(minutes=1)) == 5

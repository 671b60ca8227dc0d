"""What must happen once: accruals, numbers, answers, notices."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from regbook.errors import RecordInvalid
from regbook.model.office import Notice, StoredAnswer
from regbook.model.promises import Accrual
from regbook.model.query import Count
from regbook.store.database import Moved

NOON = datetime(2026, 9, 30, 4, 0, 0, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def accrual(round, **more):
    given = {"at": NOON, "hours": Decimal("1.5"), "amount": Decimal("30.00"), "clause": "DWM 6.8", **more}
    return Accrual("issue", "r1", "handle", "li", round, **given)


def test_a_round_accrues_once_and_is_taken_back_once_by_each_cause(store):
    with store.work() as work:
        assert work.accruals.accrue(accrual(2))
        assert work.accruals.accrue(accrual(1))
        assert not work.accruals.accrue(accrual(1, amount=Decimal("99")))
        back = accrual(1, hours=Decimal("-1.5"), amount=Decimal("-30"), reverses="penalty-1")
        assert work.accruals.accrue(back)
        assert not work.accruals.accrue(back)
    with store.reading() as reading:
        found = reading.accruals.of("issue", "r1")
        assert found == (accrual(1), back, accrual(2))
        assert sum(each.amount for each in found) == Decimal("30")
        assert reading.accruals.of("issue", "r1", deadline="report") == ()
        assert reading.accruals.of("issue", "r1", "handle", "li") == found


def test_an_amount_finer_than_a_ten_thousandth_is_a_fault(store):
    with pytest.raises(ValueError, match="four decimal places"), store.work() as work:
        work.accruals.accrue(accrual(1, amount=Decimal("0.00001")))


def test_numbers_count_by_register_period_and_level(store):
    with store.work() as work:
        assert [work.numbers.next("issue", "202609", 0) for _ in range(3)] == [1, 2, 3]
        assert work.numbers.next("issue", "202610", 0) == 1
        assert work.numbers.next("issue", "202609", 2) == 1
    with pytest.raises(ZeroDivisionError), store.work() as work:
        assert work.numbers.next("issue", "202609", 0) == 4
        raise ZeroDivisionError
    with store.work() as work:
        assert work.numbers.next("issue", "202609", 0) == 4


def test_many_at_once_get_distinct_numbers_without_gaps(store):
    got = []

    def take():
        for _ in range(10):
            with store.work() as work:
                got.append(work.numbers.next("issue", "202609", 0))

    threads = [threading.Thread(target=take) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(got) == list(range(1, 61))


def test_a_key_gives_the_same_answer_until_its_time_is_over(store):
    with store.work() as work:
        assert work.answers.once("k", "body", NOON) is None
        work.answers.remember("k", "body", {"status": 201, "id": "r1"}, NOON, NOON + DAY)
    with store.work() as work:
        assert work.answers.once("k", "body", NOON + HOUR) == StoredAnswer({"status": 201, "id": "r1"}, NOON)
        assert work.answers.once("other", "body", NOON) is None
        assert work.answers.once("k", "body", NOON + DAY) is None
    with pytest.raises(RecordInvalid) as caught, store.work() as work:
        work.answers.once("k", "another body", NOON)
    assert caught.value.code == "idempotency-key-reused"
    with pytest.raises(Moved), store.work() as work:
        work.answers.remember("k", "body", {}, NOON + HOUR, NOON + DAY)
    with store.work() as work:
        work.answers.remember("k", "body", {"status": 200}, NOON + DAY, NOON + 2 * DAY)
        assert work.answers.once("k", "body", NOON + DAY).answer == {"status": 200}
        assert work.answers.forget(NOON + DAY) == 0
        assert work.answers.forget(NOON + 2 * DAY) == 1


def notice(id, person="li", at=NOON, **more):
    return Notice(id, person, "overdue", at, **more)


def test_notices_are_told_once_and_read_by_whose_they_are(store):
    whole = notice(
        "n1", values={"title": "打印机"}, register="issue", record="r1", level=2, once="r1:handle:1"
    )
    with store.work() as work:
        work.notices.enqueue([whole, notice("n2", at=NOON + HOUR), notice("w", "wang")])
        work.notices.enqueue([replace(whole, id="n3"), replace(whole, id="n4", person="zhao")])
    with store.reading() as reading:
        assert reading.notices.of("li") == (notice("n2", at=NOON + HOUR), whole)
        assert reading.notices.of("li", limit=1, before="n2") == (whole,)
        assert [each.id for each in reading.notices.of("zhao")] == ["n4"]
        assert reading.notices.unread("li") == Count(2, True)
        assert reading.notices.unread("li", limit=1) == Count(1, False)
    with store.work() as work:
        assert work.notices.mark_read("wang", ["n1"], NOON) == 0
        assert work.notices.mark_read("li", ["n1", "none"], NOON) == 1
        assert work.notices.mark_read("li", ["n1"], NOON) == 0
        assert [each.id for each in work.notices.of("li", unread_only=True)] == ["n2"]
        assert work.notices.of("li", unread_only=True, before="n2") == ()
        assert work.notices.mark_read("li", None, NOON) == 1
        assert work.notices.unread("wang") == Count(1, True)


def test_notices_above_what_a_person_may_know_are_not_listed_counted_or_read(store):
    with store.work() as work:
        levels = enumerate((1, 3, 2, 4))
        work.notices.enqueue(notice(f"n{n}", at=NOON + n * HOUR, level=level) for n, level in levels)
    with store.reading() as reading:
        assert [each.id for each in reading.notices.of("li", cleared=2)] == ["n2", "n0"]
        assert [each.id for each in reading.notices.of("li", cleared=2, limit=1, before="n2")] == ["n0"]
        assert reading.notices.unread("li", cleared=2) == Count(2, True)
        assert reading.notices.unread("li", cleared=0) == Count(0, True)
        assert reading.notices.unread("li") == Count(4, True)
    with store.work() as work:
        assert work.notices.mark_read("li", None, NOON, cleared=2) == 2
        assert work.notices.mark_read("li", ["n1"], NOON, cleared=2) == 0
        assert [each.id for each in work.notices.of("li", unread_only=True)] == ["n3", "n1"]


def test_a_notice_is_delivered_put_off_or_given_up(store):
    with store.work() as work:
        work.notices.enqueue([notice("n1"), notice("n2"), notice("n3"), notice("later", at=NOON + HOUR)])

    def claim(now, by="one"):
        return [each.id for each in store.claim_notices(now, by=by, lease=HOUR)]

    assert claim(NOON) == ["n1", "n2", "n3"]
    assert claim(NOON, by="two") == []
    with store.work() as work:
        assert not work.notices.finish("n1", "two")
        assert work.notices.finish("n1", "one")
        assert work.notices.fail("n2", "one", "no mail server", NOON + timedelta(minutes=5))
        assert work.notices.fail("n3", "one", "no such address", None)
    assert claim(NOON + timedelta(minutes=5)) == ["n2"]
    assert claim(NOON + 3 * HOUR, by="two") == ["n2", "later"]

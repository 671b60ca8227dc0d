"""Timers fire once each, whoever claims them, whoever is killed."""

import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regbook.model.promises import Timer
from regbook.store.database import Moved, open_store
from regbook.store.keyring import Keyring

NOON = datetime(2026, 9, 30, 4, 0, 0, 1, tzinfo=UTC)
LEASE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def timer(id, at=NOON, kind="due", **more):
    given = {
        "register": "issue",
        "record": "r1",
        "deadline": "handle",
        "due": NOON,
        "counts_from": NOON,
        **more,
    }
    return Timer(id, kind, at=at, **given)


def claim(store, now=NOON, by="one", limit=100):
    return [each.id for each in store.claim_timers(now, by=by, limit=limit, lease=LEASE)]


@pytest.fixture
def started(store):
    with store.work() as work:
        work.timers.start(timer(f"t{n}", NOON + n * HOUR, "round", n=n) for n in range(4))
    return store


def test_a_timer_comes_back_as_it_was_started(store):
    whole = timer("t", kind="rung", person="li", n=2, revision=3, calendar_edition=4, run=1)
    with store.work() as work:
        work.timers.start([whole, timer("u", at=NOON + HOUR)])
    with store.reading() as reading:
        assert reading.timers.of("issue", "r1") == (whole, timer("u", at=NOON + HOUR))
        assert reading.timers.of("issue", "r2") == ()
        assert reading.timers.next_at() == NOON


def test_the_same_timer_is_started_once_and_another_run_is_another(started):
    with started.work() as work:
        work.timers.start([timer("again", NOON, "round", n=1)])
        assert [each.id for each in work.timers.of("issue", "r1")] == ["t0", "t1", "t2", "t3"]
        work.timers.start([timer("person", NOON, "round", n=1, person="li")])
        assert work.timers.next_run("issue", "r1", "handle") == 1
        assert work.timers.next_run("issue", "r1", "report") == 0
        work.timers.start([timer("run", NOON, "round", n=1, run=1)])
        work.timers.start([])
        assert len(work.timers.of("issue", "r1")) == 6


def test_only_what_is_due_is_claimed_and_only_once(started):
    assert claim(started, NOON - timedelta(microseconds=1)) == []
    assert claim(started, NOON + HOUR) == ["t0", "t1"]
    assert claim(started, NOON + HOUR, by="two") == []
    assert claim(started, NOON + 9 * HOUR, by="two", limit=1) == ["t0"]


def test_a_finished_timer_never_fires_again(started):
    (claimed,) = started.claim_timers(NOON, by="one", lease=LEASE)
    assert claimed.attempts == 1
    with started.work() as work:
        assert work.timers.held("t0", "one") == claimed
        assert work.timers.held("t0", "two") is None
        work.timers.finish("t0", "one", "accrued", NOON)
    assert claim(started, NOON + 2 * LEASE) == []
    with pytest.raises(Moved), started.work() as work:
        work.timers.finish("t0", "one", "again", NOON)
    with started.work() as work:
        work.timers.start([timer("again", NOON, "round", n=0)])
        assert [each.id for each in work.timers.of("issue", "r1")] == ["t1", "t2", "t3"]
        assert len(work.timers.of("issue", "r1", open_only=False)) == 4


def test_an_abandoned_lease_comes_back_and_the_late_claimer_changes_nothing(started):
    assert claim(started) == ["t0"]
    assert claim(started, NOON + LEASE, by="two") == []
    assert claim(started, NOON + LEASE + timedelta(seconds=1), by="two") == ["t0"]
    with started.work() as work:
        assert work.timers.held("t0", "one") is None
        assert not work.timers.fail("t0", "one", "late", NOON)
        assert work.timers.held("t0", "two").attempts == 2


def test_stopping_cancels_what_is_due_later_and_leaves_what_was_owed(started):
    assert claim(started, NOON + HOUR) == ["t0", "t1"]
    with started.work() as work:
        work.timers.finish("t0", "one", "accrued", NOON + HOUR)
        work.timers.start([timer("other", NOON + 9 * HOUR, deadline="report")])
        assert work.timers.stop("issue", "r1", "handle", NOON + 2 * HOUR) == 3
        open_ones = {each.id: each.stopped_at for each in work.timers.of("issue", "r1")}
        assert open_ones == {"t1": NOON + 2 * HOUR, "t2": NOON + 2 * HOUR, "other": None}
        assert work.timers.held("t1", "one").stopped_at == NOON + 2 * HOUR
        work.timers.stop("issue", "r1", "handle", NOON + 2 * HOUR + LEASE)
        assert work.timers.held("t1", "one").stopped_at == NOON + 2 * HOUR
        assert work.timers.stop("issue", "r2", None, NOON) == 0
    assert claim(started, NOON + 99 * HOUR, by="two") == ["t1", "t2", "other"]
    with started.work() as work:
        work.timers.stop("issue", "r1", None, NOON)
        assert [each.id for each in work.timers.of("issue", "r1")] == []
        assert work.timers.held("t1", "two") is None
        work.timers.start([timer("anew", NOON + 3 * HOUR, "round", n=3)])
        assert [each.id for each in work.timers.of("issue", "r1")] == ["anew"]


def test_a_fault_puts_the_timer_off_or_leaves_it_to_an_administrator(started):
    assert claim(started) == ["t0"]
    with started.work() as work:
        assert work.timers.fail("t0", "one", "plugin-fault", NOON + timedelta(seconds=5))
    assert claim(started) == []
    with started.reading() as reading:
        assert [(each.id, why) for each, why, _ in reading.timers.failing()] == [("t0", "plugin-fault")]
    assert claim(started, NOON + timedelta(seconds=5)) == ["t0"]
    with started.work() as work:
        assert work.timers.fail("t0", "one", "plugin-fault", None)
        assert not work.timers.retry("t1", NOON)
    assert claim(started, NOON + timedelta(minutes=30)) == []
    with started.work() as work:
        assert work.timers.retry("t0", NOON)
    assert claim(started) == ["t0"]
    with started.work() as work:
        work.timers.finish("t0", "one", "done", NOON)
        assert work.timers.failing() == ()


def _claimer(url, files, name, queue):
    store = open_store(url, Keyring("test", {}), Path(files))
    mine = []
    now = NOON + 1000 * HOUR
    for round_ in range(10_000):
        batch = store.claim_timers(now, by=name, limit=20, lease=timedelta(seconds=30))
        if not batch and round_ > 5:
            break
        if round_ % 5 == 4:  # every fifth batch is abandoned: its lease runs out
            now += timedelta(seconds=40)
            continue
        with store.work() as work:
            for each in batch:
                if work.timers.held(each.id, name):
                    work.timers.finish(each.id, name, name, now)
                    mine.append(each.id)
        now += timedelta(seconds=40) if not batch else timedelta()
    store.close()
    queue.put(mine)


@pytest.mark.slow
def test_two_processes_share_a_thousand_timers_each_fired_once(store, store_url, tmp_path):
    with store.work() as work:
        work.timers.start(timer(f"t{n}", NOON, "round", n=n) for n in range(1000))
    store.close()
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    processes = [
        context.Process(target=_claimer, args=(store_url, str(tmp_path), name, queue)) for name in ("a", "b")
    ]
    for each in processes:
        each.start()
    fired = [queue.get(timeout=60) for _ in processes]
    for each in processes:
        each.join(timeout=60)
        assert each.exitcode == 0
    with store.work() as work:
        late = work.timers.claim(NOON + 9999 * HOUR, by="c", limit=1000, lease=LEASE)
        fired.append([each.id for each in late if work.timers.held(each.id, "c")])
    assert sorted(id for each in fired for id in each) == sorted(f"t{n}" for n in range(1000))
    assert fired[0] or fired[1]


def test_a_timer_is_what_it_was_but_for_its_attempts(started):
    (claimed,) = started.claim_timers(NOON, by="one", lease=LEASE)
    assert replace(claimed, attempts=0) == timer("t0", NOON, "round", n=0)

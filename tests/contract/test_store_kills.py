"""Each timer has exactly one effect, however often the processes that fire it are killed; none is early."""

import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from regbook.model.promises import Accrual, Timer
from regbook.store.database import open_store
from regbook.store.keyring import Keyring

TIMERS = 300
LEASE = timedelta(milliseconds=400)


def _fire_until_none(url, name):
    store = open_store(url, Keyring("test", {}))
    while True:
        now = datetime.now(UTC)
        batch = store.claim_timers(now, by=name, limit=10, lease=LEASE)
        for each in batch:
            with store.work() as work:
                held = work.timers.held(each.id, name)
                if held is None:
                    continue
                accrual = Accrual(
                    "issue", "r1", "handle", "li", held.n, now, Decimal(1), Decimal(20), "DWM 6.8"
                )
                assert work.accruals.accrue(accrual), "the same round was charged twice"
                time.sleep(0.002)
                work.timers.finish(each.id, name, "accrued", now)
        with store.reading() as reading:
            if not reading.timers.of("issue", "r1"):
                return
        time.sleep(0.01)


@pytest.mark.slow
def test_kills_at_any_point_lose_and_double_nothing(store, store_url):
    begun = datetime.now(UTC)
    due = {n: begun + timedelta(milliseconds=20 * n) for n in range(TIMERS)}
    with store.work() as work:
        work.timers.start(
            Timer(f"t{n}", "round", "issue", "r1", "handle", at, begun, begun, n=n) for n, at in due.items()
        )
    store.close()
    context, chance, kills = multiprocessing.get_context("spawn"), random.Random(7), 0

    def start(n):
        process = context.Process(target=_fire_until_none, args=(store_url, f"worker-{n}"))
        process.start()
        return process

    workers, until = [start(n) for n in range(2)], time.monotonic() + 120
    while any(each.is_alive() for each in workers) and time.monotonic() < until:
        time.sleep(chance.uniform(0.05, 0.6))
        victim = chance.randrange(2)
        # A new process takes seconds to import; killing it before it claimed anything would prove little.
        if kills < 6 and workers[victim].is_alive() and _has_claimed(store_url):
            os.kill(workers[victim].pid, signal.SIGKILL)
            workers[victim].join()
            kills += 1
            workers[victim] = start(2 + kills)
    for each in workers:
        each.join(10)
    assert [each.exitcode for each in workers] == [0, 0]
    assert kills >= 2
    with store.reading() as reading:
        charged = reading.accruals.of("issue", "r1")
        assert [each.round for each in charged] == list(range(TIMERS))
        assert all(each.at >= due[each.round] for each in charged)


def _has_claimed(url):
    store = open_store(url, Keyring("test", {}))
    with store.reading() as reading:
        claimed = reading.run("SELECT count(*) FROM timer WHERE status = 'claimed'")[0][0]
    store.close()
    return claimed > 0

"""``regbook worker`` as a process: it fires what is due with and without Redis, and ends on SIGTERM."""

import multiprocessing
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regbook.hooks import load_plugins
from regbook.jobs.running import WorkerProcess
from regbook.model.people import Actor
from regbook.services import recording
from regbook.services.library import read_library
from regbook.services.office import Office
from regbook.services.sample import sample_office
from regbook.store.database import open_store
from regbook.store.keyring import Keyring

ROOT = Path(__file__).resolve().parents[2]
REGISTER = "department_issue"
RAISED = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)
OVERDUE = datetime(2026, 10, 8, 3, 0, tzinfo=UTC)
KEYS = Keyring("test", {"test": bytes(range(32))})


def work(url, redis_url, overdue):
    office = Office(open_store(url, KEYS), load_plugins(ROOT / "plugins"), lambda: overdue)
    WorkerProcess(office, redis_url).run()
    office.store.close()


def waiting(store):
    with store.reading() as reading:
        timers = reading.run("SELECT count(*) FROM timer WHERE kind = 'due' AND status <> 'done'")
        notices = reading.run("SELECT count(*) FROM notice WHERE status <> 'done'")
    return timers[0][0] + notices[0][0]


def ends_within(seconds, done):
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.1)
    return done()


@pytest.fixture
def overdue(store):
    sample = sample_office(
        read_library(ROOT / "definitions"), load_plugins(ROOT / "plugins"), REGISTER, store
    )
    sample.time = RAISED
    facts = {"subject": "打印机停用", "occurred_at": "2026-09-30T16:00:00+08:00"}
    recording.enter(sample.office, Actor("person", "staff"), REGISTER, facts)
    return store


@pytest.mark.slow
@pytest.mark.parametrize("redis", ["none", pytest.param("up", marks=pytest.mark.redis), "away"])
def test_a_worker_fires_what_is_due_and_ends_on_sigterm(overdue, store_url, redis, request):
    url = {"none": "", "away": "redis://127.0.0.1:1/0"}.get(redis)
    url = request.getfixturevalue("own_redis").url if url is None else url
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=work, args=(store_url, url, OVERDUE))
    process.start()
    assert ends_within(60, lambda: waiting(overdue) == 0), "what is due has fired, who is to know was told"
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGTERM)
    process.join(30)
    assert process.exitcode == 0

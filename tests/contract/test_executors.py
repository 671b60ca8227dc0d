"""One contract for both executors: what is due has exactly one effect, whatever happens on the way."""

import json
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from regbook.errors import SettingsInvalid
from regbook.hooks import load_plugins
from regbook.jobs.clockwork import Clockwork
from regbook.jobs.envelopes import new_envelope, sealed
from regbook.jobs.executors import SqlExecutor
from regbook.jobs.redis_server import check_server, connected, place_of
from regbook.jobs.rq_executor import RqExecutor, SealedJob, queue_of
from regbook.jobs.rq_worker import ALIVE, BatchWorker
from regbook.jobs.watchdog import LIMIT, Watchdog
from regbook.model.people import Actor
from regbook.services import recording, timekeeping
from regbook.services.library import read_library
from regbook.services.sample import sample_office
from regbook.services.timekeeping import LEASE

ROOT = Path(__file__).resolve().parents[2]
REGISTER = "department_issue"
STAFF = Actor("person", "staff")
CANARY = "打印机停用"
RAISED = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)
TWO_DAYS_LATER = datetime(2026, 10, 10, 9, 30, tzinfo=UTC)
PAST_LEASE = LEASE + timedelta(seconds=1)


def begun(store=None):
    made = sample_office(read_library(ROOT / "definitions"), load_plugins(ROOT / "plugins"), REGISTER, store)
    made.time = RAISED
    facts = {"subject": CANARY, "occurred_at": "2026-09-30T16:00:00+08:00"}
    made.issue = recording.enter(made.office, STAFF, REGISTER, facts).id
    return made


@pytest.fixture
def sample(store):
    return begun(store)


def rows(sample):
    with sample.office.store.reading() as reading:
        assigned = reading.assignments.of(REGISTER, sample.issue, open_only=False)
        accruals = reading.accruals.of(REGISTER, sample.issue)
        timers = reading.timers.of(REGISTER, sample.issue, open_only=False)
    return (
        sorted((each.person, each.kind, each.source or "") for each in assigned),
        sorted((each.deadline, each.person, each.round, each.hours, each.at) for each in accruals),
        sorted((each.deadline, each.kind, each.n, each.run, each.at) for each in timers),
    )


@pytest.fixture(scope="module")
def expected():
    """The rows of an office whose clock never stopped, fired without any executor."""
    sample = begun()
    while sample.time <= TWO_DAYS_LATER:
        timekeeping.tick(sample.office, by="reference")
        sample.time += timedelta(minutes=30)
    made = rows(sample)
    assert [each[1] for each in made[0] if each[0] == "division_head"], "it climbed"
    assert [each[2] for each in made[1] if each[0] == "handle"] == list(range(1, len(made[1]) + 1))
    return made


def redis_of(request):
    server = request.getfixturevalue("own_redis")
    return server, connected(server.url)


@pytest.fixture(params=["sql", pytest.param("rq", marks=pytest.mark.redis)])
def executor(request, sample):
    if request.param == "sql":
        return SqlExecutor(sample.office)
    return RqExecutor(sample.office, redis_of(request)[1])


def clock(sample, executor, name="clock"):
    return Clockwork(sample.office, executor, name)


def work_off(sample, executor):
    """A worker takes everything that waits in the queue."""
    if isinstance(executor, RqExecutor):
        worker = BatchWorker(sample.office, executor.queue.connection, sample.office.make_id())
        worker.work(burst=True)


def until_quiet(sample, executor, *clocks):
    quiet = 0
    for _ in range(50):
        looked = sum(each.look() for each in clocks or [clock(sample, executor)])
        work_off(sample, executor)
        quiet = 0 if looked else quiet + 1
        if quiet == 2:
            return
    pytest.fail("there is always more to do")


def refusals(sample):
    with sample.office.store.reading() as reading:
        entries = reading.journal.of("office", None, limit=100)
    return [each.reason for each in entries if each.verb == "refuse-job"]


def test_a_worker_dead_for_two_days_leaves_the_rows_of_one_that_never_stopped(sample, executor, expected):
    sample.time = TWO_DAYS_LATER
    until_quiet(sample, executor)
    assert rows(sample) == expected
    assert refusals(sample) == []


def test_doubled_ticks_and_a_batch_delivered_twice_have_one_effect(sample, executor, expected):
    sample.time = TWO_DAYS_LATER
    batch = sample.office.store.claim_timers(sample.time, by="twice", lease=LEASE)
    executor.hand_over(batch, "twice")
    executor.hand_over(batch, "twice")
    until_quiet(sample, executor, clock(sample, executor, "one"), clock(sample, executor, "two"))
    assert rows(sample) == expected


def test_two_clocks_in_two_threads_have_one_effect(sample, store, expected):
    sample.time = TWO_DAYS_LATER
    clocks = [Clockwork(sample.office, SqlExecutor(sample.office), f"c{n}", every=0.01) for n in range(2)]
    threads = [each.start() for each in clocks]
    until = time.monotonic() + 60
    while rows(sample) != expected and time.monotonic() < until:
        time.sleep(0.1)
    for each in clocks:
        each.stop()
    for each in threads:
        each.join(20)
    assert rows(sample) == expected


def test_claims_of_a_killed_process_fire_when_their_lease_is_over_and_not_before(sample, executor, expected):
    sample.time = TWO_DAYS_LATER
    assert sample.office.store.claim_timers(sample.time, by="killed", lease=LEASE)
    until_quiet(sample, executor)
    assert rows(sample) != expected
    sample.time += PAST_LEASE
    until_quiet(sample, executor)
    assert rows(sample) == expected


@pytest.mark.redis
def test_a_redis_flushed_in_the_middle_loses_and_doubles_nothing(sample, request, expected):
    _, connection = redis_of(request)
    executor = RqExecutor(sample.office, connection)
    sample.time = TWO_DAYS_LATER
    assert clock(sample, executor).look() > 0
    before = rows(sample)
    connection.flushdb()
    until_quiet(sample, executor)
    assert rows(sample) == before, "what was lost waits for its lease"
    sample.time += PAST_LEASE
    for _ in range(30):
        clock(sample, executor).look()
        work_off(sample, executor)
        connection.flushdb()
        sample.time += PAST_LEASE
    assert [each[:3] for each in rows(sample)[1]][: len(expected[1])] == [each[:3] for each in expected[1]]
    assert rows(sample)[0] == expected[0]


@pytest.mark.redis
def test_without_redis_the_clock_fires_by_itself_and_goes_back_to_it(sample, request, expected):
    server, connection = redis_of(request)
    executor = RqExecutor(sample.office, connection)
    sample.time = TWO_DAYS_LATER
    server.kill()
    while clock(sample, executor).look():
        pass
    assert rows(sample) == expected
    server.start()
    assert executor.has_room()
    batch = sample.office.store.claim_timers(sample.time + timedelta(days=3), by="late", lease=LEASE)
    executor.hand_over(batch, "late")
    assert executor.queue.count == 1


@pytest.mark.redis
def test_no_more_batches_are_claimed_than_workers_can_fire_in_time(sample, request):
    _, connection = redis_of(request)
    executor = RqExecutor(sample.office, connection)
    for n in range(8):
        executor.hand_over((), f"n{n}")
    sample.time = TWO_DAYS_LATER
    assert clock(sample, executor).look() == 0
    work_off(sample, executor)
    assert clock(sample, executor).look() > 0


@pytest.mark.redis
def test_redis_holds_ids_and_nothing_that_anyone_wrote(sample, request):
    _, connection = redis_of(request)
    executor = RqExecutor(sample.office, connection)
    sample.time = TWO_DAYS_LATER
    assert clock(sample, executor).look() > 0
    held = everything(connection)
    assert b'"ids"' in held.replace(b"\\", b"")
    for word in (CANARY.encode(), json.dumps(CANARY).encode(), b"staff", b"head", REGISTER.encode()):
        assert word not in held
    work_off(sample, executor)
    assert not connection.keys("rq:job:*"), "what is done leaves nothing"
    assert not connection.keys("rq:*intermediate*")


def everything(connection):
    found = b""
    for key in connection.keys("*"):
        kind = connection.type(key)
        if kind == b"hash":
            for name, value in connection.hgetall(key).items():
                found += name + (zlib.decompress(value) if name == b"data" else value)
        elif kind == b"list":
            found += b"".join(connection.lrange(key, 0, -1))
    return found


# --- jobs that this office did not make, or made for another time


@pytest.fixture
def forged(sample, request, tmp_path):
    """Puts a job of any make into the office's queue and has it taken; says why it was refused."""
    _, connection = redis_of(request)
    executor = RqExecutor(sample.office, connection)
    sample.time = TWO_DAYS_LATER
    batch = sample.office.store.claim_timers(sample.time, by="one", lease=LEASE)
    untouched = rows(sample)

    def put(data, job="forged", **more):
        connection.hset(SealedJob.key_for(job), mapping={"data": data, "status": "queued", **more})
        connection.rpush(executor.queue.key, job)
        before = len(refusals(sample))
        work_off(sample, executor)
        assert rows(sample) == untouched, "nothing was carried out"
        assert executor.queue.count == 0
        new = refusals(sample)
        return new[: len(new) - before]

    put.sample, put.connection, put.executor, put.canary = sample, connection, executor, tmp_path / "canary"
    put.envelope = new_envelope(sample.office, "fire", [each.id for each in batch], "one", LEASE)
    return put


def call(do, text, mac):
    return zlib.compress(json.dumps([do, None, [text, mac], {}]).encode())


@pytest.mark.redis
def test_a_job_naming_any_other_function_is_refused(forged):
    command = zlib.compress(json.dumps(["os.system", None, [f"touch {forged.canary}"], {}]).encode())
    callbacks = {"success_callback_name": "os.getcwd", "failure_callback_name": "os.abort"}
    assert forged(command, **callbacks) == ["job-altered"]
    text, mac = sealed(forged.sample.office, forged.envelope)
    assert forged(call("os.system", text, mac)) == ["job-unknown"]
    assert forged(call("tick", text, mac)) == ["job-unknown"]
    assert not forged.canary.exists()


@pytest.mark.redis
@pytest.mark.parametrize(
    "data",
    [
        b"cos\nsystem\n(S'true'\ntR.",
        b"",
        b"\xff\xfe",
        zlib.compress(b'"' + b"a" * 10_000_000 + b'"'),
        zlib.compress(b"[" * 10_000),
        zlib.compress(b"{}"),
        zlib.compress(b'["fire", null, [1, 2], {}]'),
        zlib.compress(b'["fire", null, ["{}", "\xc3\xa9"], {}]'),
        zlib.compress(b'["fire", {"a": 1}, ["{}", ""], {}]'),
        zlib.compress(b'["fire", null, ["{}", ""], {"a": 1}]'),
    ],
)
def test_what_is_no_call_is_refused(forged, data):
    assert forged(data) == ["job-altered"]


@pytest.mark.redis
def test_an_altered_job_is_refused(forged):
    text, mac = sealed(forged.sample.office, forged.envelope)
    nonce = forged.envelope.nonce
    assert forged(call("fire", text.replace('"by":"one"', '"by":"two"'), mac), nonce) == ["job-altered"]
    assert forged(call("fire", text, mac[:-1] + ("0" if mac[-1] != "0" else "1")), nonce) == ["job-altered"]
    assert forged(call("fire", text, ""), nonce) == ["job-altered"]


@pytest.mark.redis
def test_an_expired_job_is_refused(forged):
    text, mac = sealed(forged.sample.office, forged.envelope)
    forged.sample.time += PAST_LEASE
    assert forged(call("fire", text, mac), forged.envelope.nonce) == ["job-expired"]


@pytest.mark.redis
def test_a_job_under_another_id_is_refused(forged):
    text, mac = sealed(forged.sample.office, forged.envelope)
    assert forged(call("fire", text, mac), "another") == ["job-replayed"]


@pytest.mark.redis
def test_a_job_is_carried_out_once_even_when_redis_forgot_it(sample, request, expected):
    _, connection = redis_of(request)
    executor = RqExecutor(sample.office, connection)
    sample.time = TWO_DAYS_LATER
    assert clock(sample, executor).look() > 0
    (job,) = executor.queue.job_ids
    copy = connection.hgetall(SealedJob.key_for(job))
    until_quiet(sample, executor)
    connection.flushdb()
    connection.hset(SealedJob.key_for(job), mapping=copy)
    connection.rpush(executor.queue.key, job)
    work_off(sample, executor)
    assert refusals(sample) == ["job-replayed"]
    assert rows(sample) == expected


@pytest.mark.redis
def test_a_worker_takes_no_orders_from_redis(sample, request):
    _, connection = redis_of(request)
    connection.set("rq:suspended", 1)
    executor = RqExecutor(sample.office, connection)
    sample.time = TWO_DAYS_LATER
    before = rows(sample)
    assert clock(sample, executor).look() > 0
    work_off(sample, executor)
    assert rows(sample) != before
    assert connection.pubsub_channels() == []


@pytest.mark.redis
def test_a_worker_waits_for_a_job_without_taking_silence_for_a_fault(sample, own_redis):
    connection = connected(own_redis.url, answers_within=ALIVE)
    check_server(connection)
    worker = BatchWorker(sample.office, connection, "patient")
    held = connection.connection_pool.get_connection()
    assert worker.dequeue_timeout < worker.connection_timeout <= held.socket_timeout
    connection.connection_pool.release(held)


# --- the server, and a plugin that does not come back


@pytest.mark.redis
def test_the_server_of_the_tests_is_taken(own_redis):
    check_server(connected(own_redis.url))


@pytest.mark.parametrize(
    ("said", "warned"),
    [
        ({"redis_version": "7.2.4", "valkey_version": "8.0.1"}, False),
        ({"redis_version": "7.2.0"}, False),
        ({"redis_version": "8.2.1"}, False),
        ({"redis_version": "7.0.15"}, True),
    ],
)
def test_an_older_server_is_warned_of(said, warned, caplog):
    check_server(SimpleNamespace(info=lambda section: said))
    assert bool(caplog.records) is warned


@pytest.mark.parametrize("version", ["6.2.14", "5.0", ""])
def test_a_server_too_old_is_refused(version):
    with pytest.raises(SettingsInvalid) as refused:
        check_server(SimpleNamespace(info=lambda section: {"redis_version": version}))
    assert [each.code for each in refused.value.problems] == ["redis-too-old"]


def test_no_password_is_ever_shown():
    assert place_of("rediss://me:secret@cache.example:6380/2") == "rediss://cache.example:6380/2"
    with pytest.raises(SettingsInvalid) as refused:
        connected("http://me:secret@cache.example")
    assert "secret" not in str([each.values for each in refused.value.problems])


def test_a_plugin_that_does_not_answer_is_named_and_its_process_ended(sample):
    leave, ended, seconds = threading.Event(), [], [0.0]
    slow = SimpleNamespace(plugin_name="slow", argnames=(), function=lambda: leave.wait(20) and None)
    hooks = sample.office.hooks
    asked = threading.Thread(target=hooks._ask, args=(slow, "deadline_passed", {}))
    watchdog = Watchdog(sample.office, "test", seconds=lambda: seconds[0], end=lambda: ended.append(True))
    asked.start()
    while not hooks.running():
        time.sleep(0.01)
    watchdog.look()
    seconds[0] = LIMIT
    watchdog.look()
    assert ended == []
    seconds[0] = LIMIT + 1
    watchdog.look()
    leave.set()
    asked.join()
    assert ended == [True]
    with sample.office.store.reading() as reading:
        entry = reading.journal.of("office", None, limit=1)[0]
    assert (entry.verb, entry.reason) == ("end-process", "plugin-overran")
    assert (entry.values["plugin"], entry.values["hook"]) == ("slow", "deadline_passed")
    assert hooks.running() == {}


@pytest.mark.redis
def test_two_offices_on_one_redis_have_queues_of_their_own(sample, own_redis):
    other = begun()
    connection = connected(own_redis.url)
    assert queue_of(sample.office, connection).name != queue_of(other.office, connection).name

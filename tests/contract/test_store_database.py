"""A Reading is one snapshot, a Work happens whole or not at all: on both stores."""

import threading
from datetime import UTC, datetime

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from regbook.errors import Busy, SettingsInvalid
from regbook.store import engines
from regbook.store.database import Moved, Store, open_store
from regbook.store.engines import driver_errors, sqlite_driver, wal_is_safe
from regbook.store.fixed import metadata
from regbook.store.identity import fab_metadata
from regbook.store.preparing import FOLDER, STEPS


def words(reading):
    return [row[0] for row in reading.run("SELECT word FROM probe ORDER BY word")]


def add(work, word):
    work.execute(text("INSERT INTO probe (word) VALUES (:word)"), {"word": word})


@pytest.fixture
def probe(store):
    with store.work() as work:
        work.execute(text("CREATE TABLE probe (word TEXT PRIMARY KEY)"))
    return store


@pytest.fixture
def memory(keyring):
    store = open_store("sqlite://", keyring)
    with store.work() as work:
        work.execute(text("CREATE TABLE probe (word TEXT PRIMARY KEY)"))
    yield store
    store.close()


def test_work_commits_and_an_exception_undoes_all_of_it(probe: Store):
    with probe.work() as work:
        add(work, "kept")
    with pytest.raises(ZeroDivisionError), probe.work() as work:
        add(work, "lost")
        raise ZeroDivisionError
    with probe.reading() as reading:
        assert words(reading) == ["kept"]


def test_ddl_that_is_rolled_back_leaves_nothing(probe: Store):
    with pytest.raises(ZeroDivisionError), probe.work() as work:
        work.execute(text("CREATE TABLE half (word TEXT)"))
        work.execute(text("ALTER TABLE probe ADD COLUMN more TEXT"))
        raise ZeroDivisionError
    with probe.work() as work:
        work.execute(text("CREATE TABLE half (word TEXT)"))
        work.execute(text("ALTER TABLE probe ADD COLUMN more TEXT"))


def test_a_reading_does_not_see_what_is_committed_meanwhile(probe: Store):
    with probe.reading() as reading:
        assert words(reading) == []
        with probe.work() as work:
            add(work, "new")
        assert words(reading) == []
    with probe.reading() as reading:
        assert words(reading) == ["new"]


def test_statements_are_counted_on_both_paths_and_only_in_this_thread(probe: Store):
    def elsewhere():
        with probe.reading() as reading:
            words(reading)

    with probe.statements() as counter, probe.work() as work:
        add(work, "one")
        words(work)
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
    assert counter.count == 2


PUT_OFF = "INSERT INTO probe (word) VALUES ('{}')"


def test_what_is_put_off_goes_in_order_as_one_batch_before_the_next_statement(probe: Store):
    with probe.statements() as counter, probe.work() as work:
        for word in ("one", "two"):
            work.connection.later(PUT_OFF.format(word), [{}])
        work.connection.later("UPDATE probe SET word = word || '!'", [{}])
        assert counter.count == 0
        assert words(work) == ["one!", "two!"]
        assert counter.count == 2
        work.connection.later(PUT_OFF.format("last"), [{}])
    assert counter.count == 3
    with probe.reading() as reading:
        assert words(reading) == ["last", "one!", "two!"]


def test_what_is_put_off_and_fails_undoes_the_whole(probe: Store):
    for last in (lambda work: None, words):
        with pytest.raises(driver_errors()), probe.work() as work:
            add(work, "before")
            for word in ("one", "one", "two"):
                work.connection.later(PUT_OFF.format(word), [{}])
            last(work)
        with probe.reading() as reading:
            assert words(reading) == []
    with pytest.raises(ZeroDivisionError), probe.work() as work:
        work.connection.later(PUT_OFF.format("one"), [{}])
        raise ZeroDivisionError
    with probe.reading() as reading:
        assert words(reading) == []


def test_in_memory_a_reading_sees_what_the_work_around_it_put_off(memory: Store):
    with memory.work() as work:
        work.connection.later(PUT_OFF.format("one"), [{}])
        with memory.reading() as reading:
            assert words(reading) == ["one"]


def test_writers_wait_for_each_other(probe: Store):
    def write(n):
        for i in range(10):
            with probe.work() as work:
                add(work, f"{n}-{i}")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with probe.reading() as reading:
        assert len(words(reading)) == 40


def test_in_memory_what_is_nested_shares_the_connection(memory: Store):
    with memory.reading() as reading:
        with pytest.raises(ZeroDivisionError), memory.work() as work:
            add(work, "lost")
            raise ZeroDivisionError
        with memory.work() as work:
            add(work, "kept")
            with memory.reading() as inner:
                assert words(inner) == ["kept"]
            with pytest.raises(RuntimeError), memory.work():
                pass
        assert words(reading) == ["kept"]
    with memory.reading() as reading:
        assert words(reading) == ["kept"]


def test_sqlite_keeps_its_promises(tmp_path, keyring):
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}", keyring)
    with store.reading() as reading:
        pragmas = {
            name: reading.run(f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "busy_timeout")
        }
    store.close()
    mode = "wal" if wal_is_safe(sqlite_driver.sqlite_version_info) else "delete"
    assert pragmas == {
        "journal_mode": mode, "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0, "busy_timeout": 10_000
    }  # fmt: skip


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False),
        ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False),
        ((3, 51, 3), True), ((4, 0, 0), True),
    ],
)  # fmt: skip
def test_the_write_ahead_log_needs_a_library_with_the_fix(version, safe):
    assert wal_is_safe(version) is safe


def test_whoever_decided_on_an_older_epoch_decides_again(store: Store):
    with store.reading() as reading:
        before = reading.epoch()
    with store.work() as work:
        work.expect_epoch(before)
        assert work.bump_epoch() == before + 1
    with pytest.raises(Moved), store.work() as work:
        work.expect_epoch(before)


def test_preparing_again_changes_nothing_and_a_newer_schema_is_refused(store: Store):
    store.prepare()
    with store.work() as work:
        work.bump_epoch()
    store.prepare()
    with store.work() as work:
        assert work.epoch() == 2
        work.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsInvalid) as caught:
        store.prepare()
    assert caught.value.code == "schema-newer"


def test_the_steps_make_exactly_the_tables_that_the_engine_names(store: Store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, [metadata, fab_metadata]) == []


def interrupted_then_finished(url, keyring, monkeypatch):
    store = open_store(url, keyring)
    with monkeypatch.context() as patched:
        patched.setattr(op, "execute", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            store.prepare()
    assert inspect(store.engine).get_table_names() == []
    store.prepare()
    with store.reading() as reading:
        assert reading.epoch() == 1
    store.close()


def test_an_interrupted_preparation_leaves_nothing_and_finishes_with_the_next(tmp_path, keyring, monkeypatch):
    interrupted_then_finished(f"sqlite:///{tmp_path / 'a.db'}", keyring, monkeypatch)


@pytest.mark.postgresql
def test_so_it_does_on_postgresql(postgresql_url, keyring, monkeypatch):
    interrupted_then_finished(postgresql_url, keyring, monkeypatch)


def test_the_store_says_what_keeps_it_from_working(store: Store, tmp_path, keyring):
    assert store.problem() is None
    with store.work() as work:
        work.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert store.problem() == "schema-newer"
    empty = open_store(f"sqlite:///{tmp_path / 'empty.db'}", keyring)
    assert empty.problem() == "schema-older"
    empty.close()
    gone = open_store("postgresql+psycopg://nobody@127.0.0.1:1/none", keyring)
    assert gone.problem() == "store-unavailable"
    with pytest.raises(Busy), gone.reading() as reading:
        reading.epoch()
    with pytest.raises(Busy), gone.glance() as reading:
        reading.epoch()
    gone.close()


def test_a_second_transaction_inside_the_first_is_refused_at_once(store: Store):
    with store.work() as work:
        with pytest.raises(RuntimeError), store.work():
            pass
        assert work.bump_epoch() == 2
    with store.work() as work:
        assert work.epoch() == 2


def test_a_writer_that_waits_too_long_is_told_so_and_the_next_one_works(tmp_path, keyring, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_MILLISECONDS", 20)
    first, second = (open_store(f"sqlite:///{tmp_path / 'a.db'}", keyring) for _ in range(2))
    first.prepare()
    with first.work() as work:
        work.bump_epoch()
        with pytest.raises(Busy), second.work():
            pass
        with second.reading() as reading:
            assert reading.epoch() == 1
    with second.work() as work:
        assert work.bump_epoch() == 3
    first.close()
    second.close()


END_THE_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
)


@pytest.mark.postgresql
def test_connections_that_the_server_ended_are_replaced(postgresql_url, keyring):
    store, other = (open_store(postgresql_url, keyring) for _ in range(2))
    store.prepare()
    for transaction in (store.reading, store.work):
        with transaction() as begun:
            assert begun.epoch() == 1
        with pytest.raises(Busy) as caught, transaction() as begun:
            begun.epoch()
            with other.reading() as killer:
                killer.run(END_THE_OTHERS)
            begun.epoch()
        assert caught.value.code == "store-unavailable"
        with transaction() as begun:
            assert begun.epoch() == 1
    store.close()
    other.close()


@pytest.mark.postgresql
def test_of_two_that_wait_for_each_other_one_moves(postgresql_url, keyring):
    store = open_store(postgresql_url, keyring)
    store.prepare()
    both, outcomes = threading.Barrier(2), []

    def cross(first, second):
        try:
            with store.work() as work:
                work.numbers.next(first, "", 0)
                both.wait(5)
                work.numbers.next(second, "", 0)
            outcomes.append("made")
        except Moved:
            outcomes.append("moved")

    threads = [threading.Thread(target=cross, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    store.close()
    assert sorted(outcomes) == ["made", "moved"]


def test_a_publisher_waits_for_those_who_decided_on_the_epoch(store: Store):
    order = []

    def publish():
        with store.work() as work:
            work.bump_epoch()
            order.append("published")

    with store.work() as work:
        work.expect_epoch(1)
        work.finish()
        other = threading.Thread(target=publish)
        other.start()
        other.join(0.2)
        order.append("written")
    other.join()
    assert order == ["written", "published"]


def test_what_was_decided_on_an_epoch_is_committed_in_it_or_not_at_all(store: Store):
    def publish():
        with store.work() as work:
            work.bump_epoch()

    other, overtaken, moved = threading.Thread(target=publish), None, False
    try:
        with store.work() as work:
            work.expect_epoch(1)
            work.settings.set("penalty.rate", "5.00", datetime(2026, 9, 30, tzinfo=UTC), "li")
            other.start()
            other.join(0.5)
            overtaken = not other.is_alive()
    except Moved:
        moved = True
    other.join()
    assert moved == overtaken
    with store.reading() as reading:
        assert reading.settings.all() == ({} if moved else {"penalty.rate": "5.00"})
        assert reading.epoch() == 2


def test_a_reading_that_asks_nothing_takes_no_connection(store: Store):
    with store.reading(), store.reading():
        assert store.engine.pool.checkedout() == 0


def test_a_glance_writes_nothing_and_begins_nothing(store: Store):
    with store.glance() as glance, store.statements() as counter:
        assert glance.epoch() == 1
        with pytest.raises(RuntimeError):
            glance.execute(text("SELECT 1"))
    assert counter.count == 1
    with store.work() as work:
        work.bump_epoch()
    with store.glance() as glance:
        assert glance.epoch() == 2


def test_sqlite_is_refused_on_a_network_file_system(tmp_path, keyring, monkeypatch):
    monkeypatch.setattr(engines, "file_system_of", lambda *_: "nfs4")
    with pytest.raises(SettingsInvalid) as caught:
        open_store(f"sqlite:///{tmp_path / 'a.db'}", keyring)
    assert caught.value.code == "store-on-network"
    open_store("sqlite://", keyring).close()


def test_the_steps_are_those_that_alembic_finds():
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(sorted(each.revision for each in scripts.walk_revisions())) == STEPS
    assert scripts.get_heads() == [STEPS[-1]]


def test_a_schema_without_tables_is_older_and_one_at_the_head_is_no_problem(store: Store, tmp_path, keyring):
    fresh = open_store(f"sqlite:///{tmp_path / 'fresh.db'}", keyring)
    assert (fresh.problem(), store.problem()) == ("schema-older", None)
    fresh.close()

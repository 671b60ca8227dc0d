"""Whatever is killed at whatever moment: what was acknowledged is there, once, and nothing is there twice.

Real processes submit, publish and tick while the test kills them; a reader outside then looks at what is
left. The office's time is what a file says, so that it passes quickly and the same for all.
"""

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from regbook.errors import Busy
from regbook.hooks import load_plugins
from regbook.model.access import unbounded
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Query
from regbook.services import allowing, publishing, recording, timekeeping
from regbook.services.library import read_library
from regbook.services.office import Office
from regbook.services.sample import sample_office
from regbook.store.database import open_store
from regbook.store.keyring import Keyring

ROOT = Path(__file__).resolve().parents[2]
REGISTER = "department_issue"
STAFF = Actor("person", "staff")
BEGIN = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)
OCCURRED = "2026-09-24T09:00:00+08:00"
PAST_LEASE = timedelta(seconds=90)
STEP = timedelta(minutes=5)
RECORDS, PUBLISHES = 60, 12
KILLS, SECONDS = 40, 20.0
KEYS = Keyring("test", {"test": bytes(range(32))})


def office_at(folder, url):
    """The office as one process opens it; its clock is the file that the test writes."""

    def now():
        return datetime.fromisoformat((folder / "clock").read_text())

    return Office(open_store(url, KEYS, folder / "files"), load_plugins(ROOT / "plugins"), now)


def acknowledge(folder, *words):
    """One line, written at once: it outlives the process that wrote it."""
    descriptor = os.open(folder / "acknowledged", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, (" ".join(str(each) for each in words) + "\n").encode())
    os.close(descriptor)


def acknowledged(folder, kind):
    file = folder / "acknowledged"
    lines = [each.split() for each in file.read_text().splitlines()] if file.exists() else []
    return [each[1:] for each in lines if each[0] == kind]


def submit_in_a_loop(folder, office):
    facts = {"subject": "打印机停用", "occurred_at": OCCURRED}
    while True:
        try:
            if len(acknowledged(folder, "submitted")) >= RECORDS:
                return
            draft = recording.enter(office, STAFF, REGISTER, facts, draft=True)
            acknowledge(folder, "drafted", draft.id)
            record = recording.submit(office, STAFF, REGISTER, draft.id)
            acknowledge(folder, "submitted", record.id, record.number)
        except Busy:
            continue


def tick_in_a_loop(folder, office):
    while True:
        try:
            timekeeping.tick(office, by=f"tick-{os.getpid()}", batch=5)
        except Busy:
            continue
        time.sleep(0.02)


def publish_in_a_loop(folder, office):
    while len(acknowledged(folder, "published")) < PUBLISHES:
        try:
            made = publishing.publish(office, SYSTEM, folder / "definitions")
        except Busy:
            continue
        if REGISTER in made.registers:
            acknowledge(folder, "published", made.registers[REGISTER])
        add_field(folder)


def add_field(folder):
    """The definition has one field more: publishing it changes a table first, the revision then."""
    file = folder / "definitions/coordination" / f"{REGISTER}.json"
    raw = json.loads(file.read_text("utf-8"))
    fields = raw["entity"]["properties"]
    name = f"extra_{sum(each.startswith('extra_') for each in fields)}"
    fields[name] = {"type": "string", "title": f"补充 {name}", "maxLength": 20}
    raw["form"][0]["rows"].append([name])
    raw["translations"]["en"][f"fields.{name}.title"] = f"Extra {name}"
    ready = file.with_suffix(".new")
    ready.write_text(json.dumps(raw, ensure_ascii=False), "utf-8")
    ready.replace(file)


ROLES = (submit_in_a_loop, submit_in_a_loop, tick_in_a_loop, tick_in_a_loop, publish_in_a_loop)


def nursery(folder, url, orders):
    """Starts and kills the roles: forked from a process that has read the office, each works at once."""
    office = office_at(folder, url)
    with office.store.reading() as reading:
        office.edition(reading)
    office.store.close()
    running = [fork(role, folder, office) for role in ROLES]
    while (n := orders.recv()) is not None:
        os.kill(running[n], signal.SIGKILL)
        os.waitpid(running[n], 0)
        running[n] = fork(ROLES[n], folder, office)
        orders.send(n)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def fork(role, folder, office):
    pid = os.fork()
    if pid:
        return pid
    try:
        role(folder, office)
        signal.pause()
    except BaseException as fault:
        acknowledge(folder, "failed", role.__name__, type(fault).__name__, fault)
    os._exit(1)


@pytest.fixture
def folder(tmp_path):
    """A definitions folder with the issue and what it needs, and nothing else."""
    carried = Path(shutil.copytree(ROOT / "definitions", tmp_path / "definitions"))
    needed = {REGISTER, "penalty", "escalation_record", "person", "department", "post", "customer"}
    for file in carried.glob("*/*.json"):
        if file.parent.name != "regulations" and file.stem not in needed:
            file.unlink()
    organisation = json.loads((carried / "organisation.json").read_text("utf-8"))
    organisation["bind"] = {
        noun: to
        for noun, to in organisation["bind"].items()
        if (to if isinstance(to, str) else to["register"]) in needed
    }
    for setting in organisation["settings"].values():
        setting.pop("pack", None)
    for name in organisation.pop("packs"):
        del organisation["translations"]["en"][f"packs.{name}.title"]
    (carried / "organisation.json").write_text(json.dumps(organisation, ensure_ascii=False), "utf-8")
    (tmp_path / "clock").write_text(BEGIN.isoformat())
    return tmp_path


@pytest.mark.slow
def test_kills_at_any_moment_lose_and_double_nothing(folder, store, store_url):
    hooks = load_plugins(ROOT / "plugins")
    sample_office(read_library(folder / "definitions"), hooks, REGISTER, store).time = BEGIN
    office = office_at(folder, store_url)
    publishing.publish(office, SYSTEM, folder / "definitions")
    office.store.close()
    add_field(folder)

    kills = kill_and_start_again(folder, store_url)
    assert sum(kills.values()) >= 20, kills

    settle(folder, office)
    records_are_whole(folder, office)
    timers_had_one_effect(office)
    publishing_is_whole(folder, office)
    office.store.close()


def kill_and_start_again(folder, url):
    """Runs every role, killing one after the other at a random moment of its work; answers the kills."""
    context, chance, kills = multiprocessing.get_context("spawn"), random.Random(11), Counter()
    orders, theirs = context.Pipe()
    process = context.Process(target=nursery, args=(folder, url, theirs))
    process.start()
    at, begun = BEGIN, None
    while begun is None or (sum(kills.values()) < KILLS and time.monotonic() - begun < SECONDS):
        time.sleep(chance.uniform(0.05, 0.45))
        at += STEP
        (folder / "later").write_text(at.isoformat())
        (folder / "later").replace(folder / "clock")
        n = chance.choice([0, 0, 1, 1, 2, 2, 3, 3, 4])
        orders.send(n)
        assert orders.poll(60), "the nursery has ended"
        begun = begun or time.monotonic()
        kills[ROLES[orders.recv()].__name__] += 1
    orders.send(None)
    process.join(20)
    assert process.exitcode == 0
    assert acknowledged(folder, "failed") == []
    return kills


def settle(folder, office):
    """Nobody is killed any more: claims run out, and what is due fires."""
    for _ in range(3):
        at = office.now() + PAST_LEASE
        (folder / "clock").write_text(at.isoformat())
        timekeeping.tick(office, by="settling")


def records_are_whole(folder, office):
    """What was acknowledged is there as acknowledged, and each record was submitted by one entry."""
    drafted = {id for (id,) in acknowledged(folder, "drafted")}
    submitted = dict(acknowledged(folder, "submitted"))
    assert len(submitted) > 3
    with office.store.reading() as reading:
        definition = office.edition(reading).definition(REGISTER)
        scope = unbounded(REGISTER, "read", "test")
        page = reading.records.page(definition, Query(limit=500), scope, office.now())
        found = {each.id: each for each in page.records}
        for id in drafted - set(found):  # a list shows no drafts
            found[id] = reading.records.one(definition, id, scope, office.now())
        verbs = {id: [each.verb for each in reading.journal.of(REGISTER, id, limit=500)] for id in found}
    assert drafted | set(submitted) <= {id for id, each in found.items() if each is not None}
    assert {id: found[id].number for id in submitted} == submitted
    for id, record in found.items():
        assert verbs[id].count("enter") == 1
        assert verbs[id].count("submit") == (record.state != "draft")
        assert (record.number is None) == (record.state == "draft")
    numbers = sorted(int(each.number[-4:]) for each in found.values() if each.number)
    assert numbers == list(range(1, len(numbers) + 1)), "each number is given once, none is lost"


def timers_had_one_effect(office):
    """Every timer that is due has fired, by one entry; rounds are 1 to n; each rung was climbed once."""
    with office.store.reading() as reading:
        timers = reading.run("SELECT record, deadline, kind, n, status, outcome FROM timer")
        accruals = reading.run("SELECT record, deadline, person, round FROM accrual ORDER BY 1, 2, 3, 4")
        entries = reading.run("SELECT record, verb FROM entry")
        rungs = reading.run("SELECT record, person, source FROM assignment WHERE kind = 'rung'")
        waiting = reading.timers.next_at()
    assert waiting is None or waiting > office.now(), "what is due has fired, and nobody holds a claim"
    fired = Counter((each[0], f"timer:{each[2]}") for each in timers if each[5] == "fired")
    assert sum(fired.values()) > 20
    assert Counter((each[0], each[1]) for each in entries if (each[0], each[1]) in fired) == fired
    charged = groupby(accruals, key=lambda each: tuple(each[:3]))
    for of, rounds in charged:
        given = [each[3] for each in rounds]
        assert given == list(range(1, len(given) + 1)), of
    assert accruals
    assert rungs
    assert set(Counter(tuple(each) for each in rungs).values()) == {1}


def publishing_is_whole(folder, office):
    """Revisions follow each other, the acknowledged are there, and publishing again ends what was begun."""
    said = [int(revision) for (revision,) in acknowledged(folder, "published")]
    assert said == sorted(set(said))
    with office.store.reading() as reading:
        kept = [
            each[0]
            for each in reading.run(
                "SELECT revision FROM revision WHERE register = 'department_issue' ORDER BY revision"
            )
        ]
        current = {each.register: each for each in reading.revisions.current()}[REGISTER]
        told = [each.values.get("revision") for each in reading.journal.of(REGISTER, None, limit=500)]
    assert kept == list(range(1, len(kept) + 1))
    assert set(said) <= set(kept)
    assert Counter(told) == Counter(kept), "each revision has one entry"
    written = read_library(folder / "definitions").registers[REGISTER][1]
    extra = len(written["entity"]["properties"]) - len(current.raw["entity"]["properties"])
    assert extra in (0, 1), "exactly the old revision or the new one"
    publishing.publish(office, SYSTEM, folder / "definitions")
    facts = {"subject": "补充", "occurred_at": OCCURRED, "extra_0": "在"}
    record = recording.enter(office, STAFF, REGISTER, facts)
    assert allowing.look(office, STAFF, REGISTER, record.id).record.facts["extra_0"] == "在"

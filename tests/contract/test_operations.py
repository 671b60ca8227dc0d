"""How the office runs is told to whoever keeps the system, and to nobody else; nothing of a record is."""

from datetime import timedelta

import pytest
from web_offices import PASSWORD, hashed, mark_of, sign_in, web_office

from regbook.errors import Denied
from regbook.hooks import Hooks
from regbook.jobs.clockwork import Heart
from regbook.model.people import SYSTEM, Actor
from regbook.services import operating, timekeeping
from regbook.services.operating import running

PATH = "/operations/"


@pytest.fixture
def web(store, monkeypatch):
    for place in ("regbook.services.faults", "regbook.web.pages.frame"):
        monkeypatch.setattr(f"{place}.ADMINISTRATOR", "process_admin")  # of whom the sample has one
    web = web_office(store)
    with store.work() as work:
        work.accounts.add("keeper", hashed(), "process_admin", web.sample.time)
    return web


@pytest.fixture
def keeper(web):
    client = web.app.test_client()
    assert sign_in(client, "keeper", PASSWORD).status_code == 303
    return client


class Broken(Hooks):
    def effects(self, hook, **asked):
        raise KeyError("打印机停用")


@pytest.fixture
def failing(web):
    """An office in which a plugin failed when a deadline passed."""
    web.enters(subject="打印机停用")
    sound = web.sample.office.hooks
    web.sample.office.hooks = Broken({})
    web.sample.time += timedelta(days=20)
    timekeeping.tick(web.sample.office, by="test")
    web.sample.office.hooks = sound
    return web


def test_a_heart_says_that_its_process_lives_until_it_stops(web):
    office, sample = web.sample.office, web.sample
    assert not running(office, SYSTEM).alive
    heart = Heart(office, "worker-1")
    heart.look()
    (worker,) = running(office, SYSTEM).workers
    assert (worker.name, worker.kind, worker.begun_at, worker.seen_at) == (
        *("worker-1", "worker"), sample.time, sample.time
    )  # fmt: skip
    sample.time += operating.SILENT + timedelta(seconds=1)
    found = running(office, SYSTEM)
    assert (found.alive, len(found.workers)) == (False, 1)
    heart.look()
    (worker,) = running(office, SYSTEM).workers
    assert worker.seen_at - worker.begun_at == operating.SILENT + timedelta(seconds=1)
    heart.stop()
    assert running(office, SYSTEM).workers == ()
    Heart(office, "web-lost").look()
    sample.time += operating.FORGOTTEN + timedelta(seconds=1)
    heart.look()
    assert [each.name for each in running(office, SYSTEM).workers] == ["worker-1"]


def test_the_clock_is_late_when_what_is_due_waits(web):
    office, sample = web.sample.office, web.sample
    web.enters()
    assert (running(office, SYSTEM).due, running(office, SYSTEM).late) == (0, False)
    sample.time += timedelta(days=20)
    found = running(office, SYSTEM)
    assert found.due >= 1
    assert found.late
    timekeeping.tick(office, by="test")
    assert (running(office, SYSTEM).due, running(office, SYSTEM).late) == (0, False)


def test_the_page_names_what_failed_and_tries_it_again(failing, web, keeper):
    page = keeper.get(PATH)
    assert "KeyError at test_operations.py" in page.text
    assert "没有进程在看管时限" in page.text
    assert "打印机停用" not in page.text, "no fact of a record"
    count = len(running(web.sample.office, SYSTEM).faults)
    assert count >= 1
    sent = keeper.post(f"{PATH}retry", data={"csrf_token": mark_of(keeper), "timer": "all"})
    assert sent.headers["Location"] == PATH
    assert timekeeping.tick(web.sample.office, by="test") >= count
    Heart(web.sample.office, "worker-1").look()
    assert "运行正常" in keeper.get(PATH).text
    gone = keeper.post(f"{PATH}retry", data={"csrf_token": mark_of(keeper), "timer": "nothing"})
    assert gone.status_code == 404


def test_nobody_else_sees_it_or_finds_the_way(failing, web, keeper):
    assert f'href="{PATH}"' in keeper.get("/").text
    before = running(web.sample.office, SYSTEM)
    for person in ("staff", "head", "gm"):
        client = web.browser(person)
        assert f'href="{PATH}"' not in client.get("/").text
        assert client.get(PATH).status_code == 403
        data = {"csrf_token": mark_of(client), "timer": "all"}
        assert client.post(f"{PATH}retry", data=data).status_code == 403
        with pytest.raises(Denied):
            running(web.sample.office, Actor("person", person))
    assert timekeeping.tick(web.sample.office, by="test") == 0
    assert running(web.sample.office, SYSTEM) == before

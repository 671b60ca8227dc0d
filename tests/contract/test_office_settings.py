"""Settings are changed by administrators alone, by schema; charging needs a rate and a confirmed notice."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from web_offices import PASSWORD, hashed, mark_of, opened, sign_in

from regbook.errors import Denied, NotFound, RecordInvalid
from regbook.hooks import load_plugins
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Query
from regbook.services import finding, recording, timekeeping
from regbook.services.library import read_library
from regbook.services.office_settings import change, give_back, settings
from regbook.services.sample import sample_office

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = read_library(ROOT / "definitions")
HOOKS = load_plugins(ROOT / "plugins")
NOTICE = json.loads((ROOT / "definitions/organisation.json").read_text("utf-8"))["settings"][
    "penalty.charges"
]["confirm"]
KEEPER, STAFF = Actor("person", "process_admin"), Actor("person", "staff")
ISSUE = {"subject": "打印机停用", "occurred_at": "2026-03-02T09:00:00+08:00"}
PATH = "/settings/"
CHARGES = "penalty.charges"


@pytest.fixture
def sample(store):
    made = sample_office(LIBRARY, HOOKS, "penalty", store)
    made.time = datetime(2026, 3, 2, 1, tzinfo=UTC)
    return made


@pytest.fixture
def office(sample):
    return sample.office


@pytest.fixture
def web(sample):
    made = opened(sample)
    with sample.office.store.work() as work:
        work.accounts.add("keeper", hashed(), "process_admin", sample.time)
    return made


@pytest.fixture
def keeper(web):
    client = web.app.test_client()
    assert sign_in(client, "keeper", PASSWORD).status_code == 303
    return client


def state(office):
    """What a refusal must leave as it was: the values, the epoch, the entries."""
    with office.store.reading() as reading:
        entries = reading.run("SELECT count(*) FROM entry")[0][0]
        return dict(reading.settings.all()), reading.epoch(), entries


def last(office):
    with office.store.reading() as reading:
        rows = reading.run("SELECT id FROM entry WHERE register = 'office' AND verb = 'set' ORDER BY place")
        return reading.journal.one(rows[-1][0]) if rows else None


def value(office, key):
    return next(each.value for each in settings(office, SYSTEM) if each.key == key)


def refused(office, actor, key, given, **more):
    before = state(office)
    with pytest.raises(RecordInvalid) as caught:
        change(office, actor, key, given, **more)
    assert state(office) == before
    assert {each.path for each in caught.value.problems} == {f"/{key}"}
    return [each.code for each in caught.value.problems]


def test_charging_needs_a_rate_and_the_confirmed_notice(office):
    assert refused(office, KEEPER, CHARGES, True, confirmed=True) == ["setting-needs"]
    assert refused(office, KEEPER, CHARGES, True) == ["setting-needs", "setting-unconfirmed"]
    change(office, KEEPER, "penalty.rate", "0.00")
    assert refused(office, KEEPER, CHARGES, True, confirmed=True) == ["setting-needs"]
    change(office, KEEPER, "penalty.rate", "10.00")
    assert refused(office, KEEPER, CHARGES, True) == ["setting-unconfirmed"]
    assert refused(office, KEEPER, CHARGES, True, confirmed="yes") == ["setting-unconfirmed"]
    change(office, KEEPER, CHARGES, True, confirmed=True)
    assert value(office, CHARGES) is True
    change(office, KEEPER, CHARGES, False)
    assert refused(office, KEEPER, CHARGES, True) == ["setting-unconfirmed"]


def test_a_change_has_its_entry_with_the_old_the_new_and_the_notice(office):
    _, epoch, count = state(office)
    change(office, KEEPER, "penalty.rate", "10.00")
    found = last(office)
    assert (found.register, found.record, found.actor, found.verb) == (
        *("office", None, "process_admin", "set"),
    )
    assert found.values == {"setting": "penalty.rate", "old": None, "new": "10.00"}
    change(office, KEEPER, CHARGES, True, confirmed=True)
    assert last(office).values == {"setting": CHARGES, "old": False, "new": True, "confirmed": NOTICE}
    assert state(office)[1:] == (epoch + 2, count + 2)
    change(office, KEEPER, CHARGES, True)
    assert state(office)[1:] == (epoch + 2, count + 2)
    give_back(office, KEEPER, CHARGES)
    assert last(office).values == {"setting": CHARGES, "old": True, "new": False}
    assert state(office)[0] == {"penalty.rate": "10.00"}


@pytest.mark.parametrize("charged", [False, True])
def test_the_plugin_charges_once_charging_is_on(sample, charged):
    change(sample.office, KEEPER, "penalty.rate", "10.00")
    if charged:
        change(sample.office, KEEPER, CHARGES, True, confirmed=True)
    recording.enter(sample.office, STAFF, "department_issue", ISSUE)
    sample.time = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    timekeeping.tick(sample.office, by="test")
    (penalty,) = finding.page(sample.office, SYSTEM, "penalty", Query()).records
    assert (penalty.facts["hours"], penalty.facts["amount"]) == (3, "30.00" if charged else "0.00")


@pytest.mark.parametrize(
    ("key", "given", "code"),
    [
        ("penalty.rate", "ten", "form-amount"),
        ("penalty.rate", 10, "shape-type"),
        ("penalty.cap", 0, "shape-too-small"),
        ("penalty.cap", True, "shape-type"),
        ("penalty.charges", 1, "shape-type"),
        ("penalty.charges", None, "shape-type"),
        ("count_from", "never", "value-unknown"),
        ("clock.four_hours", "4 hours", "form-span"),
        ("clock.four_hours", "4wh\n", "form-span"),
        ("files.largest", 5000, "shape-too-large"),
    ],
)
def test_a_value_that_is_not_of_the_schema_is_refused_at_its_key(office, key, given, code):
    assert refused(office, KEEPER, key, given, confirmed=True) == [code]


def test_what_is_no_setting_cannot_be_set(office):
    before = state(office)
    with pytest.raises(NotFound) as caught:
        change(office, KEEPER, "penalty.colour", "red")
    assert [(each.path, each.code) for each in caught.value.problems] == [
        ("/penalty.colour", "setting-unknown")
    ]
    assert state(office) == before


@pytest.mark.parametrize("name", ["staff", "head", "division_head", "gm", "outsider", "peer", "nobody"])
def test_nobody_else_reads_or_changes_settings(office, name):
    before, actor = state(office), Actor("person", name)
    for deed in (
        lambda: settings(office, actor),
        lambda: change(office, actor, "penalty.rate", "10.00"),
        lambda: change(office, actor, "penalty.colour", "red"),
        lambda: change(office, actor, CHARGES, True, confirmed=True),
        lambda: give_back(office, actor, "penalty.rate"),
    ):
        with pytest.raises(Denied):
            deed()
    assert state(office) == before


def sends(client, key, **form):
    return client.post(f"{PATH}{key}", data={"csrf_token": mark_of(client), **form})


def test_the_page_is_the_administrators_alone(web, keeper):
    assert 'href="/settings/"' in keeper.get("/").text
    page = keeper.get(PATH)
    assert page.status_code == 200
    assert NOTICE in page.text
    assert "4 个工作小时" in page.text
    before = state(web.sample.office)
    for person in ("staff", "gm"):
        client = web.browser(person)
        assert 'href="/settings/"' not in client.get("/").text
        for answer in (client.get(PATH), sends(client, CHARGES, **{CHARGES: "true", "confirm": "yes"})):
            assert answer.status_code == 403
            assert "penalty.rate" not in answer.text
    assert state(web.sample.office)[:2] == before[:2]


def test_charging_is_turned_on_by_the_form(web, keeper):
    office = web.sample.office
    assert sends(keeper, "penalty.rate", **{"penalty.rate": "12.50"}).status_code == 303
    answer = sends(keeper, CHARGES, **{CHARGES: "true"})
    assert answer.status_code == 422
    form = re.search(rf'<li id="s-{CHARGES}">.*?</li>', answer.text, re.S)[0]
    assert "请先阅读告知" in form
    assert "<details open" in form
    assert value(office, CHARGES) is False
    answer = sends(keeper, CHARGES, **{CHARGES: "true", "confirm": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PATH}#s-{CHARGES}")
    assert value(office, CHARGES) is True
    assert sends(keeper, CHARGES, do="back").status_code == 303
    assert value(office, CHARGES) is False


@pytest.mark.parametrize(
    ("key", "form", "held"),
    [
        ("clock.four_hours", {"/amount": "6", "/unit": "h"}, "6h"),
        ("penalty.cap", {"": "24"}, 24),
        ("count_from", {"": "due"}, "due"),
        ("person.probation", {"/amount": "6", "/unit": "mo"}, "6mo"),
    ],
)
def test_each_kind_of_setting_is_changed_by_its_form_and_given_back(web, keeper, key, form, held):
    office = web.sample.office
    before = value(office, key)
    assert sends(keeper, key, **{key + part: text for part, text in form.items()}).status_code == 303
    assert value(office, key) == held
    assert type(value(office, key)) is type(held)
    assert sends(keeper, key, do="back").status_code == 303
    assert value(office, key) == before


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("clock.four_hours", {"/amount": "6", "/unit": "y"}),
        ("clock.four_hours", {"/amount": "", "/unit": "h"}),
        ("files.largest", {"": "many"}),
        ("files.largest", {}),
        ("penalty.rate", {"": "<b>"}),
        (CHARGES, {"": "perhaps"}),
    ],
)
def test_what_a_form_says_wrongly_is_refused_and_stays_in_it(web, keeper, key, form):
    before = state(web.sample.office)
    answer = sends(keeper, key, **{key + part: text for part, text in form.items()})
    assert answer.status_code == 422
    assert (
        "<b>"
        not in re.search(rf'<li id="s-{key}">.*?</summary>.*?<form.*?</form>', answer.text, re.S)[0][-600:]
    )
    assert state(web.sample.office)[:2] == before[:2]
    assert sends(keeper, "penalty.colour", **{"penalty.colour": "red"}).status_code == 404

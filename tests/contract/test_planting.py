"""The demo office: a company whose lines hold together, the same each time it is planted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regbook.errors import NotFound, SignInRefused
from regbook.hooks import load_plugins
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Query
from regbook.services import accounts, finding, planting, publishing
from regbook.services.loading import every_record
from regbook.services.office import Office
from regbook.store import Keyring, open_store

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def planted(folder):
    store = open_store(f"sqlite:///{folder}/office.db", Keyring("test", {"test": bytes(range(32))}))
    store.prepare()
    office = Office(store, load_plugins(ROOT / "plugins"), lambda: NOW)
    publishing.publish(office, SYSTEM, ROOT / "definitions")
    assert planting.plant(office).refused == 0
    return office


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return planted(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def edition(office):
    with office.store.reading() as reading:
        return office.edition(reading)


@pytest.mark.slow
def test_the_company_has_three_divisions_over_nine_departments(edition):
    kinds = [each.kind for each in edition.directory.departments.values()]
    assert (kinds.count("centre"), kinds.count("division"), kinds.count("department")) == (1, 3, 9)
    assert 55 <= len(edition.directory.people) <= 70


@pytest.mark.slow
def test_nobody_but_the_general_manager_is_without_a_superior(edition):
    directory = edition.directory
    top = directory.general_manager()
    assert [each for each in directory.people if not directory.superior(each)] == [top]
    assert all(directory.line(each)[-1] == top for each in directory.people if each != top)


@pytest.mark.slow
def test_every_role_a_definition_could_name_is_held(edition):
    named = {name for name, each in edition.roles.items() if "held_by" not in each}
    assert {name for name in named if not edition.directory.holders_of_role(name)} == set()


@pytest.mark.slow
def test_numbers_come_from_the_counters(office):
    page = finding.page(office, SYSTEM, "person", Query(limit=200))
    numbers = sorted(each.number for each in page.records)
    assert len(numbers) >= 60
    assert numbers == [f"E{n:04d}" for n in range(1, len(numbers) + 1)]


@pytest.mark.slow
def test_the_named_accounts_sign_in_with_the_one_password(office, edition):
    for name in planting.NAMED:
        signed = accounts.sign_in(office, name, planting.PASSWORD, address="127.0.0.1")
        assert edition.directory.people[signed.person].account == name
        assert name in planting.accounts_text()
    with pytest.raises(SignInRefused):
        accounts.sign_in(office, "he.jiaqi", planting.PASSWORD + "x", address="127.0.0.1")
    assert planting.PASSWORD in planting.accounts_text()


def states(office, register):
    return dict(finding.group(office, SYSTEM, register, Query(group="state")))


LEAST = {
    "department": 16,
    "post": 30,
    "person": 60,
    "task": 130,
    "extension_request": 20,
    "progress_report": 80,
    "department_issue": 85,
    "cross_department_matter": 35,
    "written_agreement": 12,
    "adjudication": 3,
    "violation": 20,
    "liability_record": 8,
    "penalty": 30,
    "escalation_record": 80,
    "customer": 75,
    "seal": 7,
    "seal_use": 90,
    "access_right_request": 20,
    "archive_access_request": 20,
    "archive_loan": 12,
    "delegation": 15,
    "leak_incident": 3,
    "confidentiality_agreement": 14,
    "trade_secret": 6,
    "restricted_area_entry": 18,
    "exit_audit": 3,
    "information_release": 6,
    "whistleblow_report": 3,
    "secrecy_change": 6,
}


@pytest.mark.slow
def test_each_register_has_its_year(office, edition):
    counted = {register: sum(states(office, register).values()) for register in edition.registers}
    assert set(counted) == set(LEAST)
    assert {name: n for name, n in counted.items() if n < LEAST[name]} == {}
    assert 900 <= sum(counted.values()) <= 2300


@pytest.mark.slow
@pytest.mark.parametrize("register", ["department_issue", "task", "seal_use", "customer", "penalty"])
def test_some_work_is_still_open_today(office, edition, register):
    workflow = edition.definition(register).workflow
    counted = states(office, register)
    assert any(workflow.states[each].assign for each in counted)
    assert len(counted) > 2


@pytest.mark.slow
def test_nothing_happens_before_the_year_or_after_today(office, edition):
    for register in edition.registers:
        for each in finding.page(office, SYSTEM, register, Query(limit=200)).records:
            assert NOW - timedelta(days=365) <= each.entered_at <= each.amended_at <= NOW


@pytest.mark.slow
def test_some_are_late_and_the_engine_wrote_what_follows(office):
    assert finding.count(office, SYSTEM, "escalation_record", Query()).number >= 40
    assert finding.count(office, SYSTEM, "violation", Query()).number >= 10
    opened = finding.page(office, SYSTEM, "violation", Query(limit=200)).records
    assert all(each.facts["occurred_at"] for each in opened)
    fined = finding.page(office, SYSTEM, "penalty", Query(limit=200)).records
    assert len(fined) >= 20
    assert all(each.facts["hours"] > 0 for each in fined if each.state != "waived")
    assert all(each.owner is None for each in fined)
    assert any(each.state == "settled" and float(each.facts["amount"]) > 0 for each in fined)


@pytest.mark.slow
def test_extension_requests_point_to_tasks_of_those_who_ask(office):
    for each in finding.page(office, SYSTEM, "extension_request", Query(limit=200)).records:
        task = finding.read(office, SYSTEM, "task", each.facts["task"])
        assert task.facts["performer"] == each.owner


@pytest.mark.slow
def test_nobody_sees_a_customer_above_her_clearance(office, edition):
    seen = set()
    for each in edition.directory.people.values():
        if not each.active or "customer" not in edition.policy.registers(each.id, "read"):
            continue
        records = finding.page(office, Actor("person", each.id), "customer", Query(limit=200)).records
        assert all(one.level <= each.clearance for one in records)
        seen |= {one.level for one in records}
    assert seen == {2, 3, 4}
    clerk = next(each for each in edition.directory.people.values() if each.account == "dai.yue")
    with pytest.raises(NotFound):
        finding.page(office, Actor("person", clerk.id), "customer", Query())


@pytest.mark.slow
def test_the_same_clock_and_keys_give_the_same_year(office, edition, tmp_path):
    again = planted(tmp_path)
    for register in edition.registers:
        one, other = (everything(each, register) for each in (office, again))
        assert one == other


def everything(office, register):
    with office.store.reading() as reading:
        definition = office.edition(reading).definition(register)
        return [
            (each.id, each.number, each.state, each.owner, each.level, each.entered_at, plain(each.facts))
            for each in every_record(reading, definition)
        ]


def plain(facts):
    """The facts without the ids of lines, which the store draws for each anew."""
    return {
        key: [{k: v for k, v in line.items() if k != "_id"} for line in value]
        if isinstance(value, list) and value and isinstance(value[0], dict)
        else value
        for key, value in facts.items()
    }

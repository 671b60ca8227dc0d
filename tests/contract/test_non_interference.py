"""For whoever may not see it, the answers are the same byte for byte whatever is hidden.

``REGBOOK_TEST_PAIRS`` says how many pairs of requests are compared, ``REGBOOK_TEST_SEED`` where to begin:
``make nightly`` asks 20,000, ``make nightly PAIRS=1000000`` as many as that. A pair that differs is told with
its seed, and the same seed asks the same again.
"""

import os
import random
import tempfile
from pathlib import Path

import pytest
import twin_runs
from planted_leaks import PLANTED
from twin_offices import continued, founded, founded_in_memory, twin_in_memory, twin_of
from twin_requests import MAKERS, UNASKED
from twin_runs import Leak, Run, ask

from regbook.store import open_store

PAIRS = int(os.environ.get("REGBOOK_TEST_PAIRS", "0"))
SEED = int(os.environ.get("REGBOOK_TEST_SEED", "1"))
ROOT = Path(__file__).resolve().parents[2]
ADMINISTRATORS = ("/operations/", "/accounts/", "/settings/")
"""Addresses that answer no reader of the twins: each refuses her whatever is hidden."""
OFTEN = 20_000
"""From so many pairs on, every address was asked often enough to say that it was asked."""


def test_every_address_is_asked_or_says_why_not():
    office = twin_in_memory(None, random.Random(1))
    rules = office.app.url_map.iter_rules()
    found = {(each, rule.rule) for rule in rules for each in rule.methods - {"HEAD", "OPTIONS"}}
    assert found == MAKERS.keys() | UNASKED.keys()


@pytest.mark.slow
def test_a_few_requests_are_answered_alike():
    assert ask(PAIRS or 60, SEED).pairs == (PAIRS or 60)


@pytest.mark.slow
def test_a_thousand_requests_are_answered_alike():
    run = ask(PAIRS or 900, SEED + 1_000)
    seen = {address for address, codes in run.answered.items() if any(code < 400 for code in codes)}
    lists = {each for each in MAKERS if each[0] == "GET" and "<record>" not in each[1]}
    lists = {each for each in lists if not each[1].startswith(ADMINISTRATORS)}
    assert lists <= seen, "an address that never answers proves nothing"
    if run.pairs >= OFTEN:
        assert min(run.asked[each] for each in MAKERS) >= 20


@pytest.mark.slow
@pytest.mark.postgresql
def test_requests_are_answered_alike_on_postgresql(postgresql_twins):
    assert ask(100, SEED + 5_000, postgresql_twins).pairs == 100


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name, monkeypatch):
    plant, at = PLANTED[name]
    _forget()
    plant(monkeypatch)
    run = Run()
    try:
        with pytest.raises(Leak):
            ask(1_200, 1, run=run, at=at)
    finally:
        monkeypatch.undo()
        _forget()


def _forget():
    """Offices that a fault has marked are not asked again."""
    founded_in_memory.cache_clear()
    twin_runs.begun.cache_clear()


@pytest.fixture
def postgresql_twins(request, keyring):
    """Makes twins on PostgreSQL: each begins in an empty database of its own and does what the other does."""
    administering = request.config.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py"))
    _administer, _beside = administering._administer, administering._beside
    template, made = request.getfixturevalue("postgresql_template"), []

    def make(begun, chance):
        name = f"regbook_test_{random.Random().getrandbits(48):012x}"
        _administer("CREATE DATABASE {} TEMPLATE {}", name, template)
        made.append(name)
        store = open_store(_beside(name), keyring, Path(tempfile.mkdtemp(prefix="twins")))
        founded(store)
        twin = twin_of(store, chance)
        with twin.acting():
            twin_runs.begin(twin, random.Random(begun.seed))
        return continued(twin, begun)

    yield make
    for each in made:
        _administer("DROP DATABASE {} WITH (FORCE)", each)

"""The scenarios of the shipped definitions hold: the same engine, on the sample office."""

from pathlib import Path

import pytest

from regbook.hooks import load_plugins
from regbook.services.library import read_library
from regbook.services.rehearsing import Rehearsal

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = read_library(ROOT / "definitions")
HOOKS = load_plugins(ROOT / "plugins")
QUICK = ("department_issue", "post")
"""Played with every check; the others, some seconds each, with all the tests."""


@pytest.mark.parametrize(
    "register",
    [each if each in QUICK else pytest.param(each, marks=pytest.mark.slow) for each in LIBRARY.registers],
)
def test_the_scenarios_of_a_register_hold(register):
    count, failures = Rehearsal(LIBRARY, HOOKS, register).run()
    assert count >= 4
    assert [(each.scenario, each.problem.path, each.problem.text("en")) for each in failures] == []

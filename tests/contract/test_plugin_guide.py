"""The plugin of the guide loads, is held to its manifest, and says what the guide says."""

import json
import re
from pathlib import Path

import pytest

from regbook.hooks import load_plugins
from regbook.model.record import Record
from regbook.rules.reading import definition_from
from regbook.services.checking import plugin_problems

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/write-a-plugin.md"
FILE = re.compile(r"^`(plugins/check_digit/[\w.]+)`.*?^```\w+\n(.*?)^```$", re.M | re.S)


@pytest.fixture
def hooks(tmp_path):
    for path, text in FILE.findall(PAGE.read_text("utf-8")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return load_plugins(tmp_path / "plugins")


def raw(*fields):
    return {
        "register": "visit",
        "title": "来访登记",
        "entity": {"type": "object", "properties": {"card": {"type": "string", "title": "卡号"}}},
        "plugins": {"check_digit": {"fields": list(fields)}},
    }


@pytest.mark.parametrize(
    ("card", "paths"), [("79927398713", []), ("79927398710", ["/card"]), (None, []), ("7", ["/card"])]
)
def test_it_refuses_cards_whose_last_digit_is_wrong(hooks, card, paths):
    definition = definition_from(raw("card"))
    record = Record("visit", "1", "current", {"card": card})
    found = hooks.all("check_record", definition=definition, record=record)
    assert [each.path for each in found] == paths
    assert all("重新输入" in each.text("zh") for each in found)


def test_it_refuses_a_section_that_names_no_field(hooks):
    found = plugin_problems(raw("card", "colour"), hooks)
    assert [each.path for each in found] == ["/plugins/check_digit/fields/1"]


def test_its_settings_are_those_that_the_guide_turns_on(hooks):
    page = PAGE.read_text("utf-8")
    section = json.loads("{" + re.search(r'^"plugins": .*$', page, re.M)[0] + "}")["plugins"]
    assert set(section) == set(hooks.plugins)
    assert set(hooks.plugins["check_digit"].settings["required"]) == set(section["check_digit"])

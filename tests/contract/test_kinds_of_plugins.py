"""A plugin's field kind is a field like every other; one that is wrong stops the start."""

import json
import shutil

import pytest
import time_offices
from time_offices import ROOT, office_of

from regbook.errors import RecordInvalid, SettingsInvalid
from regbook.hooks import load_plugins
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Filter, Query
from regbook.rules.kinds import ENGINE_KINDS, KINDS
from regbook.services import finding, recording

STAFF = Actor("person", "staff")
BOX = {
    "register": "container",
    "title": "集装箱",
    "clauses": ["DWM 6.4"],
    "entity": {
        "type": "object",
        "properties": {
            "box": {"type": "string", "format": "container-no", "title": "箱号"},
            "seen": {"type": "array", "title": "箱", "items": {"type": "object", "properties": {
                "box": {"type": "string", "format": "container-no", "title": "箱号"},
            }}},
            "upper": {"type": "string", "title": "文本", "x-formula": "box"},
        },
    },
    "list": {"columns": ["box"], "filters": ["box"], "sort": "box"},
    "access": [{"role": "staff", "do": ["enter", "read", "amend"], "scope": "own"}],
    "translations": {"en": {
        "title": "Container", "fields.box.title": "Number", "fields.seen.title": "Boxes",
        "fields.seen.box.title": "Number", "fields.upper.title": "Text",
    }},
}  # fmt: skip
CODE = """
import re
from regbook.hooks import hook, text_kind

@hook
def field_kinds():
    good = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}").fullmatch
    return [text_kind("NAME", good, "箱号应为四个字母加七位数字。", spelling=str.upper)]
"""


def folder(tmp_path, **code):
    for name, text in code.items():
        place = tmp_path / name
        place.mkdir()
        manifest = {
            "name": name,
            "title": name,
            "engine": ">=0.1,<1",
            "hooks": ["field_kinds"],
            "owner": "IT",
        }
        (place / "plugin.json").write_text(json.dumps(manifest), "utf-8")
        (place / "__init__.py").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def forgotten():
    yield
    load_plugins(ROOT / "plugins")
    assert dict(KINDS) == dict(ENGINE_KINDS)


@pytest.fixture
def sample(store, tmp_path, monkeypatch):
    plugins = shutil.copytree(ROOT / "plugins", tmp_path / "plugins")
    hooks = load_plugins(folder(plugins, boxes=CODE.replace("NAME", "container-no")))
    monkeypatch.setattr(time_offices, "HOOKS", hooks)
    return office_of(store, BOX, time="2026-03-02T09:00")


def test_it_is_kept_in_its_one_spelling_found_and_sorted_by_it(sample):
    for each in ("tghu1234567", "ＭＳＫＵ0000001"):
        recording.enter(sample.office, STAFF, "container", {"box": each, "seen": [{"box": each}]})
    query = Query(filters=(Filter("box", "eq", "TGHU1234567"),))
    (found,) = finding.page(sample.office, STAFF, "container", query).records
    assert found.facts["box"] == found.facts["seen"][0]["box"] == found.facts["upper"] == "TGHU1234567"
    every = finding.page(sample.office, STAFF, "container", Query()).records
    assert {each.facts["box"] for each in every} == {"TGHU1234567", "MSKU0000001"}


def test_a_wrong_one_is_refused_at_its_place(sample):
    with pytest.raises(RecordInvalid) as refused:
        recording.enter(sample.office, STAFF, "container", {"box": "TGHX1", "seen": [{"box": "1"}]})
    assert sorted((each.path, each.code) for each in refused.value.problems) == [
        ("/box", "check"),
        ("/seen/0/box", "check"),
    ]
    assert "四个字母" in refused.value.problems[0].text("zh")
    assert finding.count(sample.office, SYSTEM, "container", Query()).number == 0


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        (CODE.replace("NAME", "money"), "plugin-kind-taken"),
        (CODE.replace("NAME", "Box No"), "plugin-kind"),
        (CODE.replace("return [", "return ['x'] or ["), "plugin-kind"),
    ],
)
def test_a_kind_that_is_none_or_whose_name_is_taken_stops_the_start(tmp_path, code, wrong):
    with pytest.raises(SettingsInvalid) as refused:
        load_plugins(folder(tmp_path, boxes=code))
    assert [each.code for each in refused.value.problems] == [wrong]
    assert dict(KINDS) == dict(ENGINE_KINDS), "nothing was learnt"


def test_two_plugins_do_not_bring_the_same(tmp_path):
    made = CODE.replace("NAME", "container-no")
    with pytest.raises(SettingsInvalid) as refused:
        load_plugins(folder(tmp_path, boxes=made, crates=made))
    (problem,) = refused.value.problems
    assert (problem.code, problem.values["other"]) == ("plugin-kind-taken", "boxes")


def test_without_its_plugin_a_definition_names_no_kind():
    with pytest.raises(AssertionError, match="kind-nowhere"):
        time_offices.library_with(BOX)

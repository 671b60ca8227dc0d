"""``regbook check``: the shipped folder is sound, and of a broken one every file is named at once."""

import json
import shutil
from pathlib import Path

import pytest

from regbook.hooks import load_plugins
from regbook.services.checking import check
from regbook.services.library import read_library

ROOT = Path(__file__).resolve().parents[2]
HOOKS = load_plugins(ROOT / "plugins")


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(ROOT / "definitions", tmp_path / "definitions"))


def change(file, **parts):
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **parts}), "utf-8")


def found(folder, **options):
    report = check(read_library(folder), HOOKS, **options)
    return [(each["file"], each["path"], each["code"]) for each in report.as_json()["problems"]]


def test_the_shipped_folder_is_sound():
    report = check(read_library(ROOT / "definitions"), HOOKS)
    assert [each.as_json("en") for each in report.problems] == []
    files = (ROOT / "definitions").glob("*/*.json")
    assert report.registers == len([each for each in files if each.parent.name != "regulations"])
    assert report.clauses["unknown"] == 0


def test_every_text_of_the_shipped_folder_is_translated(folder):
    """``complete`` asks for translations; an office that writes in one language alone is not asked."""
    assert "translation-missing" not in [code for _, _, code in found(folder, complete=True)]
    task = json.loads((folder / "coordination/task.json").read_text("utf-8"))
    english = {key: text for key, text in task["translations"]["en"].items() if key != "title"}
    change(folder / "coordination/task.json", translations={"en": english})
    missing = ("coordination/task.json", "/title", "translation-missing")
    assert missing in found(folder, complete=True)
    assert found(folder) == []


def test_every_problem_of_every_file_is_said_at_once(folder):
    change(folder / "coordination/task.json", colour="red")
    change(
        folder / "organisation/post.json", plugins={"escalation": {"none": [{"after": "1wh", "to": "gm"}]}}
    )
    change(folder / "organisation.json", bind={"people": "persons"})
    (folder / "coordination/broken.json").write_text('{"register": "broken", "register": 1', "utf-8")
    told = found(folder)
    assert ("coordination/task.json", "/colour", "key-unknown") in told
    assert ("organisation/post.json", "/plugins/escalation/none", "unknown-deadline") in told
    assert ("organisation.json", "/bind/people", "register-nowhere") in told
    assert any(each[0] == "coordination/broken.json" for each in told)


def test_what_plugins_say_of_a_file_is_told_beside_its_other_faults(folder):
    change(
        folder / "coordination/task.json",
        colour="red",
        plugins={"escalation": {"none": [{"after": "1wh", "to": "gm"}]}},
    )
    told = found(folder)
    assert ("coordination/task.json", "/colour", "key-unknown") in told
    assert ("coordination/task.json", "/plugins/escalation/none", "unknown-deadline") in told


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_checked(folder):
    change(folder / "coordination/task.json", entity=[], workflow="none", access=7)
    change(folder / "organisation/post.json", colour="red")
    (folder / "coordination/odd.json").write_text('{"register": ["odd"]}', "utf-8")
    told = found(folder)
    assert ("coordination/task.json", "/entity", "shape-type") in told
    assert ("coordination/odd.json", "/register", "shape-type") in told
    assert ("organisation/post.json", "/colour", "key-unknown") in told


def test_a_broken_organisation_does_not_make_every_role_unknown(folder):
    change(folder / "organisation.json", scheme=[], bind="person")
    assert {each[0] for each in found(folder)} <= {"organisation.json", "coordination/penalty.json"} | {
        "coordination/escalation_record.json"
    }


@pytest.mark.slow
def test_an_operative_clause_that_nothing_implements_counts_only_when_asked(folder):
    assert found(folder) == []
    assert {each[2] for each in found(folder, complete=True)} == {"clause-not-implemented"}

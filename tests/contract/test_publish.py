"""Publishing on a running office: the next request serves it; nothing is lost; a later edition migrates."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regbook.errors import Conflict, DefinitionInvalid, NotFound
from regbook.hooks import load_plugins
from regbook.model.office import StoredRevision
from regbook.model.people import SYSTEM, Actor
from regbook.model.query import Query
from regbook.services import finding, founding, recording
from regbook.services.office import Office
from regbook.services.publishing import publish

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)
NOTE = {
    "$schema": "../register.schema.json",
    "register": "errand",
    "title": "外出登记",
    "clauses": ["LDC 3.2.1"],
    "entity": {
        "type": "object",
        "required": ["where"],
        "properties": {"where": {"type": "string", "title": "去处", "minLength": 2, "maxLength": 100}},
    },
    "access": [{"role": "staff", "do": ["enter", "read", "amend"], "scope": "own"}],
    "translations": {"en": {"title": "Errand", "fields.where.title": "Where"}},
}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "definitions"
    for name in ("regulations", "policy"):
        shutil.copytree(ROOT / "definitions" / name, made / name)
    for name in ("calendar.json", "organisation.json"):
        shutil.copy(ROOT / "definitions" / name, made / name)
    organisation = json.loads((made / "organisation.json").read_text("utf-8"))
    organisation["bind"] = {noun: organisation["bind"][noun] for noun in ("people", "departments", "posts")}
    texts = organisation["translations"]["en"]
    organisation["translations"]["en"] = {k: v for k, v in texts.items() if not k.startswith("packs.")}
    organisation["packs"] = {}
    (made / "organisation.json").write_text(json.dumps(organisation), "utf-8")
    shutil.copytree(ROOT / "definitions" / "organisation", made / "organisation")
    return made


@pytest.fixture
def served(store, folder):
    """The office that answers requests; others publish beside it."""
    store.prepare()
    office = Office(store, load_plugins(ROOT / "plugins"), lambda: NOW)
    publish(office, SYSTEM, folder)
    founding.found(office)
    return office


def written(folder, raw):
    (folder / "notes").mkdir(exist_ok=True)
    (folder / "notes" / "errand.json").write_text(json.dumps(raw, ensure_ascii=False), "utf-8")


def somebody(office):
    with office.store.reading() as reading:
        return Actor("person", next(iter(office.edition(reading).directory.people)))


def beside(office):
    return replace(office)


def test_a_new_file_is_served_by_the_running_office_with_its_next_request(served, folder):
    actor = somebody(served)
    with pytest.raises(NotFound):
        finding.page(served, actor, "errand", Query())
    written(folder, NOTE)
    assert publish(beside(served), SYSTEM, folder).registers == {"errand": 1}
    made = recording.enter(served, actor, "errand", {"where": "工商局"})
    assert [each.id for each in finding.page(served, actor, "errand", Query()).records] == [made.id]


def test_publishing_again_changes_nothing(served, folder):
    with served.store.reading() as reading:
        before = reading.epoch()
    assert publish(beside(served), SYSTEM, folder).registers == {}
    with served.store.reading() as reading:
        assert reading.epoch() == before


def test_a_later_edition_keeps_every_value_and_shows_the_new_field(served, folder):
    actor = somebody(served)
    written(folder, NOTE)
    publish(beside(served), SYSTEM, folder)
    made = recording.enter(served, actor, "errand", {"where": "工商局"})
    later = json.loads(json.dumps(NOTE))
    later["entity"]["properties"] = {
        "place": {"type": "string", "title": "去处", "maxLength": 200, "x-was": ["where"]},
        "back_at": {"type": "string", "format": "date-time", "title": "返回时间"},
    }
    later["entity"]["required"] = ["place"]
    later["translations"]["en"] = {
        "title": "Errand",
        "fields.place.title": "Where",
        "fields.back_at.title": "Back at",
    }
    written(folder, later)
    assert publish(beside(served), SYSTEM, folder).registers == {"errand": 2}
    assert finding.read(served, actor, "errand", made.id).facts == {"place": "工商局", "back_at": None}


def test_a_folder_with_a_problem_publishes_nothing_of_it(served, folder):
    written(folder, {**NOTE, "clauses": ["LDC 99.9"], "surprise": 1})
    with pytest.raises(DefinitionInvalid) as refused:
        publish(beside(served), SYSTEM, folder)
    assert {each.path.partition("#")[0] for each in refused.value.problems} == {"notes/errand.json"}
    assert len(refused.value.problems) == 2
    with served.store.reading() as reading:
        assert "errand" not in {each.register for each in reading.revisions.current()}


def test_a_revision_made_in_the_browser_is_not_overwritten_unasked(served, folder):
    written(folder, NOTE)
    publish(beside(served), SYSTEM, folder)
    with served.store.work() as work:
        work.revisions.add(
            StoredRevision("errand", 2, {**NOTE, "title": "外出"}, "other", "designer", NOW, "x")
        )
        work.bump_epoch()
    written(folder, {**NOTE, "title": "外出登记表"})
    with pytest.raises(Conflict):
        publish(beside(served), SYSTEM, folder)
    assert publish(beside(served), SYSTEM, folder, onto=2).registers == {"errand": 3}

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
from regbook.services import finding, founding, proving, recording
from regbook.services.library import read_library
from regbook.services.office import Office
from regbook.services.publishing import propose, publish

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
    for setting in organisation["settings"].values():
        setting.pop("pack", None)
    (made / "organisation.json").write_text(json.dumps(organisation), "utf-8")
    (made / "organisation").mkdir()
    for noun in ("person", "department", "post"):
        shutil.copy(ROOT / "definitions" / "organisation" / f"{noun}.json", made / "organisation")
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


GATE = {
    **NOTE,
    "entity": {
        "type": "object",
        "required": ["where"],
        "properties": {
            "where": {"type": "string", "title": "去处", "maxLength": 100},
            "phone": {"type": "string", "format": "phone", "title": "电话", "x-personal": True},
        },
    },
    "workflow": {
        "initial": "out",
        "states": {"out": {"title": "外出"}, "back": {"title": "已回"}},
        "transitions": [{"name": "return", "title": "回来", "from": "out", "to": "back", "by": "owner"}],
    },
    "access": [{"role": "staff", "do": ["enter", "read", "amend", "move"], "scope": "own"}],
    "translations": {
        "en": {
            "title": "Errand",
            "fields.where.title": "Where",
            "fields.phone.title": "Phone",
            "states.out.title": "Out",
            "states.back.title": "Back",
            "transitions.return.title": "Return",
        }
    },
}


def changed(**english):
    made = json.loads(json.dumps(GATE))
    made["translations"]["en"] |= english
    return made


def less():
    """Another edition: a field less, one state replaced, one rule narrower, and one field more."""
    raw = changed(**{"fields.why.title": "Why", "states.away.title": "Away"})
    raw["entity"]["properties"].pop("phone")
    raw["entity"]["properties"]["where"]["maxLength"] = 3
    raw["entity"]["properties"]["why"] = {"type": "string", "title": "事由"}
    raw["entity"]["required"].append("why")
    raw["workflow"]["states"] = {"away": {"title": "在外"}, "back": {"title": "已回"}}
    raw["workflow"]["initial"] = raw["workflow"]["transitions"][0]["from"] = "away"
    for gone in ("fields.phone.title", "states.out.title"):
        raw["translations"]["en"].pop(gone)
    return raw


def proposed(office, folder):
    changes = propose(office, read_library(folder)).changes.get("errand", ())
    return {(each.path, each.code): {**each.values} for each in changes}


def test_what_a_publish_takes_away_is_counted_and_wants_a_yes(served, folder):
    actor = somebody(served)
    written(folder, GATE)
    publish(beside(served), SYSTEM, folder)
    for where in ("工商局", "人民法院", "税务局大厅"):
        recording.enter(served, actor, "errand", {"where": where, "phone": "13800008000"})
    recording.enter(served, actor, "errand", {"where": "银行"})
    written(folder, less())
    found = proposed(served, folder)
    fields = "/entity/properties"
    assert {key: values.get("rows", values.get("records")) for key, values in found.items()} == {
        (f"{fields}/phone", "publish-retired"): 3,
        (f"{fields}/why", "publish-new"): 0,
        ("/workflow/states/out", "publish-state-gone"): 4,
        (f"{fields}/where", "publish-narrowed"): 2,
    }
    with pytest.raises(Conflict) as refused:
        publish(beside(served), SYSTEM, folder)
    assert refused.value.code == "publish-asks"
    assert {each.path for each in refused.value.problems} == {
        f"/errand{fields}/phone",
        f"/errand{fields}/where",
        "/errand/workflow/states/out",
    }
    assert "13800008000" not in str([each.text() for each in refused.value.problems])
    with served.store.reading() as reading:
        assert served.edition(reading).definition("errand").revision == 1
    made = publish(beside(served), SYSTEM, folder, accept=lambda proposal: None)
    assert made.registers == {"errand": 2}


def test_a_retired_field_that_comes_back_is_said_to_and_asks_nobody(served, folder):
    actor = somebody(served)
    written(folder, GATE)
    publish(beside(served), SYSTEM, folder)
    kept = recording.enter(served, actor, "errand", {"where": "工商局", "phone": "13800008000"})
    written(folder, less())
    publish(beside(served), SYSTEM, folder, accept=lambda proposal: None)
    raw = less()
    raw["entity"]["properties"]["phone"] = GATE["entity"]["properties"]["phone"]
    raw["translations"]["en"]["fields.phone.title"] = "Phone"
    written(folder, raw)
    assert proposed(served, folder)["/entity/properties/phone", "publish-back"]["rows"] == 1
    assert publish(beside(served), SYSTEM, folder).registers == {"errand": 3}
    assert finding.read(served, SYSTEM, "errand", kept.id).facts["phone"] == "13800008000"


def test_what_only_adds_asks_nothing(served, folder):
    actor = somebody(served)
    written(folder, GATE)
    publish(beside(served), SYSTEM, folder)
    recording.enter(served, actor, "errand", {"where": "工商局"})
    raw = changed(**{"fields.why.title": "Why", "states.late.title": "Late"})
    raw["entity"]["properties"]["why"] = {"type": "string", "title": "事由"}
    raw["entity"]["properties"]["where"] |= {"title": "目的地", "maxLength": 200}
    raw["entity"]["properties"]["telephone"] = {
        **raw["entity"]["properties"].pop("phone"),
        "x-was": ["phone"],
    }
    raw["entity"]["required"].append("telephone")
    raw["workflow"]["states"]["late"] = {"title": "迟归"}
    raw["workflow"]["transitions"][0]["reject"] = "late"
    raw["translations"]["en"]["fields.telephone.title"] = raw["translations"]["en"].pop("fields.phone.title")
    raw["workflow"]["transitions"].append(
        {"name": "delay", "title": "迟归", "from": "out", "to": "late", "by": "owner"}
    )
    raw["translations"]["en"]["transitions.delay.title"] = "Delay"
    raw["workflow"]["transitions"][0].pop("reject")
    written(folder, raw)
    assert {code for _, code in proposed(served, folder)} == {
        "publish-new",
        "publish-renamed",
        "publish-required",
    }
    assert publish(beside(served), SYSTEM, folder).registers == {"errand": 2}


def test_scenarios_of_what_changed_must_hold(served, folder):
    raw = changed()
    raw["scenarios"] = [
        {"name": "回来", "steps": [{"as": "staff", "enter": {"where": "银行"}}], "then": {"state": "back"}},
        {"name": "外出", "steps": [{"as": "staff", "enter": {"where": "银行"}}], "then": {"state": "out"}},
        {"name": "无人", "steps": [{"as": "staff", "do": "return"}]},
    ]
    written(folder, raw)

    def accept(proposal):
        proving.must_hold(served.hooks, proposal)

    with pytest.raises(DefinitionInvalid) as refused:
        publish(beside(served), SYSTEM, folder, accept=accept)
    assert refused.value.code == "publish-unproven"
    named = [each.values["scenario"] for each in refused.value.problems if each.code == "publish-scenario"]
    assert named == ["回来", "无人"]
    with served.store.reading() as reading:
        assert "errand" not in {each.register for each in reading.revisions.current()}
    raw["scenarios"] = raw["scenarios"][1:2]
    written(folder, raw)
    assert publish(beside(served), SYSTEM, folder, accept=accept).registers == {"errand": 1}

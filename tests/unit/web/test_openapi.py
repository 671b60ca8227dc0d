"""The interface's description is sound OpenAPI 3.1, and holds only what its reader knows."""

import json
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from regbook.rules.reading import definition_from
from regbook.services.knowing import Known
from regbook.web.api.answers import encoded
from regbook.web.api.openapi import document
from regbook.web.api.routes import ROUTES

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(
    each
    for each in (ROOT / "definitions").glob("*/*.json")
    if "register" in json.loads(each.read_text("utf-8"))
)
ALL = frozenset({"enter", "read", "amend", "move", "withdraw", "unmask"})


def known(name="department_issue", verbs=ALL, without=()):
    path = next(each for each in FILES if each.stem == name)
    definition = definition_from(json.loads(path.read_text("utf-8")), 1)
    return Known(definition, verbs, tuple(each for each in definition.fields if each not in without))


def described(*registers, language="zh-Hans"):
    return json.loads(encoded(document(registers, language)))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_all_registers_together_are_described_soundly(language):
    OpenAPIV31SpecValidator(described(*(known(path.stem) for path in FILES), language=language)).validate()


def test_someone_who_knows_no_register_gets_a_sound_description_of_none():
    found = described()
    OpenAPIV31SpecValidator(found).validate()
    assert not [each for each in found["paths"] if each.startswith("/api/v1/registers/")]


def test_a_field_that_she_does_not_know_is_nowhere():
    found = json.dumps(described(known(without=("loss",))))
    assert '"loss"' in json.dumps(described(known()))
    assert '"loss"' not in found


def test_a_reader_is_not_told_how_to_write():
    methods = {
        method
        for path in described(known(verbs=frozenset({"read"})))["paths"].items()
        if path[0].startswith("/api/v1/registers/")
        for method in path[1]
    }
    assert methods == {"get", "parameters"}


def test_files_are_described_where_the_reader_knows_a_field_that_holds_them():
    def addresses(*given, **more):
        return [each for each in described(known(*given, **more))["paths"] if "/files" in each]

    assert len(addresses("task")) == 2
    assert addresses("task", without=("files",)) == addresses("department_issue") == []
    assert len(addresses("task", verbs=frozenset({"read"}))) == 1


def test_what_the_engine_keeps_to_itself_is_not_said():
    facts = described(known())["components"]["schemas"]["department_issue.facts"]["properties"]
    assert not [key for field in facts.values() for key in field if key.startswith("x-")]
    assert facts["number"]["readOnly"] is True
    assert {"const": "effective", "title": "有效"} in facts["effect"]["oneOf"]
    assert "_id" in facts["measures"]["items"]["properties"]


def test_every_address_of_the_table_is_described():
    paths = {
        each.replace("department_issue", "<register>").replace("{id}", "<record>")
        for each in described(known())["paths"]
    }
    paths |= {
        each.replace("task", "<register>").replace("{id}", "<record>").replace("{file}", "<file>")
        for each in described(known("task"))["paths"]
        if each.rpartition("/files")[1]
    }
    for route in ROUTES:
        rule = route.rule.replace("/<name>", "/decide")
        if "<assignment>" in rule:
            rule = rule.replace("<assignment>", "{assignment}").replace("<verb>", "{verb}")
        assert rule in paths, rule

"""The definitions that the project ships are sound, each by itself and all together."""

import pytest
from shipped import ORGANISATION, REGISTERS, ROOT, WORLD

from regbook.access.rows import policy_rows
from regbook.rules.checking import definition_problems
from regbook.rules.checking.organisation import organisation_problems
from regbook.rules.kinds import kind_of
from regbook.rules.reading import definition_from


@pytest.mark.parametrize("register", REGISTERS)
def test_a_definition_is_sound(register):
    assert [(each.path, each.text("en")) for each in definition_problems(REGISTERS[register], WORLD)] == []


@pytest.mark.parametrize("register", REGISTERS)
def test_a_definition_is_read_and_named_after_its_file(register):
    definition = definition_from(REGISTERS[register])
    assert definition.register == register
    assert len(definition.scenarios) >= 4
    assert all(kind_of(each.schema).name == each.kind for each in definition.fields.values())


@pytest.mark.parametrize("register", REGISTERS)
def test_the_access_of_a_definition_becomes_policy(register):
    assert policy_rows(definition_from(REGISTERS[register]))


def test_the_organisation_is_sound():
    assert [(each.path, each.text("en")) for each in organisation_problems(ORGANISATION, WORLD)] == []


@pytest.mark.parametrize("name", ["register", "organisation"])
def test_the_shipped_schemas_stand_beside_the_definitions(name):
    ours = ROOT.parent / f"platform/regbook/rules/meta/{name}.schema.json"
    assert (ROOT / f"{name}.schema.json").read_bytes() == ours.read_bytes()

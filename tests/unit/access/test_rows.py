"""Rows and model as they are read: what is wrong is refused at the start, with its place."""

import json

import pytest
from offices import DIRECTORY, MODEL, OFFICE, POLICY, definition, rule

from regbook.access import Policy, office_rows, policy_rows
from regbook.errors import DefinitionInvalid, SettingsInvalid
from regbook.model.policy import PolicyRow
from regbook.rules.reading import definition_from


@pytest.mark.parametrize(
    ("wrong", "path", "code"),
    [
        (rule("role:staff", "read", scope="planet"), "/access/0/scope", "access-scope-unknown"),
        (rule("role:staff", "read", scope="own:to"), "/access/0/scope", "access-scope-unknown"),
        (rule("role:staff", "read", scope="line:nothing"), "/access/0/scope", "access-field-unknown"),
        (rule("field:nothing", "read"), "/access/0/scope", "access-field-unknown"),
        (rule("chain(head, gm)", "read"), "/access/0/who", "access-who-unknown"),
        (rule("role:staff", "peek"), "/access/0/do", "access-verb-unknown"),
        (rule("role:staff", "read", deny=("nothing",)), "/access/0/fields", "access-field-unknown"),
        (rule("role:staff", "read", only=("people.nothing",)), "/access/0/fields", "access-field-unknown"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused(wrong, path, code):
    with pytest.raises(DefinitionInvalid) as refused:
        policy_rows(definition(wrong))
    assert [(each.path, each.code) for each in refused.value.problems] == [(path, code)]


def test_every_row_of_a_definition_has_a_name_of_its_own():
    rows = policy_rows(
        definition(
            rule("role:staff", "enter", "read", scope="own", deny=("loss",)),
            rule("role:head", "read", "amend", only=("subject", "people"), clause="DWM 6.4"),
        )
    )
    assert len({row.id for row in rows}) == len(rows)
    assert {row.clause for row in rows if row.sub == "role:head"} == {"DWM 6.4"}


def test_a_comma_in_a_name_stays_in_it():
    defined = definition(rule("post:文员, 二级", "read"))
    assert policy_rows(defined)[0].sub == "post:文员, 二级"
    policy = Policy((*policy_rows(defined), *OFFICE), DIRECTORY, MODEL)
    assert policy.registers("ann", "read") == frozenset()


def test_every_definition_that_ships_gives_rows():
    shipped = [json.loads(each.read_text("utf-8")) for each in POLICY.parent.glob("*/*.json")]
    registers = [definition_from(raw) for raw in shipped if "register" in raw]
    rows = [row for each in registers for row in policy_rows(each)]
    policy = Policy((*rows, *OFFICE), DIRECTORY, MODEL, [each.register for each in registers if each.private])
    assert policy.registers("ann", "enter") >= {"department_issue", "task"}
    assert len({row.id for row in rows}) == len(rows)


@pytest.mark.parametrize(
    "line",
    [
        "x,ann,*,*,read,all,3,,,allow,",
        "x,role:staff,*,*,peek,all,3,,,allow,",
        "x,role:staff,*,*,read,all,high,,,allow,",
        "x,role:staff,*,*,read,all,3,,,perhaps,",
        "x,role:staff,*,*,read,all,3,2026-01-01,,allow,",
        ",role:staff,*,*,read,all,3,,,allow,",
        "x,role:staff",
        "a,role:staff,*,*,read,all,3,,,allow,",
    ],
)
def test_an_office_wide_rule_that_cannot_be_read_is_refused(line):
    header = "id,sub,dom,fld,act,scope,lvl,nbf,exp,eft,clause"
    good = "a,role:staff,*,*,read,all,3,,,allow,"
    with pytest.raises(SettingsInvalid) as refused:
        office_rows("\n".join((header, good, line)))
    assert [each.values["line"] for each in refused.value.problems] == [3]


def test_no_office_wide_rule_of_a_role_reaches_the_highest_level():
    with pytest.raises(SettingsInvalid):
        Policy([PolicyRow("role:staff", "*", "*", "read", lvl=4, id="x")], DIRECTORY, MODEL)


FOUR = "r.obj.level <= num(p.lvl)"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("some(where (p.eft == allow)) && !some(where (p.eft == deny))", "some(where (p.eft == allow))"),
        ("[policy_effect]", "[policy_effects]"),
        ("g = _, _", "g = _, _\ng2 = _, _"),
        ("r = sub, dom, obj, fld, act, now", "r = sub, dom, obj, fld, act, now, more"),
        (f" && {FOUR}", ""),
        ("r.now < p.exp", "p.exp == p.exp"),
        (" && (!r.obj.draft || r.obj.owner == r.sub.id)", ""),
        ("g(r.sub.key, p.sub)", "g(r.sub.id, p.sub)"),
        ('p.scope == "all" ||', 'p.scope == "all" || r.obj.owner.startswith("a") ||'),
        ('p.scope == "all" ||', 'p.scope == "all" || !(r.obj.owner == r.sub.id) ||'),
        ('p.scope == "all" ||', 'p.scope == "all" || r.obj.department == r.sub.id ||'),
        ('p.scope == "all" ||', 'p.scope == "all" || r.obj.level < 2 ||'),
        ('p.scope == "all" ||', 'p.scope == "all" || r.obj.secret ||'),
        ('p.scope == "all" ||', 'p.scope == "all" || keyMatch(r.fld, p.fld) ||'),
        ('p.scope == "all" ||', 'p.scope == "all" || 1 < 2 < 3 ||'),
        ('p.scope == "all" ||', 'p.scope == "all" || (1 if r.act else 2) ||'),
        ('p.scope == "all" ||', 'p.scope == "all" || || '),
    ],
)
def test_a_model_that_cannot_be_compiled_or_lacks_a_condition_stops_the_start(old, new):
    text = MODEL.replace(" \\\n", " ")
    assert text.count(old) >= 1
    with pytest.raises(SettingsInvalid) as refused:
        Policy(OFFICE, DIRECTORY, text.replace(old, new))
    assert [each.path for each in refused.value.problems] == ["/policy/model.conf"]


def test_an_empty_text_is_no_model():
    with pytest.raises(SettingsInvalid):
        Policy(OFFICE, DIRECTORY, "")

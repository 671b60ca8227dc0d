"""A file that is wrong at one place is refused with that code at that pointer."""

import copy
from dataclasses import replace

import pytest
from shipped import REGISTERS, WORLD

from regbook.errors import catalogue
from regbook.rules.checking import definition_problems

ISSUE = REGISTERS["department_issue"]
DROP = object()


def changed(at, value, raw=ISSUE):
    """The department issue with one place changed, added or (DROP) removed."""
    raw = copy.deepcopy(raw)
    *path, last = [each.replace("~1", "/") for each in at.removeprefix("/").split("/")]
    node = raw
    for each in path:
        node = node[int(each)] if isinstance(node, list) else node[each]
    key = int(last) if isinstance(node, list) else last
    if value is DROP:
        del node[key]
    else:
        node[key] = value
    return raw


def found(raw):
    return [(each.path, each.code) for each in definition_problems(raw, WORLD)]


def test_the_file_itself_is_sound():
    assert found(ISSUE) == []


SHAPE = [
    ("/colour", "red", "/colour", "key-unknown"),
    ("/entity/properties/subject/x-colour", 1, "/entity/properties/subject/x-colour", "key-unknown"),
    ("/entity/properties/subject/enum", ["a"], "/entity/properties/subject/enum", "key-unknown"),
    ("/workflow/transitions/0/colour", 1, "/workflow/transitions/0/colour", "key-unknown"),
    ("/deadlines/0/within", "4 hours", "/deadlines/0/within", "form-span"),
    ("/deadlines/0/within", {"setting": "Rate"}, "/deadlines/0/within/setting", "form-setting"),
    ("/deadlines/0/until", DROP, "/deadlines/0", "key-missing"),
    ("/title", DROP, "", "key-missing"),
    ("/title", 7, "/title", "shape-type"),
    ("/title", "", "/title", "shape-too-short"),
    ("/register", "Issue", "/register", "form-name"),
    ("/register", "issue\n", "/register", "form-name"),
    ("/entity/properties/Wrong", {"type": "string"}, "/entity/properties/Wrong", "form-name"),
    ("/access/0/do", ["fly"], "/access/0/do/0", "value-unknown"),
    ("/access/0/scope", "mine", "/access/0/scope", "form-scope"),
    ("/views/2/as", "map:place", "/views/2/as", "form-view"),
    ("/clauses/0", "6.4", "/clauses/0", "form-clause"),
    ("/scenarios/0/steps/0/at", "2026-09-30 09:00", "/scenarios/0/steps/0/at", "form-instant"),
]


@pytest.mark.parametrize(("at", "value", "path", "code"), SHAPE)
def test_a_wrong_shape_is_refused_at_its_place(at, value, path, code):
    assert found(changed(at, value)) == [(path, code)]


F = "/entity/properties/"
T = "/workflow/transitions/"
S = "/workflow/states/raised/"
E = "/translations/en/"
ROLLUP = F + "loss/x-rollup"
BOSS = {"type": "string", "title": "上司", "format": "person"}
SEAL = {"type": "string", "title": "章", "format": "record", "x-to": "seal"}
WHAT = F + "measures/items/properties/what"
KEPT = {"class": "issue", "keep": "3y", "from": {"state": "risen"}}
NEXT = {"name": "next", "register": "none", "title": "下一步"}
TEXT = {"type": "string", "title": "甲"}
RING = {"type": "number", "title": "甲", "x-formula": "b1 + 1"}
STATIC = [
    # fields
    (F + "owner", TEXT, F + "owner", "field-reserved"),
    (F + "level", TEXT, F + "level", "field-reserved"),
    (F + "loss/format", "moneys", F + "loss/format", "kind-nowhere"),
    (F + "loss/x-secrecy", "绝对秘密", F + "loss/x-secrecy", "level-nowhere"),
    (F + "subject/title", DROP, F + "subject", "title-missing"),
    (F + "subject/pattern", "(?=a)b", F + "subject/pattern", "pattern-unsafe"),
    (F + "subject/pattern", "(a)\\1", F + "subject/pattern", "pattern-unsafe"),
    (F + "subject/pattern", "(", F + "subject/pattern", "pattern-unsafe"),
    (F + "loss/type", "number", F + "loss/type", "kind-type"),
    (F + "number/x-serial", "WT-{yyyy}", F + "number/x-serial", "serial-same"),
    (F + "subject/x-mask", "half", F + "subject/x-mask", "mask-unknown"),
    (F + "subject/x-to", "person", F + "subject/x-to", "keyword-not-of-kind"),
    (F + "subject/x-default", {"now": True}, F + "subject/x-default/now", "keyword-not-of-kind"),
    (F + "urgency/default", "quick", F + "urgency/default", "choice-unknown"),
    (F + "urgency/oneOf/1/const", "normal", F + "urgency/oneOf/1/const", "choice-twice"),
    (F + "subject/x-was", ["detail"], F + "subject/x-was/0", "was-taken"),
    (F + "effect/x-where", {"state": "closed"}, F + "effect/x-where", "keyword-not-of-kind"),
    ("/entity/required/0", "subjekt", "/entity/required/0", "field-nowhere"),
    ("/entity/required", ["number"], "/entity/required/0", "required-not-fillable"),
    (F + "number/x-serial", "WT-{yyyy}", F + "number/x-serial", "serial-same"),
    (F + "boss", {**BOSS, "x-copy": {"salary": "detail"}}, F + "boss/x-copy/salary", "field-nowhere"),
    (F + "boss", {**BOSS, "x-copy": {"superior": "chief"}}, F + "boss/x-copy/superior", "field-nowhere"),
    (F + "next", {**SEAL, "x-where": {"state": "gone"}}, F + "next/x-where/state", "state-nowhere"),
    (F + "next", {**SEAL, "x-to": "ring"}, F + "next/x-to", "register-nowhere"),
    (F + "next", {"type": "string", "title": "章", "format": "record"}, F + "next", "key-missing"),
    # formulas, roll-ups, checks
    (F + "loss/x-formula", "sum(", F + "loss/x-formula", "formula-syntax"),
    (F + "loss/x-formula", "price * 2", F + "loss/x-formula", "formula-name"),
    (ROLLUP, {"of": "measures.cost", "as": "sum"}, ROLLUP + "/of", "field-nowhere"),
    (ROLLUP, {"of": "measures.what", "as": "sum"}, ROLLUP + "/as", "rollup-not-a-number"),
    (ROLLUP, {"from": "nowhere.issue", "as": "count"}, ROLLUP + "/from", "register-nowhere"),
    (ROLLUP, {"from": "person.post", "as": "count"}, ROLLUP + "/from", "rollup-not-pointing"),
    # screens
    ("/form/0/rows/0/0", "subjekt", None, "field-nowhere"),
    ("/form/0/rows/0", ["subject", "subject"], "/form/0/rows/0/1", "field-twice"),
    ("/form/1/name", "facts", "/form/1/name", "name-twice"),
    ("/form/0/rows", [["occurred_at"]], "/form", "required-not-in-form"),
    ("/form/1/when", {"state": ["risen"]}, "/form/1/when/state/0", "state-nowhere"),
    ("/form/1/when", {"effect": "good"}, "/form/1/when/effect", "choice-nowhere"),
    ("/form/1/when", {"effort": 1}, "/form/1/when/effort", "condition-field"),
    ("/titles/0", "name", "/titles/0", "field-nowhere"),
    ("/list/columns/0", "no", "/list/columns/0", "field-nowhere"),
    ("/list/filters/0", "no", "/list/filters/0", "field-nowhere"),
    ("/list/filters/0", "loss", "/list/filters/0", "secret-column"),
    ("/list/sort", "-when", "/list/sort", "field-nowhere"),
    ("/list/sort", "loss", "/list/sort", "secret-column"),
    ("/list/sort", "measures", "/list/sort", "lines-not-sorted"),
    ("/views/0/where", {"state": ["risen"]}, "/views/0/where/state/0", "state-nowhere"),
    ("/views/0/for", "role:boss", "/views/0/for", "role-nowhere"),
    ("/views/0/as", "board:subject", "/views/0/as", "view-by-wrong-kind"),
    ("/views/0/as", "calendar:subject", "/views/0/as", "view-by-wrong-kind"),
    ("/views/0/as", "chart:month(when):count", "/views/0/as", "field-nowhere"),
    ("/print/0/rows", [["sum"]], "/print/0/rows/0/0", "field-nowhere"),
    # workflow
    ("/workflow/initial", "begun", None, "state-nowhere"),
    ("/workflow/states/lost", {"title": "遗失"}, "/workflow/states/lost", "state-unreachable"),
    (S + "assign", "role:boss", S + "assign", "role-nowhere"),
    (S + "assign", "field:boss", S + "assign", "field-nowhere"),
    (S + "assign", "field:subject", S + "assign", "field-not-people"),
    (S + "waits_for", {"none": "done"}, S + "waits_for/none", "register-nowhere"),
    (S + "waits_for", {"person": "gone"}, S + "waits_for/person", "state-nowhere"),
    (S + "sets", {"subject.x": 1}, S + "sets/subject.x", "field-nowhere"),
    (S + "never", "field:boss", S + "never", "field-nowhere"),
    (S + "assign", "superior(", S + "assign", "who-syntax"),
    (S + "sets", {"self.boss": 1}, S + "sets/self.boss", "field-nowhere"),
    (T + "0/never", "role:boss", T + "0/never", "role-nowhere"),
    (T + "2/from/1", "risen", T + "2/from/1", "state-nowhere"),
    (T + "0/by", ["head", "role:boss"], T + "0/by/1", "role-nowhere"),
    (T + "0/needs", ["measure"], T + "0/needs/0", "field-nowhere"),
    (T + "0/opens", ["next"], T + "0/opens/0", "opening-nowhere"),
    (T + "1/when", {"effect": "good"}, T + "1/when/effect", "choice-nowhere"),
    (T + "1/reject", "risen", T + "1/reject", "state-nowhere"),
    # access
    ("/access/0/post", "clerk", "/access/0", "rule-whom"),
    ("/access/0/role", DROP, "/access/0", "rule-whom"),
    ("/access/0/role", "boss", "/access/0/role", "role-nowhere"),
    ("/access/2/scope", "party:subject", "/access/2/scope", "field-not-people"),
    ("/access/2/scope", "line:boss", "/access/2/scope", "field-nowhere"),
    ("/access/2/fields", {"deny": ["cost"]}, "/access/2/fields/deny/0", "field-nowhere"),
    ("/access/2/up_to", "绝对秘密", "/access/2/up_to", "level-nowhere"),
    ("/access", [{"role": "staff", "do": ["read"]}], "/access", "nobody-enters"),
    ("/access", [{"role": "staff", "do": ["enter"]}], "/access", "nobody-reads"),
    # time
    ("/deadlines/0/of", "role:boss", "/deadlines/0/of", "role-nowhere"),
    ("/deadlines/0/from", "when", "/deadlines/0/from", "field-nowhere"),
    ("/deadlines/0/from", "subject", "/deadlines/0/from", "field-not-moment"),
    ("/deadlines/2/from/state", "risen", "/deadlines/2/from/state", "state-nowhere"),
    ("/deadlines/2/from", {"step": "gm"}, "/deadlines/2/from/step", "step-nowhere"),
    ("/deadlines/0/until", {"state": ["risen"]}, "/deadlines/0/until/state/0", "state-nowhere"),
    ("/deadlines/0/pause", ["risen"], "/deadlines/0/pause/0", "state-nowhere"),
    ("/deadlines/0/opens", ["next"], "/deadlines/0/opens/0", "opening-nowhere"),
    ("/deadlines/0/moved_by", "nothing", "/deadlines/0/moved_by", "register-nowhere"),
    ("/deadlines/0/moved_by", "person", "/deadlines/0/moved_by", "mover-moves-nothing"),
    ("/deadlines/2/within/setting", "superior.decides", "/deadlines/2/within/setting", "setting-nowhere"),
    ("/deadlines/1/name", "handle", "/deadlines/1/name", "name-twice"),
    # what ties it to others
    ("/clauses/0", "DWM 99.1", "/clauses/0", "clause-nowhere"),
    ("/deadlines/0/clause", "DWM 99.1", "/deadlines/0/clause", "clause-nowhere"),
    ("/secrecy", {"level": "绝对秘密"}, "/secrecy/level", "level-nowhere"),
    ("/secrecy", {"by": "subject"}, "/secrecy/by", "field-nowhere"),
    ("/secrecy", {"level": "秘密", "term": {"绝对秘密": "1y"}}, "/secrecy/term/绝对秘密", "level-nowhere"),
    ("/records", KEPT, "/records/from/state", "state-nowhere"),
    ("/opens", [NEXT], "/opens/0/register", "register-nowhere"),
    # texts and stories
    ("/translations/en/title", DROP, "/title", "translation-missing"),
    (E + "fields.effect.choices.none", DROP, F + "effect/oneOf/1/title", "translation-missing"),
    (E + "fields.measures.what.title", DROP, WHAT + "/title", "translation-missing"),
    (E + "fields.cost.title", "Cost", E + "fields.cost.title", "translation-of-nothing"),
    ("/scenarios/0/steps/1/do", "handel", "/scenarios/0/steps/1/do", "transition-nowhere"),
    ("/scenarios/0/steps/1/as", "boss", "/scenarios/0/steps/1/as", "person-nowhere"),
    ("/scenarios/0/steps/1/with", {"cost": 1}, "/scenarios/0/steps/1/with/cost", "field-nowhere"),
    ("/scenarios/0/then/state", "done", "/scenarios/0/then/state", "state-nowhere"),
    ("/scenarios/2/then/due", {"soon": None}, "/scenarios/2/then/due/soon", "deadline-nowhere"),
]  # fmt: skip


@pytest.mark.parametrize(("at", "value", "path", "code"), STATIC)
def test_what_is_not_there_is_refused_at_its_place(at, value, path, code):
    raw = changed(at, value)
    # A text that is new or gone brings its translation with it: that is another test's matter.
    told = [each for each in found(raw) if "translation" in code or "translation" not in each[1]]
    assert (at if path is None else path, code) in told
    assert path is None or told == [(path, code)]


SEALED = {"type": "string", "format": "person", "title": "知情人", "x-secrecy": "秘密"}
PERSONAL = {"type": "string", "format": "department", "title": "去向", "x-personal": True}


@pytest.mark.parametrize("field", [SEALED, PERSONAL])
@pytest.mark.parametrize(
    ("rule", "at"),
    [
        ({"role": "head", "scope": "party:witness"}, "/scope"),
        ({"role": "head", "scope": "subtree:witness"}, "/scope"),
        ({"who": "field:witness"}, "/who"),
        ({"who": ["owner", "head(field:witness)"]}, "/who/1"),
    ],
)
def test_a_rule_by_whom_an_encrypted_field_names_never_holds_and_is_refused(field, rule, at):
    raw = changed(F + "witness", field)
    raw["access"].append({"do": ["read"], **rule})
    place = f"/access/{len(raw['access']) - 1}{at}"
    assert [each for each in found(raw) if each[0].startswith("/access")] == [(place, "field-ties-nobody")]
    raw["entity"]["properties"]["witness"] = {
        key: value for key, value in field.items() if key not in ("x-secrecy", "x-personal")
    }
    assert not [each for each in found(raw) if each[0].startswith("/access")]


@pytest.mark.parametrize("guard", [{"x-secrecy": "机密"}, {"x-personal": True}])
def test_an_encrypted_field_is_unique_only_by_its_index(guard):
    field = {"type": "string", "title": "暗号", "x-unique": True, **guard}
    told = [each for each in found(changed(F + "mark", field)) if "translation" not in each[1]]
    assert (F + "mark/x-unique", "unique-needs-match") in told
    for sound in ({**field, "x-match": True}, {**field, "x-unique": False}):
        assert "unique-needs-match" not in [code for _, code in found(changed(F + "mark", sound))]


@pytest.mark.parametrize("keyword", ["x-unique", "x-match"])
def test_lines_have_no_index_by_which_they_are_unique_or_found(keyword):
    at = F + "measures/items/properties/what/" + keyword
    assert (at, "keyword-not-in-lines") in found(changed(at, True))
    assert (at, "keyword-not-in-lines") not in found(changed(at, False))


def test_formulas_that_wait_for_each_other_are_refused():
    raw = changed(F + "a1", RING)
    raw["entity"]["properties"]["b1"] = {**RING, "x-formula": "a1 + 1"}
    assert ("/entity/properties", "formula-ring") in found(raw)


def test_a_check_gives_a_truth_and_names_a_field():
    raw = changed("/checks", [{"that": "loss * 2", "at": "/cost", "say": "错"}])
    codes = [each for each in found(raw) if "translation" not in each[1]]
    assert codes == [("/checks/0/that", "check-not-truth"), ("/checks/0/at", "field-nowhere")]


def test_a_deadline_that_waits_for_a_state_nobody_reaches_never_ends():
    raw = changed("/workflow/states/lost", {"title": "遗失"})
    raw["deadlines"][0]["until"] = {"state": ["lost"]}
    assert ("/deadlines/0/until", "deadline-never-ends") in found(raw)


def test_a_state_waits_for_a_record_that_can_come_and_has_a_way_on():
    at = "/workflow/states/closed/waits_for"
    assert found(changed(at, {"department": "closed"})) == [
        (f"{at}/department", "waits-for-nothing"), (at, "waits-no-way")
    ]  # fmt: skip


OWED = {"name": "monthly", "title": "每月", "every": "month", "for": "role:staff"}


@pytest.mark.parametrize(
    ("obligation", "deadline", "path", "code"),
    [
        ({"for": "owner"}, "occurred_at", "/obligations/0/for", "obligation-who"),
        ({"for": ["gm", "head"]}, "occurred_at", "/obligations/0/for", "obligation-who"),
        ({"for": "superior(field:handler)"}, "occurred_at", "/obligations/0/for", "field-nowhere"),
        ({"on": "monday"}, "occurred_at", "/obligations/0/on", "period-on"),
        ({"every": "day", "on": 3}, "occurred_at", "/obligations/0/on", "period-on-day"),
        ({"fill": {"subjekt": "1"}}, "occurred_at", "/obligations/0/fill/subjekt", "field-nowhere"),
        ({}, "period", "/obligations/0/fill", "obligation-draft"),
        (None, "period", "/deadlines/0/from", "period-without-obligation"),
    ],
)
def test_an_obligation_is_owed_by_somebody_on_a_day_there_is(obligation, deadline, path, code):
    raw = changed("/deadlines/0/from", deadline)
    if obligation is not None:
        raw["obligations"] = [{**OWED, **obligation}]
        raw["translations"]["en"]["obligations.monthly.title"] = "Monthly"
    assert found(raw) == [(path, code)]


def test_steps_need_a_way_back_and_their_own_names():
    raw = changed(T + "0/steps", [{"name": "a", "of": "head"}, {"name": "a", "of": "gm", "apart": ["b"]}])
    base = T + "0"
    assert [each for each in found(raw) if "translation" not in each[1]] == [
        (base, "reject-missing"),
        (base + "/steps/0", "title-missing"),
        (base + "/steps/1/name", "name-twice"),
        (base + "/steps/1", "title-missing"),
        (base + "/steps/1/apart/0", "step-nowhere"),
    ]


def test_an_opening_fills_fields_that_are_there_from_fields_that_are_here():
    fill = {"name": "{subject}", "unit": "{departement}", "nothing": "x"}
    opening = {"name": "next", "register": "person", "title": "下一步", "fill": fill, "then": "leave"}
    raw = changed("/opens", [opening])
    assert [each for each in found(raw) if "translation" not in each[1]] == [
        ("/opens/0/then", "transition-nowhere"),
        ("/opens/0/fill/unit", "field-nowhere"),
        ("/opens/0/fill/nothing", "field-nowhere"),
    ]


def test_a_register_that_the_engine_writes_needs_nobody_to_enter():
    raw = changed("/access", [{"role": "staff", "do": ["read"]}])
    world = replace(WORLD, bound={"escalations": "department_issue"})
    assert definition_problems(raw, world) == ()


def test_a_thousand_fields_and_one_are_too_many():
    raw = changed("/description", "很多字段")
    many = {f"f{n}": {"type": "string", "title": "甲"} for n in range(1_001)}
    raw["entity"]["properties"] |= many
    assert ("/entity/properties", "fields-too-many") in found(raw)


REFERENCES = [
    ("other.json#/a", "ref-outside"),
    ("https://example.com/schema", "ref-outside"),
    ("#/properties/subject", "ref-outside"),
    ("#/$defs/missing", "ref-nowhere"),
    ("#/$defs/one", "ref-cycle"),
]


@pytest.mark.parametrize(("target", "code"), REFERENCES)
def test_a_reference_that_leads_astray_is_refused(target, code):
    raw = changed("/entity/$defs", {"one": {"$ref": "#/$defs/two"}, "two": {"$ref": "#/$defs/one"}})
    raw["entity"]["properties"]["subject"] = {"$ref": target, "title": "甲"}
    assert ("/entity/properties/subject/$ref", code) in found(raw)


def test_every_problem_is_said_at_once():
    raw = changed("/colour", "red")
    raw["deadlines"][0]["within"] = "soon"
    raw["entity"]["properties"]["subject"]["$ref"] = "http://example.com"
    assert [each[1] for each in found(raw)] == ["key-unknown", "form-span", "ref-outside"]


def test_a_file_that_is_too_deep_or_too_large_is_not_read_further():
    deep = node = {}
    for _ in range(30_000):
        node["a"] = {}
        node = node["a"]
    assert found(deep) == [("", "file-too-deep")]
    assert found({"title": "a" * 520_000}) == [("", "file-too-large")]


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_what_is_not_an_object_is_no_definition(raw):
    assert found(raw) == [("", "shape-type")]


def test_every_problem_can_be_said():
    for problem in definition_problems(changed("/colour", "red"), WORLD):
        assert problem.code in catalogue()
        assert "colour" in problem.text("zh")
        assert "colour" in problem.text("en")

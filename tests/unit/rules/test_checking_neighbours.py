"""What is wrong at one place of a file hides nothing that is wrong at another."""

import copy

import pytest
from shipped import ORGANISATION, WORLD
from test_checking import DROP, ISSUE, SHAPE, STATIC, E, F, S, T, changed, found

from regbook.rules.checking import definition_problems
from regbook.rules.checking.mending import mended, stand_in
from regbook.rules.checking.organisation import organisation_problems
from regbook.rules.checking.shape import BOUNDS, shape_problems, validator_of

NOBODY = "role:nobody_known"
TWO = [
    # one value that cannot be read, and another fault in the same thing
    (("/deadlines/0/within", "4 hours", "form-span"), ("/deadlines/0/of", NOBODY, "role-nowhere")),
    (("/deadlines/0/within", "4 hours", "form-span"), ("/deadlines/0/from", "nowhere", "field-nowhere")),
    (
        ("/deadlines/0/within", 4, "shape-type"),
        ("/deadlines/0/until", {"state": ["gone"]}, "state-nowhere"),
    ),
    (("/deadlines/0/until", DROP, "key-missing"), ("/deadlines/0/from", "nowhere", "field-nowhere")),
    (("/deadlines/0/colour", 1, "key-unknown"), ("/deadlines/1/of", NOBODY, "role-nowhere")),
    (("/deadlines/0", "none", "shape-type"), ("/deadlines/1/of", NOBODY, "role-nowhere")),
    ((F + "subject/x-colour", 1, "key-unknown"), (F + "loss/x-secrecy", "天机", "level-nowhere")),
    ((F + "subject/maxLength", "many", "shape-type"), (T + "0/needs", ["nothing"], "field-nowhere")),
    ((F + "subject/format", 7, "shape-type"), (F + "loss/x-secrecy", "天机", "level-nowhere")),
    ((F + "loss/format", "colour", "kind-nowhere"), (F + "loss/x-secrecy", "天机", "level-nowhere")),
    ((F + "subject/$ref", "http://away", "ref-outside"), (T + "0/by", NOBODY, "role-nowhere")),
    ((T + "0/clause", "6.4", "form-clause"), (T + "0/needs", ["nothing"], "field-nowhere")),
    ((T + "0/by", 7, "shape-type"), (T + "1/to", "gone", "state-nowhere")),
    ((T + "0/to", DROP, "key-missing"), (T + "1/by", NOBODY, "role-nowhere")),
    ((S + "colour", 1, "key-unknown"), (S + "assign", NOBODY, "role-nowhere")),
    (("/access/0/do", ["fly"], "value-unknown"), ("/access/1/role", "nobody_known", "role-nowhere")),
    (("/access/0/scope", "mine", "form-scope"), ("/access/0/role", "nobody_known", "role-nowhere")),
    (("/list/columns", "subject", "shape-type"), ("/list/sort", "-nothing", "field-nowhere")),
    (("/views/2/as", "map:place", "form-view"), ("/views/0/where", {"state": "gone"}, "state-nowhere")),
    ((E + "title", 7, "shape-type"), (E + "fields.none.title", "None", "translation-of-nothing")),
    (("/title", DROP, "key-missing"), ("/titles", ["nothing"], "field-nowhere")),
    (
        ("/views/0/where", {"nothing": 1}, "condition-field"),
        ("/views/1/where", {"state": "gone"}, "state-nowhere"),
    ),
    (
        ("/scenarios/0/steps/0/at", "yesterday", "form-instant"),
        ("/scenarios/0/then/due", {"never": "x"}, "deadline-nowhere"),
    ),
    (("/clauses/0", "6.4", "form-clause"), ("/deadlines/0/clause", "DWM 99.99", "clause-nowhere")),
]


def planted(*faults):
    raw = ISSUE
    for at, value, _ in faults:
        raw = changed(at, value, raw)
    return raw


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_faults_are_both_told_and_nothing_else_is(one, other):
    alone = [set(found(planted(each))) for each in (one, other)]
    assert [{code for _, code in each} >= {fault[2]} for each, fault in zip(alone, (one, other), strict=True)]
    both = set(found(planted(one, other)))
    assert one[2] in {code for _, code in both}
    assert other[2] in {code for _, code in both}
    assert both <= alone[0] | alone[1], "a fault that neither has alone is no fault of the file"


@pytest.mark.parametrize(("at", "value", "path", "code"), SHAPE)
@pytest.mark.parametrize(
    "other", [("/deadlines/1/of", NOBODY, "role-nowhere"), (T + "1/needs", ["nothing"], "field-nowhere")]
)
def test_no_wrong_shape_hides_what_is_not_there(at, value, path, code, other):
    told = found(planted((at, value, code), other))
    assert (path, code) in told
    assert other[2] in {each for _, each in told}


@pytest.mark.parametrize(("at", "value", "path", "code"), STATIC)
def test_what_is_not_there_is_told_beside_a_value_that_cannot_be_read(at, value, path, code):
    if at.startswith("/deadlines/1/"):
        pytest.skip("the other fault is in the same place")
    told = found(planted((at, value, code), ("/deadlines/1/warn", ["soon"], "form-span")))
    assert (path or at, code) in told
    assert ("/deadlines/1/warn/0", "form-span") in told


def places(node, at=()):
    yield at
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield from places(value, (*at, key))


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [None, 7, "Wrong!", [], {}, [[]], {"Wrong!": {}}], ids=repr)
def test_whatever_stands_anywhere_is_told_and_never_a_fault_of_ours(wrong):
    for n, at in enumerate(places(ISSUE)):
        if not at or n % 11 or at[0] in ("translations", "scenarios"):
            continue
        raw = copy.deepcopy(ISSUE)
        node = raw
        for each in at[:-1]:
            node = node[each]
        node[at[-1]] = wrong
        told = definition_problems(raw, WORLD)
        assert {*map(repr, shape_problems(raw))} <= {*map(repr, told)}, at
        left = {each.code for each in shape_problems(mended(raw).raw)}
        assert left <= {*BOUNDS.values(), "form-name", "form-key", "form-other"}, at


def test_everything_that_has_a_form_has_something_to_stand_in_for_it():
    for name in ("register", "organisation"):
        validator = validator_of(name)
        for at in places(validator.schema):
            if at[-1:] != ("pattern",) or "properties" in at[-2:-1]:
                continue
            schema = validator.schema
            for each in at[:-1]:
                schema = schema[each]
            assert validator.evolve(schema=schema).is_valid(stand_in(validator, schema)), at


def test_an_organisation_file_hides_nothing_either():
    raw = copy.deepcopy(ORGANISATION)
    raw["scheme"] = []
    raw["colour"] = "red"
    raw["bind"]["people"] = "persons"
    raw["aliases"]["clerk"]["role"] = "boss"
    told = [(each.path, each.code) for each in organisation_problems(raw, WORLD)]
    assert ("/scheme", "shape-type") in told
    assert ("/colour", "key-unknown") in told
    assert ("/bind/people", "register-nowhere") in told
    assert ("/aliases/clerk/role", "role-nowhere") in told
    raw["roles"] = []
    assert "role-nowhere" not in {each.code for each in organisation_problems(raw, WORLD)}

"""An organisation file that is wrong at one place is refused with that code at that pointer."""

import copy

import pytest
from shipped import ORGANISATION, WORLD

from regbook.rules.checking.organisation import organisation_problems

WRONG = [
    (("colour",), "red", "/colour", "key-unknown"),
    (("bind", "dogs"), "person", "/bind/dogs", "key-unknown"),
    (("bind", "people"), "persons", "/bind/people", "register-nowhere"),
    (("bind", "posts"), "seal", "/bind/posts", "binding-without-field"),
    (("aliases", "clerk", "role"), "boss", "/aliases/clerk/role", "role-nowhere"),
    (("settings", "count_from", "value"), "never", "/settings/count_from/value", "value-unknown"),
    (("settings", "clock.four_hours", "value"), "4 hours", "/settings/clock.four_hours/value", "form-span"),
    (("settings", "penalty.charges", "value"), "no", "/settings/penalty.charges/value", "shape-type"),
    (
        ("settings", "penalty.charges", "value"),
        True,
        "/settings/penalty.charges/value",
        "setting-on-unconfirmed",
    ),
    (
        ("settings", "penalty.charges", "needs", 0),
        "penalty.rat",
        "/settings/penalty.charges/needs/0",
        "setting-nowhere",
    ),
    (("settings", "count_from", "pack"), "tusk", "/settings/count_from/pack", "pack-nowhere"),
    (
        ("packs", "coordination", "registers", 0),
        "tusk",
        "/packs/coordination/registers/0",
        "register-nowhere",
    ),
    (("scheme", "levels"), ["公开", "内部"], "/scheme/levels", "shape-too-few"),
]


@pytest.mark.parametrize(("at", "value", "path", "code"), WRONG)
def test_it_is_refused_at_its_place(at, value, path, code):
    raw = copy.deepcopy(ORGANISATION)
    node = raw
    for each in at[:-1]:
        node = node[each]
    node[at[-1]] = value
    assert (path, code) in [(each.path, each.code) for each in organisation_problems(raw, WORLD)]


def test_a_noun_may_be_bound_under_other_names():
    raw = copy.deepcopy(ORGANISATION)
    raw["bind"]["posts"] = {"register": "person", "fields": {"name": "name", "roles": "roles"}}
    assert organisation_problems(raw, WORLD) == ()


def test_a_text_without_translation_is_named():
    raw = copy.deepcopy(ORGANISATION)
    del raw["translations"]["en"]["roles.head.title"]
    raw["translations"]["en"]["roles.king.title"] = "King"
    found = [(each.code, each.values["path"]) for each in organisation_problems(raw, WORLD)]
    assert found == [
        ("translation-missing", "roles.head.title"),
        ("translation-of-nothing", "roles.king.title"),
    ]

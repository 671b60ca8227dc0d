import pytest

from regbook.rules.kinds import KINDS, kind_of
from regbook.rules.kinds.keywords import keyword_problems


def found(schema):
    return [(each.path, each.code) for each in keyword_problems(kind_of(schema), schema)]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "maxLength": 200},
        {"type": "string", "maxLength": 100_000},
        {"type": "string", "format": "money", "minimum": 0},
        {"format": "money"},
        {"type": "number", "x-decimals": 6},
        {"type": "string", "oneOf": [{"const": "a", "title": "甲"}]},
        {"type": "string", "format": "phone", "x-mask": "phone"},
        {"type": "string", "format": "phone", "x-mask": False},
        {"type": "string", "format": "serial", "x-serial": "WT-{yyyy}{mm}-{seq:4}"},
        {"type": "array", "items": {"type": "string", "format": "person"}, "maxItems": 3},
    ],
)
def test_keywords_that_fit(schema):
    assert found(schema) == []


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"type": "number", "format": "money"}, ("/type", "kind-type")),
        ({"type": "string", "format": "file"}, ("/type", "kind-type")),
        ({"type": "string", "format": "email", "maxLength": 300}, ("/maxLength", "kind-bound")),
        ({"type": "array", "format": "people", "maxItems": 900}, ("/maxItems", "kind-bound")),
        ({"type": "number", "x-decimals": 7}, ("/x-decimals", "kind-bound")),
        ({"type": "string", "oneOf": [{"const": "a"}, {"const": 1}]}, ("/oneOf/1/const", "choice-not-text")),
        ({"type": "array", "items": {"oneOf": [{"const": 1}]}}, ("/items/oneOf/0/const", "choice-not-text")),
        ({"type": "string", "x-mask": "half"}, ("/x-mask", "mask-unknown")),
        ({"type": "string", "format": "serial", "x-serial": "WT"}, ("/x-serial", "serial-same")),
    ],
)
def test_keywords_that_the_kind_cannot_keep(schema, problem):
    assert found(schema) == [problem]
    (each,) = keyword_problems(kind_of(schema), schema)
    assert each.text("zh") != each.text("en")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_what_a_kind_implies_contradicts_no_kind(name):
    implied = dict(KINDS[name].schema({}))
    assert list(keyword_problems(KINDS[name], implied)) == []

"""What holds for every kind and every JSON value."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.errors import DefinitionInvalid, catalogue
from regbook.rules.kinds import KINDS, kind_of

CHOICES = [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}]
FIELDS = {
    "one_of": {"oneOf": CHOICES},
    "several_of": {"items": {"oneOf": CHOICES}},
    "record": {"x-to": ["customer", "order"]},
    "lines": {
        "items": {
            "properties": {
                "what": {"type": "string"},
                "owner": {"type": "string", "format": "person"},
                "loss": {"type": "string", "format": "money"},
            }
        }
    },
}
TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "2026-9-3",
        "2026-09-30T16:00+08:00",
        "１３８００１３８０００",
        "1,234.5",
        "4WH",
        "a",
        "甲",
        "customer/1",
        "09:30",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.text(st.characters(categories=("Cs", "Cc", "Zs", "Nd", "Mn")), max_size=6)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["_id", "what", "owner", "loss", "other"]), inner, max_size=4)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=25, deadline=None)
@given(value=VALUES)
def test_canonical_stays_and_what_is_good_stays_good(name, value):
    kind, field = KINDS[name], FIELDS.get(name, {})
    canonical = kind.canonical(value, field)
    assert kind.canonical(canonical, field) == canonical
    if not kind.check(value, field):
        assert kind.check(canonical, field) == ()
        for language in ("zh", "en"):
            assert isinstance(kind.shown(canonical, field, language), str)


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=25, deadline=None)
@given(text=TEXTS)
def test_what_is_typed_is_read_or_refused_but_never_lost(name, text):
    kind, field = KINDS[name], FIELDS.get(name, {})
    value = kind.typed(text, field)
    if value is None:
        assert not any(each.isalnum() for each in text)
    elif not kind.check(value, field) and kind.canonical(value, field) is not None:
        assert kind.shown(kind.canonical(value, field), field)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_nothing_is_no_problem_and_shows_nothing(name):
    kind, field = KINDS[name], FIELDS.get(name, {})
    assert kind.check(None, field) == ()
    assert kind.canonical(None, field) is None
    assert kind.canonical("", field) is None
    assert kind.check("", field) == ()
    assert kind.shown(None, field) == ""


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_has_a_title_a_schema_and_says_how_it_is_kept(name):
    kind = KINDS[name]
    assert kind.title in catalogue()
    implied = kind.schema(FIELDS.get(name, {}))
    assert implied["type"] in {"string", "number", "integer", "boolean", "array"}
    assert json.loads(json.dumps(implied)) == implied
    assert (kind.scale is not None) == (kind.storage == "decimal")
    assert kind.mask is not None or not kind.personal


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "maxLength": 500}, "text"),
        ({"type": "string", "maxLength": 501}, "long_text"),
        ({"type": "string", "x-lines": 4}, "long_text"),
        ({"type": "string", "oneOf": CHOICES}, "one_of"),
        ({"oneOf": CHOICES}, "one_of"),
        ({"type": "number"}, "number"),
        ({"type": "integer"}, "integer"),
        ({"type": "boolean"}, "yes_no"),
        ({"type": "array", "items": {"type": "string", "oneOf": CHOICES}}, "several_of"),
        ({"type": "array", "items": {"type": "object", "properties": {}}}, "lines"),
        ({"type": "array", "items": {"type": "string", "format": "person"}}, "people"),
        ({"type": "array", "items": {"type": "string", "format": "department"}}, "departments"),
        ({"type": "array", "items": {"type": "string", "format": "record", "x-to": "task"}}, "records"),
        ({"type": "array", "items": {"type": "string", "format": "file"}}, "file"),
        ({"type": "string", "format": "uri"}, "text"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"type": "integer", "format": "secrecy-level"}, "secrecy-level"),
    ],
)
def test_kind_comes_from_format_else_from_type_and_shape(schema, name):
    assert kind_of(schema).name == name


@pytest.mark.parametrize(
    "schema", [{"type": "string", "format": "monney"}, {"type": "array"}, {"type": "null"}, {}, {"type": []}]
)
def test_a_field_of_no_kind_is_refused(schema):
    with pytest.raises(DefinitionInvalid) as raised:
        kind_of(schema)
    assert [each.code for each in raised.value.problems] == ["kind-unknown"]


def test_numbers_that_are_not_exact_are_no_numbers():
    for name in ("number", "integer", "percent", "secrecy-level", "money"):
        assert KINDS[name].check(1.5, {})
        assert KINDS[name].check(Decimal("NaN"), {})
        assert KINDS[name].check(Decimal("Infinity"), {})
        assert KINDS[name].check(True, {})

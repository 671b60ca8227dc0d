"""A condition holds for filled fields that say what it asks, and for nothing else."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbook.errors import DefinitionInvalid
from regbook.rules.conditions import compile_condition, condition_problems, condition_schema, holds

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 30, 1, 0, tzinfo=SHANGHAI)  # 29 September, 17:00 in UTC

FACTS = {
    "state": "handled",
    "amount": "50000.00",
    "count": 3,
    "share": Decimal("12.5"),
    "paid": True,
    "subject": "打印机停用",
    "effect": None,
    "owner": "p1",
    "assignee": ["p2", "p3"],
    "tags": ["urgent", "paper"],
    "due": "2026-09-30",
    "at": "2026-09-29T16:00:00Z",
    "lines": [{"_id": "1"}],
}


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (None, True),
        ({}, True),
        ({"state": "handled"}, True),
        ({"state": ["raised", "handled"]}, True),
        ({"state": ["raised", "closed"]}, False),
        ({"nothing": "handled"}, False),
        ({"effect": "none"}, False),
        ({"effect": None}, True),
        ({"nothing": None}, True),
        ({"state": None}, False),
        ({"effect": ["none", None]}, True),
        ({"state": ["none", None]}, False),
        ({"state": "handled", "paid": True}, True),
        ({"state": "handled", "paid": False}, False),
        ({"paid": 1}, False),
        ({"count": True}, False),
        ({"count": 3}, True),
        ({"count": [1, 2]}, False),
        ({"amount": 50000}, True),
        ({"amount": "50000.00"}, True),
        ({"amount": "50000"}, False),
        ({"amount": {"minimum": 50000}}, True),
        ({"amount": {"exclusiveMinimum": 50000}}, False),
        ({"amount": {"minimum": 10000, "maximum": 49999.99}}, False),
        ({"share": {"maximum": 12.5}}, True),
        ({"share": 12.5}, True),
        ({"share": {"multipleOf": Decimal("0.5")}}, True),
        ({"subject": {"minimum": 1}}, False),
        ({"paid": {"maximum": 9}}, False),
        ({"effect": {"maximum": 9}}, False),
        ({"subject": {"minLength": 5}}, True),
        ({"subject": {"pattern": "^打印"}}, True),
        ({"count": {"pattern": "."}}, False),
        ({"effect": {"not": {"enum": ["none"]}}}, False),
        ({"state": {"not": {"enum": ["closed"]}}}, True),
        ({"amount": {"not": {"minimum": 60000}}}, True),
        ({"amount": {"not": {"minimum": 50000}}}, False),
        ({"amount": {"anyOf": [{"maximum": 1}, {"minimum": 9}]}}, True),
        ({"state": {"const": "handled"}}, True),
        ({"tags": "urgent"}, True),
        ({"tags": ["blue", "paper"]}, True),
        ({"tags": "blue"}, False),
        ({"tags": {"contains": {"const": "paper"}, "minItems": 2}}, True),
        ({"lines": {"minItems": 2}}, False),
        ({"state": {"minItems": 0}}, False),
        ({"anyOf": [{"state": "closed"}, {"amount": {"minimum": 1}}]}, True),
        ({"oneOf": [{"state": "handled"}, {"amount": {"minimum": 1}}]}, False),
        ({"allOf": [{"state": "handled"}, {"paid": True}]}, True),
        ({"not": {"state": "handled"}}, False),
        ({"state": "handled", "not": {"state": "closed"}}, True),
        ({"properties": {"effect": {"minLength": 3}}}, True),
        ({"properties": {"amount": {"minimum": 60000}}}, False),
        ({"type": "object", "required": ["effect"], "properties": {"state": {"enum": ["handled"]}}}, True),
        ({"required": ["nothing"]}, False),
    ],
)
def test_a_condition(condition, wanted):
    assert holds(condition, FACTS) is wanted


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({"due": {"before": "now"}}, False),  # today is not over
        ({"due": {"after": "-1d"}}, True),
        ({"due": {"after": "now"}}, False),
        ({"due": {"before": "+1d"}}, True),
        ({"due": {"before": "2026-10-01"}}, True),
        ({"due": {"before": "2026-09-29T16:30:00Z"}}, False),  # 30 September in the office
        ({"due": {"before": "2026-09-30T16:30:00Z"}}, True),
        ({"at": {"before": "now"}}, True),
        ({"at": {"after": "-1h"}}, False),  # exactly an hour ago
        ({"at": {"after": "-61m", "before": "-59m"}}, True),
        ({"at": {"after": "-30d"}}, True),
        ({"at": {"before": "-1mo"}}, False),
        ({"at": {"after": "2026-09-29"}}, True),  # 30 September in the office
        ({"at": {"after": "2026-09-30"}}, False),
        ({"at": {"before": "2026-09-30T00:00:01+08:00"}}, True),
        ({"at": {"not": {"before": "now"}}}, False),
        ({"anyOf": [{"due": {"before": "now"}}, {"at": {"before": "now"}}]}, True),
        ({"effect": {"before": "now"}}, False),
        ({"nothing": {"after": "-1y"}}, False),
        ({"state": {"before": "now"}}, False),
        ({"state": "handled", "at": {"before": "now"}}, True),
    ],
)
def test_a_condition_on_time(condition, wanted):
    assert holds(condition, FACTS, NOW) is wanted


def test_the_same_condition_is_asked_again_at_another_time():
    overdue = {"at": {"before": "-1d"}}
    assert not holds(overdue, FACTS, NOW)
    assert holds(overdue, FACTS, datetime(2026, 10, 2, tzinfo=UTC))
    assert compile_condition(overdue) is compile_condition({"at": {"before": "-1d"}})


def test_dates_follow_the_zone_of_now():
    assert holds({"due": {"before": "now"}}, FACTS, datetime(2026, 9, 30, 17, tzinfo=UTC)) is False
    assert holds({"due": {"before": "now"}}, FACTS, datetime(2026, 10, 1, 1, tzinfo=SHANGHAI)) is True


@pytest.mark.parametrize("now", [None, datetime(2026, 9, 30)])  # noqa: DTZ001
def test_a_condition_on_time_wants_an_aware_now(now):
    with pytest.raises(ValueError, match="zone"):
        holds({"at": {"before": "now"}}, FACTS, now)
    assert holds({"at": {"before": "2026-10-01"}}, FACTS)


def test_me_is_the_reader_and_nobody_else():
    assert holds({"owner": "me"}, FACTS, me="p1")
    assert not holds({"owner": "me"}, FACTS, me="p2")
    assert not holds({"owner": "me"}, FACTS)
    assert not holds({"owner": "me"}, {"owner": None})
    assert not holds({"owner": "me"}, {"owner": "me"})
    assert not holds({"owner": "me"}, {}, me="p1")
    assert holds({"assignee": "me"}, FACTS, me="p3")
    assert holds({"owner": ["p1", "me"]}, FACTS, me="p9")
    assert holds({"owner": ["me", "p9"], "not": {"owner": "p9"}}, FACTS, me="p1")


def test_the_short_form_is_a_plain_schema():
    assert condition_schema({"amount": {"const": "1.00"}, "state": None}) == {
        "type": "object",
        "required": ["amount"],
        "properties": {"amount": {"not": {"type": "null"}, "const": "1.00"}, "state": {"type": "null"}},
    }
    schema = condition_schema({"state": ["handled", "closed"]})
    assert schema["required"] == ["state"]
    assert jsonschema_rs.Draft202012Validator(schema).is_valid({"state": "closed"})
    assert not jsonschema_rs.Draft202012Validator(schema).is_valid({"state": None})


def test_a_condition_names_the_fields_it_reads():
    condition = {
        "state": "x",
        "anyOf": [{"amount": {"minimum": 1}}, {"owner": "me", "due": {"before": "now"}}],
    }
    assert compile_condition(condition).fields == {"state", "amount", "owner", "due"}
    assert compile_condition({"properties": {"a": {"minimum": 1}}, "required": ["b"]}).fields == {"a", "b"}


def test_one_and_true_are_different_conditions():
    assert holds({"x": True}, {"x": True})
    assert holds({"x": 1}, {"x": 1})
    assert not holds({"x": 1}, {"x": True})
    assert not holds({"x": True}, {"x": 1})


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("state", [("", "condition-shape")]),
        ([], [("", "condition-shape")]),
        ({}, [("", "condition-shape")]),
        ({"sate": "x"}, [("/sate", "condition-field")]),
        ({"state@me": True}, [("/state@me", "condition-field")]),
        ({"state": []}, [("/state", "condition-list")]),
        ({"state": [{"const": 1}]}, [("/state", "condition-list")]),
        ({"state": {}}, [("/state", "condition-shape")]),
        ({"amount": {"min": 5}}, [("/amount/min", "condition-word")]),
        ({"amount": {"minimum": "5"}}, [("/amount/minimum", "condition-value")]),
        ({"amount": {"minimum": True}}, [("/amount/minimum", "condition-value")]),
        ({"state": {"$ref": "http://127.0.0.1/x"}}, [("/state/$ref", "condition-word")]),
        ({"$ref": "#"}, [("/$ref", "condition-field")]),
        ({"properties": {"state": {"$ref": "#"}}}, [("/properties/state/$ref", "condition-word")]),
        ({"required": ["state"], "$ref": "#"}, [("/$ref", "condition-word")]),
        ({"required": ["state"], "$defs": {}}, [("/$defs", "condition-word")]),
        ({"required": ["sate"]}, [("/required", "condition-field")]),
        ({"required": "state"}, [("/required", "condition-value")]),
        ({"properties": {"state": True}}, [("/properties/state", "condition-value")]),
        ({"properties": {}, "type": "array"}, [("/type", "condition-value")]),
        ({"state": {"pattern": "(?=x)"}}, [("/state/pattern", "condition-value")]),
        ({"state": {"pattern": "(a{1000}){1000}"}}, [("/state/pattern", "condition-value")]),
        ({"tags": {"contains": {"properties": {}}}}, [("/tags/contains", "condition-value")]),
        ({"due": {"before": "tomorrow"}}, [("/due/before", "condition-moment")]),
        ({"due": {"before": "4wh"}}, [("/due/before", "condition-moment")]),
        ({"due": {"after": 5}}, [("/due/after", "condition-moment")]),
        ({"due": {"after": "2026-09-30T08:00:00"}}, [("/due/after", "condition-moment")]),
        ({"anyOf": []}, [("/anyOf", "condition-value")]),
        ({"anyOf": [{"state": "x"}, {"sate": 1}]}, [("/anyOf/1/sate", "condition-field")]),
        ({"not": 5}, [("/not", "condition-shape")]),
        ({"state": {"anyOf": [5]}}, [("/state/anyOf/0", "condition-shape")]),
        (
            {"sate": 1, "amount": {"min": 1}},
            [("/sate", "condition-field"), ("/amount/min", "condition-word")],
        ),
    ],
)
def test_what_is_no_condition_is_a_problem_at_its_place(condition, wanted):
    problems = condition_problems(condition, FACTS, "/views/0/where")
    assert [(each.path, each.code) for each in problems] == [
        (f"/views/0/where{at}", code) for at, code in wanted
    ]
    assert all(each.text("zh") and each.text("en") for each in problems)


def test_a_condition_with_problems_is_not_compiled():
    with pytest.raises(DefinitionInvalid):
        compile_condition({"amount": {"min": 5}})
    with pytest.raises(DefinitionInvalid):
        holds({"amount": {"minimum": "5"}}, {"amount": 5})


def test_a_deep_condition_is_refused():
    deep = {"state": "x"}
    within = {"enum": ["x"]}
    for _ in range(40):
        deep = {"not": deep}
        within = {"not": within}
    assert [each.code for each in condition_problems(deep)] == ["condition-deep"]
    assert [each.code for each in condition_problems({"state": within})] == ["condition-deep"]


def test_a_hostile_pattern_is_linear():
    assert not holds({"x": {"pattern": "^(a+)+$"}}, {"x": "a" * 20_000 + "!"})


SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["a", "b", "1.00", "-2.50"])


@given(
    st.dictionaries(st.sampled_from("xyz"), SCALARS), st.sampled_from("xyz"), st.lists(SCALARS, min_size=1)
)
def test_a_list_of_values_means_one_of_them(facts, key, values):
    fact = facts.get(key)
    figures = all(isinstance(each, int) and not isinstance(each, bool) for each in values)
    if figures and isinstance(fact, str):
        wanted = fact in ("1.00", "-2.50") and Decimal(fact) in values
    else:
        wanted = any(type(each) is type(fact) and each == fact for each in values)
    assert holds({key: values}, facts) is wanted
    assert holds({"not": {key: values}}, facts) is not wanted


JSON = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["x", "not", "anyOf", "properties", "required", "minimum", "before", "enum", "type", "@"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.dictionaries(st.just("x"), JSON))
def test_anything_is_a_condition_or_has_problems(raw, facts):
    if not condition_problems(raw):
        assert holds(raw, facts, NOW, "p1") in (True, False)

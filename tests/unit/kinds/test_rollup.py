from decimal import Decimal

import pytest

from .computed import computed, problems

MONEY = {"type": "string", "format": "money", "title": "合计"}
NUMBER = {"type": "number", "title": "数", "x-decimals": 2}
COUNT = {"type": "integer", "title": "行数"}
AT = "/entity/properties/made/x-rollup"
LINES = [
    {"what": "纸", "price": "19.90", "pieces": 10},
    {"what": "墨", "price": "0.10", "pieces": None},
    {"what": None, "price": "80.00", "pieces": 2},
]


def rolled(kind, of, how, lines):
    return computed({"items": lines}, made=kind | {"x-rollup": {"of": of, "as": how}})["made"]


@pytest.mark.parametrize(
    ("kind", "of", "how", "wanted"),
    [
        (MONEY, "items.price", "sum", "100.00"),
        (MONEY, "items.price", "min", "0.10"),
        (MONEY, "items.price", "max", "80.00"),
        (MONEY, "items.price", "avg", "33.33"),
        (COUNT, "items.pieces", "sum", 12),
        (NUMBER, "items.pieces", "avg", Decimal("6")),
        (COUNT, "items", "count", 3),
        (COUNT, "items.what", "count", 2),
    ],
)
def test_a_rollup_over_lines_leaves_empty_values_out(kind, of, how, wanted):
    assert rolled(kind, of, how, LINES) == wanted


@pytest.mark.parametrize("lines", [None, [], [{"price": None, "pieces": None}]])
def test_over_nothing_a_sum_is_nought_and_an_extreme_or_mean_is_empty(lines):
    assert Decimal(rolled(MONEY, "items.price", "sum", lines)) == 0
    assert [rolled(MONEY, "items.price", how, lines) for how in ("min", "max", "avg")] == [None] * 3
    assert rolled(COUNT, "items.price", "count", lines) == 0


def test_a_formula_may_read_a_rollup():
    made = computed(
        {"items": LINES},
        taxed=MONEY | {"x-formula": "total * 1.13"},
        total=MONEY | {"x-rollup": {"of": "items.price", "as": "sum"}},
    )
    assert made == {"total": "100.00", "taxed": "113.00"}


@pytest.mark.parametrize(
    ("rollup", "at", "code"),
    [
        ({"of": "items.cost", "as": "sum"}, "/of", "field-nowhere"),
        ({"of": "amount", "as": "sum"}, "/of", "field-nowhere"),
        ({"as": "count"}, "/of", "field-nowhere"),
        ({"of": "items.what", "as": "sum"}, "/as", "rollup-not-a-number"),
        ({"of": "items", "as": "avg"}, "/as", "rollup-not-a-number"),
        ({"of": "items.price", "as": "median"}, "/as", "value-unknown"),
        ({"of": "items.price", "as": "first"}, "/as", "rollup-over-lines"),
        ({"of": "items.price", "as": "last"}, "/as", "rollup-over-lines"),
        ({"of": "items.price", "as": "sum", "where": {"on": "2026-09-30"}}, "/where", "rollup-over-lines"),
        ({"from": "nowhere.order", "as": "count"}, "/from", "register-nowhere"),
    ],
)
def test_what_cannot_be_rolled_up_is_refused_at_its_place(rollup, at, code):
    assert problems(made=MONEY | {"x-rollup": rollup}) == [(AT + at, code)]


def test_one_field_is_computed_in_one_way():
    both = {"x-formula": "amount", "x-rollup": {"of": "items.price", "as": "sum"}}
    assert problems(made=MONEY | both) == [(AT, "formula-and-rollup")]

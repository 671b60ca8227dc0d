from decimal import Decimal

import pytest

from .computed import computed, problems

MONEY = {"type": "string", "format": "money", "title": "含税"}
NUMBER = {"type": "number", "title": "数", "x-decimals": 2}
DAY = {"type": "string", "format": "date", "title": "日"}
TRUTH = {"type": "boolean", "title": "真"}
TEXT = {"type": "string", "title": "文"}


@pytest.mark.parametrize(
    ("kind", "formula", "wanted"),
    [
        (MONEY, "amount * 1.13", "113.57"),
        (NUMBER, "amount / 3", Decimal("33.5")),
        (TRUTH, "amount > 100", True),
        (TEXT, "upper_amount(amount)", "壹佰元伍角整"),
        (TEXT, "if(amount > 100, '大额', '小额')", "大额"),
        (DAY, "on", "2026-09-30"),
    ],
)
def test_a_formula_gives_the_fact_of_its_fields_kind(kind, formula, wanted):
    made = computed({"amount": "100.50", "on": "2026-09-30"}, made=kind | {"x-formula": formula})
    assert made == {"made": wanted}
    assert type(made["made"]) is type(wanted)


@pytest.mark.parametrize(
    ("kind", "formula"),
    [(MONEY, "amount * 1.13"), (NUMBER, "100 / (amount - amount)"), (TRUTH, "amount > 100"), (DAY, "on")],
)
def test_what_it_reads_being_empty_leaves_it_empty(kind, formula):
    assert computed({}, made=kind | {"x-formula": formula}) == {"made": None}


def test_a_quotient_by_nought_is_empty_and_no_error():
    assert computed({"amount": "5.00"}, made=NUMBER | {"x-formula": "1 / (amount - 5)"}) == {"made": None}


def test_it_may_read_another_formula_whichever_stands_first():
    made = computed(
        {"amount": "100.00"},
        total=MONEY | {"x-formula": "amount + tax"},
        tax=MONEY | {"x-formula": "amount * 0.13"},
    )
    assert made == {"tax": "13.00", "total": "113.00"}


def test_money_is_rounded_to_the_cent_half_up():
    assert computed({"amount": "0.03"}, made=MONEY | {"x-formula": "amount / 2"}) == {"made": "0.02"}


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("amuont * 2", "formula-name"),
        ("amount +", "formula-syntax"),
        ("open('x')", "formula-function"),
        ("amount + on", "formula-operands"),
        ("amount.real", "formula-member"),
    ],
)
def test_what_is_no_formula_is_refused_at_its_place(formula, code):
    assert problems(made=MONEY | {"x-formula": formula}) == [("/entity/properties/made/x-formula", code)]


def test_formulas_in_a_ring_are_refused():
    told = problems(a=MONEY | {"x-formula": "b + 1"}, b=MONEY | {"x-formula": "a + 1"})
    assert [code for _, code in told] == ["formula-ring"]


def test_a_formula_of_a_line_reads_its_own_line_and_gives_each_its_own():
    items = {
        "type": "array",
        "title": "明细",
        "items": {
            "type": "object",
            "properties": {
                "price": MONEY,
                "pieces": {"type": "integer", "title": "数量"},
                "cost": MONEY | {"x-formula": "price * pieces"},
            },
        },
    }
    lines = [{"price": "2.50", "pieces": 4}, {"price": "1.00", "pieces": None}]
    made = computed({"items": lines}, items=items)
    assert [each["cost"] for each in made["items"]] == ["10.00", None]
    assert "cost" not in lines[0], "the facts that it read stay as they were"

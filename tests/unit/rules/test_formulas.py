"""Formulas are reckoned exactly, let null through, and reach nothing of Python."""

import time
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.errors import DefinitionInvalid, RecordInvalid
from regbook.model.timing import Calendar, Shift
from regbook.rules.formulas import (
    NAMES,
    TYPES,
    compile_formula,
    evaluation_order,
    formula_problems,
    office_functions,
    to_fact,
)
from regbook.rules.kinds import KINDS as FIELD_KINDS

KINDS = {
    "a": "number",
    "b": "integer",
    "fee": "money",
    "word": "text",
    "who": "person",
    "due": "date",
    "done": "date",
    "seen_at": "date-time",
    "left_at": "date-time",
    "paid": "yes_no",
    "late": "yes_no",
    "tags": "several_of",
    "lines": "lines",
    "lines.amount": "money",
    "lines.day": "date",
    "lines.what": "text",
}
FACTS = {
    "a": Decimal("2.5"),
    "b": 4,
    "fee": "1234.50",
    "word": "完成",
    "due": "2026-09-30",
    "done": "2026-10-02",
    "seen_at": "2026-09-30T08:00:00Z",
    "left_at": "2026-10-01T07:59:59Z",
    "paid": True,
    "tags": ["x", "y"],
    "lines": [
        {"_id": "1", "amount": "0.10", "day": "2026-01-02", "what": "纸"},
        {"_id": "2", "amount": None, "day": "2026-01-01"},
        {"_id": "3", "amount": "0.20"},
    ],
}


def value(text, facts=FACTS, functions=None, now=None):
    return compile_formula(text, KINDS, functions).value(facts, now)


def codes(text, functions=None):
    return [each.code for each in formula_problems(text, KINDS, functions)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a + b * 2 - 1", Decimal("9.5")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("b - 1-1", Decimal(2)),
        ("7 / 2", Decimal("3.5")),
        ("-7 % 3", Decimal(-1)),
        ("fee / 0", None),
        ("fee % 0", None),
        ("-fee", Decimal("-1234.50")),
        ("sum(lines.amount)", Decimal("0.30")),
        ("avg(lines.amount)", Decimal("0.15")),
        ("count(lines.amount)", Decimal(2)),
        ("count(lines)", Decimal(3)),
        ("count(tags)", Decimal(2)),
        ("min(lines.day)", "2026-01-01"),
        ("max(lines.amount)", Decimal("0.20")),
        ("max(lines.what)", "纸"),
        ("first(lines.amount)", Decimal("0.10")),
        ("last(lines.amount)", Decimal("0.20")),
        ("last(lines.what)", "纸"),
        ("max(0, a - b, -1)", Decimal(0)),
        ("min(due, done)", "2026-09-30"),
        ("round(a)", Decimal(3)),
        ("round(-a)", Decimal(-3)),
        ("round(10.005, 2)", Decimal("10.01")),
        ("round(1250, -2)", Decimal(1300)),
        ("round(a, 0.5)", None),
        ("abs(a - b)", Decimal("1.5")),
        ("if(paid, fee, 0)", Decimal("1234.50")),
        ("b > 3 ? '多' : '少'", "多"),
        ("late ? 1 : 2", None),
        ("word + '：' + text(fee)", "完成：1234.50"),
        ("text(due) + text(paid) + text(seen_at)", "2026-09-30true2026-09-30T08:00:00Z"),
        ("'\\u4e2d\\n\\'\\\"\\\\'", "中\n'\"\\"),
        ("1e3", Decimal(1000)),
        ("days(due, done)", Decimal(2)),
        ("days(done, due)", Decimal(-2)),
        ("days(seen_at, left_at)", Decimal(0)),
        ("days('2026-01-01', due)", Decimal(272)),
        ("done >= due", True),
        ("due == '2026-09-30'", True),
        ("seen_at < '2026-09-30T16:00:01+08:00'", True),
        ("seen_at == left_at", False),
        ("fee >= 1234.5", True),
        ("word != '完成'", False),
        ("word in ['完成', '取消']", True),
        ("tags in ['y']", True),
        ("tags in ['z']", False),
        ("b in [1, 4]", True),
        ("paid && b > 100", False),
        ("late || paid", True),
        ("late && false", False),
        ("late || false", None),
        ("!late", None),
        ("late == null", True),
        ("null != paid", True),
        ("lines.amount == null ? 1 : 2", "formula-lines-value"),
        ("a // a remark, isn't it", Decimal("2.5")),
        ("now", None),
        ("null", None),
    ],
)
def test_a_formula_gives(text, wanted):
    if isinstance(wanted, str) and wanted.startswith("formula-"):
        assert codes(text) == [wanted]
    else:
        found = value(text)
        assert found == wanted
        assert type(found) is type(wanted)


def test_now_is_an_argument_and_no_field():
    now = datetime(2026, 10, 1, 8, tzinfo=UTC)
    formula = compile_formula("seen_at < now", KINDS)
    assert formula.value(FACTS, now) is True
    assert formula.value(FACTS) is None
    assert formula.names == {"seen_at"}
    assert compile_formula("now + 1", {"now": "number"}).value({"now": 1}, now) == 2


def test_a_formula_names_what_it_reads_and_what_it_gives():
    formula = compile_formula("paid ? sum(lines.amount) : count(lines) * fee", KINDS)
    assert formula.names == {"paid", "lines.amount", "lines", "fee"}
    assert formula.gives == "number"
    assert compile_formula("done >= due", KINDS).gives == "truth"
    assert compile_formula("max(lines.day)", KINDS).gives == "date"


def test_empty_lines_sum_to_nothing_and_have_no_mean():
    for facts in ({}, {"lines": None}, {"lines": []}, {"lines": [{"amount": None}]}):
        assert value("sum(lines.amount)", facts) == 0
        assert value("count(lines.amount)", facts) == 0
        assert value("avg(lines.amount)", facts) is None
        assert value("max(lines.amount)", facts) is None


def test_functions_of_the_caller_get_dates_and_instants_and_never_null():
    asked = []

    def workdays(start, end):
        asked.append((start, end))
        return (end - start).days

    functions = {"workdays": workdays, "upper_amount": lambda amount: f"大写{amount}"}
    assert value("workdays(due, done) + 1", functions=functions) == 3
    assert value("upper_amount(fee)", functions=functions) == "大写1234.50"
    assert value("workdays(due, done)", {"due": "2026-09-30"}, functions) is None
    assert asked == [(date(2026, 9, 30), date(2026, 10, 2))]


def test_what_a_function_of_the_caller_cannot_answer_is_null():
    def workhours(start, end):
        raise ValueError("the calendar ends")

    assert value("workhours(seen_at, left_at)", functions={"workhours": workhours}) is None
    assert codes("workhours(seen_at, left_at)") == ["formula-function"]


def test_no_function_outside_the_closed_list_is_taken_from_the_caller():
    assert codes("open('/etc/passwd')", {"open": open}) == ["formula-function"]


OPERATORS = ["a + b", "a - b", "a * b", "a / b", "a % b", "a < b", "a <= b", "a > b", "a >= b", "a == b"]
NUMBERS = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-9, max_value=9)


@pytest.mark.parametrize("text", [*OPERATORS, "a != b", "min(a, b)", "max(a, b)", "round(a, b)", "a in [b]"])
@settings(max_examples=20)
@given(other=NUMBERS)
def test_null_goes_through(text, other):
    kinds = {"a": "number", "b": "number"}
    formula = compile_formula(text, kinds)
    assert formula.value({"a": None, "b": other}) is None
    assert formula.value({"b": other}) is None
    assert formula.value({"a": other, "b": None}) is None


@given(st.lists(st.sampled_from([True, False, None]), min_size=2, max_size=5))
def test_and_and_or_know_three_values(truths):
    kinds = {f"t{n}": "yes_no" for n in range(len(truths))}
    facts = dict(zip(kinds, truths, strict=True))
    both = compile_formula(" && ".join(kinds), kinds).value(facts)
    either = compile_formula(" || ".join(kinds), kinds).value(facts)
    assert both == (False if False in truths else None if None in truths else True)
    assert either == (True if True in truths else None if None in truths else False)
    assert compile_formula(f"!({' && '.join(kinds)})", kinds).value(facts) == (
        None if both is None else not both
    )


AMOUNTS = st.decimals(min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=4)


@given(AMOUNTS, AMOUNTS, st.lists(AMOUNTS, max_size=20))
def test_sums_and_products_are_exact(a, b, amounts):
    kinds = {"a": "number", "b": "number", "lines.amount": "money"}
    facts = {"a": a, "b": b, "lines": [{"amount": str(each)} for each in amounts]}
    found = compile_formula("(a + b) * (a - b) + sum(lines.amount) - 0.0001", kinds).value(facts)
    one, other = Fraction(a), Fraction(b)
    exact = (one + other) * (one - other) + sum(map(Fraction, amounts)) - Fraction(1, 10_000)
    assert Fraction(found) == exact


@given(AMOUNTS, AMOUNTS.filter(bool))
def test_a_quotient_is_right_to_far_below_a_cent(a, b):
    found = compile_formula("a / b", {"a": "number", "b": "number"}).value({"a": a, "b": b})
    exact = Fraction(a) / Fraction(b)
    assert abs(Fraction(found) - exact) <= abs(exact) / 10**50


@given(AMOUNTS)
def test_money_is_rounded_half_up_once(amount):
    fact = to_fact(amount, "money")
    away = abs(Fraction(fact) - Fraction(amount))
    assert away <= Fraction(1, 200)
    if away == Fraction(1, 200):
        assert abs(Fraction(fact)) > abs(Fraction(amount))
    assert fact != "-0.00"


@pytest.mark.parametrize(
    ("given_value", "kind", "wanted"),
    [
        (Decimal("2.345"), "money", "2.35"),
        (Decimal("-2.345"), "money", "-2.35"),
        (Decimal("-0.001"), "money", "0.00"),
        ("7", "money", "7.00"),
        (Decimal("2.5"), "integer", 3),
        (Decimal("1E+3"), "number", Decimal("1000")),
        (Decimal("1.500"), "number", Decimal("1.5")),
        (Decimal("0.33333333333333"), "number", Decimal("0.333333")),
        (Decimal("0.33335"), "percent", Decimal("0.3334")),
        (Decimal("0.000"), "percent", Decimal("0")),
        (Decimal("1e900"), "number", None),
        (2, "secrecy-level", 2),
        (date(2026, 9, 30), "date", "2026-09-30"),
        ("2026-02-30", "date", None),
        (datetime(2026, 9, 30, 8, 0, 0, 5, tzinfo=UTC), "date-time", "2026-09-30T08:00:00Z"),
        ("2026-09-30T16:00:00+08:00", "date-time", "2026-09-30T08:00:00Z"),
        (datetime(2026, 9, 30, 8), "date-time", None),  # noqa: DTZ001
        ("x", "money", None),
        (True, "yes_no", True),
        (Decimal("3.50"), "text", "3.50"),
        (date(2026, 9, 30), "text", "2026-09-30"),
        (None, "money", None),
        (["a"], "several_of", ["a"]),
    ],
)
def test_a_value_becomes_the_fact_of_its_kind(given_value, kind, wanted):
    fact = to_fact(given_value, kind)
    assert fact == wanted
    assert str(fact) == str(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("nothing + 1", ["formula-name"]),
        ("x + y", ["formula-name", "formula-name"]),
        ("lines.nothing", ["formula-name"]),
        ("word.amount", ["formula-member"]),
        ("who.name", ["formula-member"]),
        ("lines.amount.real", ["formula-member"]),
        ("lines[0]", ["formula-foreign"]),
        ("lines", ["formula-lines-value"]),
        ("tags", ["formula-lines-value"]),
        ("lines.amount * 2", ["formula-lines-value"]),
        ("sum(a)", ["formula-walk"]),
        ("sum(lines)", ["formula-walk"]),
        ("sum(lines.what)", ["formula-walk"]),
        ("sum(lines.amount, 1)", ["formula-arity"]),
        ("round()", ["formula-arity"]),
        ("if(paid, 1)", ["formula-arity"]),
        ("if(a, 1, 2)", ["formula-argument"]),
        ("abs(word)", ["formula-argument"]),
        ("days(due, seen_at)", ["formula-argument"]),
        ("max(a, word)", ["formula-argument"]),
        ("a + word", ["formula-operands"]),
        ("due + 1", ["formula-operands"]),
        ("due - done", ["formula-operands"]),
        ("a == word", ["formula-operands"]),
        ("due < seen_at", ["formula-operands"]),
        ("a && paid", ["formula-operands"]),
        ("!a", ["formula-operands"]),
        ("-word", ["formula-operands"]),
        ("1 < 2 < 3", ["formula-operands"]),
        ("paid < late", ["formula-operands"]),
        ("word in tags", ["formula-in"]),
        ("a in []", ["formula-in"]),
        ("due > 'tomorrow'", ["formula-moment"]),
        ("0x10", ["formula-number"]),
        ("1e1000", ["formula-number"]),
        ("9" * 200, ["formula-number"]),
        ("1u", ["formula-foreign"]),
        ("b'x'", ["formula-foreign"]),
        ("r'x'", ["formula-foreign"]),
        ("'\\ud800'", ["formula-character"]),
        ("'\\u0000'", ["formula-character"]),
        ("'''x'''", ["formula-quote"]),
        ("'x", ["formula-quote"]),
        ("'x\ny'", ["formula-quote"]),
        ("'\\x41'", ["formula-quote"]),
        ("", ["formula-syntax"]),
        ("a +", ["formula-syntax"]),
        ("(a", ["formula-syntax"]),
        ("a b", ["formula-syntax"]),
        ("数量 + 1", ["formula-syntax"]),
        ("a" * 1025, ["formula-long"]),
        ("中" * 342, ["formula-long"]),
        ("(" * 33 + "a" + ")" * 33, ["formula-deep"]),
        ("!" * 40 + "paid", ["formula-deep"]),
        ("-(" * 20 + "a" + ")" * 20, ["formula-deep"]),
        ("paid ? 1 : " * 40 + "2", ["formula-deep"]),
    ],
)
def test_what_is_no_formula_is_a_problem_with_its_place(text, wanted):
    problems = formula_problems(text, KINDS, path="/entity/properties/x/x-formula")
    assert [each.code for each in problems] == wanted
    for each in problems:
        assert each.path == "/entity/properties/x/x-formula"
        assert 1 <= each.values["at"] <= len(text) + 1
        assert str(each.values["at"]) in each.text("zh")
    with pytest.raises(DefinitionInvalid):
        compile_formula(text, KINDS)


def test_a_problem_says_the_place():
    assert formula_problems("a + nothing", KINDS)[0].values["at"] == 5
    assert formula_problems("a +\n  b +", KINDS)[0].values["at"] == 9
    assert formula_problems("a\n+ ?", KINDS)[0].values["at"] == 5


def test_long_chains_are_no_depth():
    assert value("+".join(["b"] * 500)) == 2000
    assert value("||".join(["late"] * 140)) is None


ESCAPES = [
    "__class__",
    "a.__class__",
    "word.__class__.__mro__",
    "''.__class__",
    "'x'.__class__.__base__.__subclasses__()",
    "().__class__",
    "[].__class__",
    "{}.__class__",
    "lines.__class__",
    "lines.__len__",
    "lines.append(1)",
    "lines.amount.__class__",
    "word.format(a)",
    "word.upper()",
    "'{0.__class__}'.format(word)",
    "__import__('os')",
    "__import__('os').system('id')",
    "__builtins__",
    "__builtins__.open",
    "globals()",
    "locals()",
    "vars(a)",
    "dir(a)",
    "type(a)",
    "type(a)(1)",
    "getattr(a, 'real')",
    "setattr(a, 'real', 1)",
    "eval('1')",
    "exec('1')",
    "compile('1', '', 'eval')",
    "open('/etc/passwd')",
    "print(a)",
    "input()",
    "lambda: 1",
    "(lambda x: x)(1)",
    "[x for x in [1]]",
    "a if paid else b",
    "a := 1",
    "a = 1",
    "import os",
    "a; b",
    "f'{a}'",
    "`id`",
    "$(id)",
    "${a}",
    "#{a}",
    "{{ a }}",
    "a ** 999999999",
    "1 << 99999",
    "'x' * 1000000000",
    "word * 1000000000",
    "9 ** 9 ** 9",
    "[1, 2].map(x, x * 2)",
    "[1, 2].all(x, x > 0)",
    "lines.exists(l, l.amount > 0)",
    "lines.filter(l, true)",
    "has(lines.amount)",
    "size(word)",
    "matches(word, '(a+)+$')",
    "word.matches('(a+)+$')",
    "timestamp('2026-01-01T00:00:00Z').getFullYear()",
    "duration('1h')",
    "dyn(a)",
    "int(word)",
    "google.protobuf.Timestamp{seconds: 1}",
    ".a",
    ".sum(lines.amount)",
    "{'a': 1}",
    "{'a': 1}['a']",
    "word['0']",
    "word[0]",
    "self",
    "cls",
    "None",
    "True",
    "facts",
    "_",
    "sum.__globals__",
    "sum(lines.amount).real",
    "text(a).__class__",
    "abs.__self__",
    "\x00",
    "a\x00",
    "ａ + １",
    "\u202ea",
    "a + \ufeffb",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_nothing_of_python_or_of_the_rest_of_cel_is_within_reach(text):
    assert formula_problems(text, KINDS)


@given(st.text(max_size=80) | st.text(alphabet="ab()[]{}.,+-*/%<>=!&|?:'\"\\ \n0123456789eExu", max_size=60))
def test_any_text_is_a_formula_or_has_problems(text):
    if not formula_problems(text, KINDS):
        compile_formula(text, KINDS).value(FACTS)


def test_hostile_text_costs_little():
    began = time.perf_counter()
    for text in ('"' + "\\n" * 500, "'" + "\\\\" * 500 + "\n'", "(" * 1000, '"""' + "\\n" * 400, "a?" * 500):
        assert formula_problems(text, KINDS)
    assert time.perf_counter() - began < 2


def test_a_formula_walks_a_thousand_lines_and_refuses_more():
    lines = [{"amount": "0.01"}] * 1000
    assert value("sum(lines.amount)", {"lines": lines}) == 10
    with pytest.raises(RecordInvalid) as refused:
        value("sum(lines.amount)", {"lines": [*lines, {"amount": "0.01"}]})
    assert [(each.path, each.code) for each in refused.value.problems] == [("/lines", "formula-lines")]


@pytest.mark.parametrize(
    "facts",
    [
        {"fee": "1,000", "a": "x", "due": "30/09/2026", "seen_at": "2026-09-30T08:00:00", "lines": "no"},
        {"fee": ["1"], "a": {"b": 1}, "due": 5, "seen_at": True, "lines": {"amount": 1}},
        {
            "fee": "NaN",
            "a": float("nan"),
            "due": "2026-13-01",
            "seen_at": "9999-99-99T00:00:00Z",
            "lines": [1],
        },
        {"fee": "1e9999", "a": Decimal("Infinity"), "due": True, "seen_at": "0001-01-01T00:00:00+14:00"},
        {"fee": "٣", "a": 10**400, "due": "2026-W01-1", "seen_at": "2026-09-30 08:00", "lines": [None]},
    ],
)
def test_facts_of_the_wrong_sort_are_null_and_never_an_error(facts):
    for text in ("fee + 1", "a + 1", "due > '2026-01-01'", "days(seen_at, seen_at)", "max(lines.amount)"):
        assert value(text, facts) is None


def test_numbers_beyond_every_bound_are_null():
    assert value("a" + " * 1e99" * 20) is None
    assert value("1e999 * 10") is None


def test_kinds_that_are_known_only_in_running_are_checked_there():
    kinds = {"any": "json", "a": "number", "paid": "yes_no"}
    for text in ("any + 1", "abs(any)", "-any", "any > a", "any ? 1 : 2", "round(any, 1)", "min(any, a)"):
        formula = compile_formula(text, kinds)
        for odd in ("text", [1], {"x": 1}, "", b"bytes", object()):
            assert formula.value({"any": odd, "a": 1}) is None
    assert compile_formula("abs(any)", kinds).value({"any": -3}) == 3
    assert compile_formula("if(paid, any, 1) + 1", kinds).value({"paid": True, "any": "x"}) is None


def test_computed_fields_come_after_what_they_read():
    kinds = {"net": "money", "tax": "money", "total": "money", "lines.price": "money", "lines.total": "money"}
    line = {"price": "money", "quantity": "number", "tax": "money"}
    formulas = {
        "total": compile_formula("net + tax", kinds),
        "tax": compile_formula("net * 0.13", kinds),
        "net": compile_formula("sum(lines.total)", kinds),
        "lines.total": compile_formula("price * quantity", line),
        "lines.price": compile_formula("round(quantity, 2)", line),
    }
    order = evaluation_order(formulas)
    assert order == ["lines.price", "lines.total", "net", "tax", "total"]
    assert evaluation_order({}) == []


def test_formulas_in_a_ring_are_a_problem_that_names_it():
    kinds = {"a": "number", "b": "number", "c": "number"}
    formulas = {
        "a": compile_formula("b + 1", kinds),
        "b": compile_formula("c + 1", kinds),
        "c": compile_formula("a + 1", kinds),
    }
    with pytest.raises(DefinitionInvalid) as refused:
        evaluation_order(formulas)
    (problem,) = refused.value.problems
    assert problem.code == "formula-ring"
    assert all(key in problem.values["ring"] for key in kinds)
    with pytest.raises(DefinitionInvalid):
        evaluation_order({"a": compile_formula("a + 1", kinds)})


def test_a_field_may_have_fewer_decimals_than_its_kind():
    assert to_fact(Decimal("2.345"), "money", 0) == "2.00"
    assert to_fact(Decimal("2.345"), "number", 1) == Decimal("2.3")
    assert to_fact(Decimal("2.345"), "number", 99) == Decimal("2.345")


OFFICE = office_functions(
    Calendar(
        "Asia/Shanghai",
        (Shift(clock(9), clock(12)), Shift(clock(13, 30), clock(18))),
        frozenset({1, 2, 3, 4, 5}),
        {date(2026, 10, 1): "statutory", date(2026, 10, 2): "off"},
    )
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("workdays(due, '2026-10-05')", Decimal(1)),
        ("workdays('2026-10-05', due)", Decimal(-1)),
        ("workdays(seen_at, '2026-10-05T01:00:00Z')", Decimal(1)),
        ("workhours(seen_at, '2026-09-30T09:00:00Z')", Decimal(1)),
        ("workhours('2026-09-30T09:00:00Z', seen_at)", Decimal(-1)),
        ("workhours(seen_at, '2026-10-05T01:30:00Z')", Decimal("2.5")),
        ("workhours(seen_at, due)", Decimal(2)),
        ("days('2026-09-30T15:59:00Z', '2026-09-30T16:01:00Z')", None),
        ("days(seen_at, '2026-09-30T16:01:00Z')", Decimal(1)),
        ("days(due, left_at)", Decimal(1)),
        ("upper_amount(fee)", "壹仟贰佰叁拾肆元伍角整"),
        ("upper_amount(fee + 0.005)", "壹仟贰佰叁拾肆元伍角壹分"),
        ("workdays(due, '9999-12-31')", None),
    ],
)
def test_the_office_counts_by_its_own_calendar_and_zone(text, wanted):
    if text.startswith("days('"):
        assert codes(text, OFFICE) == ["formula-argument"]  # two texts: nothing says that they are instants
    else:
        assert value(text, functions=OFFICE) == wanted


def test_every_kind_of_field_has_the_type_that_its_storage_means():
    types = {"text": "text", "id": "text", "time": "text", "decimal": "number", "int": "number"}
    types |= {"bool": "truth", "date": "date", "instant": "instant", "json": "several", "lines": "lines"}
    for kind in FIELD_KINDS.values():
        assert TYPES.get(kind.name, "text") == types[kind.storage], kind.name


def test_the_designer_is_told_every_function():
    assert set(NAMES) == {
        *("if", "sum", "count", "avg", "first", "last", "min", "max", "round", "abs", "text"),
        *("days", "workdays", "workhours", "upper_amount"),
    }

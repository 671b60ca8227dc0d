"""Who is read from a text and looked up: always someone active, never someone who may not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbook.errors import DefinitionInvalid
from regbook.model.people import Delegation, Department, Directory, Person
from regbook.model.people import Post as PostHeld
from regbook.model.who import (
    Assignee,
    Chain,
    Chosen,
    CommonSuperior,
    DivisionHead,
    FieldPerson,
    GeneralManager,
    Head,
    Owner,
    Post,
    Responsible,
    Role,
    Superior,
    terms_in,
)
from regbook.rules.who import parse_who, parse_whos, resolve, who_problems

NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)

# company: gm; sales division: dora; sales department: hans, with sam, sue and (gone) gus;
# finance department, under the company: fay, with the cashier cash; admin: process administrator.
PEOPLE = [
    Person("gm", "总经理", unit="company"),
    Person("dora", "部经理", unit="division", superior="gm"),
    Person("hans", "负责人", unit="sales", superior="dora"),
    Person("sam", "员工", unit="sales", superior="hans"),
    Person("sue", "员工", unit="sales", superior="hans", roles=frozenset({"clerk"})),
    Person("gus", "离职", unit="sales", superior="hans", roles=frozenset({"clerk"}), active=False),
    Person("fay", "财务", unit="finance", superior="gm", roles=frozenset({"finance"})),
    Person("cash", "出纳", unit="finance", superior="fay", post="cashier"),
    Person("admin", "流程管理员", unit="company", roles=frozenset({"process_admin"})),
]
DEPARTMENTS = [
    Department("company", "公司", kind="centre", head="gm"),
    Department("division", "销售部", "company", "division", "dora"),
    Department("sales", "销售科", "division", head="hans"),
    Department("empty", "空缺科", "division"),
    Department("finance", "财务科", "company", head="fay"),
]
FACTS = {
    "owner": "sam",
    "department": "sales",
    "assignee": ["sue", "hans"],
    "handler": "cash",
    "unit": "finance",
    "vacant": "empty",
    "nobody": None,
    "left": "gus",
    "stranger": "nobody-knows",
    "many": ["sam", "gus", "cash"],
    "measures": [{"who": "sue"}, {"who": None}, {"who": "sue"}, {"who": "cash"}],
    "chosen": ["fay", "sue"],
}


def directory(people=PEOPLE, delegations=(), departments=DEPARTMENTS):
    return Directory(
        {each.id: each for each in people},
        {each.id: each for each in departments},
        {"cashier": PostHeld("cashier", "出纳", frozenset({"payer"}))},
        tuple(delegations),
    )


def people(*texts, facts=FACTS, of=None, **rest):
    return resolve(parse_whos(texts), facts, of or directory(), **rest).people


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("owner", Owner()),
        ("assignee", Assignee()),
        ("responsible", Responsible()),
        ("chosen", Chosen()),
        ("gm", GeneralManager()),
        ("field:handler", FieldPerson("handler")),
        ("field:measures.who", FieldPerson("measures.who")),
        ("role:finance", Role("finance")),
        ("post:archive_clerk", Post("archive_clerk")),
        ("head", Head()),
        ("head(field:department)", Head(FieldPerson("department"))),
        ("division_head(owner)", DivisionHead(Owner())),
        ("superior", Superior()),
        ("superior+2", Superior(3)),
        ("superior(head)", Superior(1, Head())),
        ("superior+1(field:handler)", Superior(2, FieldPerson("handler"))),
        ("common_superior(field:a, field:b)", CommonSuperior(FieldPerson("a"), FieldPerson("b"))),
        ("chain(head, gm)", Chain(Head(), GeneralManager())),
        ("chain(superior(owner), superior+1(head))", Chain(Superior(1, Owner()), Superior(2, Head()))),
    ],
)
def test_a_text_is_a_noun_and_back(text, term):
    assert parse_who(text) == term
    assert str(term) == text
    assert parse_who(f"  {text.replace(',', ' , ')} ") == term


TERMS = st.recursive(
    st.sampled_from(
        [Owner(), Assignee(), Responsible(), Chosen(), GeneralManager(), Head(), DivisionHead(), Superior()]
        + [FieldPerson(key) for key in FACTS]
        + [
            FieldPerson("measures.who"),
            Role("clerk"),
            Role("none"),
            Post("cashier"),
            Superior(2),
            Superior(20),
        ]
    ),
    lambda inner: (
        st.builds(Head, inner)
        | st.builds(DivisionHead, inner)
        | st.builds(Superior, st.integers(1, 20), inner)
        | st.builds(CommonSuperior, inner, inner)
        | st.builds(Chain, inner, inner)
    ),
    max_leaves=3,
)


@given(TERMS)
def test_every_noun_is_read_back_from_its_text(term):
    assert parse_who(str(term)) == term
    assert all(parse_who(str(each)) == each for each in terms_in(term))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "who-syntax"),
        ("Head", "who-syntax"),
        ("负责人", "who-syntax"),
        ("boss", "who-word"),
        ("owner()", "who-syntax"),
        ("owner(head)", "who-arguments"),
        ("owner:x", "who-syntax"),
        ("owner+1", "who-levels"),
        ("field", "who-key"),
        ("field:", "who-key"),
        ("field:Handler", "who-key"),
        ("field:a.b.c", "who-syntax"),
        ("role:finance(head)", "who-arguments"),
        ("role:fin ance", "who-syntax"),
        ("head(", "who-syntax"),
        ("head(owner", "who-syntax"),
        ("head(owner,)", "who-syntax"),
        ("head(owner, gm)", "who-arguments"),
        ("head)", "who-syntax"),
        ("head gm", "who-syntax"),
        ("head+1", "who-levels"),
        ("superior+0", "who-levels"),
        ("superior+20", "who-levels"),
        ("superior+", "who-syntax"),
        ("superior+-1", "who-syntax"),
        ("superior-1", "who-syntax"),
        ("common_superior(owner)", "who-arguments"),
        ("chain(head)", "who-arguments"),
        ("chain", "who-arguments"),
        ("head(" * 10 + "owner" + ")" * 10, "who-deep"),
        ("superior(" * 100, "who-long"),
        ("owner.__class__", "who-syntax"),
        ("__import__('os')", "who-word"),
        ("field:x; drop table", "who-syntax"),
    ],
)
def test_what_names_nobody_is_a_problem(text, code):
    (problem,) = who_problems(text, path="/workflow/by")
    if text == "field:":
        assert problem.code in ("who-key", "who-syntax")
    else:
        assert (problem.path, problem.code) == ("/workflow/by", code)
    assert problem.text("zh")
    with pytest.raises(DefinitionInvalid):
        parse_who(text)


def test_a_list_names_the_place_of_each_problem():
    problems = who_problems(["head", "boss", 5, "field:nothing"], {"handler"}, "/by")
    assert [(each.path, each.code) for each in problems] == [
        ("/by/1", "who-word"),
        ("/by/2", "who-shape"),
        ("/by/3", "who-field"),
    ]
    assert [each.code for each in who_problems([])] == ["who-shape"]
    assert [each.code for each in who_problems({"a": 1})] == ["who-shape"]
    assert who_problems("superior(head(field:unit))", {"unit"}) == ()
    assert [each.code for each in who_problems("chain(head(field:x), field:unit)", {"unit"})] == ["who-field"]


@given(st.text(max_size=60) | st.text(alphabet="headsuprio+1(), :gm_fl.", max_size=60))
def test_any_text_is_a_who_or_has_a_problem(text):
    if not who_problems(text):
        assert parse_who(str(parse_who(text))) == parse_who(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("owner", ("sam",)),
        ("assignee", ("sue", "hans")),
        ("chosen", ("fay", "sue")),
        ("field:handler", ("cash",)),
        ("field:unit", ("fay",)),
        ("field:many", ("sam", "cash")),
        ("field:measures.who", ("sue", "cash")),
        ("role:finance", ("fay",)),
        ("role:clerk", ("sue",)),
        ("role:payer", ("cash",)),
        ("post:cashier", ("cash",)),
        ("head", ("hans",)),
        ("head(field:unit)", ("fay",)),
        ("head(field:handler)", ("fay",)),
        ("head(owner)", ("hans",)),
        ("division_head", ("dora",)),
        ("division_head(field:vacant)", ("dora",)),
        ("gm", ("gm",)),
        ("superior", ("hans",)),
        ("superior+1", ("dora",)),
        ("superior(head)", ("dora",)),
        ("superior(field:handler)", ("fay",)),
        ("superior+1(field:handler)", ("gm",)),
        ("superior(field:unit)", ("gm",)),
        ("common_superior(owner, field:handler)", ("gm",)),
        ("common_superior(field:left, owner)", ("hans",)),
        ("common_superior(field:unit, head)", ("gm",)),
        ("chain(head, gm)", ("hans", "dora", "gm")),
        ("chain(owner, division_head)", ("sam", "hans", "dora")),
        ("chain(field:handler, division_head)", ("cash", "fay", "gm", "dora")),
        ("chain(head, head)", ("hans",)),
        # one step up from an empty place
        ("field:nobody", ("hans",)),
        ("responsible", ("hans",)),
        ("head(field:vacant)", ("dora",)),
        ("field:vacant", ("dora",)),
        ("superior(head(field:vacant))", ("dora",)),
        ("superior+1(head(field:vacant))", ("gm",)),
        ("chain(head(field:vacant), gm)", ("dora", "gm")),
        ("division_head(field:unit)", ("gm",)),
        ("post:nobody", ("hans",)),
        # from someone gone
        ("field:left", ("hans",)),
        ("superior(field:left)", ("hans",)),
        # past the top
        ("superior+4", ("admin",)),
        ("superior(gm)", ("admin",)),
        ("role:nobody", ("admin",)),
        ("field:stranger", ("hans",)),
        ("superior(field:stranger)", ("admin",)),
    ],
)
def test_who_stands_for(text, wanted):
    assert people(text) == wanted


def test_several_are_united_in_order_without_doubles():
    assert people("superior", "head", "role:finance", "chain(head, gm)") == ("hans", "fay", "dora", "gm")
    assert people() == ()


def test_a_deadlines_superior_climbs_the_line_of_the_responsible():
    facts = {**FACTS, "responsible": "cash"}
    assert people("superior", facts=facts) == ("fay",)
    assert people("superior+1", facts=facts) == ("gm",)
    assert people("responsible", facts=facts) == ("cash",)
    assert people("superior(owner)", facts=facts) == ("hans",)


def test_nobody_decides_her_own_case():
    facts = {**FACTS, "owner": "hans"}
    resolution = resolve(parse_who("head"), facts, directory(), forbidden=frozenset({"hans"}))
    assert resolution.people == ("dora",)
    assert resolution.skipped == (("hans", "who-forbidden"),)
    assert people("gm", forbidden={"gm"}) == ("admin",)
    assert people("role:finance", "role:clerk", forbidden={"fay"}) == ("gm", "sue")
    assert people("chain(head, gm)", forbidden={"dora"}) == ("hans", "gm")
    assert people("assignee", forbidden={"sue"}) == ("hans",)


def test_nothing_passes_by_itself_when_nobody_may():
    resolution = resolve(parse_who("gm"), FACTS, directory(), forbidden={"gm", "admin"})
    assert resolution.people == ()
    assert resolution.skipped[-1] == ("role:process_admin", "who-nobody")


def test_why_someone_was_passed_over_is_kept():
    assert resolve(parse_who("field:left"), FACTS, directory()).skipped == (("gus", "who-gone"),)
    assert resolve(parse_who("head(field:vacant)"), FACTS, directory()).skipped == (
        ("head(field:vacant)", "who-empty"),
    )
    assert resolve(parse_who("superior+4"), FACTS, directory()).skipped == (
        ("superior+4", "who-empty"),
        ("superior+4", "who-past-top"),
    )
    assert resolve(parse_who("head"), FACTS, directory()).skipped == ()


def test_delegates_stand_in_while_they_may():
    away = directory(
        delegations=[
            Delegation("hans", "sue", NOW, NOW + timedelta(days=1)),
            Delegation("fay", "cash", NOW, NOW + timedelta(days=1), frozenset({"voucher"})),
            Delegation("gus", "sam", NOW, NOW + timedelta(days=1)),
        ]
    )
    resolution = resolve(parse_who("head"), FACTS, away, at=NOW)
    assert resolution.people == ("sue",)
    assert resolution.skipped == (("hans", "who-away"),)
    assert people("head", of=away) == ("hans",)
    assert people("head", of=away, at=NOW + timedelta(days=1)) == ("hans",)
    assert people("head", of=away, at=NOW, forbidden={"sue"}) == ("hans",)
    assert people("head", of=away, at=NOW, forbidden={"hans"}) == ("dora",)
    assert people("role:finance", of=away, at=NOW, register="voucher") == ("cash",)
    assert people("role:finance", of=away, at=NOW, register="other") == ("fay",)
    assert people("field:left", of=away, at=NOW) == ("sue",)


def test_a_ring_in_the_reporting_line_ends():
    ring = [
        Person(a, a, unit="sales", superior=b, active=False) for a, b in (("a", "b"), ("b", "c"), ("c", "a"))
    ]
    found = directory([*ring, Person("admin", "admin", roles=frozenset({"process_admin"}))], departments=())
    for text in (
        "owner",
        "superior",
        "superior+1(owner)",
        "chain(owner, gm)",
        "common_superior(owner, owner)",
    ):
        assert people(text, facts={"owner": "a"}, of=found) == ("admin",)


IDS = [*"abcdef", "admin"]


@st.composite
def directories(draw):
    maybe = st.none() | st.sampled_from(IDS)
    units = ["u1", "u2", "u3"]
    everyone = {
        each: Person(
            each,
            each,
            unit=draw(st.none() | st.sampled_from(units)),
            post=draw(st.none() | st.just("cashier")),
            superior=draw(maybe),
            roles=draw(st.frozensets(st.sampled_from(["clerk", "process_admin"]))),
            active=draw(st.booleans()),
        )
        for each in IDS
    }
    kinds = st.sampled_from(["division", "department"])
    tree = {
        each: Department(each, each, draw(st.none() | st.sampled_from(units)), draw(kinds), draw(maybe))
        for each in units
    }
    giving = st.builds(
        Delegation, st.sampled_from(IDS), st.sampled_from(IDS), st.just(NOW), st.just(NOW + timedelta(1))
    )
    return Directory(everyone, tree, {}, tuple(draw(st.lists(giving, max_size=3))))


ANY_FACTS = st.dictionaries(
    st.sampled_from([*FACTS, "responsible"]),
    st.none()
    | st.sampled_from([*IDS, "u1", "u2", "x"])
    | st.lists(st.sampled_from([*IDS, "u3"]), max_size=3),
)


@given(
    directories(), st.lists(TERMS, max_size=3), ANY_FACTS, st.frozensets(st.sampled_from(IDS)), st.booleans()
)
def test_whoever_is_found_is_here_and_may_and_is_found_once(found, terms, facts, forbidden, with_time):
    at = NOW if with_time else None
    resolution = resolve(terms, facts, found, forbidden=forbidden, at=at)
    assert all(found.active(each) for each in resolution.people)
    assert not forbidden & set(resolution.people)
    assert len(set(resolution.people)) == len(resolution.people)
    assert resolution == resolve(terms, facts, found, forbidden=forbidden, at=at)
    admins = [each for each in found.holders_of_role("process_admin") if each not in forbidden]
    if terms and not resolution.people:
        assert not admins
        assert ("role:process_admin", "who-nobody") in resolution.skipped

"""What a list's address asks for is read strictly, and every problem names its parameter."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbook.errors import Problem, RequestInvalid
from regbook.model.query import Filter, Query, Sort
from regbook.rules.reading import definition_from
from regbook.web.api.query_language import (
    MOST_PARAMETERS,
    Asked,
    in_parameters,
    read_parameters,
    read_query,
    typed_query,
)

DEFINITION = definition_from(
    {
        "register": "thing",
        "title": "物件",
        "entity": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "title": "名称"},
                "many": {"type": "integer", "title": "数量"},
                "price": {"type": "string", "format": "money", "title": "价格"},
                "due": {"type": "string", "format": "date", "title": "到期"},
                "done": {"type": "boolean", "title": "完成"},
                "tags": {
                    "type": "array",
                    "title": "标签",
                    "items": {"oneOf": [{"const": "a", "title": "甲"}]},
                },
            },
        },
    },
    1,
)


def problems(text):
    with pytest.raises(RequestInvalid) as caught:
        read_query(text)
    assert caught.value.status == 400
    return [(each.path, each.code) for each in caught.value.problems]


def test_an_empty_query_asks_for_the_first_page():
    assert read_query(b"") == Asked(Query())


def test_every_parameter_is_read():
    asked = read_query(
        b"filter[state][in]=raised,handled&filter[name]=%E6%89%93%E5%8D%B0&filter[many][between]=1,"
        b"&filter[due][empty]=false&sort=-due,name&fields=name,due&q=%E5%81%9C+%E7%94%A8&limit=50"
        b"&after=abc&count=exact"
    )
    assert asked.query == Query(
        fields=("name", "due"),
        filters=(
            Filter("state", "in", ("raised", "handled")),
            Filter("name", "eq", "打印"),
            Filter("many", "between", ("1", "")),
            Filter("due", "empty", False),
        ),
        sort=(Sort("due", True), Sort("name")),
        search="停 用",
        limit=50,
        after="abc",
    )
    assert asked.count == "exact"


def test_a_comma_of_a_values_own_stands_behind_a_backslash():
    assert read_query(rb"filter[name][in]=a\,b,c\\").query.filters[0].value == ("a,b", "c\\")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"limit=0", [("/limit", "query-limit")]),
        (b"limit=101", [("/limit", "query-limit")]),
        (b"limit=1e3", [("/limit", "query-limit")]),
        ("limit=５".encode(), [("", "query-encoding")]),
        (b"limit=%EF%BC%95", [("/limit", "query-limit")]),
        (b"limit=5&limit=6", [("/limit", "query-twice")]),
        (b"offset=5", [("/offset", "query-unknown")]),
        (b"filter=x", [("/filter", "query-unknown")]),
        (b"filter[a][b][c]=x", [("/filter[a][b][c]", "query-unknown")]),
        (b"filter[]=x", [("/filter[]", "query-unknown")]),
        (b"filter[a][like]=x", [("/filter/a/like", "query-operator")]),
        (b"filter[a][]=x", [("/filter/a/", "query-operator")]),
        (b"filter[a/b][between]=x", [("/filter/a~1b/between", "query-two")]),
        (b"filter[a][empty]=1", [("/filter/a/empty", "query-yes-no")]),
        (b"filter[a]=%00", [("/filter[a]", "query-text")]),
        (b"q=%ff", [("", "query-encoding")]),
        (b"q=%ed%a0%80", [("", "query-encoding")]),
        (b"q=" + b"x" * 201, [("/q", "query-text")]),
        (b"sort=a,,b", [("/sort", "query-list")]),
        (b"sort=a,-a", [("/sort", "query-list")]),
        (b"sort=a,b,c,d,e,f", [("/sort", "query-list")]),
        (b"fields=", [("/fields", "query-list")]),
        (b"count=yes", [("/count", "query-choice")]),
        (b"group=a%20b", [("/group", "query-list")]),
        (b"group=state&limit=3&sort=a", [("/sort", "query-group-page"), ("/limit", "query-group-page")]),
        (
            b"limit=x&offset=1&count=2",
            [("/limit", "query-limit"), ("/offset", "query-unknown"), ("/count", "query-choice")],
        ),
        (b"&".join([b"q=1"] * (MOST_PARAMETERS + 1)), [("", "query-long")]),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(text, expected):
    assert problems(text) == expected


def test_values_are_typed_by_their_fields_kind():
    text = (
        b"filter[many]=5&filter[price][in]=1,2.5&filter[due][ge]=2026-09-30&filter[done]=true"
        b"&filter[tags][in]=a&filter[level][le]=2&filter[entered_at][ge]=2026-09-30T16:00:00%2B08:00"
        b"&filter[name][contains]=5&filter[due][empty]=true"
    )
    typed = typed_query(read_query(text).query, DEFINITION)
    assert [each.value for each in typed.filters] == [
        5,
        ("1.00", "2.50"),
        "2026-09-30",
        True,
        ("a",),
        2,
        "2026-09-30T08:00:00Z",
        "5",
        True,
    ]


def test_a_wrong_value_and_an_unknown_name_are_left_for_the_store_to_refuse_alike():
    typed = typed_query(read_query(b"filter[many]=x&filter[nothing]=x").query, DEFINITION)
    assert [each.value for each in typed.filters] == ["x", "x"]


def test_the_stores_paths_become_those_of_the_parameters():
    asked = read_query(b"filter[name]=a&filter[due][ge]=b&q=c")
    given_ = [
        Problem("/filters/1", "unknown-field"),
        Problem("/search", "search-short"),
        Problem("/sort/0", "x"),
    ]
    found = in_parameters(RequestInvalid(given_), asked)
    assert [each.path for each in found.problems] == ["/filter/due/ge", "/q", "/sort/0"]


def test_an_address_without_filters_refuses_what_it_does_not_know():
    assert read_parameters(b"box=done", ("box",)) == {"box": "done"}
    with pytest.raises(RequestInvalid):
        read_parameters(b"box=done&x=1", ("box",))
    with pytest.raises(RequestInvalid):
        read_parameters(b"draft=1&draft=1", ("draft",))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_query_or_a_clear_refusal(text):
    with suppress(RequestInvalid):
        assert read_query(text).query.limit <= 100

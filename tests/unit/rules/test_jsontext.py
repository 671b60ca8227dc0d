import json
from contextlib import suppress
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regbook.errors import RequestInvalid
from regbook.rules.jsontext import MOST_PROBLEMS, canonical_hash, dumps, loads

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.decimals(-(10**15), 10**15, places=6)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def read(text, **bounds):
    return loads(text, **{"max_bytes": 100_000, **bounds})


def problems(text, **bounds):
    with pytest.raises(RequestInvalid) as raised:
        read(text, **bounds)
    assert all(each.text("zh") and each.text("en") for each in raised.value.problems)
    return [(each.path, each.code) for each in raised.value.problems]


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_what_is_written_is_read_again(value):
    text = dumps(value)
    assert read(text) == value
    assert read(text.encode()) == value
    assert dumps(read(text)) == text


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_any_other_spelling_is_the_same_value_with_the_same_hash(value):
    loose = json.dumps(value, indent=2, ensure_ascii=True, default=float).encode()
    if b"e" not in loose.replace(b"true", b"").replace(b"false", b""):
        assert canonical_hash(json.loads(loose, parse_float=Decimal)) == canonical_hash(read(loose))
    assert canonical_hash(shuffled(value)) == canonical_hash(value)


def shuffled(value):
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    return [shuffled(each) for each in value] if isinstance(value, list) else value


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40) | st.text(max_size=40))
def test_anything_is_read_or_refused(text):
    with suppress(RequestInvalid):
        value = read(text)
        assert read(dumps(value)) == value


def test_numbers_with_a_point_are_exact():
    value = read(b'{"a": 0.1, "b": 1, "c": 1e3, "d": -0.0}')
    assert [type(each) for each in value.values()] == [Decimal, int, Decimal, Decimal]
    assert value["a"] + value["a"] + value["a"] == Decimal("0.3")
    assert dumps(value) == '{"a":0.1,"b":1,"c":1000,"d":0}'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1, "a": 2}', [("", "json-key-twice")]),
        ('[{"x": {"b": 1, "c": 2, "b": 3, "b": 4}}]', [("", "json-key-twice")] * 2),
        ("[NaN, Infinity, -Infinity]", [("", "json-number")] * 3),
        ("9223372036854775808", [("", "json-number")]),
        ("-9223372036854775809", [("", "json-number")]),
        ("9" * 5000, [("", "json-number")]),
        ("1e999999999", [("", "json-number")]),
        ("1e99999999999999999999", [("", "json-number")]),
        ("0." + "1" * 100, [("", "json-number")]),
        (b'"\xff"', [("", "json-encoding")]),
        ("[1,]", [("", "json-syntax")]),
        ("", [("", "json-syntax")]),
        ("{'a': 1}", [("", "json-syntax")]),
        ('"a\nb"', [("", "json-syntax")]),
        (r'{"a/b": ["x", "\u0000"]}', [("/a~1b/1", "json-text")]),
        (r'{"\u0000": 1}', [("", "json-text")]),
        (r'["\ud800"]', [("/0", "json-text")]),
        (r'{"a": "\udc00\ud800"}', [("/a", "json-text")]),
        ('"\ud800"', [("", "json-encoding")]),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text, found):
    assert problems(text) == found


def test_every_problem_is_told_up_to_a_bound():
    assert problems(r'{"a": NaN, "b": "\u0000", "c": 1, "c": 2}') == [
        ("", "json-number"),
        ("", "json-key-twice"),
        ("/b", "json-text"),
    ]
    assert len(problems("[" + "NaN," * 500 + "1]")) == MOST_PROBLEMS
    assert len(problems("[" + r'"\u0000",' * 500 + "1]")) == MOST_PROBLEMS


def test_size_is_counted_in_bytes():
    assert read('"中"', max_bytes=5) == "中"
    assert problems('"中"', max_bytes=4) == [("", "json-large")]
    assert problems('"中"'.encode(), max_bytes=4) == [("", "json-large")]


def test_depth():
    assert read("[[1]]", max_depth=2) == [[1]]
    assert problems('{"a": [[1]]}', max_depth=2) == [("/a/0", "json-deep")]
    assert problems("[" * 40 + "]" * 40) == [("/0" * 32, "json-deep")]
    assert problems("[" * 40_000 + "]" * 40_000) == [("", "json-deep")]
    assert problems('{"a":' * 15_000 + "1" + "}" * 15_000) == [("", "json-deep")]


def test_a_mark_at_the_start_of_a_windows_file_is_passed_over():
    assert read(b"\xef\xbb\xbf{}") == {}


def test_surrogate_pairs_are_characters():
    assert read(r'"\ud83d\ude00"') == "😀"


def test_line_and_column_of_a_fault():
    with pytest.raises(RequestInvalid) as raised:
        read('{\n  "a": x\n}')
    assert raised.value.problems[0].values == {"line": 2, "column": 8}


def test_writing_sorts_keys_and_takes_only_json_values():
    assert (
        dumps({"b": 1, "a": MappingProxyType({"d": Decimal("1E+2"), "c": ()})})
        == '{"a":{"c":[],"d":100},"b":1}'
    )
    for stranger in (object(), Decimal("NaN"), {1: 2}, 2**64, {1}, "\ud800"):
        with pytest.raises(TypeError):
            dumps(stranger)


def test_equal_values_have_equal_hashes_and_others_do_not():
    assert canonical_hash({"a": Decimal("1.0"), "b": 2}) == canonical_hash({"b": Decimal(2), "a": 1})
    assert canonical_hash({"a": "1"}) != canonical_hash({"a": 1})
    assert len(canonical_hash(None)) == 64

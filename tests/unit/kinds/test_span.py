import pytest

from regbook.rules.kinds.span import SPAN

from .laws import accepts, refuses


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("4wh", "4wh"),
        (" 4 WH ", "4wh"),
        ("０２ｄ", "2d"),
        ("-4wh", "-4wh"),
        ("1mo", "1mo"),
        ("-0d", "0d"),
        ("30m", "30m"),
        ("1.50wh", "1.5wh"),
        ("0.5h", "0.5h"),
    ],
)
def test_a_span_has_one_spelling(value, canonical):
    accepts(SPAN, value, canonical)


@pytest.mark.parametrize("bad", ["4", "wh", "4hours", "1.5d", "200y", "P1D", "4wh2d", "1234567890d", "+4h"])
def test_what_is_no_span_is_refused(bad):
    refuses(SPAN, bad, "span-form")


def test_typed_and_shown():
    assert SPAN.typed("4 个工作时", {}) == "4wh"
    assert SPAN.typed("3天", {}) == "3d"
    assert SPAN.typed("很久", {}) == "很久"
    assert SPAN.shown("4wh", {}) == "4 个工作小时"
    assert SPAN.shown("-2d", {}, "en") == "-2 days"
    assert all(SPAN.shown(f"1{unit}", {}) for unit in ("s", "m", "h", "d", "w", "mo", "y", "wh", "wd"))

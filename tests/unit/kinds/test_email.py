import pytest

from regbook.rules.kinds.email import EMAIL

from .laws import accepts, refuses


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("Zhang.Wei@Example.COM", "Zhang.Wei@example.com"),
        (" a+b@mail.example.cn ", "a+b@mail.example.cn"),
        ("ｗａｎｇ＠example.com", "wang@example.com"),
    ],
)
def test_an_address_has_one_spelling(value, canonical):
    accepts(EMAIL, value, canonical)


@pytest.mark.parametrize(
    "bad",
    [
        "zhang",
        "zhang@",
        "@example.com",
        "a b@example.com",
        "a@b",
        "a..b@example.com",
        ".a@example.com",
        "a@-b.com",
        "a@127.0.0.1",
        "张@example.com",
        "a@b@c.com",
        f"{'a' * 65}@example.com",
        f"a@{'b.' * 130}com",
        "a@example.com,b@example.com",
    ],
)
def test_what_is_no_address_is_refused(bad):
    refuses(EMAIL, bad, "email-form")


def test_only_text():
    refuses(EMAIL, ["a@example.com"], "wants-text")


def test_mask_and_shown():
    assert EMAIL.mask is not None
    assert EMAIL.mask("zhang.wei@example.com") == "z****@example.com"
    assert EMAIL.mask("broken") == "******"
    assert EMAIL.shown("a@example.com", {}) == "a@example.com"
    assert EMAIL.personal

import pytest

from regbook.rules.kinds.one_of import ONE_OF

from .laws import accepts, refuses

EFFECT = {
    "oneOf": [
        {"const": "effective", "title": "有效"},
        {"const": "none", "title": "无效果"},
        {"const": "bare"},
    ]
}


def test_a_constant_of_the_choices():
    accepts(ONE_OF, "effective", "effective", EFFECT)
    accepts(ONE_OF, " bare ", "bare", EFFECT)


@pytest.mark.parametrize("bad", ["有效", "Effective", "gone"])
def test_titles_and_strangers_are_refused_with_the_choices(bad):
    refuses(ONE_OF, bad, "choice-unknown", EFFECT)
    assert "有效、无效果" in ONE_OF.check(bad, EFFECT)[0].text()


@pytest.mark.parametrize("bad", [1, ["effective"], {}])
def test_only_text(bad):
    refuses(ONE_OF, bad, "wants-text", EFFECT)


def test_typed_takes_title_or_constant():
    assert ONE_OF.typed("有效 ", EFFECT) == ONE_OF.typed("effective", EFFECT) == "effective"
    assert ONE_OF.typed("不知道", EFFECT) == "不知道"


def test_a_title_borne_twice_names_nothing():
    twice = {"oneOf": [{"const": "a", "title": "同"}, {"const": "b", "title": "同"}]}
    refuses(ONE_OF, ONE_OF.typed("同", twice), "choice-unknown", twice)


def test_shown():
    assert ONE_OF.shown("none", EFFECT) == "无效果"
    assert ONE_OF.shown("retired", EFFECT) == "retired"

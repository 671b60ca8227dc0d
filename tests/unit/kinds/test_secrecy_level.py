import pytest

from regbook.rules.kinds.secrecy_level import SECRECY_LEVEL

from .laws import accepts, refuses

TWO = {"x-scheme": ["公开", "普通商密", "核心商密"]}


@pytest.mark.parametrize(("value", "canonical"), [(0, 0), (4, 4), ("机密", 3), (" 公开", 0)])
def test_a_level_is_a_figure_or_its_name(value, canonical):
    accepts(SECRECY_LEVEL, value, canonical)


@pytest.mark.parametrize("bad", [5, -1, "秘", "3", True, [], 1.0])
def test_other_levels_are_refused(bad):
    refuses(SECRECY_LEVEL, bad, "level-unknown")


def test_the_scheme_is_data():
    accepts(SECRECY_LEVEL, "核心商密", 2, TWO)
    refuses(SECRECY_LEVEL, "机密", "level-unknown", TWO)
    refuses(SECRECY_LEVEL, 3, "level-unknown", TWO)
    assert SECRECY_LEVEL.schema(TWO)["maximum"] == 2
    assert SECRECY_LEVEL.shown(2, TWO, "en") == "核心商密"


def test_typed_and_shown():
    assert SECRECY_LEVEL.typed("3", {}) == SECRECY_LEVEL.typed("机密", {}) == 3
    assert SECRECY_LEVEL.shown(3, {}) == "机密"
    assert SECRECY_LEVEL.shown(4, {}, "en") == "Top secret"

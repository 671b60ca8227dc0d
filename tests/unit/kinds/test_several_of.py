from regbook.rules.kinds.several_of import SEVERAL_OF

from .laws import accepts, refuses

FIELD = {
    "items": {
        "oneOf": [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}, {"const": "c", "title": "丙"}]
    }
}


def test_choices_stand_in_the_definitions_order_each_once():
    accepts(SEVERAL_OF, ["c", "a", "c"], ["a", "c"], FIELD)
    assert SEVERAL_OF.canonical([], FIELD) is None


def test_invalid():
    refuses(SEVERAL_OF, "a", "wants-list", FIELD)
    refuses(SEVERAL_OF, ["a", "x"], "choice-unknown", FIELD, "/1")
    refuses(SEVERAL_OF, ["a", 3], "wants-text", FIELD, "/1")
    refuses(SEVERAL_OF, [None], "choice-unknown", FIELD, "/0")
    refuses(SEVERAL_OF, [["a"]], "wants-text", FIELD, "/0")


def test_typed_and_shown():
    assert SEVERAL_OF.typed("丙、甲, b", FIELD) == ["a", "b", "c"]
    assert SEVERAL_OF.typed("", FIELD) is None
    assert SEVERAL_OF.shown(["a", "c"], FIELD) == "甲、丙"
    assert SEVERAL_OF.shown(["a", "c"], FIELD, "en") == "甲, 丙"

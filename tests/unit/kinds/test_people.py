from regbook.rules.kinds.people import PEOPLE

from .laws import accepts, refuses


def test_ids_in_the_order_given_each_once():
    accepts(PEOPLE, ["b", " a ", "b"], ["b", "a"])
    assert PEOPLE.canonical([], {}) is None
    assert PEOPLE.canonical([" "], {}) is None


def test_invalid():
    refuses(PEOPLE, "a", "wants-list")
    refuses(PEOPLE, ["a", "张三"], "reference-form", at="/1")
    refuses(PEOPLE, [{"id": "a"}], "wants-text", at="/0")
    refuses(PEOPLE, [None], "reference-form", at="/0")


def test_typed_shown_and_what_it_refers_to():
    assert PEOPLE.typed("a, b、c", {}) == ["a", "b", "c"]
    assert PEOPLE.shown(["a", "b"], {}) == "a、b"
    assert (PEOPLE.refers_to, PEOPLE.storage, PEOPLE.many) == ("people", "json", True)
    assert PEOPLE.schema({"maxItems": 3})["maxItems"] == 3

from regbook.rules.kinds.departments import DEPARTMENTS

from .laws import accepts, refuses


def test_ids_in_the_order_given_each_once():
    accepts(DEPARTMENTS, ["b", " a ", "b"], ["b", "a"])
    assert DEPARTMENTS.canonical([], {}) is None
    assert DEPARTMENTS.canonical([" "], {}) is None


def test_invalid():
    refuses(DEPARTMENTS, "a", "wants-list")
    refuses(DEPARTMENTS, ["a", "张三"], "reference-form", at="/1")
    refuses(DEPARTMENTS, [{"id": "a"}], "wants-text", at="/0")
    refuses(DEPARTMENTS, [None], "reference-form", at="/0")


def test_typed_shown_and_what_it_refers_to():
    assert DEPARTMENTS.typed("a, b、c", {}) == ["a", "b", "c"]
    assert DEPARTMENTS.shown(["a", "b"], {}) == "a、b"
    assert (DEPARTMENTS.refers_to, DEPARTMENTS.storage, DEPARTMENTS.many) == ("departments", "json", True)
    assert DEPARTMENTS.schema({"maxItems": 3})["maxItems"] == 3

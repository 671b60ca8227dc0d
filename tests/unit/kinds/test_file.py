from regbook.rules.kinds.file import FILE

from .laws import accepts, refuses


def test_ids_in_the_order_attached():
    accepts(FILE, ["f2", "f1", "f2"], ["f2", "f1"])


def test_invalid():
    refuses(FILE, "f1", "wants-list")
    refuses(FILE, ["../etc/passwd"], "reference-form", at="/0")
    refuses(FILE, [{"id": "f1", "name": "a.pdf"}], "wants-text", at="/0")


def test_bound_and_shown():
    assert FILE.schema({})["maxItems"] == 50
    assert FILE.schema({"maxItems": 1})["maxItems"] == 1
    assert FILE.shown(["f2", "f1"], {}, "en") == "f2, f1"
    assert FILE.storage == "json"
    assert FILE.refers_to is None

from regbook.rules.kinds.records import RECORDS

from .laws import accepts, refuses

FIELD = {"items": {"type": "string", "format": "record", "x-to": ["complaint", "inquiry"]}}


def test_references_each_once():
    accepts(RECORDS, ["inquiry/b", "complaint/a", "inquiry/b"], ["inquiry/b", "complaint/a"], FIELD)


def test_invalid():
    refuses(RECORDS, "inquiry/b", "wants-list", FIELD)
    refuses(RECORDS, ["inquiry/b", "task/a"], "reference-form", FIELD, "/1")
    refuses(RECORDS, [1], "wants-text", FIELD, "/0")


def test_shown_and_what_it_refers_to():
    assert RECORDS.shown(["inquiry/b"], FIELD) == "inquiry/b"
    assert (RECORDS.refers_to, RECORDS.many) == ("registers", True)

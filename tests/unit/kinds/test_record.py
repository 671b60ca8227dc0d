import pytest

from regbook.rules.kinds.record import RECORD

from .laws import accepts, refuses

ONE = {"x-to": "customer"}
SEVERAL = {"x-to": ["complaint", "inquiry"]}
ANY = {"x-to": "*"}


def test_an_id_or_register_and_id():
    accepts(RECORD, " 01JC8Z ", "01JC8Z", ONE)
    accepts(RECORD, "inquiry/01JC8Z", "inquiry/01JC8Z", SEVERAL)
    accepts(RECORD, "department_issue/01JC8Z", "department_issue/01JC8Z", ANY)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ("customer/01JC8Z", ONE),
        ("01JC8Z", SEVERAL),
        ("task/01JC8Z", SEVERAL),
        ("01JC8Z", ANY),
        ("Task/1", ANY),
        ("task/", ANY),
        ("task/a/b", ANY),
        ("../a", ANY),
    ],
)
def test_a_reference_elsewhere_is_refused(bad, field):
    refuses(RECORD, bad, "reference-form", field)


def test_only_text_and_what_it_refers_to():
    refuses(RECORD, {"id": "a"}, "wants-text", ONE)
    assert (RECORD.refers_to, RECORD.storage, RECORD.many) == ("registers", "id", False)
    assert RECORD.shown("task/1", ANY) == "task/1"

import pytest

from regbook.rules.kinds.department import DEPARTMENT

from .laws import accepts, refuses


@pytest.mark.parametrize("value", ["01JC8Z", "a-b_c", " 01JC8Z "])
def test_an_id(value):
    accepts(DEPARTMENT, value, value.strip())


@pytest.mark.parametrize("bad", ["张三", "a b", "a/b", "a'; --", "x" * 65])
def test_what_is_no_id_is_refused(bad):
    refuses(DEPARTMENT, bad, "reference-form")


def test_only_text_and_what_it_refers_to():
    refuses(DEPARTMENT, 7, "wants-text")
    refuses(DEPARTMENT, "a\x00", "text-forbidden")
    assert (DEPARTMENT.refers_to, DEPARTMENT.storage, DEPARTMENT.many) == ("departments", "id", False)
    assert DEPARTMENT.mask is None
    assert DEPARTMENT.shown("01JC8Z", {}) == "01JC8Z"

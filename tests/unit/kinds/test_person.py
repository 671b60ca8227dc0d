import pytest

from regbook.rules.kinds.person import PERSON

from .laws import accepts, refuses


@pytest.mark.parametrize("value", ["01JC8Z", "a-b_c", " 01JC8Z "])
def test_an_id(value):
    accepts(PERSON, value, value.strip())


@pytest.mark.parametrize("bad", ["张三", "a b", "a/b", "a'; --", "x" * 65])
def test_what_is_no_id_is_refused(bad):
    refuses(PERSON, bad, "reference-form")


def test_only_text_and_what_it_refers_to():
    refuses(PERSON, 7, "wants-text")
    refuses(PERSON, "a\x00", "text-forbidden")
    assert (PERSON.refers_to, PERSON.storage, PERSON.many) == ("people", "id", False)
    assert PERSON.mask is None
    assert PERSON.shown("01JC8Z", {}) == "01JC8Z"

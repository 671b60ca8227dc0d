"""Long passwords nobody would try first are taken, whatever they are made of."""

import pytest

from regbook.services.passwords import password_problems


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password-short"),
        ("x" * 257, "password-long"),
        ("aaaaaaaaaaaaaaa", "password-common"),
        ("123456789012", "password-common"),
        ("210987654321", "password-common"),
        ("Password12345", "password-common"),
        ("ＰＡＳＳＷＯＲＤ12345", "password-common"),
        ("woaini1314520!!", "password-common"),
        ("qwertyuiopas", "password-common"),
        ("admin123admin123", "password-common"),
        ("wu.min and more", "password-common"),
    ],
)
def test_what_is_tried_first_is_refused(password, code):
    assert [each.code for each in password_problems(password, "wu.min")] == [code]


@pytest.mark.parametrize(
    "password",
    ["correct horse battery staple", "九月三十日下午四点打印机停用", "kJ2!x" * 13, " leading blanks count "],
)
def test_anything_else_is_taken(password):
    assert password_problems(password, "wu.min") == []

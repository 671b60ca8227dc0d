"""Which passwords an account may have: long ones that nobody would try first. No rule of composition."""

from __future__ import annotations

import unicodedata

from regbook.errors import Problem

SHORTEST = 12
LONGEST = 256
COMMON = frozenset(
    (
        *("password", "passw0rd", "p@ssword", "p@ssw0rd", "letmein", "welcome", "changeme", "administrator"),
        *("admin", "root", "qwerty", "qwertyuiop", "qwertyui", "asdfghjkl", "asdfgh", "zxcvbnm", "zxcvbn"),
        *("iloveyou", "princess", "sunshine", "football", "baseball", "superman", "batman", "trustno"),
        *("woaini", "woaiwojia", "zhongguo", "nihao", "mima", "wodemima", "aini", "beijing", "shanghai"),
        *("abc", "abcd", "abcdef", "abcdefgh", "qazwsx", "qazwsxedc", "test", "testtest", "demo", "user"),
        *("secret", "default", "master", "dragon", "monkey", "shadow", "michael", "regbook", "taizhang"),
    )
)
"""What most guesses are made of; digits and signs around one of these make it no better."""

_LINES = (
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv",
)


def password_problems(password: str, account: str) -> list[Problem]:
    """What keeps a password from being taken.

    >>> [each.code for each in password_problems("Password123456!", "wu.min")]
    ['password-common']
    >>> password_problems("三台打印机 都停用了 怎么办", "wu.min")
    []
    """
    if len(password) < SHORTEST:
        return [Problem("/password", "password-short", {"least": SHORTEST})]
    if len(password) > LONGEST:
        return [Problem("/password", "password-long", {"most": LONGEST})]
    plain = unicodedata.normalize("NFKC", password).casefold()
    if _is_common(plain) or (account and account.casefold() in plain):
        return [Problem("/password", "password-common")]
    return []


def _is_common(plain: str) -> bool:
    if len(set(plain)) < 5:
        return True
    if any(plain in line * 3 or plain in line[::-1] * 3 for line in _LINES):
        return True
    letters = plain.strip("0123456789!@#$%^&*()_+-=.,;:?~ ")
    half = plain[: len(plain) // 2]
    return (
        not letters
        or letters in COMMON
        or (half * 2 == plain and half.strip("0123456789!@#._-") in {"", *COMMON})
    )

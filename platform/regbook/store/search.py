"""The words by which records are found: pairs of neighbouring characters, and pinyin beside them.

A pair of characters is enough to find Chinese words, needs no dictionary and no LIKE. Titles are also
found by the first letters and by the full spelling of their pinyin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from regbook.store.spelling import speller

MOST_CHARACTERS = 20_000
MOST_WORDS = 8
LETTERS = re.compile(r"[^\W_]+")
INITIALS, SPELLING = "i.", "p."


def runs(text: str) -> list[str]:
    """The stretches of letters and digits in a text, widths and cases made one.

    >>> runs("ＡＢ-打印机 停用")
    ['ab', '打印机', '停用']
    """
    return LETTERS.findall(unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).casefold())


def pairs(word: str, mark: str = "") -> list[str]:
    """Every pair of neighbouring characters; a single character stands for itself.

    >>> pairs("打印机")
    ['打印', '印机']
    """
    if len(word) < 2:
        return [mark + word] if word else []
    return [mark + word[at : at + 2] for at in range(len(word) - 1)]


def words_of(texts: Iterable[str], titles: Iterable[str]) -> list[str]:
    """What a record is found by: the pairs of its public texts and the pinyin of its titles, in order."""
    found: dict[str, None] = {}
    for text in texts:
        for run in runs(text):
            found.update(dict.fromkeys(pairs(run)))
    for title in titles:
        found.update(dict.fromkeys(_pinyin(title)))
    return sorted(found)


@lru_cache(maxsize=100_000)
def spellings(name: str) -> tuple[str, str]:
    """A name's pinyin in full and by its initials: how people type one.

    >>> spellings("沈知微")
    ('shenzhiwei', 'szw')
    """
    syllables = list(speller().spelled(name[:200].casefold()))
    return "".join(syllables), "".join(each[:1] for each in syllables)


@lru_cache(maxsize=4096)
def _pinyin(title: str) -> list[str]:
    if title.isascii():
        return []
    found: list[str] = []
    for run in runs(title[:200]):
        if run.isascii():
            continue
        syllables = list(speller().spelled(run))
        found += pairs("".join(each[0] for each in syllables), INITIALS)
        found += pairs("".join(syllables), SPELLING)
    return found


def asked(search: str) -> list[tuple[tuple[str, ...], ...]] | None:
    """What must be found, word by word: any of a word's ways, all of the pairs of a way.

    None when no word has two characters.
    """
    words = [each for each in runs(search) if len(each) > 1][:MOST_WORDS]
    return [_ways(each) for each in words] or None


def _ways(word: str) -> tuple[tuple[str, ...], ...]:
    plain = tuple(pairs(word))
    if not (word.isascii() and word.isalpha()):
        return (plain,)
    return (plain, tuple(pairs(word, INITIALS)), tuple(pairs(word, SPELLING)))


@lru_cache(maxsize=100_000)
def token(pair: str) -> str:
    """A pair as the full-text table of SQLite keeps it: hexadecimal digits, which no tokenizer splits."""
    return pair.encode().hex()


def full_text(words: list[str]) -> str:
    """A record's pairs as one text for SQLite's full-text table."""
    return " ".join(map(token, words))


def full_text_query(wanted: list[tuple[tuple[str, ...], ...]]) -> str:
    """The words asked for, in the language of SQLite's full-text search: only digits and operators."""
    each_word = (" OR ".join("(" + " AND ".join(map(token, way)) + ")" for way in ways) for ways in wanted)
    return " AND ".join(f"({ways})" for ways in each_word)

"""The speller says what pypinyin says, character by character and phrase by phrase."""

import re
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from regbook.store.search import spellings
from regbook.store.spelling import speller

ROOT = Path(__file__).parents[2]


def spelled(text):
    return list(speller().spelled(text))


def test_every_character_is_spelled_as_pypinyin_spells_it():
    characters = [chr(each) for each in islice(PINYIN_DICT, 0, None, 7)]
    assert [spelled(each) for each in characters] == [lazy_pinyin(each) for each in characters]


def test_every_phrase_is_spelled_as_pypinyin_spells_it():
    phrases = list(islice(PHRASES_DICT, 0, None, 7))
    assert [spelled(each) for each in phrases] == [lazy_pinyin(each) for each in phrases]


def test_running_text_is_spelled_as_pypinyin_spells_it():
    texts = set()
    for path in (ROOT / "definitions").glob("**/*.json"):
        texts |= set(re.findall(r"[^\W_]+", path.read_text("utf-8")))
    assert len(texts) > 1000
    wrong = [each for each in texts if spelled(each) != lazy_pinyin(each)]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("重庆银行", ["chong", "qing", "yin", "hang"]),
        ("战略", ["zhan", "lve"]),
        ("A4打印机3台", ["A4", "da", "yin", "ji", "3", "tai"]),
        ("", []),
        ("\U0001f5a8打", ["\U0001f5a8", "da"]),
    ],
)
def test_phrases_foreign_letters_and_nothing(text, said):
    assert spelled(text) == said == lazy_pinyin(text)


def test_a_name_is_found_by_its_spelling_and_its_initials():
    assert spellings("沈知微") == ("shenzhiwei", "szw")


def test_serving_loads_no_dictionary_no_grammar_and_no_driver_it_has_no_use_for():
    told = "import sys, regbook.serving; print(sorted(sys.modules.keys() & set(sys.argv[1:])))"
    unwanted = ("pypinyin", "celpy", "alembic", "rq", "redis", "psycopg")
    found = subprocess.run(
        [sys.executable, "-c", told, *unwanted], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"

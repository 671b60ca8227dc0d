"""Pinyin without tones, from pypinyin's dictionaries in a form that is small, quick to read and quick to ask.

pypinyin itself keeps 55 MiB in every process and copies lists for each phrase. A phrase is kept here only
with what its characters alone do not say: 重庆 is not zhong qing.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Speller:
    """``readings`` has the place in ``syllables`` of each character, by its number; 0 is no reading.

    ``phrases`` has the syllables of a phrase that reads otherwise, or None; ``longest`` how long the
    phrases are that begin with a character.
    """

    syllables: tuple[str, ...]
    readings: array[int]
    phrases: Mapping[str, str | None]
    longest: Mapping[str, int]

    def spelled(self, text: str) -> Iterator[str]:
        """A syllable for every character that has one; what stands between them stays as it is."""
        at, other, end = 0, 0, len(text)
        while at < end:
            place = self._place(text[at])
            if not place:
                at += 1
                continue
            if other < at:
                yield text[other:at]
            length, said = self._phrase(text, at)
            if said is not None:
                yield from said.split(" ")
            else:
                yield from (self.syllables[self._place(each)] for each in text[at : at + length])
            at = other = at + length
        if other < end:
            yield text[other:]

    def _place(self, character: str) -> int:
        number = ord(character)
        return self.readings[number] if number < len(self.readings) else 0

    def _phrase(self, text: str, at: int) -> tuple[int, str | None]:
        """How long the longest phrase from here is, and how it reads if its characters do not say."""
        for length in range(self.longest.get(text[at], 1), 1, -1):
            phrase = text[at : at + length]
            if phrase in self.phrases:
                return len(phrase), self.phrases[phrase]
        return 1, None


@cache
def speller() -> Speller:
    """The speller of Chinese; its dictionaries are read on first use.

    They are searched as text: read as JSON they would be a hundred thousand lists for a moment.
    """
    readings, syllables = _characters()
    places = {syllable: place for place, syllable in enumerate(syllables)}
    phrases: dict[str, str | None] = {}
    longest: dict[str, int] = {}
    for found in PHRASE.finditer(_dictionary("phrases_dict.json")):
        phrase, said = found[1], [toneless(each) for each in FIRST.findall(found[2])]
        plain = [readings[ord(each)] for each in phrase] == [places.get(each) for each in said]
        phrases[phrase] = None if plain else " ".join(said)
        if len(phrase) > longest.get(phrase[0], 1):
            longest[phrase[0]] = len(phrase)
    return Speller(tuple(syllables), readings, phrases, longest)


def _characters() -> tuple[array[int], list[str]]:
    """The place of each character's first reading in the list of syllables, which begins with none."""
    places: dict[str, int] = {"": 0}
    readings = array("H", bytes(2 * CHARACTERS))
    for found in CHARACTER.finditer(_dictionary("pinyin_dict.json")):
        readings[int(found[1])] = places.setdefault(toneless(found[2]), len(places))
    return readings, list(places)


def _dictionary(name: str) -> str:
    found = find_spec("pypinyin")
    if found is None or found.origin is None:
        raise RuntimeError("pypinyin is not installed")
    return Path(found.origin).with_name(name).read_text("utf-8")


@cache
def toneless(said: str) -> str:
    """A syllable without its tone, as it is typed.

    >>> toneless("chóng"), toneless("lüè"), toneless("ń")
    ('chong', 'lve', 'n')
    """
    letters = (each for each in unicodedata.normalize("NFD", said) if each not in TONES)
    return unicodedata.normalize("NFC", "".join(letters)).replace("ü", "v")


CHARACTERS = 0x32400
"""One more than the number of the last character that could have a reading."""
TONES = frozenset("\u0304\u0301\u030c\u0300")
CHARACTER = re.compile(r'"([0-9]+)":\s*"([^",]+)')
PHRASE = re.compile(r'"([^"]+)":\s*(\[(?:\s*\[[^\]]*\],?)*\s*\])')
FIRST = re.compile(r'\[\s*"([^"]*)"')

"""How a Chinese name is typed on a keyboard: its pinyin and its initials, for search.

Readings come from the tables of pypinyin: the commonest reading of each character, or that of the two characters
together where the table of phrases knows them (重庆 is ``chongqing``). Its own search for the longest phrase costs a
hundred times as much and changes few names; a wrong reading costs a search, never a name.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

FULL, SHORT = 120, 40  # characters kept: what somebody types is shorter


@cache
def _tables() -> tuple[dict[int, str], dict[str, tuple[str, str]]]:
    """Return the readings of characters and of pairs without their tones (loaded once, at the first name)."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    single = {code: _bare(str(readings).split(",")[0]) for code, readings in PINYIN_DICT.items()}
    pairs = {}
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) == 2:
            read = (_bare(readings[0][0]), _bare(readings[1][0]))
            if read != (single.get(ord(phrase[0])), single.get(ord(phrase[1]))):
                pairs[phrase] = read
    return single, pairs


def _bare(reading: str) -> str:
    """Return a syllable as it is typed: no tones, ``v`` for ``ü``."""
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(char for char in plain if "a" <= char <= "z")


@lru_cache(maxsize=20_000)
def letters(name: str) -> tuple[str, str]:
    """Return ``("haikoushi", "hks")`` for 海口市: at most 120 and 40 characters, small letters and digits only."""
    single, pairs = _tables()
    syllables: list[str] = []
    text = name if name.isascii() else unicodedata.normalize("NFKC", name)
    place, end = 0, len(text)
    while place < end:
        char = text[place]
        if pair := pairs.get(text[place : place + 2]):
            syllables += pair
            place += 2
            continue
        place += 1
        if reading := single.get(ord(char)):
            syllables.append(reading)
        elif char.isascii() and char.isalnum():
            syllables.append(char.lower())
    return "".join(syllables)[:FULL], "".join(syllable[:1] for syllable in syllables)[:SHORT]

"""Names as they sound: what is left of a name when transliteration, articles and marks are taken away.

English-language writing spells one Arabic name in many ways (Jaish, Jaysh, Jeish; Muqtada, Moqtada; al-, el-, as-), and
Arabic writes no short vowels. So each word of a name is compared in two forms: its *spelling*, with what varies between
romanizations folded together, and its *consonants*, which also a word in Arabic script has.
"""

from __future__ import annotations

import calendar
import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from anyascii import anyascii

ARTICLES: Final = frozenset({"al", "el", "ul", "ol", "il", "as", "ash", "ad", "an", "ar", "at", "az", "l"})
"""The Arabic article as it is romanized, before sun letters too (as-Sadr)."""

CONNECTIVES: Final = frozenset(
    {"of", "the", "in", "for", "and", "to", "a", "by", "with", "from", "on", "s"} | {"في", "من", "على", "و"}
)

TITLES: Final = frozenset(
    {"sayyid", "sayyed", "seyyed", "sayed", "sayid", "sheikh", "shaykh", "sheik", "ayatollah", "ayatullah", "grand"}
    | {"hojatoleslam", "hujjat", "mr", "dr", "سيد", "شيخ", "ايه"}
)
"""Words before a name that say little about whose name it is."""

_MARKS = re.compile("['’‘`´ʼʹʾʿˈ′\u0640]")
"""'Ayn and hamza as they are romanized, apostrophes, and the Arabic stroke that only stretches a word."""
_POSSESSIVE = re.compile(r"['’]s\b")
_DOTTED = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
_WORD = re.compile(r"[^\W_]+")
_ARABIC = re.compile("[\u0600-\u06ff]")
_SERVANT = re.compile(r"abd(?:[aeiou]l+)?(.*)")
_OF_GOD = ((re.compile(r"\b[\s-]+الله\b"), "له"), (re.compile(r"\b[\s-]+[aeou]ll?ah\b", re.IGNORECASE), "allah"))
"""Hizb Allah is written as one word as often as not."""
_ARABIC_LETTERS = str.maketrans({"ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي"})

Folding = tuple[tuple[re.Pattern[str], str], ...]


def _folding(*rules: tuple[str, str]) -> Folding:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


_SPELLING = _folding(
    ("ph", "f"), ("ck|q|c(?![eihy])", "k"), ("dh", "d"), ("oo|ou|o", "u"), ("ei|ey|ay", "ai"), ("e", "i"),
    ("(?<=.)y", "i"), (r"(?<=.)(.)\1+", r"\1"), ("(?<=..[aiu])h$", ""),
)  # fmt: skip
"""What varies between romanizations of one Arabic spelling. The last two rules spare acronyms such as AAH."""

_CONSONANTS = _folding(
    ("ph|v", "f"), ("kh", "x"), ("gh", "ğ"), ("sh|ch", "š"), ("th", "t"), ("dh|z", "d"), ("ck|q|c(?![eihy])", "k"),
    ("p", "b"), ("(?<=.)[wy]", ""), ("[aeiou]", ""), ("(?<=.)h$", ""),
)  # fmt: skip
"""From a word in Latin letters to its consonants; those that Arabic or its romanizations do not keep apart are one."""


@dataclass(frozen=True)
class Word:
    """A word of a name.

    :ivar spelling: in folded Latin letters; of a word in Arabic script, which has no short vowels, its letters
    :ivar consonants: its consonants alone
    :ivar arabic: whether it is written in Arabic script, so that only its consonants count
    """

    spelling: str
    consonants: str
    arabic: bool = False

    @property
    def title(self) -> bool:
        """Whether it is a title such as Sayyid, which says little about whose name it is."""
        return self in _title_words()

    @property
    def dates(self) -> bool:
        """Whether it is a year or a month, which the name of an event may have or not."""
        return self.spelling.isdigit() or self in _month_words()


def words(text: str) -> tuple[Word, ...]:
    """The words of a name that tell it from others: no articles, no connectives, unless it has nothing else."""
    found = [part for raw in raw_words(text) for part in _parts(raw)]
    telling = [word for raw, word in found if raw not in ARTICLES | CONNECTIVES]
    return tuple(telling or (word for _, word in found))


def raw_words(text: str) -> list[str]:
    """The words of a text in lower case, without diacritics, marks and dots in abbreviations."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    plain = _fold(_MARKS.sub("", _POSSESSIVE.sub("", plain)), _OF_GOD)
    plain = _DOTTED.sub(lambda match: match[0].replace(".", ""), plain)
    return [word.lower() for word in _WORD.findall(plain)]


def joined(name: Iterable[Word]) -> str:
    """The spelling of a name written as one word."""
    return "".join(word.spelling for word in name)


def initials(text: str) -> frozenset[str]:
    """What a name of three words or more, articles aside, can be abbreviated to, with and without its connectives."""
    raw = [word for word in raw_words(text) if word not in ARTICLES]
    readings = (raw, [word for word in raw if word not in CONNECTIVES])
    return frozenset("".join(word[0] for word in kept) for kept in readings if len(kept) >= _SHORTEST_ACRONYM)


_SHORTEST_ACRONYM: Final = 3


@cache
def synonyms() -> Mapping[Word, frozenset[Word]]:
    """Words for one thing in English, romanized Arabic and Arabic script, such as army, jaish and جيش; each with the
    others."""
    table: dict[Word, frozenset[Word]] = {}
    with (Path(__file__).parent / "lexicon.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            same = frozenset(word for column in row.values() for word in words(column))
            for word in same:
                table[word] = table.get(word, frozenset()) | same - {word}
    return table


@cache
def _month_words() -> frozenset[Word]:
    return frozenset(word for month in calendar.month_name[1:] for word in words(month))


@cache
def _title_words() -> frozenset[Word]:
    return frozenset(word for title in TITLES for word in words(title))


def _parts(raw: str) -> list[tuple[str, Word]]:
    """A written word with what it stands for: “abdulmajid” is two words, and an Arabic article is part of its word."""
    if _ARABIC.search(raw):
        return [(raw, _arabic(raw))]
    ascii_ = "".join(char for char in anyascii(raw).lower() if char.isalnum())
    if servant := _SERVANT.fullmatch(ascii_):
        return [(part, _latin(part)) for part in ("abd", servant[1]) if part]
    return [(ascii_, _latin(ascii_))] if ascii_ else []


def _latin(word: str) -> Word:
    single = re.sub(r"(.)\1+", r"\1", word)
    return Word(_fold(word, _SPELLING), _fold(single, _CONSONANTS))


def _arabic(word: str) -> Word:
    """A word in Arabic script without its article; alif before ya or waw at its beginning makes one vowel with it."""
    stem = re.sub(r"^و?ال(?=..)", "", word.translate(_ARABIC_LETTERS))
    stem = re.sub("^ا[يو]", "ا", stem)
    letters = "".join(char for char in anyascii(stem).lower() if char.isalnum())
    return Word(letters, _fold(letters, _CONSONANTS), arabic=True)


def _fold(word: str, folding: Folding) -> str:
    for pattern, replacement in folding:
        word = pattern.sub(replacement, word)
    return word

"""BibTeX says what was put into it, whatever characters are in that."""

from __future__ import annotations

import pytest

from illicit_power.dataset.bibtex import entry, escaped, whole
from tests.bibtex import read_entry

TEXTS = [
    "Guns & money: 50% of $13,000 a day, #1 in {Basra}",
    "snake_case ~tilde^hat \\backslash{} \\input{/etc/passwd}",
    "Jaish al-Mahdī, جيش المهدي",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_read_back_as_it_was(text: str) -> None:
    written = entry("misc", "one", {"note": escaped(text), "title": whole(text), "year": ""})
    assert read_entry(written) == {"type": "misc", "key": "one", "note": text, "title": text}


def test_fields_stand_one_below_another() -> None:
    assert entry("book", "it", {"title": "A", "author": "B"}) == "@book{it,\n  title  = {A},\n  author = {B},\n}\n"

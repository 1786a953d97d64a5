"""BibTeX says what was put into it, whatever characters are in that."""

from __future__ import annotations

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware

from illicit_power.dataset.bibtex import entry, escaped, whole

TEXTS = [
    "Guns & money: 50% of $13,000 a day, #1 in {Basra}",
    "snake_case ~tilde^hat \\backslash{} \\input{/etc/passwd}",
    "Jaish al-Mahdī, جيش المهدي",
]


def read(text: str) -> dict[str, str]:
    """An entry as LaTeX shows it; pylatexenc takes its circumflex for another character of that name."""
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    (found,) = library.entries
    return {
        "type": found.entry_type,
        "key": found.key,
        **{field.key: field.value.replace("ˆ", "^") for field in found.fields},
    }


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_read_back_as_it_was(text: str) -> None:
    written = entry("misc", "one", {"note": escaped(text), "title": whole(text), "year": ""})
    assert read(written) == {"type": "misc", "key": "one", "note": text, "title": text}


def test_fields_stand_one_below_another() -> None:
    assert entry("book", "it", {"title": "A", "author": "B"}) == "@book{it,\n  title  = {A},\n  author = {B},\n}\n"

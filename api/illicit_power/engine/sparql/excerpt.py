"""Places in a query, as people see them."""

from __future__ import annotations

import re
import unicodedata

_LINE_END = re.compile(r"\r\n|\n|\r")
_LINE_CHARACTERS = 100
_WORD_CHARACTERS = 40


def excerpt(query: str, offset: int) -> tuple[int, int, str]:
    """The line and column of an offset, both from 1, and the line with a caret below the place.

    Lines end with CRLF, LF or CR; a column is a character, a tab is one too.
    """
    start, line = 0, 1
    for end in _LINE_END.finditer(query, 0, offset):
        start, line = end.end(), line + 1
    following = _LINE_END.search(query, offset)
    text = query[start : following.start() if following else len(query)]
    column = offset - start
    first = max(0, column - _LINE_CHARACTERS // 2) if len(text) > _LINE_CHARACTERS else 0
    shown = text[first : first + _LINE_CHARACTERS]
    before, after = "…" * (first > 0), "…" * (first + len(shown) < len(text))
    indent = "".join(character if character == "\t" else " " for character in text[first:column])
    return line, column + 1, f"{before}{printable(shown)}{after}\n{' ' * len(before)}{indent}^"


def printable(text: str) -> str:
    """Text without what would move a terminal's cursor or turn its direction."""
    return "".join(c if c == "\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "\ufffd" for c in text)


def shortened(text: str) -> str:
    """The beginning of a text, to show in a sentence."""
    return printable(text if len(text) <= _WORD_CHARACTERS else f"{text[:_WORD_CHARACTERS]}…")

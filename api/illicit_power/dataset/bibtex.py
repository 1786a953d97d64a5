"""BibTeX, as both BibTeX and biblatex read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SPECIAL: Final = str.maketrans(
    {character: f"\\{character}" for character in "#$%&_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


def escaped(text: str) -> str:
    """Plain text as the value of a field."""
    return text.translate(_SPECIAL)


def whole(text: str) -> str:
    """Plain text as the value of a field that is not to be taken apart or put in lower case: a corporate author, a
    title."""
    return f"{{{escaped(text)}}}"


def entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    """An entry.

    :param kind: ``misc``, ``article``, …
    :param fields: the values, escaped; those that are empty are left out
    """
    given = {name: value for name, value in fields.items() if value}
    width = max(map(len, given))
    lines = [f"  {name:<{width}} = {{{value}}},\n" for name, value in given.items()]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"

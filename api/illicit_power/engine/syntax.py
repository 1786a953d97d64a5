"""Syntax errors of queries, in words: what stands there, what could stand there, which prefix is missing."""

from __future__ import annotations

import re

from illicit_power.model.iris import PREFIXES

_PREFIXED_NAME = re.compile(r"([\w.-]*):[^\s;,.)}\]]*$")
_NEXT_TOKEN = re.compile(r"\S{1,20}")
_EXPECTED = re.compile(r'"((?:[^"\\]|\\.)+)"')
_MOST_EXPECTED = 8
_BREAKS_OFF = "The query breaks off here, or what is before this place is not complete"


def explain_syntax_error(query: str, line: int, column: int, message: str) -> str:
    """What is wrong at a place in a query.

    :param line: the line, from 1
    :param column: the column, from 1, at which the parser gave up
    :param message: what the parser says: a list of the tokens that it expected
    """
    lines = query.splitlines() or [""]
    text = lines[min(line, len(lines)) - 1]
    before, after = text[: column - 1], text[column - 1 :]
    if "Prefix not found" in message and (name := _PREFIXED_NAME.search(before)):
        return f"The prefix {name[1]}: is not declared. {_declaration(name[1])}"
    found = _NEXT_TOKEN.search(after)
    here = f"“{found[0]}” cannot stand here, or what is before it is not complete" if found else _BREAKS_OFF
    expected = [token.replace('\\"', '"') for token in _EXPECTED.findall(message)]
    if not expected:
        return f"{here}."
    listed = ", ".join(expected[:_MOST_EXPECTED]) + (", …" if len(expected) > _MOST_EXPECTED else "")
    return f"{here}. Expected: {listed}"


def _declaration(prefix: str) -> str:
    if prefix in PREFIXES:
        return f"Add at the top: PREFIX {prefix}: <{PREFIXES[prefix]}>"
    return f"Add at the top: PREFIX {prefix}: <the address it stands for>"

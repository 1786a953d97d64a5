"""The tokens of SPARQL 1.1 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, 19.8).

Reading is linear in the length of the text, whatever is in it: what cannot become a token is consumed as far as it
was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<space>        [\x20\t\r\n]+ | \#[^\n\r]* )
    | (?P<iri>          <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*> )
    | (?P<string>       \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                      | "(?!"")(?:[^"\\\n\r]|\\.)*" | '(?!'')(?:[^'\\\n\r]|\\.)*' )
    | (?P<unterminated> \"{3}.* | '{3}.* | ["'](?:[^\\\n\r]|\\.)*\\? )
    | (?P<variable>     [?$]\w+ )
    | (?P<language>     @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<name>         (?:[^\W\d_][\w.-]{0,100}|_)?:
                        (?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.))? )
    | (?P<number>       (?:[0-9]*\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?|[0-9]+\.[eE][+-]?[0-9]+ )
    | (?P<word>         \w+ )
    | (?P<open>         [({\[] )
    | (?P<close>        [)}\]] )
    | (?P<other>        \^\^ | && | \|\| | [<>!]= | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True)
class Token:
    """A token of a query.

    :ivar kind: ``iri``, ``string``, ``unterminated`` (a string without its end), ``variable``, ``language``, ``name``
        (with a prefix), ``number``, ``word``, ``open``, ``close`` (brackets) or ``other``
    :ivar start: its offset in the text
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokenize(text: str) -> Iterator[Token]:
    """The tokens of a text, without space and comments."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind and kind != "space":
            yield Token(kind, match.group(), match.start())


def unescape(text: str) -> str:
    """A query without its codepoint escapes, which are read before the grammar is applied (19.2)."""
    return _CODEPOINT_ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    codepoint = int(escape[1] or escape[2], 16)
    return chr(codepoint) if codepoint < 0x110000 else escape[0]

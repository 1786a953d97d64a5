"""What can be told of a query from its tokens, before it is parsed and run.

Works on the tokens of SPARQL 1.1 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, 19.8), so that a word inside
a string, an IRI, a name or a comment is never mistaken for a keyword.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin

from illicit_power.engine.formats import Kind

_TOKEN = re.compile(
    r"""
      (?P<space>   \s+ | \#[^\n\r]* )
    | (?P<iri>     <[^<>"{}|^`\\\x00-\x20]*> )
    | (?P<string>  \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                 | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
    | (?P<variable> [?$][\w]+ )
    | (?P<language> @[\w-]+ )
    | (?P<name>    [\w.-]*:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)* )
    | (?P<word>    \w+ )
    | (?P<open>    [({\[] )
    | (?P<close>   [)}\]] )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

_KINDS: Final[dict[str, Kind]] = {"SELECT": "solutions", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
_UPDATES: Final = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_VOLATILE: Final = frozenset(["NOW", "RAND", "UUID", "STRUUID", "BNODE"])


@dataclass(frozen=True)
class Outline:
    """The outline of a query.

    :ivar kind: what it gives; None where that cannot be told, and the query will not parse
    :ivar is_update: whether it is an update request
    :ivar graphs: the IRIs of FROM and FROM NAMED, absolute where its prologue makes them so
    :ivar has_dataset_clause: whether it has FROM or FROM NAMED
    :ivar services: the endpoints of SERVICE: absolute IRIs, or None for a variable
    :ivar volatile: whether it can give another answer each time it is asked (NOW, RAND, UUID, …)
    :ivar depth: how deep its brackets are nested
    """

    kind: Kind | None
    is_update: bool
    graphs: tuple[str, ...]
    has_dataset_clause: bool
    services: tuple[str | None, ...]
    volatile: bool
    depth: int


@lru_cache(maxsize=256)
def outline(text: str) -> Outline:
    """The outline of a query, or of what is meant to be one."""
    tokens = list(_tokens(text))
    words = {token for kind, token in tokens if kind == "word"}
    names = _Names(tokens)
    form = next((token for kind, token in tokens if kind == "word" and token in {*_KINDS, *_UPDATES}), "")
    return Outline(
        kind=_KINDS.get(form),
        is_update=form in _UPDATES,
        graphs=tuple(iri for iri in names.after("FROM", "NAMED") if iri is not None),
        has_dataset_clause="FROM" in words,
        services=tuple(names.after("SERVICE", "SILENT")),
        volatile=not words.isdisjoint(_VOLATILE),
        depth=_depth(tokens),
    )


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """The tokens with their kinds; words are in capitals."""
    for match in _TOKEN.finditer(_CODEPOINT_ESCAPE.sub(_character, text)):
        kind = match.lastgroup
        if kind and kind != "space":
            yield kind, match.group().upper() if kind == "word" else match.group()


def _character(escape: re.Match[str]) -> str:
    """What a codepoint escape stands for (19.2: escapes are read before the grammar is applied)."""
    codepoint = int(escape[1] or escape[2], 16)
    return chr(codepoint) if codepoint < 0x110000 else escape[0]


def _depth(tokens: list[tuple[str, str]]) -> int:
    depth = deepest = 0
    for kind, _ in tokens:
        depth += (kind == "open") - (kind == "close")
        deepest = max(deepest, depth)
    return deepest


class _Names:
    """Finds IRIs that follow a keyword, and resolves them by the prologue."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._base = ""
        self._prefixes: dict[str, str] = {}
        for (kind, token), (_, second), (_, third) in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if (kind, token) == ("word", "BASE"):
                self._base = urljoin(self._base, second.strip("<>"))
            if (kind, token) == ("word", "PREFIX"):
                self._prefixes[second] = urljoin(self._base, third.strip("<>"))

    def after(self, keyword: str, modifier: str) -> Iterator[str | None]:
        """The IRI after each occurrence of a keyword and its optional modifier; None where no IRI follows."""
        following = [*self._tokens[1:], ("end", ""), ("end", "")]
        for position, (kind, token) in enumerate(self._tokens):
            if kind == "word" and token == keyword:
                skip = following[position] == ("word", modifier)
                yield self._resolve(*following[position + skip])

    def _resolve(self, kind: str, token: str) -> str | None:
        if kind == "iri":
            return urljoin(self._base, token[1:-1])
        if kind == "name":
            prefix, _, local = token.partition(":")
            if f"{prefix}:" in self._prefixes:
                return self._prefixes[f"{prefix}:"] + local.replace("\\", "")
        return None

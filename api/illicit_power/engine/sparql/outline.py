"""What can be told of a query from its tokens, before it is parsed and run.

Works on tokens, so that a word inside a string, an IRI, a name or a comment is never mistaken for a keyword.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin

from illicit_power.engine.formats import Kind
from illicit_power.engine.sparql.tokens import Token, tokenize, unescape

MAX_BASE_CHARACTERS: Final = 1000
MAX_RELATIVE_IRIS: Final = 500
"""Relative IRIs in the prologue, and after FROM and SERVICE; those elsewhere in a query are not resolved here."""

_SCHEME: Final = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")
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
    :ivar is_resolvable: whether its relative IRIs are few and short enough to be resolved
    """

    kind: Kind | None
    is_update: bool
    graphs: tuple[str, ...]
    has_dataset_clause: bool
    services: tuple[str | None, ...]
    volatile: bool
    depth: int
    is_resolvable: bool


@lru_cache(maxsize=256)
def outline(text: str) -> Outline:
    """The outline of a query, or of what is meant to be one.

    SPARQL 1.1 reads the escapes of code points before the grammar (19.2), our engine within its tokens only. The
    outline has whatever either reading finds, so that no escape hides a SERVICE from it.
    """
    readings = [
        [(token.kind, _text(token)) for token in tokenize(form)] for form in dict.fromkeys((text, unescape(text)))
    ]
    words = {token for tokens in readings for kind, token in tokens if kind == "word"}
    forms = (token for tokens in readings for kind, token in tokens if kind == "word" and token in {*_KINDS, *_UPDATES})
    form = next(forms, "")
    names = [_Names(tokens) for tokens in readings]
    graphs = [iri for found in names for iri in found.after("FROM", "NAMED") if iri is not None]
    services = [iri for found in names for iri in found.after("SERVICE", "SILENT")]
    return Outline(
        kind=_KINDS.get(form),
        is_update=form in _UPDATES,
        graphs=tuple(dict.fromkeys(graphs)),
        has_dataset_clause="FROM" in words,
        services=tuple(dict.fromkeys(services)),
        volatile=not words.isdisjoint(_VOLATILE),
        depth=max(_depth(tokens) for tokens in readings),
        is_resolvable=all(found.is_resolvable for found in names),
    )


def _text(token: Token) -> str:
    """What a token says: words in capitals, IRIs with their escapes read."""
    if token.kind == "word":
        return token.text.upper()
    return unescape(token.text) if token.kind == "iri" else token.text


def _depth(tokens: list[tuple[str, str]]) -> int:
    depth = deepest = 0
    for kind, _ in tokens:
        depth += (kind == "open") - (kind == "close")
        deepest = max(deepest, depth)
    return deepest


class _Names:
    """Finds IRIs that follow a keyword, and resolves them by the prologue.

    Resolving takes time with the length of the base, so it is given up at so many relative IRIs, and at a base or a
    prefix that is so long.

    :ivar is_resolvable: whether it has not been given up so far
    """

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.is_resolvable = True
        self._tokens = tokens
        self._base = ""
        self._prefixes: dict[str, str] = {}
        self._relative = 0
        for (kind, token), (_, second), (_, third) in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if (kind, token) == ("word", "BASE"):
                self._base = self._begins_others(second)
            if (kind, token) == ("word", "PREFIX"):
                self._prefixes[second] = self._begins_others(third)

    def after(self, keyword: str, modifier: str) -> Iterator[str | None]:
        """The IRI after each occurrence of a keyword and its optional modifier; None where no IRI follows."""
        following = [*self._tokens[1:], ("end", ""), ("end", "")]
        for position, (kind, token) in enumerate(self._tokens):
            if kind == "word" and token == keyword:
                skip = following[position] == ("word", modifier)
                yield self._resolve(*following[position + skip])

    def _resolve(self, kind: str, token: str) -> str | None:
        if kind == "iri":
            return self._absolute(token[1:-1])
        if kind == "name":
            prefix, _, local = token.partition(":")
            if f"{prefix}:" in self._prefixes:
                return self._prefixes[f"{prefix}:"] + local.replace("\\", "")
        return None

    def _begins_others(self, token: str) -> str:
        """An IRI that many others may begin with."""
        iri = self._absolute(token.strip("<>"))
        if len(iri) > MAX_BASE_CHARACTERS:
            self.is_resolvable = False
            return ""
        return iri

    def _absolute(self, reference: str) -> str:
        """An IRI reference, resolved against the base (RFC 3986, 5.2)."""
        if not self._base or _SCHEME.match(reference):
            return reference
        self._relative += 1
        if self._relative > MAX_RELATIVE_IRIS:
            self.is_resolvable = False
            return reference
        return urljoin(self._base, reference)

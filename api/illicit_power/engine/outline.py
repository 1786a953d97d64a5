"""What can be told of a query from its tokens, before it is parsed and run.

Works on tokens, so that a word inside a string, an IRI, a name or a comment is never mistaken for a keyword.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin

from illicit_power.engine.formats import Kind
from illicit_power.engine.tokens import tokenize, unescape

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
    for token in tokenize(unescape(text)):
        yield token.kind, token.text.upper() if token.kind == "word" else token.text


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

"""RDF as text in the standard formats, with its prefixes in order.

Knows nothing of the other modules: workers of the engine are to stay small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import chain
from typing import IO, Final, Protocol, cast

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

_WITH_PREFIX_LINES: Final = (RdfFormat.TURTLE, RdfFormat.TRIG)
_FIRST_LINE_OF_BODY: Final = re.compile(rb"^(?!@prefix )(?:[^\n]{8}|[^\n]*\n)", re.MULTILINE)


class Output(Protocol):
    """A binary file, as far as it is written to."""

    def write(self, piece: bytes, /) -> int: ...

    def flush(self) -> None: ...


def write(
    statements: Iterable[Triple] | Iterable[Quad],
    output: Output,
    format_: RdfFormat,
    prefixes: Mapping[str, str],
) -> None:
    """Write statements one after another, so that many need no memory.

    :param prefixes: to declare where the format has them, used or not
    """
    target = _SortedPrefixes(output) if format_ in _WITH_PREFIX_LINES else output
    pyoxigraph.serialize(statements, cast("IO[bytes]", target), format_, prefixes=dict(prefixes))
    target.flush()


def to_bytes(triples: Sequence[Triple], format_: RdfFormat, prefixes: Mapping[str, str]) -> bytes:
    """A graph, subject by subject.

    :param prefixes: to declare where the format has them and the graph uses them
    """
    iris = {term.value for triple in triples for term in triple if isinstance(term, NamedNode)}
    iris |= {triple.object.datatype.value for triple in triples if isinstance(triple.object, Literal)}
    used = {name: base for name, base in prefixes.items() if any(iri.startswith(base) for iri in iris)}
    by_subject: dict[object, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    output = BytesIO()
    write(chain.from_iterable(by_subject.values()), output, format_, used)
    return output.getvalue()


class _SortedPrefixes:
    """A binary file that puts the prefixes of a Turtle document in order, with an empty line behind them.

    The serializer puts the longest namespace first.
    """

    def __init__(self, output: Output) -> None:
        self._output, self._head = output, b""
        self._in_head = True

    def write(self, piece: bytes, /) -> int:
        if not self._in_head:
            return self._output.write(piece)
        self._head += piece
        body = _FIRST_LINE_OF_BODY.search(self._head)
        if body:
            self._write_head(self._head[: body.start()])
            self._output.write(b"\n" + self._head[body.start() :])
        return len(piece)

    def flush(self) -> None:
        if self._in_head:
            self._write_head(self._head)
        self._output.flush()

    def _write_head(self, head: bytes) -> None:
        self._output.write(b"".join(sorted(head.splitlines(keepends=True))))
        self._in_head = False

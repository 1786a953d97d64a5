"""A worker: answers one query at a time over a socket, from the store that its zygote loaded."""

from __future__ import annotations

import json
import re
import socket
from typing import IO, Any, cast

import pyoxigraph

from illicit_power.engine import wire

_PIECE_BYTES = 1 << 16
_RESULTS_FORMATS = {
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
}
_RDF_FORMATS = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "rdf": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
_ERROR_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


class _ResultTooLarge(Exception):
    pass


def serve(connection: socket.socket, store: pyoxigraph.Store) -> None:
    """Answer queries until the other side hangs up.

    A query is a JSON object: ``text``; ``bindings`` (variable to term, as in SPARQL Results JSON); ``default_graphs``
    and ``named_graphs`` (lists of IRIs); ``has_dataset_clause`` (whether the text has FROM); ``formats`` (kind of
    result to name of format or null); ``prefixes`` (for Turtle); ``max_bytes`` (of the serialized result).
    """
    while (frame := wire.receive(connection)) is not None:
        request = json.loads(frame[1])
        try:
            _answer(connection, store, request)
        except SyntaxError as error:
            _fail(connection, "syntax", **_position(str(error)))
        except _ResultTooLarge:
            _fail(connection, "too-large", message=f"The answer is larger than {request['max_bytes']:,} bytes.")
        except (ValueError, RuntimeError, OSError) as error:
            _fail(connection, "evaluation", message=str(error))


def _answer(connection: socket.socket, store: pyoxigraph.Store, request: dict[str, Any]) -> None:
    results = store.query(request["text"], **_dataset(request), substitutions=_substitutions(request["bindings"]))
    if isinstance(results, pyoxigraph.QuerySolutions):
        kind = "solutions"
    elif isinstance(results, pyoxigraph.QueryBoolean):
        kind = "boolean"
    else:
        kind = "graph"
    format_ = request["formats"].get(kind)
    if format_ is None:
        _fail(connection, "not-acceptable", message=kind)
        return
    output = _FrameWriter(connection, json.dumps({"kind": kind, "format": format_}).encode(), request["max_bytes"])
    target: _SortedPrefixes | _FrameWriter = output
    if isinstance(results, pyoxigraph.QueryTriples):
        target = _SortedPrefixes(output) if format_ == "ttl" else output
        pyoxigraph.serialize(results, cast("IO[bytes]", target), _RDF_FORMATS[format_], prefixes=request["prefixes"])
    else:
        results.serialize(cast("IO[bytes]", output), _RESULTS_FORMATS[format_])
    target.flush()
    output.finish()


def _dataset(request: dict[str, Any]) -> dict[str, Any]:
    """The dataset clause of the protocol; without one the default graph is the union, unless the query has FROM."""
    default, named = request["default_graphs"], request["named_graphs"]
    if not default and not named:
        return {"use_default_graph_as_union": not request["has_dataset_clause"]}
    return {
        "default_graph": [pyoxigraph.NamedNode(iri) for iri in default],
        "named_graphs": [pyoxigraph.NamedNode(iri) for iri in named],
    }


def _substitutions(bindings: dict[str, dict[str, str]]) -> dict[pyoxigraph.Variable, Any]:
    return {pyoxigraph.Variable(name): _term(term) for name, term in bindings.items()}


def _term(term: dict[str, str]) -> pyoxigraph.NamedNode | pyoxigraph.Literal:
    if term["type"] == "uri":
        return pyoxigraph.NamedNode(term["value"])
    if "lang" in term:
        return pyoxigraph.Literal(term["value"], language=term["lang"])
    datatype = term.get("datatype")
    return pyoxigraph.Literal(term["value"], datatype=pyoxigraph.NamedNode(datatype) if datatype else None)


def _position(message: str) -> dict[str, Any]:
    found = _ERROR_POSITION.fullmatch(message)
    if not found:
        return {"message": message}
    return {"message": found[3], "line": int(found[1]), "column": int(found[2])}


def _fail(connection: socket.socket, error: str, **details: Any) -> None:
    connection.sendall(wire.pack(wire.ERROR, json.dumps({"error": error, **details}).encode()))


class _SortedPrefixes:
    """A binary file that puts the prefixes of a Turtle document in order: the serializer's own order is random."""

    def __init__(self, output: _FrameWriter) -> None:
        self._output, self._head = output, b""
        self._in_head = True

    def write(self, piece: bytes) -> int:
        if not self._in_head:
            return self._output.write(piece)
        self._head += piece
        body = re.search(rb"^(?!@prefix )[^\n]{8}", self._head, re.MULTILINE)
        if body:
            self._write_head(self._head[: body.start()])
            self._output.write(b"\n" + self._head[body.start() :])
        return len(piece)

    def flush(self) -> None:
        if self._in_head:
            self._write_head(self._head)

    def _write_head(self, head: bytes) -> None:
        self._output.write(b"".join(sorted(head.splitlines(keepends=True))))
        self._in_head = False


class _FrameWriter:
    """A binary file that sends what is written to it as frames, up to a limit."""

    def __init__(self, connection: socket.socket, begin: bytes, max_bytes: int) -> None:
        self._connection, self._begin, self._left = connection, begin, max_bytes
        self._pending = bytearray()

    def write(self, piece: bytes) -> int:
        self._left -= len(piece)
        if self._left < 0:
            raise _ResultTooLarge
        self._pending += piece
        if len(self._pending) >= _PIECE_BYTES:
            self._send()
        return len(piece)

    def flush(self) -> None:
        """Sending waits for a full piece."""

    def finish(self) -> None:
        self._send()
        self._connection.sendall(wire.pack(wire.END))

    def _send(self) -> None:
        if self._begin:
            self._connection.sendall(wire.pack(wire.BEGIN, self._begin))
            self._begin = b""
        self._connection.sendall(wire.pack(wire.DATA, bytes(self._pending)))
        self._pending.clear()

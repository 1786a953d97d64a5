"""A worker: answers one query at a time over a socket, from the store that its zygote loaded."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from typing import IO, Any, Final, TypeVar, cast

import pyoxigraph

from illicit_power.engine.formats import GRAPH_FORMATS
from illicit_power.engine.pool import wire
from illicit_power.engine.sparql.results import SOLUTIONS
from illicit_power.engine.terms import from_json
from illicit_power.model import serialization

_PIECE_BYTES: Final = 1 << 16
_BOOLEAN_FORMATS: Final = {
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
}
_RDF_FORMATS: Final = {format_.name: format_.rdf_format for format_ in GRAPH_FORMATS}
_RDF_COMMENTS: Final = {"ttl": "# {}\n", "nt": "# {}\n", "trig": "# {}\n", "nq": "# {}\n", "rdf": "<!-- {} -->\n"}


_Row = TypeVar("_Row")


class _UnknownGraph(Exception):
    pass


class _ResultTooLarge(Exception):
    pass


def serve(connection: socket.socket, store: pyoxigraph.Store) -> None:
    """Answer queries until the other side hangs up.

    A query is a JSON object: ``text``; ``bindings`` (variable to term, as in SPARQL Results JSON); ``default_graphs``
    and ``named_graphs`` (lists of IRIs); ``graphs`` (those that FROM and FROM NAMED name); ``has_dataset_clause``
    (whether there is any of these in the text); ``formats`` (kind of result to name of format or null); ``prefixes``
    (of the dataset, for Turtle and for help); ``max_rows`` and ``max_bytes`` (of the answer, which ends after the last
    row that fits).
    """
    while (frame := wire.receive(connection)) is not None:
        kind, payload = frame
        request = json.loads(payload)
        try:
            if kind == wire.EXPLAIN:
                _explain(connection, store, request)
            else:
                _answer(connection, store, request)
        except SyntaxError as error:
            _fail_to_read(connection, request, str(error))
        except _UnknownGraph as error:
            _fail(connection, "unknown-graph", message=str(error))
        except _ResultTooLarge as error:
            _fail(connection, "too-large", message=str(error))
        except (ValueError, RuntimeError, OSError) as error:
            _fail(connection, "evaluation", message=str(error))


def _answer(connection: socket.socket, store: pyoxigraph.Store, request: dict[str, Any]) -> None:
    results = store.query(request["text"], **_dataset(request), substitutions=_substitutions(request["bindings"]))
    _check_graphs(store, [*request["default_graphs"], *request["named_graphs"], *request["graphs"]])
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
    output = _FrameWriter(connection, 2 * request["max_bytes"])
    ceiling = _Ceiling(output, request["max_rows"], request["max_bytes"])
    head = ""
    if isinstance(results, pyoxigraph.QuerySolutions):
        head = _write_solutions(results, format_, ceiling)
    elif isinstance(results, pyoxigraph.QueryBoolean):
        results.serialize(cast("IO[bytes]", output), _BOOLEAN_FORMATS[format_])
    else:
        _write_graph(results, format_, ceiling, request["prefixes"])
    nothing = not results if isinstance(results, pyoxigraph.QueryBoolean) else not ceiling.rows
    output.finish(
        {
            "kind": kind,
            "format": format_,
            "rows": ceiling.rows,
            "finds_nothing": nothing,
            "truncated": ceiling.reached,
            "head": head,
        }
    )


def _explain(connection: socket.socket, store: pyoxigraph.Store, request: dict[str, Any]) -> None:
    from illicit_power.engine.help.explain import Unexplained, explain  # needs the grammar, which most workers never do
    from illicit_power.model.prefixes import Prefixes

    _check_graphs(store, [*request["default_graphs"], *request["named_graphs"], *request["graphs"]])
    try:
        document = explain(store, request["text"], _dataset(request), Prefixes(request["prefixes"])).document()
    except Unexplained as error:
        _fail(connection, "refused", message=str(error))
        return
    connection.sendall(wire.pack(wire.EXPLANATION, json.dumps(document).encode()))


def _fail_to_read(connection: socket.socket, request: dict[str, Any], complaint: str) -> None:
    from illicit_power.engine.help.syntax_errors import explain_syntax_error  # needs the grammar too
    from illicit_power.model.prefixes import Prefixes

    prefixes = Prefixes(request["prefixes"])
    _fail(connection, "syntax", **explain_syntax_error(request["text"], complaint, prefixes).details())


def _dataset(request: dict[str, Any]) -> dict[str, Any]:
    """The dataset clause of the protocol; without one the default graph is the union, unless the query has FROM."""
    default, named = request["default_graphs"], request["named_graphs"]
    if not default and not named:
        return {"use_default_graph_as_union": not request["has_dataset_clause"]}
    return {
        "default_graph": [pyoxigraph.NamedNode(iri) for iri in default],
        "named_graphs": [pyoxigraph.NamedNode(iri) for iri in named],
    }


def _check_graphs(store: pyoxigraph.Store, graphs: Iterable[str]) -> None:
    for iri in graphs:
        if not store.contains_named_graph(pyoxigraph.NamedNode(iri)):
            known = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, pyoxigraph.NamedNode))
            offered = get_close_matches(iri, known, n=3, cutoff=0.0)
            advice = f"Here are {', '.join(f'<{graph}>' for graph in offered)}." if offered else "There are none here."
            raise _UnknownGraph(
                f"There is no graph <{iri}> in this dataset, and graphs from elsewhere are not fetched. {advice} "
                "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } lists all."
            )


def _substitutions(bindings: dict[str, dict[str, str]]) -> dict[pyoxigraph.Variable, Any]:
    return {pyoxigraph.Variable(name): from_json(term) for name, term in bindings.items()}


def _fail(connection: socket.socket, error: str, **details: Any) -> None:
    connection.sendall(wire.pack(wire.ERROR, json.dumps({"error": error, **details}).encode()))


def _write_solutions(solutions: pyoxigraph.QuerySolutions, name: str, ceiling: _Ceiling) -> str:
    """Write the rows and what follows them; gives what goes before, which says whether they are all."""
    format_, output = SOLUTIONS[name], ceiling.output
    variables = [variable.value for variable in solutions.variables]
    for solution in ceiling.limit(solutions):
        separator = format_.separator if ceiling.rows > 1 else ""
        output.write((separator + format_.row(variables, solution)).encode())
    output.write(format_.tail.encode())
    return format_.head(variables, ceiling.reached)


def _write_graph(triples: pyoxigraph.QueryTriples, name: str, ceiling: _Ceiling, prefixes: dict[str, str]) -> None:
    limited = cast("Iterable[pyoxigraph.Triple]", ceiling.limit(triples))
    serialization.write(limited, ceiling.output, _RDF_FORMATS[name], prefixes)
    if ceiling.reached and name in _RDF_COMMENTS:
        ceiling.output.write(_RDF_COMMENTS[name].format(ceiling.reached).encode())


class _Ceiling:
    """How large an answer may get.

    :ivar rows: how many there are
    :ivar reached: why the answer ends before its last row, or None where it does not
    """

    def __init__(self, output: _FrameWriter, max_rows: int, max_bytes: int) -> None:
        self.output = output
        self.rows = 0
        self.reached: str | None = None
        self._max_rows, self._max_bytes = max_rows, max_bytes

    def limit(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        """The rows that fit."""
        rows = iter(rows)
        for row in islice(rows, self._max_rows):
            if self.output.written >= self._max_bytes:
                self.reached = f"cut after {self.rows} rows: an answer may have {self._max_bytes} bytes"
                return
            self.rows += 1
            yield row
        if next(rows, None) is not None:
            self.reached = f"cut after {self.rows} rows, the most that an answer may have"


class _FrameWriter:
    """A binary file that sends what is written to it as frames.

    An answer ends at its ceiling after a whole row; a single row that goes far beyond it is an error.

    :ivar written: bytes so far
    """

    def __init__(self, connection: socket.socket, max_bytes: int) -> None:
        self.written = 0
        self._connection, self._max_bytes = connection, max_bytes
        self._pending = bytearray()

    def write(self, piece: bytes) -> int:
        self.written += len(piece)
        if self.written > self._max_bytes:
            raise _ResultTooLarge("One row of the answer is larger than a whole answer may be.")
        self._pending += piece
        if len(self._pending) >= _PIECE_BYTES:
            self._send()
        return len(piece)

    def flush(self) -> None:
        """Sending waits for a full piece."""

    def finish(self, summary: dict[str, Any]) -> None:
        self._send()
        self._connection.sendall(wire.pack(wire.END, json.dumps(summary).encode()))

    def _send(self) -> None:
        self._connection.sendall(wire.pack(wire.DATA, bytes(self._pending)))
        self._pending.clear()

"""Graphs that the engine gives, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Final

import pyoxigraph
from pyoxigraph import NamedNode, Triple

from illicit_power.engine.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, ResultFormat
from illicit_power.engine.query import Accepted, Engine, Query, Term
from illicit_power.model.iris import PREFIXES
from illicit_power.server.jsonld import document, to_bytes

PLAIN_JSON: Final = ResultFormat("json", "application/json")
"""JSON-LD for programs that know only JSON."""

_AS_TRIPLES: Final[Accepted] = {"solutions": None, "boolean": None, "graph": N_TRIPLES}
_WRITTEN_AS: Final = {
    TURTLE: pyoxigraph.RdfFormat.TURTLE,
    N_TRIPLES: pyoxigraph.RdfFormat.N_TRIPLES,
    RDF_XML: pyoxigraph.RdfFormat.RDF_XML,
    TRIG: pyoxigraph.RdfFormat.TRIG,
    N_QUADS: pyoxigraph.RdfFormat.N_QUADS,
}


async def construct(
    engine: Engine, text: str, bindings: Mapping[str, Term], default_graphs: Sequence[str] = ()
) -> list[Triple]:
    """The triples that a CONSTRUCT query gives, in its order.

    :param bindings: values for variables of the query
    :raises QueryError: when the query cannot be answered
    """
    answer = await engine.execute(Query(text, _AS_TRIPLES, bindings, default_graphs))
    return [quad.triple for quad in pyoxigraph.parse(await answer.read(), format=pyoxigraph.RdfFormat.N_TRIPLES)]


def serialize(triples: Sequence[Triple], format_: ResultFormat, thing: str | None = None) -> bytes:
    """A graph in one of the formats for graphs.

    :param thing: the IRI that it is about, which comes first in JSON-LD
    """
    if format_ in (JSON_LD, PLAIN_JSON):
        return to_bytes(document(triples, thing))
    output = BytesIO()
    pyoxigraph.serialize(triples, output, _WRITTEN_AS[format_], prefixes=_prefixes(triples))
    return _with_sorted_prefixes(output.getvalue()) if format_ in (TURTLE, TRIG) else output.getvalue()


def _prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """The prefixes that a graph makes use of."""
    iris = {term.value for triple in triples for term in triple if isinstance(term, NamedNode)}
    iris |= {triple.object.datatype.value for triple in triples if isinstance(triple.object, pyoxigraph.Literal)}
    return {name: base for name, base in PREFIXES.items() if any(iri.startswith(base) for iri in iris)}


def _with_sorted_prefixes(turtle: bytes) -> bytes:
    """Turtle with its prefixes in order: the serializer's own order is random."""
    lines = turtle.splitlines(keepends=True)
    head = sum(line.startswith(b"@prefix ") for line in lines)
    return b"".join(sorted(lines[:head])) + b"\n" + b"".join(lines[head:])

"""Graphs made by the server, as documents."""

from __future__ import annotations

from typing import Final

from rdflib import Graph

from illicit_power.engine.formats import ResultFormat
from illicit_power.model.iris import PREFIXES

_RDFLIB_FORMATS: Final = {
    "ttl": "turtle",
    "jsonld": "json-ld",
    "nt": "nt",
    "rdf": "xml",
    "trig": "turtle",  # without named graphs TriG is Turtle,
    "nq": "nt",  # and N-Quads are N-Triples
}


def new_graph() -> Graph:
    """An empty graph with the prefixes of the publication."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def serialize(graph: Graph, format_: ResultFormat) -> bytes:
    """A graph as a document.

    :param format_: one of :data:`illicit_power.engine.formats.GRAPH_FORMATS`
    """
    return graph.serialize(None, _RDFLIB_FORMATS[format_.name], None, "utf-8", auto_compact=True)

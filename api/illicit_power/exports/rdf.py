"""The whole dataset in the standard serializations of RDF."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from io import BytesIO
from pathlib import Path

import pyoxigraph
from pyoxigraph import RdfFormat

from illicit_power.model import serialization
from illicit_power.model.prefixes import Prefixes

Quads = list[pyoxigraph.Quad]


def read(quads: Path) -> Quads:
    """The quads of an N-Quads file, by graph and subject, with their literals as they are written."""
    return sorted(pyoxigraph.parse(path=str(quads), format=RdfFormat.N_QUADS), key=_by_graph_and_subject)


def dataset(quads: Quads, format_: RdfFormat, prefixes: Prefixes) -> bytes:
    """All named graphs in one of the formats that have such (TriG, JSON-LD 1.0 expanded, N-Quads)."""
    return _serialize(quads, format_, prefixes)


def union(quads: Quads, format_: RdfFormat, prefixes: Prefixes) -> bytes:
    """The union of all named graphs in one of the formats for a single graph (Turtle, RDF/XML)."""
    triples = {quad.triple: None for quad in sorted(quads, key=partial(_by_graph_and_subject, graph=False))}
    return _serialize(triples, format_, prefixes)


def _serialize(
    statements: Iterable[pyoxigraph.Quad] | Iterable[pyoxigraph.Triple], format_: RdfFormat, prefixes: Prefixes
) -> bytes:
    output = BytesIO()
    serialization.write(statements, output, format_, prefixes)
    return output.getvalue()


def _by_graph_and_subject(quad: pyoxigraph.Quad, graph: bool = True) -> tuple[str, ...]:
    terms = (quad.subject, quad.predicate, quad.object)
    return (str(quad.graph_name) if graph else "", *map(str, terms))

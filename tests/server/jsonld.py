"""JSON-LD as a strict processor reads it."""

from __future__ import annotations

from typing import Any

import pyoxigraph
from pyld import jsonld


def triples(document: Any) -> set[pyoxigraph.Triple]:
    """The triples of a JSON-LD document or of the one at an address, all in the default graph.

    Blank nodes have canonical names. A context by address is fetched from there.
    """
    quads = jsonld.to_rdf(document, {"format": "application/n-quads"})
    return canonical(quad.triple for quad in pyoxigraph.parse(quads, format=pyoxigraph.RdfFormat.N_QUADS))


def canonical(graph: Any) -> set[pyoxigraph.Triple]:
    """Triples whose blank nodes are named by RDFC-1.0, so that isomorphic graphs are equal."""
    dataset = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in graph)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}

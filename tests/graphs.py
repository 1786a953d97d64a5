"""Comparing graphs that are large, or have many blank nodes."""

from __future__ import annotations

import pyoxigraph
from rdflib import Graph


def canonical_triples(graph: Graph) -> set[str]:
    """The triples of a graph, its blank nodes labelled by RDFC-1.0: the same for isomorphic graphs."""
    triples = pyoxigraph.parse(graph.serialize(format="nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
    dataset = pyoxigraph.Dataset(triples)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return set(map(str, dataset))

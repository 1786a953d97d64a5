"""JSON-LD as a strict processor reads it."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph
from pyld import jsonld

from illicit_power.dataset.context import context_path
from illicit_power.dataset.source import Source
from illicit_power.server.jsonld import CONTEXT_IRI


def _load(address: str, _: dict[str, Any]) -> dict[str, Any]:
    """The document at the one address that answers may refer to, from the file that is published there."""
    assert address == CONTEXT_IRI
    document = json.loads(context_path(Source.default()).read_bytes())
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": document}


def triples(document: Any) -> set[pyoxigraph.Triple]:
    """The triples of a JSON-LD document, all in the default graph; blank nodes have canonical names."""
    quads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": _load})
    return canonical(quad.triple for quad in pyoxigraph.parse(quads, format=pyoxigraph.RdfFormat.N_QUADS))


def canonical(graph: Any) -> set[pyoxigraph.Triple]:
    """Triples whose blank nodes are named by RDFC-1.0, so that isomorphic graphs are equal."""
    dataset = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in graph)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}

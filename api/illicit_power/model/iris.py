"""The IRIs of the publication: its namespaces and named graphs.

IRIs are permanent. They never depend on the host that serves them.
"""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode
from rdflib import Namespace, URIRef

from illicit_power.model.layers import Layer

BASE: Final = "https://w3id.org/illicit-power/"

IPS: Final = Namespace(BASE + "ontology#")
ENTITY: Final = Namespace(BASE + "id/")
CASE: Final = Namespace(BASE + "case/")
CLAIM: Final = Namespace(BASE + "claim/")
VOCABULARY: Final = Namespace(BASE + "vocabulary/")
SHAPES: Final = Namespace(BASE + "shapes#")
QUERY: Final = Namespace(BASE + "query/")
GRAPH: Final = Namespace(BASE + "graph/")

ONTOLOGY: Final = URIRef(BASE + "ontology")

ONTOLOGY_GRAPH: Final = GRAPH["ontology"]
VOCABULARIES_GRAPH: Final = GRAPH["vocabularies"]
SHAPES_GRAPH: Final = GRAPH["shapes"]
QUERIES_GRAPH: Final = GRAPH["queries"]


def case_graph(case: str, layer: Layer) -> URIRef:
    """The named graph of one layer of a case."""
    return GRAPH[f"{case}/{layer}"]


def is_iri(text: str) -> bool:
    """Whether a text can stand as an absolute IRI in a query (RFC 3987, 2.2)."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True

"""The IRIs of the publication: its namespaces, their prefixes, and the named graphs.

IRIs are permanent. They never depend on the host that serves them.
"""

from __future__ import annotations

import re
from typing import Final

import rdflib
from pyoxigraph import NamedNode
from rdflib import Namespace, URIRef

# Literals stay as they are written, whoever reads them: 2.50 is not 2.5, and Z is not +00:00.
rdflib.NORMALIZE_LITERALS = False

BASE: Final = "https://w3id.org/illicit-power/"

IPS: Final = Namespace(BASE + "ontology#")
ENTITY: Final = Namespace(BASE + "id/")
CASE: Final = Namespace(BASE + "case/")
CLAIM: Final = Namespace(BASE + "claim/")
VOCABULARY: Final = Namespace(BASE + "vocabulary/")
SHAPES: Final = Namespace(BASE + "shapes#")
QUERY: Final = Namespace(BASE + "query/")
GRAPH: Final = Namespace(BASE + "graph/")

ONTOLOGY_GRAPH: Final = GRAPH["ontology"]
VOCABULARIES_GRAPH: Final = GRAPH["vocabularies"]
SHAPES_GRAPH: Final = GRAPH["shapes"]
QUERIES_GRAPH: Final = GRAPH["queries"]

CONCEPT_SCHEMES: Final = (
    "activity", "currency", "hedge", "kinship", "magnitude", "mechanism",
    "posture", "role", "stance", "support", "unit",
)  # fmt: skip

PREFIXES: Final[dict[str, str]] = {
    "ips": str(IPS),
    "entity": str(ENTITY),
    "case": str(CASE),
    "jam": str(CLAIM["jam/"]),
    "vocabulary": str(VOCABULARY),
    **{scheme: str(VOCABULARY[scheme + "/"]) for scheme in CONCEPT_SCHEMES},
    "graph": str(GRAPH),
    "shapes": str(SHAPES),
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes that documents, query examples and error messages use, by name."""

_LOCAL_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


def case_graph(case: str, layer: str) -> URIRef:
    """The named graph of one layer (entities, claims, links, derived, direct, …) of a case."""
    return GRAPH[f"{case}/{layer}"]


def is_iri(text: str) -> bool:
    """Whether a text can stand as an absolute IRI in a query (RFC 3987, 2.2)."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def compact(iri: str) -> str:
    """The prefixed name of an IRI, ``ips:SplinterOf``, or the IRI itself where no prefix fits."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri

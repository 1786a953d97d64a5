"""The terms of standard vocabularies, as strings."""

from __future__ import annotations

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VOID, XSD

__all__ = ["DCTERMS", "OWL", "RDF", "RDFS", "SKOS", "VOID", "XSD"]

"""Terms and graphs of RDFLib with literals as they are written: 2.50 is not 2.5, and Z is not +00:00.

RDFLib puts literals in a form of its own as they are made, unless ``normalize=False`` says otherwise or the whole
process does (``rdflib.NORMALIZE_LITERALS``), which is not ours to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import pyoxigraph
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

_Graph = TypeVar("_Graph", bound=Graph)


def literal(text: str, datatype: str | None = None, language: str | None = None) -> Literal:
    """A literal with the lexical form that is given."""
    return Literal(text, language, None if language or datatype is None else URIRef(datatype), normalize=False)


def to_rdflib(term: pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple) -> Node:
    """A term of pyoxigraph as one of RDFLib.

    :raises TypeError: when it is a triple term, which RDF 1.1 has not
    """
    match term:
        case pyoxigraph.NamedNode():
            return URIRef(term.value)
        case pyoxigraph.BlankNode():
            return BNode(term.value)
        case pyoxigraph.Literal():
            return literal(term.value, term.datatype.value, term.language)
        case _:
            raise TypeError(f"RDFLib has no triple terms: {term}")


def add_to(graph: _Graph, triples: Iterable[pyoxigraph.Triple]) -> _Graph:
    """Add triples to a graph, and give it back."""
    for subject, predicate, object_ in triples:
        graph.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(object_)))
    return graph

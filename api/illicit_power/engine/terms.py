"""RDF terms, and how SPARQL 1.1 Query Results JSON writes one (https://www.w3.org/TR/sparql11-results-json/, 3.2.2)."""

from __future__ import annotations

from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal
"""What a row has for a variable, and what a variable can be bound to."""

_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"


def to_json(term: Term | Triple) -> dict[str, Any]:
    """A term as a JSON object; with the triple terms and text directions of RDF 1.2 as pyoxigraph writes them."""
    match term:
        case NamedNode():
            return {"type": "uri", "value": term.value}
        case BlankNode():
            return {"type": "bnode", "value": term.value}
        case Triple():
            parts = {name: to_json(getattr(term, name)) for name in ("subject", "predicate", "object")}
            return {"type": "triple", "value": parts}
    literal: dict[str, Any] = {"type": "literal", "value": term.value}
    if term.language:
        literal["xml:lang"] = term.language
        if term.direction:
            literal["its:dir"] = str(term.direction)
    elif term.datatype.value != _STRING:
        literal["datatype"] = term.datatype.value
    return literal


def from_json(document: dict[str, str]) -> Term:
    """The term that a JSON object is, as RDF 1.1 has terms.

    :raises ValueError: when it is none
    """
    match document["type"]:
        case "uri":
            return NamedNode(document["value"])
        case "bnode":
            return BlankNode(document["value"])
        case "literal" if "xml:lang" in document:
            return Literal(document["value"], language=document["xml:lang"])
        case "literal":
            return Literal(document["value"], datatype=NamedNode(document.get("datatype", _STRING)))
        case other:
            raise ValueError(f"{other} is no kind of term: expected uri, bnode or literal")

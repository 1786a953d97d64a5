"""Graphs of the dataset as documents, and what they say of things that have been withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, RdfFormat, Triple

from illicit_power.dataset import jsonld
from illicit_power.model import serialization
from illicit_power.model.prefixes import Prefixes
from illicit_power.model.vocabularies import DCTERMS, OWL


def serialize(triples: Sequence[Triple], format_: RdfFormat, prefixes: Prefixes, thing: str | None = None) -> bytes:
    """A graph in one of the formats for graphs; as JSON-LD in the terms of our context, which it carries.

    :param prefixes: of the dataset
    :param thing: the IRI that it is about, which comes first in JSON-LD
    """
    if format_ == RdfFormat.JSON_LD:
        return jsonld.to_bytes(jsonld.document(triples, thing))
    return serialization.to_bytes(triples, format_, prefixes)


def replacements(triples: Iterable[Triple], thing: NamedNode) -> list[str] | None:
    """What to use in place of a thing that a graph says has been withdrawn; None where it does not say so."""
    said = [
        (property_.value, value.value)
        for subject, property_, value in triples
        if subject == thing and not isinstance(value, Triple)
    ]
    if (str(OWL.deprecated), "true") not in said:
        return None
    return [value for property_, value in said if property_ == str(DCTERMS.isReplacedBy)]

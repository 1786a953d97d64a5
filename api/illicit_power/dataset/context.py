"""The JSON-LD context (https://www.w3.org/TR/json-ld11/#the-context), generated from the ontology.

Written anew with ``python -m illicit_power.dataset.context``; a test tells when the ontology has outgrown it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, Namespace, URIRef

from illicit_power.dataset.prefixes import declarations_of_ontology, prefixes_of
from illicit_power.dataset.source import Source
from illicit_power.model.iris import IPS
from illicit_power.model.prefixes import Prefixes

GEO: Final = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
REFERENCE: Final = "@id"
ENGLISH: Final = "en"

_KEYWORDS: Final = {"@version": 1.1, "id": "@id", "type": "@type", "items": "@graph"}
_CLAIMS: Final = {"claims": {"@reverse": str(IPS.about), "@container": "@set"}}

_KINDS: Final = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

_NOT_DECLARED: Final = {
    RDFS.label: ENGLISH,
    RDFS.comment: ENGLISH,
    SKOS.exactMatch: REFERENCE,
    SKOS.closeMatch: REFERENCE,
    SKOS.broadMatch: REFERENCE,
    SKOS.narrowMatch: REFERENCE,
    SKOS.relatedMatch: REFERENCE,
    OWL.sameAs: REFERENCE,
    DCTERMS.isReplacedBy: REFERENCE,
    OWL.deprecated: XSD.boolean,
    GEO.lat: XSD.decimal,
    GEO.long: XSD.decimal,
}
"""Terms that the data uses and the ontology does not declare, with what their values are."""

_IN_ENGLISH: Final = {
    SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.example, SKOS.editorialNote,
    DCTERMS.description, IPS.summary, IPS.name, IPS.namedOtherwise, IPS.inSentence, IPS.whole,
    IPS.verbPhrase, IPS.pluralVerbPhrase, IPS.againstPhrase,
}  # fmt: skip
"""Properties of text in a language. The ontology has no way to say so."""

_REFERRING: Final = {DCTERMS.license, IPS.directProperty, IPS.qualifiesAs}
"""Annotation properties whose values are IRIs."""

_ONE_VALUE: Final = {
    RDFS.label, RDFS.comment, SKOS.prefLabel, SKOS.definition, SKOS.example, SKOS.notation,
    DCTERMS.title, DCTERMS.description, DCTERMS.issued, DCTERMS.created, DCTERMS.bibliographicCitation,
    DCTERMS.license, DCTERMS.isReplacedBy, OWL.deprecated, GEO.lat, GEO.long,
    IPS.subject, IPS.object, IPS.summary, IPS.name, IPS.directProperty, IPS.verbPhrase, IPS.pluralVerbPhrase,
    IPS.againstPhrase, IPS.inSentence, IPS.plural, IPS.whole, IPS.source,
}  # fmt: skip
"""Properties that have one value wherever the shapes hold, beside the functional ones of the ontology."""


def context_path(source: Source) -> Path:
    """Where the context stands among the source files."""
    return source.root / "ontology" / "context.jsonld"


def json_ld_context(ontology: Graph) -> dict[str, Any]:
    """The context for data in terms of the ontology.

    A term is called by its local name. A term of another vocabulary that one of ours specializes (``prov:Entity``,
    ``org:memberOf``) keeps its prefix, and so does one whose local name is taken. A prefix whose name is a term's
    has no entry. Properties that may have several values always have an array.

    :param ontology: declares the classes, the properties and the prefixes
    """
    declared_prefixes = prefixes_of(declarations_of_ontology(ontology))
    compact = declared_prefixes.compact
    declared = {term for kind in _KINDS for term in ontology.subjects(RDF.type, kind) if isinstance(term, URIRef)}
    specialized = {*ontology.objects(None, RDFS.subClassOf), *ontology.objects(None, RDFS.subPropertyOf)}
    terms: dict[str, Any] = {}
    for term in sorted(declared | set(_NOT_DECLARED), key=lambda term: (not term.startswith(str(IPS)), term)):
        reused = not term.startswith(str(IPS))
        local_name = compact(term).partition(":")[2]
        name = compact(term) if reused and (term in specialized or local_name in terms) else local_name
        terms[name] = _definition(term, ontology, declared_prefixes)
    prefixes = {name: namespace for name, namespace in declared_prefixes.items() if name not in terms}
    return {"@context": {**_KEYWORDS, **prefixes, **_CLAIMS, **terms}}


def _definition(term: URIRef, ontology: Graph, prefixes: Prefixes) -> dict[str, str]:
    definition = {"@id": prefixes.compact(term)}
    if (term, RDF.type, OWL.Class) in ontology:
        return definition
    kind = _kind_of_value(term, ontology)
    if kind == ENGLISH:
        definition["@language"] = ENGLISH
    elif kind:
        definition["@type"] = prefixes.compact(kind)
    if term not in _ONE_VALUE and (term, RDF.type, OWL.FunctionalProperty) not in ontology:
        definition["@container"] = "@set"
    return definition


def _kind_of_value(property_: URIRef, ontology: Graph) -> str | None:
    """A datatype, :data:`REFERENCE`, :data:`ENGLISH`, or None where each value says itself what it is."""
    if property_ in _NOT_DECLARED:
        return _NOT_DECLARED[property_]
    if property_ in _REFERRING or (property_, RDF.type, OWL.ObjectProperty) in ontology:
        return REFERENCE
    if property_ in _IN_ENGLISH:
        return ENGLISH
    range_ = ontology.value(property_, RDFS.range)
    return str(range_) if range_ and range_ != XSD.string else None


def serialize(context: dict[str, Any]) -> str:
    """A context as text, one term a line."""
    lines = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in context["@context"].items()]
    return '{\n  "@context": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def main() -> None:
    """Write the context of the project's ontology."""
    source = Source.default()
    context = json_ld_context(Graph().parse(source.ontology))
    context_path(source).write_text(serialize(context), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The JSON-LD context follows the ontology."""

from __future__ import annotations

import json

from rdflib import OWL, RDF, Graph, URIRef

from illicit_power.dataset.context import context_path, json_ld_context, serialize
from illicit_power.dataset.prefixes import standard_prefixes
from illicit_power.dataset.source import Source
from illicit_power.model.iris import IPS


def expanded(name: str) -> str:
    return standard_prefixes().expand(name)


def test_the_published_context_is_what_the_ontology_gives(source: Source) -> None:
    written = context_path(source).read_text(encoding="utf-8")
    assert written == serialize(json_ld_context(Graph().parse(source.ontology))), (
        "the ontology has changed: python -m illicit_power.dataset.context"
    )


def test_every_term_and_prefix_has_an_entry(source: Source) -> None:
    context = json.loads(context_path(source).read_text(encoding="utf-8"))["@context"]
    defined = {expanded(entry["@id"]) for entry in context.values() if isinstance(entry, dict) and "@id" in entry}
    ontology = Graph().parse(source.ontology)
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    declared = {str(term) for kind in kinds for term in ontology.subjects(RDF.type, kind) if isinstance(term, URIRef)}
    assert declared - defined == set()
    for name, namespace in standard_prefixes().items():
        assert context[name] == namespace or context[name]["@id"] == f"ips:{name}", name


def test_terms_say_what_their_values_are(source: Source) -> None:
    context = json.loads(context_path(source).read_text(encoding="utf-8"))["@context"]
    assert context["subject"] == {"@id": "ips:subject", "@type": "@id"}
    assert context["page"] == {"@id": "ips:page", "@type": "xsd:integer"}
    assert context["startEarliest"]["@type"] == "xsd:dateTime"
    assert context["prefLabel"]["@language"] == "en"
    assert context["evidence"]["@container"] == "@set"


def test_a_name_of_ours_is_not_given_to_a_term_of_another_vocabulary(source: Source) -> None:
    context = json.loads(context_path(source).read_text(encoding="utf-8"))["@context"]
    assert context["memberOf"]["@id"] == "ips:memberOf"
    assert context["org:memberOf"]["@id"] == "org:memberOf"
    assert context["Organization"]["@id"].startswith("ips:")
    assert str(IPS) == context["ips"]

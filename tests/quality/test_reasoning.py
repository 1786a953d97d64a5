"""OWL 2 DL reasoning with HermiT, as an independent check of ontology, data and the build's own inference."""

from __future__ import annotations

import pytest
from rdflib import OWL, RDF, URIRef

from illicit_power.dataset.compiled import Compiled, compile_source
from illicit_power.dataset.source import Source
from illicit_power.model.iris import ENTITY, IPS
from illicit_power.quality.reasoning import Classification, classify


@pytest.fixture(scope="module")
def classification(compiled: Compiled) -> Classification:
    return classify(compiled)


def test_ontology_and_data_are_consistent_and_every_class_can_have_members(classification: Classification) -> None:
    assert classification.consistent
    assert classification.unsatisfiable == []


def test_splinter_groups_are_inferred(classification: Classification, compiled: Compiled) -> None:
    assert str(ENTITY["fadhila-party"]) in classification.types[str(IPS.SplinterGroup)]
    assert (ENTITY["fadhila-party"], RDF.type, IPS.SplinterGroup) not in compiled.authored


def test_the_build_infers_the_types_that_the_reasoner_finds(classification: Classification, compiled: Compiled) -> None:
    graph = compiled.union()
    classes = [class_ for class_ in graph.subjects(RDF.type, OWL.Class) if str(class_).startswith(str(IPS))]
    ours = {str(class_): {str(member) for member in graph.subjects(RDF.type, class_)} for class_ in classes}
    theirs = {class_: set(members) for class_, members in classification.types.items()}
    differences = {
        class_: theirs.get(class_, set()) ^ members
        for class_, members in ours.items()
        if theirs.get(class_, set()) != members
    }
    assert differences == {}


def test_a_contradiction_is_found(example_source: Source) -> None:
    """Somebody who is made a person and an organization at once."""
    compiled = compile_source(example_source)
    (graph,) = (graph for iri, graph in compiled.graphs.items() if str(iri).endswith("/entities"))
    graph.add((ENTITY["ann-roe"], RDF.type, URIRef(IPS.Organization)))
    assert not classify(compiled).consistent

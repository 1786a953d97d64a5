"""Each count of the VoID description counts what its property says, on data in which all of them differ."""

from __future__ import annotations

import pyoxigraph
import pytest
from rdflib import VOID, Graph, URIRef
from rdflib.term import Node

from illicit_power.exports.versions import Version
from illicit_power.exports.void import DATASET, void
from illicit_power.model.prefixes import Prefixes

DATA = """
@prefix e:    <http://example.org/> .
@prefix ips:  <https://w3id.org/illicit-power/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

e:claims {
    e:c1 a ips:Claim ; ips:about e:a , e:b .
    e:c2 a ips:Claim ; ips:about e:a .
    e:c3 a ips:Claim .
}
e:links {
    <https://w3id.org/illicit-power/id/basra>
        skos:exactMatch <http://www.wikidata.org/entity/Q48195> ;
        skos:closeMatch <http://www.wikidata.org/entity/Q1> , <http://www.wikidata.org/entity/Q2> .
}
"""
CLAIM = URIRef("https://w3id.org/illicit-power/ontology#Claim")
ABOUT = URIRef("https://w3id.org/illicit-power/ontology#about")


@pytest.fixture(scope="module")
def described() -> Graph:
    store = pyoxigraph.Store()
    store.load(DATA.encode(), pyoxigraph.RdfFormat.TRIG)
    return Graph().parse(data=void(store, Version("sha256-1", "1" * 64), [], Prefixes()), format="turtle")


def counts(graph: Graph, node: Node | None, *properties: URIRef) -> list[int]:
    return [int(str(graph.value(node, property_))) for property_ in properties]


def test_the_dataset_is_counted(described: Graph) -> None:
    sizes = (VOID.triples, VOID.distinctSubjects, VOID.distinctObjects, VOID.properties, VOID.classes)
    assert counts(described, DATASET, *sizes) == [9, 4, 6, 4, 1]


def test_a_property_is_counted_with_its_subjects_and_objects(described: Graph) -> None:
    (partition,) = described.subjects(VOID.property, ABOUT)
    assert counts(described, partition, VOID.triples, VOID.distinctSubjects, VOID.distinctObjects) == [3, 2, 2]
    (types,) = described.subjects(VOID.property, URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"))
    assert counts(described, types, VOID.triples, VOID.distinctSubjects, VOID.distinctObjects) == [3, 3, 1]


def test_a_class_is_counted_with_its_members(described: Graph) -> None:
    (partition,) = described.subjects(VOID["class"], CLAIM)
    assert counts(described, partition, VOID.entities) == [3]


def test_a_named_graph_and_a_linkset_are_counted_by_themselves(described: Graph) -> None:
    for graph, size in (("claims", 6), ("links", 3)):
        assert counts(described, URIRef(f"http://example.org/{graph}"), VOID.triples) == [size]
    linksets = {
        str(described.value(linkset, VOID.linkPredicate)).rpartition("#")[2]: counts(described, linkset, VOID.triples)
        for linkset in described.subjects(VOID.objectsTarget)
    }
    assert linksets == {"exactMatch": [1], "closeMatch": [2]}

"""Every IRI of ours leads to a document about it."""

from __future__ import annotations

import httpx
import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from illicit_power.model.iris import BASE, CLAIM, ENTITY, IPS

JAM = "id/jaish-al-mahdi"
PARSERS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "html"),
        ("*/*", "ttl"),
    ],
)
def test_a_thing_answers_see_other_with_the_document_that_is_liked_best(
    client: httpx.Client, accept: str, suffix: str
) -> None:
    answer = client.get(f"/{JAM}", headers={"Accept": accept})
    assert answer.status_code == httpx.codes.SEE_OTHER
    assert answer.headers["Location"] == f"/{JAM}.{suffix}"
    assert client.get(answer.headers["Location"]).status_code == httpx.codes.OK


def document(client: httpx.Client, path: str, suffix: str = "ttl") -> Graph:
    return Graph().parse(data=client.get(f"/{path}.{suffix}").text, format=PARSERS[suffix])


@pytest.mark.parametrize("suffix", ["jsonld", "nt", "rdf"])
def test_all_forms_of_a_document_say_the_same(client: httpx.Client, suffix: str) -> None:
    assert isomorphic(document(client, JAM, suffix), document(client, JAM))


def test_a_document_has_the_names_claims_and_evidence_of_its_thing(client: httpx.Client) -> None:
    graph, jam = document(client, JAM), ENTITY["jaish-al-mahdi"]
    assert any("Jaish al-Mahdi" in str(label) for label in graph.objects(jam, SKOS.prefLabel))
    claims = set(graph.subjects(IPS.about, jam))
    assert claims
    for claim in claims:
        (evidence, *_) = graph.objects(claim, IPS.evidence)
        assert (evidence, IPS.page, None) in graph
        assert graph.value(evidence, IPS.saidBy)


def test_a_document_names_what_it_mentions(client: httpx.Client) -> None:
    graph = document(client, JAM)
    mentioned = {term for triple in graph for term in triple if str(term).startswith((str(ENTITY), str(IPS)))}
    things = {term for term in mentioned if (None, term, None) not in graph}
    nameless = [term for term in things if not list(graph.objects(term, SKOS.prefLabel | RDFS.label))]
    assert nameless == []


def test_a_claim_has_a_document_with_its_evidence(client: httpx.Client) -> None:
    claim = CLAIM["jam/fadhila-splinter-of-sadrist-movement"]
    graph = document(client, str(claim).removeprefix(BASE))
    assert (claim, RDF.type, IPS.SplinterOf) in graph
    assert {int(str(page)) for page in graph.objects(None, IPS.page)} >= {48}


def test_a_document_writes_literals_as_the_dataset_does(client: httpx.Client) -> None:
    text = client.get("/claim/jam/fadhila-splinter-of-sadrist-movement.ttl").text
    assert '"2003-07-01T00:00:00Z"^^xsd:dateTime' in text


def test_a_concept_has_a_document(client: httpx.Client) -> None:
    graph = document(client, "vocabulary/hedge/alleged")
    assert (URIRef(BASE + "vocabulary/hedge/alleged"), SKOS.prefLabel, Literal("alleged", lang="en")) in graph


@pytest.mark.parametrize(("path", "holds"), [("ontology", IPS.SplinterOf), ("vocabulary", None), ("shapes", None)])
def test_the_ontology_the_vocabularies_and_the_shapes_come_whole(
    client: httpx.Client, path: str, holds: URIRef | None
) -> None:
    answer = client.get(f"/{path}", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=answer.text, format="turtle")
    assert len(graph) > 100
    assert holds is None or (holds, None, None) in graph


def test_iris_do_not_change_with_the_host(client: httpx.Client) -> None:
    answer = client.get(f"/{JAM}.nt", headers={"Host": "elsewhere.example"})
    assert "elsewhere.example" not in answer.text
    assert f"<{BASE}{JAM}>" in answer.text


def test_an_unknown_iri_is_404_with_the_nearest_ones(client: httpx.Client) -> None:
    answer = client.get("/id/jaish-al-mehdi", headers={"Accept": "text/turtle"})
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "/id/jaish-al-mahdi" in answer.json()["detail"]


def test_a_form_that_is_not_offered_is_406(client: httpx.Client) -> None:
    answer = client.get(f"/{JAM}", headers={"Accept": "image/png"})
    assert answer.status_code == httpx.codes.NOT_ACCEPTABLE
    assert "text/turtle" in answer.json()["detail"]

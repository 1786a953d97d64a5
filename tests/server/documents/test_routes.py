"""Every IRI of ours leads to a document about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph
import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from illicit_power.model.iris import BASE, CLAIM, ENTITY, IPS
from tests.conftest import running_server
from tests.server.http.test_pages import BROWSER, Page
from tests.server.jsonld import canonical, triples

JAM = "id/jaish-al-mahdi"
SPLIT = "claim/jam/fadhila-splinter-of-sadrist-movement"
PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml"}
MEDIA_TYPES = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "json": "application/json",
    "html": "text/html",
}


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("application/json", "json"),
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
    document = client.get(answer.headers["Location"])
    assert document.status_code == httpx.codes.OK
    assert document.headers["Content-Type"].partition(";")[0] == MEDIA_TYPES[suffix]


def document(client: httpx.Client, path: str, suffix: str = "ttl") -> Graph:
    return Graph().parse(data=client.get(f"/{path}.{suffix}").text, format=PARSERS[suffix])


@pytest.mark.parametrize(
    "path", ["id/fadhila-party", SPLIT, "case/jam", "vocabulary/hedge", "ontology", "shapes", "vocabulary"]
)
def test_all_forms_of_a_document_say_the_same(client: httpx.Client, path: str) -> None:
    turtle = document(client, path)
    assert len(turtle) > 10
    for suffix in ("nt", "rdf"):
        assert isomorphic(document(client, path, suffix), turtle), suffix
    answer = client.get(f"/{path}.nt")
    parsed = pyoxigraph.parse(answer.content, format=pyoxigraph.RdfFormat.N_TRIPLES)
    expected = canonical(quad.triple for quad in parsed)
    for suffix in ("jsonld", "json"):
        assert triples(client.get(f"/{path}.{suffix}").json()) == expected, suffix


def test_a_document_has_the_names_claims_and_evidence_of_its_thing(client: httpx.Client) -> None:
    graph, jam = document(client, JAM), ENTITY["jaish-al-mahdi"]
    assert any("Jaish al-Mahdi" in str(label) for label in graph.objects(jam, SKOS.prefLabel))
    claims = set(graph.subjects(IPS.about, jam))
    assert claims
    for claim in claims:
        (evidence, *_) = graph.objects(claim, IPS.evidence)
        assert (evidence, IPS.page, None) in graph
        assert graph.value(evidence, IPS.saidBy)


@pytest.mark.parametrize("path", [JAM, SPLIT, "id/williams-and-bisbee", "vocabulary/mechanism/extortion"])
def test_a_document_names_what_it_mentions(client: httpx.Client, path: str) -> None:
    graph = document(client, path)
    mentioned = {
        term for triple in graph for term in triple if str(term).startswith(BASE) and term != URIRef(BASE + "ontology")
    }
    schemes = set(graph.objects(None, SKOS.inScheme))
    nameless = [term for term in mentioned - schemes if not list(graph.objects(term, SKOS.prefLabel | RDFS.label))]
    assert nameless == []


def test_a_document_has_what_links_to_its_thing(client: httpx.Client) -> None:
    speaker = ENTITY["international-crisis-group"]
    graph = document(client, "id/international-crisis-group")
    assert len(set(graph.subjects(IPS.saidBy, speaker))) > 10
    mechanism = URIRef(BASE + "vocabulary/mechanism/extortion")
    assert set(document(client, "vocabulary/mechanism/extortion").subjects(IPS.hasMechanism, mechanism))


def test_a_page_tells_what_no_direct_link_says(client: httpx.Client) -> None:
    money = client.get("/id/amanat-contract-money.html").text.partition('<h2 id="unlinked">')[2]
    (said,) = re.findall(r"<li>(?:(?!</li>).)*contract diversion.*?</li>", money, re.DOTALL)
    assert '<span class="stance">possible</span>' in said
    split = client.get("/id/asaib-ahl-al-haq.html").text.partition('<h2 id="unlinked">')[2]
    assert re.search(r'Jaish al-Mahdi.*?</a>.*?splinter of.*?<span class="stance">inferred by the reader</span>', split)


def test_a_page_says_what_the_reader_infers(client: httpx.Client) -> None:
    page = client.get("/claim/jam/aah-splinter-of-jam.html").text
    assert "(inferred by the reader)" in page


def test_a_claim_has_a_document_with_its_evidence(client: httpx.Client) -> None:
    graph = document(client, SPLIT)
    assert (URIRef(BASE + SPLIT), RDF.type, IPS.SplinterOf) in graph
    assert {int(str(page)) for page in graph.objects(None, IPS.page)} >= {48}


def test_a_document_writes_literals_as_the_dataset_does(client: httpx.Client) -> None:
    assert '"2003-07-01T00:00:00Z"^^xsd:dateTime' in client.get(f"/{SPLIT}.ttl").text


def test_a_concept_has_a_document(client: httpx.Client) -> None:
    graph = document(client, "vocabulary/hedge/alleged")
    assert (URIRef(BASE + "vocabulary/hedge/alleged"), SKOS.prefLabel, Literal("alleged", lang="en")) in graph


def test_turtle_declares_only_the_prefixes_it_uses_and_in_order(client: httpx.Client) -> None:
    text = client.get(f"/{SPLIT}.ttl").text
    prefixes = re.findall(r"^@prefix (\w+):", text, re.MULTILINE)
    assert prefixes == sorted(prefixes)
    assert "ips" in prefixes
    assert "sh" not in prefixes
    assert client.get(f"/{SPLIT}.ttl").text == text


@pytest.mark.parametrize(
    ("path", "holds"),
    [("ontology", "splinter of"), ("vocabulary", "alleged"), ("shapes", "A claim has exactly one stance")],
)
def test_the_ontology_the_vocabularies_and_the_shapes_answer_at_once(
    client: httpx.Client, path: str, holds: str
) -> None:
    for accept, content in (("text/turtle", "text/turtle"), (BROWSER["Accept"], "text/html")):
        answer = client.get(f"/{path}", headers={"Accept": accept})
        assert answer.status_code == httpx.codes.OK
        assert answer.headers["Content-Type"].startswith(content)
        assert holds in (Page(answer.text).text if content == "text/html" else answer.text)
    assert client.get(f"/{path}.html").headers["Content-Type"].startswith("text/html")
    assert client.get(f"/{path}.doc").status_code == httpx.codes.NOT_FOUND


def test_links_lead_programs_around(client: httpx.Client) -> None:
    for suffix in ("html", "ttl"):
        links = client.get(f"/{JAM}.{suffix}").headers["Link"]
        assert f'<{BASE}{JAM}>; rel="cite-as"' in links
        assert f'<{BASE}{JAM}.{suffix}>; rel="canonical"' in links
        assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links
        assert '</>; rel="collection"' in links
        for address, media_type in re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', links):
            assert client.get(address).headers["Content-Type"].partition(";")[0] == media_type
    page = client.get(f"/{JAM}.html").headers["Link"]
    assert f'</{JAM}.jsonld>; rel="describedby"; type="application/ld+json"' in page
    assert '<https://schema.org/AboutPage>; rel="type"' in page
    assert f'</{JAM}.html>; rel="describes"' in client.get(f"/{JAM}.nt").headers["Link"]


def test_the_address_of_an_evidence_lands_on_it(client: httpx.Client) -> None:
    evidence = CLAIM["jam/fadhila-splinter-of-sadrist-movement#p51"]
    path, _, anchor = str(evidence).removeprefix(BASE).partition("#")
    page = client.get(f"/{path}.html").text
    assert page.count(f'id="{anchor}"') == 1
    assert f'href="/{path}#{anchor}"' in page


def test_iris_do_not_change_with_the_host(client: httpx.Client) -> None:
    for suffix in ("nt", "jsonld"):
        answer = client.get(f"/{JAM}.{suffix}", headers={"Host": "elsewhere.example"})
        assert "elsewhere.example" not in answer.text
        assert f"{BASE}{JAM}" in answer.text


def test_an_unknown_iri_is_404_with_the_nearest_ones(client: httpx.Client) -> None:
    for path in ("/id/jaish-al-mehdi", "/id/jaish-al-mehdi.ttl"):
        answer = client.get(path, headers={"Accept": "text/turtle"})
        assert answer.status_code == httpx.codes.NOT_FOUND
        assert "/id/jaish-al-mahdi" in answer.json()["detail"]
        assert BASE + JAM in answer.json()["nearest"]


def test_a_named_graph_leads_to_its_statements_and_an_unknown_one_is_404(client: httpx.Client) -> None:
    answer = client.get("/graph/jam/links", headers={"Accept": "text/turtle"})
    assert answer.status_code == httpx.codes.SEE_OTHER
    assert "exactMatch" in client.get(answer.headers["Location"], headers={"Accept": "text/turtle"}).text
    for path in ("/graph/nothing", "/graph/jam/lynks", "/graph/", "/graph/jam", "/graph/%3Cscript%3E"):
        assert client.get(path).status_code == httpx.codes.NOT_FOUND, path
    assert client.get("/graph/jam/lynks").json()["nearest"][0] == BASE + "graph/jam/links"


@pytest.mark.parametrize(
    "path", ["/id/a%20b", "/id/%3Cscript%3E", "/id/x%22", "/id/%00", "/id/", "/id/%C3%A9.ttl", "/claim/jam"]
)
def test_an_odd_slug_is_404(client: httpx.Client, path: str) -> None:
    assert client.get(path, headers={"Accept": "text/turtle"}).status_code == httpx.codes.NOT_FOUND


def test_a_form_that_is_not_offered_is_406(client: httpx.Client) -> None:
    answer = client.get(f"/{JAM}", headers={"Accept": "image/png"})
    assert answer.status_code == httpx.codes.NOT_ACCEPTABLE
    assert "text/turtle" in answer.json()["detail"]


MADE_UP = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix entity:  <https://w3id.org/illicit-power/id/> .
@prefix ips:     <https://w3id.org/illicit-power/ontology#> .
@prefix owl:     <http://www.w3.org/2002/07/owl#> .
@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .

entity:old-guard    a ips:Entity , ips:Organization ; owl:deprecated true ; dcterms:isReplacedBy entity:guard .
entity:no-heir      owl:deprecated true .
entity:guard        a ips:Entity , ips:Organization ; skos:prefLabel "Guard"@en , "الحرس"@ar .
entity:v1.2_\\(é\\) a ips:Entity , ips:Organization ; skos:prefLabel "Odd"@en ; skos:closeMatch <javascript:alert(1)> .
"""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server of a small made-up dataset, which a proxy shows under /ip."""
    file: Path = tmp_path_factory.mktemp("made-up") / "data.ttl"
    file.write_text(MADE_UP, encoding="utf-8")
    with running_server("--data", str(file), "--root-path", "/ip") as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/id/old-guard", "/id/old-guard.ttl", "/id/old-guard.html", "/api/v1/organizations/old-guard"]
)
def test_a_withdrawn_thing_is_gone_and_says_what_replaces_it(made_up: httpx.Client, path: str) -> None:
    answer = made_up.get(path)
    assert answer.status_code == httpx.codes.GONE
    assert answer.json()["replacedBy"] == [str(ENTITY["guard"])]
    assert answer.links["successor-version"]["url"] == str(ENTITY["guard"])
    page = made_up.get(path, headers=BROWSER)
    assert page.status_code == httpx.codes.GONE
    assert "/ip/id/guard" in Page(page.text).links


def test_a_withdrawn_thing_may_have_no_successor(made_up: httpx.Client) -> None:
    answer = made_up.get("/id/no-heir")
    assert answer.status_code == httpx.codes.GONE
    assert answer.json()["replacedBy"] == []


def test_a_slug_may_have_dots_brackets_and_accents(made_up: httpx.Client) -> None:
    answer = made_up.get("/id/v1.2_(é)", headers={"Accept": "text/turtle"})
    assert answer.headers["Location"] == "/ip/id/v1.2_(%C3%A9).ttl"
    graph = Graph().parse(data=made_up.get("/id/v1.2_(é).ttl").text, format="turtle")
    assert (ENTITY["v1.2_(é)"], SKOS.prefLabel, Literal("Odd", lang="en")) in graph
    page = made_up.get("/id/v1.2_(é).html")
    assert not any(link.startswith("javascript") for link in Page(page.text).links)


def test_under_a_path_prefix_links_have_it_and_iris_have_not(made_up: httpx.Client) -> None:
    assert made_up.get("/id/guard").headers["Location"] == "/ip/id/guard.ttl"
    answer = made_up.get("/id/guard.html")
    page = Page(answer.text)
    assert all(path.startswith("/ip/") for path in page.loaded)
    assert all(link.startswith(("/ip/", "#", "https:", "http:")) for link in page.links)
    assert "</ip/id/guard.ttl>; rel=" in answer.headers["Link"]
    assert f"<{ENTITY['guard']}>" in answer.headers["Link"]
    assert str(ENTITY["guard"]) in made_up.get("/id/guard.nt").text
    assert made_up.get("/static/style.css").status_code == httpx.codes.OK
    following = made_up.get("/api/v1/organizations?limit=1").links["next"]["url"]
    assert "/ip/api/v1/organizations?" in following
    empty = made_up.get("/sparql", params={"query": "ASK { <urn:nobody> ?p ?o }"})
    assert empty.links["help"]["url"].startswith("/ip/sparql?")


def test_a_dataset_without_an_ontology_says_so(made_up: httpx.Client) -> None:
    assert made_up.get("/ontology.ttl").status_code == httpx.codes.NOT_FOUND


def test_names_in_other_languages_say_which(made_up: httpx.Client) -> None:
    guard = made_up.get("/api/v1/organizations/guard").json()
    assert {"@value": "الحرس", "@language": "ar"} in guard["prefLabel"]
    assert "Guard" in guard["prefLabel"]


@pytest.mark.parametrize(("path", "advice"), [("id", "suggest/entity"), ("claim", "/v1/claims"), ("case", "/v1/cases")])
def test_an_address_that_ends_before_the_name_says_where_names_are(
    client: httpx.Client, path: str, advice: str
) -> None:
    for address in (f"/{path}", f"/{path}/"):
        answer = client.get(address, headers={"Accept": "application/json"})
        assert answer.status_code == httpx.codes.NOT_FOUND
        assert advice in answer.json()["detail"]

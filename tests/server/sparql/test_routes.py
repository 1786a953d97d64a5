"""The SPARQL endpoint, asked by real clients and by plain HTTP."""

from __future__ import annotations

import csv
import gzip
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from xml.dom.minidom import Document

import httpx
import pytest
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TURTLE, XML, SPARQLWrapper

from illicit_power.model.iris import ENTITY, IPS
from tests.conftest import running_server

SPLITS = """
PREFIX ips: <https://w3id.org/illicit-power/ontology#>
PREFIX entity: <https://w3id.org/illicit-power/id/>
SELECT ?group WHERE { ?group ips:splinterOf entity:sadrist-movement } ORDER BY ?group
"""
CONSTRUCT = """
PREFIX ips: <https://w3id.org/illicit-power/ontology#>
CONSTRUCT { ?group ips:splinterOf ?other } WHERE { ?group ips:splinterOf ?other }
"""
FADHILA = str(ENTITY["fadhila-party"])


def get(client: httpx.Client, query: str, accept: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query}, headers={"Accept": accept})


# Real clients


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_asks_by_get_and_by_form(server: str, method: str) -> None:
    wrapper = SPARQLWrapper(f"{server}/sparql")
    wrapper.setQuery(SPLITS)
    wrapper.setReturnFormat(JSON)
    wrapper.setMethod(method)
    answer = wrapper.queryAndConvert()
    assert isinstance(answer, dict)
    rows = answer["results"]["bindings"]
    assert FADHILA in [row["group"]["value"] for row in rows]


def test_sparqlwrapper_posts_directly(server: str) -> None:
    wrapper = SPARQLWrapper(f"{server}/sparql")
    wrapper.setQuery(SPLITS)
    wrapper.setMethod(POST)
    wrapper.setRequestMethod(POSTDIRECTLY)
    wrapper.setReturnFormat(XML)
    answer = wrapper.queryAndConvert()
    assert isinstance(answer, Document)
    assert FADHILA in answer.toxml()


@pytest.mark.parametrize("format_", [TURTLE, N3, RDFXML, JSONLD])
@pytest.mark.parametrize("method", [GET, POST])
def test_sparqlwrapper_gets_graphs(server: str, format_: str, method: str) -> None:
    wrapper = SPARQLWrapper(f"{server}/sparql")
    wrapper.setQuery(CONSTRUCT)
    wrapper.setMethod(method)
    wrapper.setReturnFormat(format_)
    answer = wrapper.queryAndConvert()
    if isinstance(answer, bytes):
        answer = Graph().parse(data=answer, format="turtle")
    assert isinstance(answer, Graph)
    assert (URIRef(FADHILA), IPS.splinterOf, ENTITY["sadrist-movement"]) in answer


def test_sparqlwrapper_gets_csv(server: str) -> None:
    wrapper = SPARQLWrapper(f"{server}/sparql")
    wrapper.setQuery(SPLITS)
    wrapper.setReturnFormat(CSV)
    answer = wrapper.queryAndConvert()
    assert isinstance(answer, bytes)
    assert FADHILA in answer.decode().splitlines()


def test_rdflib_reads_the_endpoint_as_a_graph(server: str) -> None:
    graph = Graph(SPARQLStore(f"{server}/sparql"))
    assert (URIRef(FADHILA), IPS.splinterOf, ENTITY["sadrist-movement"]) in graph
    assert FADHILA in [str(row.group) for row in graph.query(SPLITS)]  # type: ignore[union-attr]


# The protocol


def test_the_three_ways_to_ask_give_the_same_answer(client: httpx.Client) -> None:
    headers = {"Accept": "text/csv"}
    answers = [
        client.get("/sparql", params={"query": SPLITS}, headers=headers),
        client.post("/sparql", data={"query": SPLITS}, headers=headers),
        client.post("/sparql", content=SPLITS, headers={**headers, "Content-Type": "application/sparql-query"}),
    ]
    assert len({answer.content for answer in answers}) == 1
    assert FADHILA in answers[0].text


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
    ],
)
def test_solutions_come_in_the_form_that_is_liked_best(client: httpx.Client, accept: str, content_type: str) -> None:
    answer = get(client, SPLITS, accept)
    assert answer.headers["Content-Type"] == content_type
    assert "Accept" in answer.headers["Vary"]
    assert _groups(answer) == _groups(get(client, SPLITS, "text/csv"))


def _groups(answer: httpx.Response) -> list[str]:
    """The values of ?group, read from any solutions format."""
    media_type = answer.headers["Content-Type"].partition(";")[0]
    if media_type == "application/sparql-results+json":
        return [row["group"]["value"] for row in answer.json()["results"]["bindings"]]
    if media_type == "application/sparql-results+xml":
        return [
            element.text or ""
            for element in ET.fromstring(answer.text).iter("{http://www.w3.org/2005/sparql-results#}uri")
        ]
    if media_type == "text/csv":
        return [row["group"] for row in csv.DictReader(io.StringIO(answer.text))]
    return [line.strip("<>") for line in answer.text.splitlines()[1:]]


@pytest.mark.parametrize(
    ("accept", "content_type", "parser"),
    [
        ("text/turtle", "text/turtle; charset=utf-8", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("*/*", "text/turtle; charset=utf-8", "turtle"),
    ],
)
@pytest.mark.parametrize("query", [CONSTRUCT, f"DESCRIBE <{FADHILA}>"], ids=["construct", "describe"])
def test_graphs_come_in_the_form_that_is_liked_best(
    client: httpx.Client, accept: str, content_type: str, parser: str, query: str
) -> None:
    answer = get(client, query, accept)
    assert answer.headers["Content-Type"] == content_type
    expected = Graph().parse(data=get(client, query, "application/n-triples").text, format="nt")
    assert len(expected) > 0
    assert isomorphic(Graph().parse(data=answer.text, format=parser), expected)


def test_ask_answers_yes_and_no(client: httpx.Client) -> None:
    yes = get(client, f"ASK {{ <{FADHILA}> ?p ?o }}", "application/sparql-results+json")
    no = get(client, "ASK { <http://example.org/nothing> ?p ?o }", "application/sparql-results+json")
    assert (yes.json()["boolean"], no.json()["boolean"]) == (True, False)


@pytest.mark.parametrize(
    "path", ["/", "/sparql?query=ASK%7B%7D", "/id/jaish-al-mahdi", "/id/jaish-al-mahdi.ttl", "/ontology"]
)
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    assert head.headers.get("Content-Type") == whole.headers.get("Content-Type")


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/api/v1/organizations?limit=1", "/id/jaish-al-mahdi.ttl"])
def test_pages_of_other_sites_may_read_the_answers(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://notebook.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_of_other_sites_may_post_queries(client: httpx.Client) -> None:
    preflight = {
        "Origin": "https://notebook.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = client.options("/sparql", headers=preflight)
    assert answer.status_code == httpx.codes.OK
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "content-type" in answer.headers["Access-Control-Allow-Headers"].lower()


def test_another_method_is_told_which_ones_there_are(client: httpx.Client) -> None:
    answer = client.put("/sparql", content="ASK {}")
    assert answer.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_protocol_s_default_graph_narrows_the_dataset(client: httpx.Client) -> None:
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?claim a <https://w3id.org/illicit-power/ontology#SplinterOf> }"
    headers = {"Accept": "text/csv"}
    graph = "https://w3id.org/illicit-power/graph/"
    inside = client.get("/sparql", params={"query": query, "default-graph-uri": graph + "jam/claims"}, headers=headers)
    outside = client.get("/sparql", params={"query": query, "default-graph-uri": graph + "ontology"}, headers=headers)
    assert int(inside.text.split()[1]) > 0
    assert outside.text.split()[1] == "0"


def test_format_is_an_alternative_for_people(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": SPLITS, "format": "csv"}, headers={"Accept": "text/html"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    unchosen = client.get("/sparql", params={"query": SPLITS, "format": ""}, headers={"Accept": "text/csv"})
    assert unchosen.content == answer.content


# Errors


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, object] = answer.json()
    assert document["status"] == status
    return document


def test_a_syntax_error_says_line_and_column(client: httpx.Client) -> None:
    document = problem(get(client, "SELECT ?s\nWHERE { ?s ?p }", "*/*"), 400)
    assert document["line"] == 2
    assert isinstance(document["column"], int)


def test_service_is_refused_with_advice(client: httpx.Client) -> None:
    document = problem(get(client, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "*/*"), 400)
    assert "VALUES" in str(document["detail"])


def test_no_fitting_format_lists_what_there_is(client: httpx.Client) -> None:
    document = problem(get(client, SPLITS, "image/png"), 406)
    assert document["available"] == [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ]


@pytest.mark.parametrize(
    ("request_", "status", "advice"),
    [
        pytest.param({"method": "GET"}, 400, "no query", id="no query"),
        pytest.param({"method": "GET", "params": {"query": ["ASK {}", "ASK {}"]}}, 400, "one query", id="two queries"),
        pytest.param(
            {"method": "GET", "params": {"query": "ASK {}", "format": "pdf"}}, 400, "csv", id="unknown format"
        ),
        pytest.param({"method": "POST", "data": {"update": "CLEAR ALL"}}, 400, "read-only", id="an update"),
        pytest.param(
            {"method": "POST", "content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}},
            415,
            "read-only",
            id="an update as it is",
        ),
        pytest.param(
            {"method": "POST", "content": "ASK {}", "headers": {"Content-Type": "text/plain"}},
            415,
            "application/sparql-query",
            id="unknown body",
        ),
        pytest.param(
            {"method": "POST", "content": b"ASK {\xff}", "headers": {"Content-Type": "application/sparql-query"}},
            400,
            "UTF-8",
            id="no UTF-8",
        ),
        pytest.param(
            {"method": "POST", "content": b"#" * 1_100_000, "headers": {"Content-Type": "application/sparql-query"}},
            413,
            "1,000,000",
            id="too long a body",
        ),
    ],
)
def test_a_request_that_cannot_be_answered_is_told_why(
    client: httpx.Client, request_: dict[str, object], status: int, advice: str
) -> None:
    headers = {"Accept": "application/sparql-results+json", **request_.pop("headers", {})}  # type: ignore[dict-item]
    answer = client.request(url="/sparql", headers=headers, **request_)  # type: ignore[arg-type]
    assert advice in str(problem(answer, status)["detail"])


@pytest.mark.parametrize("path", ["/sparql", "/reconcile"])
def test_a_compressed_body_is_refused_with_the_coding_to_use(client: httpx.Client, path: str) -> None:
    body = gzip.compress(b"query=ASK%20%7B%7D")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}
    answer = client.post(path, content=body, headers=headers)
    assert "Content-Encoding: gzip" in str(problem(answer, 415)["detail"])
    assert answer.headers["Accept-Encoding"] == "identity"
    plain = client.post(path, content=b"query=ASK%20%7B%7D", headers={**headers, "Content-Encoding": "Identity"})
    assert plain.status_code != httpx.codes.UNSUPPORTED_MEDIA_TYPE


# Any other dataset


@pytest.fixture(scope="module")
def other_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of two files that have nothing to do with this project, with one second for a query."""
    folder = tmp_path_factory.mktemp("other")
    files: list[Path] = [folder / "one.ttl", folder / "two.trig"]
    files[0].write_text("@prefix e: <http://example.org/> . e:a e:knows e:b .")
    files[1].write_text("@prefix e: <http://example.org/> . e:g { e:b e:knows e:c . }")
    with running_server("--data", *map(str, files), "--timeout", "1") as address:
        yield address


def test_other_rdf_files_are_served_the_same_way(other_server: str) -> None:
    query = "SELECT ?x { <http://example.org/a> <http://example.org/knows>+ ?x } ORDER BY ?x"
    answer = httpx.get(f"{other_server}/sparql", params={"query": query, "format": "csv"})
    assert answer.text.split() == ["x", "http://example.org/b", "http://example.org/c"]
    assert "Illicit Power" in httpx.get(f"{other_server}/", headers={"Accept": "text/html"}).text


def test_documents_that_another_dataset_does_not_have_are_404(other_server: str) -> None:
    answer = httpx.get(f"{other_server}/shapes", headers={"Accept": "text/turtle"})
    assert "https://w3id.org/illicit-power/graph/shapes" in str(problem(answer, 404)["detail"])


@pytest.mark.parametrize("path", ["/", "/sparql", "/api", "/no-such-page", "/sitemap.xml"])
def test_other_rdf_files_are_not_given_our_license_or_downloads(other_server: str, path: str) -> None:
    answer = httpx.get(other_server + path, headers={"Accept": "text/html"})
    assert "CC BY" not in answer.text
    assert "/download/" not in answer.text


def test_a_client_that_hangs_up_frees_its_worker(tmp_path: Path) -> None:
    file = tmp_path / "data.ttl"
    file.write_text("".join(f"<http://example.org/{n}> <http://example.org/p> {n} .\n" for n in range(300)))
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
    with running_server("--data", str(file), "--workers", "1", "--queue-timeout", "20", "--timeout", "600") as address:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{address}/sparql", params={"query": endless}, timeout=1.0)
        answer = httpx.get(f"{address}/sparql", params={"query": "ASK { ?s ?p ?o }", "format": "json"}, timeout=30.0)
    assert answer.json()["boolean"] is True


def test_a_query_over_its_deadline_gets_504_and_the_next_one_its_answer(other_server: str) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(40)) + " }"
    document = problem(httpx.get(f"{other_server}/sparql", params={"query": endless}), 504)
    assert "LIMIT" in str(document["detail"])
    answer = httpx.get(f"{other_server}/sparql", params={"query": "ASK { ?s ?p ?o }", "format": "json"})
    assert answer.json()["boolean"] is True

"""SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), a table for each of its sections.

Asked of a server with three graphs of two to three names, so that the answer tells which graphs were looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from rdflib import RDF, Dataset, Graph, Literal, Namespace, URIRef

from illicit_power.engine.formats import BOOLEAN_FORMATS, GRAPH_FORMATS, SOLUTIONS_FORMATS
from tests.conftest import running_server

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
EXAMPLE = "http://example.org/"
PEOPLE, PLACES, HEARSAY = (f"{EXAMPLE}{name}" for name in ("people", "places", "hearsay"))
KNOWS = f"SELECT ?who {{ ?who <{EXAMPLE}knows> ?whom }} ORDER BY ?who"
EVERYBODY = "who\r\nhttp://example.org/ann\r\nhttp://example.org/bob\r\n"
ANN = "who\r\nhttp://example.org/ann\r\n"
BOB = "who\r\nhttp://example.org/bob\r\n"
NOBODY = "who\r\n"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[httpx.Client]:
    data = Path(__file__).with_name("data.trig")
    with running_server("--data", str(data)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


@dataclass(frozen=True)
class Request:
    """A request, as it is sent, and what must come back: the status, and the body or what a problem says."""

    name: str
    status: int
    body: str
    method: str = "GET"
    query: str = ""
    content: str | bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    path: str = "/sparql"


def encoded(*pairs: tuple[str, str]) -> str:
    return urlencode(pairs)


def table(*requests: Request) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("request_", requests, ids=lambda request: request.name.replace(" ", "-"))


def send(endpoint: httpx.Client, request: Request) -> httpx.Response:
    content = request.content.encode() if isinstance(request.content, str) else request.content
    headers = {"Accept": "text/csv, application/sparql-results+json;q=0.5", **request.headers}
    url = f"{request.path}?{request.query}" if request.query else request.path
    return endpoint.request(request.method, url, content=content or None, headers=headers)


def check(endpoint: httpx.Client, request: Request) -> None:
    answer = send(endpoint, request)
    assert answer.status_code == request.status, answer.text
    if answer.is_success:
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.text == request.body
    else:
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == request.status
        assert request.body in problem["detail"]


# 2.1.1 to 2.1.3, the three ways to ask, and the QUERY method


@table(
    Request("by GET", 200, EVERYBODY, query=encoded(("query", KNOWS))),
    Request("with a trailing slash", 200, EVERYBODY, path="/sparql/", query=encoded(("query", KNOWS))),
    Request("by POST with a form", 200, EVERYBODY, "POST", "", encoded(("query", KNOWS)), {"Content-Type": FORM}),
    Request(
        "by POST with a form in a named charset",
        200,
        EVERYBODY,
        "POST",
        "",
        encoded(("query", KNOWS)),
        {"Content-Type": f'{FORM}; charset="UTF-8"'},
    ),
    Request("by POST directly", 200, EVERYBODY, "POST", "", KNOWS, {"Content-Type": DIRECT}),
    Request(
        "by POST directly in capitals", 200, EVERYBODY, "POST", "", KNOWS, {"Content-Type": "Application/SPARQL-Query"}
    ),
    Request("by QUERY", 200, EVERYBODY, "QUERY", "", KNOWS, {"Content-Type": DIRECT}),
    Request("by QUERY with a form", 200, EVERYBODY, "QUERY", "", encoded(("query", KNOWS)), {"Content-Type": FORM}),
    Request("with a plus for a space", 200, EVERYBODY, query=f"query={quote(KNOWS).replace('%20', '+')}"),
    Request(
        "percent-encoding is decoded once",
        200,
        "x\r\n%41\r\n",
        query=encoded(("query", 'SELECT ("%41" AS ?x) {}')),
    ),
    Request("letters beyond ASCII", 200, "x\r\nجيش 🕊\r\n", query=encoded(("query", 'SELECT ("جيش 🕊" AS ?x) {}'))),
    Request("no query by POST", 400, "no query", "POST", "", "", {"Content-Type": FORM}),
    Request("two queries", 400, "one query", query=encoded(("query", KNOWS), ("query", "ASK {}"))),
    Request(
        "a query in the address and one in the body",
        400,
        "one query",
        "POST",
        encoded(("query", KNOWS)),
        KNOWS,
        {"Content-Type": DIRECT},
    ),
    Request("no media type", 415, DIRECT, "POST", "", KNOWS),
    Request("another media type", 415, DIRECT, "POST", "", KNOWS, {"Content-Type": "application/json"}),
    Request("a multipart form", 415, FORM, "POST", "", KNOWS, {"Content-Type": "multipart/form-data; boundary=x"}),
    Request("another charset", 415, "UTF-8", "POST", "", KNOWS, {"Content-Type": f"{DIRECT}; charset=iso-8859-1"}),
    Request("bytes that are not UTF-8", 400, "UTF-8", "POST", "", b"ASK {\xff}", {"Content-Type": DIRECT}),
    Request("percent-encoded bytes that are not UTF-8", 400, "UTF-8", query="query=ASK%7B%FF%7D"),
    Request("an unknown method", 405, "Use GET, HEAD, OPTIONS, POST, QUERY", "PUT", "", KNOWS),
    Request("no such method", 405, "Use GET", "BREW"),
)
def test_query_operations(endpoint: httpx.Client, request_: Request) -> None:
    check(endpoint, request_)


def test_a_server_says_in_which_media_type_it_takes_queries(endpoint: httpx.Client) -> None:
    answer = endpoint.request("QUERY", "/sparql", content="{}", headers={"Content-Type": "application/json"})
    assert answer.status_code == 415
    assert answer.headers["Accept-Query"] == DIRECT


def test_options_tells_the_methods(endpoint: httpx.Client) -> None:
    answer = endpoint.options("/sparql")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"


@pytest.mark.parametrize("query", [KNOWS, "SELECT", "DELETE WHERE { ?s ?p ?o }"], ids=["answer", "error", "update"])
def test_head_is_get_without_a_body(endpoint: httpx.Client, query: str) -> None:
    whole, head = (endpoint.request(method, "/sparql", params={"query": query}) for method in ("GET", "HEAD"))
    assert head.content == b""
    assert (head.status_code, whole.status_code) == (whole.status_code, head.status_code)
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers.get(name) == whole.headers.get(name)


# 2.1.4, the RDF dataset


DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"
IN_GRAPHS = f"SELECT ?who {{ GRAPH ?g {{ ?who <{EXAMPLE}knows> ?whom }} }} ORDER BY ?who"


@table(
    Request("the union of all graphs by default", 200, EVERYBODY, query=encoded(("query", KNOWS))),
    Request("all named graphs by default", 200, EVERYBODY, query=encoded(("query", IN_GRAPHS))),
    Request("one default graph", 200, ANN, query=encoded(("query", KNOWS), (DEFAULT, PEOPLE))),
    Request(
        "two default graphs", 200, EVERYBODY, query=encoded(("query", KNOWS), (DEFAULT, PEOPLE), (DEFAULT, HEARSAY))
    ),
    Request(
        "no named graphs beside a default graph", 200, NOBODY, query=encoded(("query", IN_GRAPHS), (DEFAULT, PEOPLE))
    ),
    Request("one named graph", 200, BOB, query=encoded(("query", IN_GRAPHS), (NAMED, HEARSAY))),
    Request("no default graph beside a named graph", 200, NOBODY, query=encoded(("query", KNOWS), (NAMED, HEARSAY))),
    Request(
        "a default and a named graph",
        200,
        ANN,
        query=encoded(
            ("query", f"SELECT ?who {{ ?who ?p ?whom . GRAPH ?g {{ ?whom <{EXAMPLE}lives> ?where }} }}"),
            (DEFAULT, PEOPLE),
            (NAMED, PLACES),
        ),
    ),
    Request("FROM", 200, ANN, query=encoded(("query", KNOWS.replace("{", f"FROM <{PEOPLE}> {{", 1)))),
    Request("FROM NAMED", 200, BOB, query=encoded(("query", IN_GRAPHS.replace("{", f"FROM NAMED <{HEARSAY}> {{", 1)))),
    Request(
        "FROM with a prefix",
        200,
        ANN,
        query=encoded(("query", f"PREFIX : <{EXAMPLE}> {KNOWS.replace('{', 'FROM :people {', 1)}")),
    ),
    Request(
        "FROM relative to a base",
        200,
        ANN,
        query=encoded(("query", f"BASE <{EXAMPLE}> {KNOWS.replace('{', 'FROM <people> {', 1)}")),
    ),
    Request(
        "the request overrides FROM",
        200,
        BOB,
        query=encoded(("query", KNOWS.replace("{", f"FROM <{PEOPLE}> {{", 1)), (DEFAULT, HEARSAY)),
    ),
    Request(
        "the request overrides FROM of a graph that is not here",
        200,
        BOB,
        query=encoded(("query", KNOWS.replace("{", "FROM <http://elsewhere.example/> {", 1)), (DEFAULT, HEARSAY)),
    ),
    Request(
        "a form names graphs",
        200,
        ANN,
        "POST",
        "",
        encoded(("query", KNOWS), (DEFAULT, PEOPLE)),
        {"Content-Type": FORM},
    ),
    Request(
        "the address names graphs for a query that is posted directly",
        200,
        ANN,
        "POST",
        encoded((DEFAULT, PEOPLE)),
        KNOWS,
        {"Content-Type": DIRECT},
    ),
    Request(
        "a graph that is not here", 400, f"<{PEOPLE}>", query=encoded(("query", KNOWS), (DEFAULT, EXAMPLE + "peopl"))
    ),
    Request(
        "FROM of a graph that is not here",
        400,
        "not fetched",
        query=encoded(("query", KNOWS.replace("{", "FROM <http://elsewhere.example/data.ttl> {", 1))),
    ),
    Request("a graph that is no IRI", 400, "absolute IRI", query=encoded(("query", KNOWS), (DEFAULT, "people"))),
)
def test_the_dataset(endpoint: httpx.Client, request_: Request) -> None:
    check(endpoint, request_)


# 2.1.5, content negotiation (RFC 9110, 12.5.1)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/*", "application/sparql-results+json"),
        ("text/*", "text/csv"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/xml", "application/sparql-results+xml"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.4", "text/csv"),
        ("*/*;q=0.1, application/sparql-results+xml;q=0.2", "application/sparql-results+xml"),
        ("text/*;q=0.9, text/csv;q=0.1", "text/tab-separated-values"),
        ("*/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv ; q=1.000 , text/turtle", "text/csv"),
        ("image/png, text/csv;q=0.001", "text/csv"),
        ("text/csv, */*", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("text/html;q=0.9, text/csv", "text/csv"),
    ],
)
def test_solutions_come_in_the_type_that_is_liked_best(
    endpoint: httpx.Client, accept: str | None, media_type: str
) -> None:
    request = endpoint.build_request("GET", "/sparql", params={"query": KNOWS})
    del request.headers["Accept"]
    if accept is not None:
        request.headers["Accept"] = accept
    answer = endpoint.send(request)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    assert "Accept" in answer.headers["Vary"]
    assert answer.text.count("http://example.org/ann") == 1


KINDS = {
    "SELECT": (KNOWS, SOLUTIONS_FORMATS),
    "ASK": ("ASK {}", BOOLEAN_FORMATS),
    "CONSTRUCT": ("CONSTRUCT WHERE { ?s ?p ?o }", GRAPH_FORMATS),
    "DESCRIBE": (f"DESCRIBE <{EXAMPLE}ann>", GRAPH_FORMATS),
    "no query": (None, GRAPH_FORMATS),
}
EVERY_FORM = [(kind, format_) for kind, (_, formats) in KINDS.items() for format_ in formats]


@pytest.mark.parametrize(
    ("kind", "format_"), EVERY_FORM, ids=[f"{kind}-{format_.name}" for kind, format_ in EVERY_FORM]
)
def test_each_format_is_had_by_its_type_and_by_its_name(endpoint: httpx.Client, kind: str, format_: object) -> None:
    assert isinstance(format_, type(GRAPH_FORMATS[0]))
    query = KINDS[kind][0]
    parameters = {"query": query} if query else {}
    by_type = endpoint.get("/sparql", params=parameters, headers={"Accept": format_.media_type})
    by_name = endpoint.get("/sparql", params={**parameters, "format": format_.name}, headers={"Accept": "text/html"})
    for answer in (by_type, by_name):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == format_.content_type
    if kind in ("CONSTRUCT", "DESCRIBE", "no query"):
        rdflib_format = {"nt": "nt", "nq": "nquads", "rdf": "xml", "jsonld": "json-ld", "ttl": "turtle"}
        parsed = Dataset().parse(data=by_type.text, format=rdflib_format.get(format_.name, format_.name))
        assert len(parsed) > 0
    elif kind == "ASK":
        assert "true" in by_type.text
    else:
        assert by_type.text.count("http://example.org/ann") == 1
    if kind != "no query":
        assert by_type.content == by_name.content


@table(
    Request(
        "nothing that fits solutions",
        406,
        "none of the formats",
        query=encoded(("query", KNOWS)),
        headers={"Accept": "image/png"},
    ),
    Request(
        "a graph format for solutions",
        406,
        "none of the formats",
        query=encoded(("query", KNOWS)),
        headers={"Accept": "text/turtle"},
    ),
    Request("a table format for a yes or no", 406, "boolean", query=encoded(("query", "ASK {}"), ("format", "csv"))),
    Request("everything excluded", 406, "none of the", query=encoded(("query", KNOWS)), headers={"Accept": "*/*;q=0"}),
    Request("an unknown name", 400, "use csv, json", query=encoded(("query", KNOWS), ("format", "xlsx"))),
)
def test_what_cannot_be_had(endpoint: httpx.Client, request_: Request) -> None:
    check(endpoint, request_)


def test_406_lists_what_can_be_had(endpoint: httpx.Client) -> None:
    answer = endpoint.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "image/png"})
    assert answer.json()["available"] == ["application/sparql-results+json", "application/sparql-results+xml"]


# 2.1.7, failure, and 2.2, update, of which there is none


@table(
    Request("what is not SPARQL", 400, "names no variable", query=encoded(("query", "SELECT WHERE"))),
    Request("an empty query", 400, "", query="query="),
    Request("an update in the address", 400, "read-only", query=encoded(("update", "CLEAR ALL"))),
    Request(
        "an update in a form", 400, "read-only", "POST", "", encoded(("update", "CLEAR ALL")), {"Content-Type": FORM}
    ),
    Request("an update as a query", 400, "read-only", query=encoded(("query", "INSERT DATA { <a:a> <a:b> <a:c> }"))),
    Request(
        "an update posted directly",
        415,
        "read-only",
        "POST",
        "",
        "CLEAR ALL",
        {"Content-Type": "application/sparql-update"},
    ),
    Request("LOAD from elsewhere", 400, "read-only", query=encoded(("query", "LOAD <http://127.0.0.1:1/>"))),
    Request("a deadline that is no number", 400, "seconds", query=encoded(("query", KNOWS), ("timeout", "soon"))),
    Request("a deadline of no time", 400, "seconds", query=encoded(("query", KNOWS), ("timeout", "0"))),
)
def test_failures(endpoint: httpx.Client, request_: Request) -> None:
    check(endpoint, request_)


# SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/)


def test_the_service_describes_itself(endpoint: httpx.Client) -> None:
    graph = Graph().parse(data=endpoint.get("/sparql", headers={"Accept": "text/turtle"}).text, format="turtle")
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert graph.value(service, SD.endpoint) == URIRef(f"{endpoint.base_url}/sparql".replace("//sparql", "/sparql"))
    assert graph.value(service, SD.supportedLanguage) == SD.SPARQL11Query
    assert set(graph.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    assert len(set(graph.objects(service, SD.resultFormat))) == 10
    dataset = graph.value(service, SD.defaultDataset)
    triples = Namespace("http://rdfs.org/ns/void#").triples
    counts = {
        graph.value(named, SD.name): graph.value(graph.value(named, SD.graph), triples)
        for named in graph.objects(dataset, SD.namedGraph)
    }
    assert counts == {URIRef(name): Literal(1) for name in (PEOPLE, PLACES, HEARSAY)}


def test_the_description_says_what_the_default_graph_is_and_the_limits(endpoint: httpx.Client) -> None:
    text = endpoint.get("/sparql", headers={"Accept": "*/*"}).text
    assert "union of all named graphs" in text
    assert "30 seconds" in text


# Conditional requests (RFC 9110, 13)


def test_an_answer_that_is_known_is_not_sent_again(endpoint: httpx.Client) -> None:
    first = endpoint.get("/sparql", params={"query": KNOWS, "format": "csv"})
    tag = first.headers["ETag"]
    assert tag.startswith('W/"'), "the order of its rows is the engine's to choose"
    for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        again = endpoint.get("/sparql", params={"query": KNOWS, "format": "csv"}, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
        assert "Accept" in again.headers["Vary"]


def test_every_variant_has_a_tag_of_its_own(endpoint: httpx.Client) -> None:
    variants = [
        {"query": KNOWS, "format": "csv"},
        {"query": KNOWS, "format": "json"},
        {"query": KNOWS + " ", "format": "csv"},
        {"query": KNOWS, "format": "csv", DEFAULT: PEOPLE},
        {"query": KNOWS, "format": "csv", NAMED: PEOPLE},
    ]
    tags = [endpoint.get("/sparql", params=variant).headers["ETag"] for variant in variants]
    assert len(set(tags)) == len(variants)


@pytest.mark.parametrize("volatile", ["NOW()", "RAND()", "uuid()", "STRUUID()"])
def test_an_answer_that_changes_has_no_tag(endpoint: httpx.Client, volatile: str) -> None:
    answer = endpoint.get("/sparql", params={"query": f"SELECT ({volatile} AS ?x) {{}}"})
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_same_answer_comes_back_from_the_cache_byte_by_byte(endpoint: httpx.Client) -> None:
    answers = {endpoint.get("/sparql", params={"query": KNOWS, "format": "json"}).content for _ in range(3)}
    assert len(answers) == 1


def test_errors_are_not_kept(endpoint: httpx.Client) -> None:
    for _ in range(2):
        answer = endpoint.get("/sparql", params={"query": "SELECT *"}, headers={"Accept": "*/*"})
        assert answer.status_code == 400
        assert "ETag" not in answer.headers

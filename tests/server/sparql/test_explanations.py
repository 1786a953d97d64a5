"""Explanations over HTTP, for the mistakes that researchers make with the real dataset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from illicit_power.dataset.prefixes import standard_prefixes
from illicit_power.model.iris import ONTOLOGY_GRAPH
from tests.conftest import running_server

PROLOGUE = "".join(
    f"{standard_prefixes().declaration(name)}\n" for name in ("ips", "entity", "graph", "skos", "rdfs", "xsd")
)
HTML = {"Accept": "text/html"}
NOTHING = PROLOGUE + "SELECT ?org WHERE { ?org a ips:militia }"


def explain(client: httpx.Client, query: str) -> dict[str, object]:
    answer = client.get(
        "/sparql", params={"query": PROLOGUE + query, "explain": "true"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    document: dict[str, object] = answer.json()
    return document


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        pytest.param(
            "SELECT * { entity:jaish-al-mahdi ips:leaderOf ?who }",
            "The other way round, ?who ips:leaderOf entity:jaish-al-mahdi, it matches",
            id="a property the wrong way round",
        ),
        pytest.param(
            "SELECT * { ?org a ips:Militia ; ips:leaderOf ?who }",
            "by itself, but none together with what is before it. The other way round, ?who ips:leaderOf ?org",
            id="a property the wrong way round in a join",
        ),
        pytest.param('SELECT * { ?e ips:page "57" }', "The data has it as 57.", id="a number as text"),
        pytest.param(
            "SELECT * { ?c a ips:LeaderOf ; ips:time ?t FILTER(?t > '2007-01-01'^^xsd:date) }",
            "the condition is an error, which counts as false",
            id="EDTF compared with a date",
        ),
        pytest.param("SELECT * { ?x a ips:militia }", "Nearest: ips:Militia (class)", id="a class in small letters"),
        pytest.param(
            "SELECT * { ?x ips:SplinterOf ?y }",
            "ips:SplinterOf is a class of claims, not a property. The direct link is ips:splinterOf",
            id="the claim for the direct link",
        ),
        pytest.param(
            "SELECT * { ?x a ips:splinterOf }",
            "The claims that it follows from are of the class ips:SplinterOf.",
            id="the direct link for the claim",
        ),
        pytest.param(
            "SELECT * { ?x ips:SPLINTEROF ?y }",
            "ips:splinterOf (property), ips:SplinterOf (class of claims)",
            id="neither the claim nor the direct link",
        ),
        pytest.param(
            "SELECT * { entity:moqtada-sadr ?p ?o }", "Nearest: entity:muqtada-al-sadr", id="another spelling"
        ),
        pytest.param("SELECT * { entity:mahdi-army ?p ?o }", "Nearest: entity:jaish-al-mahdi", id="another name"),
        pytest.param("SELECT * { entity:JAM ?p ?o }", "Nearest: entity:jaish-al-mahdi", id="an abbreviation"),
        pytest.param(
            'SELECT * { ?x skos:prefLabel "Iran" }', 'The data has it as "Iran"@en.', id="a name without its language"
        ),
        pytest.param(
            'SELECT * { ?x rdfs:label "Iran"@en }', "the value of skos:prefLabel", id="a name under another property"
        ),
        pytest.param(
            'SELECT * { ?x skos:prefLabel ?n FILTER(?n = "Iran") }',
            '"Iran" is written "Iran"@en in the data.',
            id="a name compared without its language",
        ),
        pytest.param(
            "SELECT * { ?c a ips:SplinterOf ; ips:page ?p }", "?c has here: ips:about,", id="the page of a claim itself"
        ),
        pytest.param(
            "SELECT * { GRAPH graph:jam\\/entities { ?c a ips:SplinterOf } }",
            "not in the graph asked, but in <https://w3id.org/illicit-power/graph/jam/claims>",
            id="another graph",
        ),
    ],
)
def test_a_researcher_s_mistake_is_explained(client: httpx.Client, query: str, reason: str) -> None:
    document = explain(client, query)
    assert document["answers"] == 0
    assert reason in str(document["summary"])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param(
            "SELECT * { entity:amanat-contract-money ips:hasMechanism ?how }",
            "1 claim of the class ips:HasMechanism says so without a direct link that is stated: "
            "1 with stance:possible. Ask for the claims: ?claim a ips:HasMechanism ; "
            "ips:subject entity:amanat-contract-money ; ips:object ?how ; ips:stance ?stance .",
            id="what is only possible",
        ),
        pytest.param(
            "SELECT * { entity:special-groups ips:partOf ?whole }",
            "1 claim of the class ips:FactionOf says so without a direct link that is stated: "
            "1 with qualification:nominal",
            id="what is so in name only, by a property above the direct one",
        ),
        pytest.param(
            "SELECT * { GRAPH graph:jam\\/direct { entity:asaib-ahl-al-haq ips:splinterOf ?whom } }",
            "1 inferred by the reader",
            id="what the reader infers, where only stated links are asked",
        ),
        pytest.param(
            "PREFIX mechanism: <https://w3id.org/illicit-power/vocabulary/mechanism/> "
            "SELECT * { ?money ips:hasMechanism mechanism:contract-diversion }",
            "Besides, 1 claim of the class ips:HasMechanism says so without a direct link that is stated",
            id="beside what is found",
        ),
    ],
)
def test_what_is_not_asserted_is_not_silently_absent(client: httpx.Client, query: str, said: str) -> None:
    assert said in str(explain(client, query)["summary"])


def test_who_compares_bounds_is_told_on_what_they_rest(client: httpx.Client) -> None:
    query = """SELECT * { ?c a ips:LeaderOf ; ips:startEarliest ?from ; ips:endLatest ?to .
                          FILTER(?from <= "2007-02-15T00:00:00Z"^^xsd:dateTime && ?to >= ?from) }"""
    summary = str(explain(client, query)["summary"])
    assert "The times of ?c rest on: time-basis:context " in summary


def test_the_document_has_the_parts_with_their_rows(client: httpx.Client) -> None:
    document = explain(client, "SELECT * {\n ?x a ips:Militia .\n ?x ips:ledBy ?y }")
    steps = document["steps"]
    assert isinstance(steps, list)
    assert [(step["text"], step["line"], step["together"]) for step in steps] == [
        ("?x a ips:Militia", 8, steps[0]["alone"]),
        ("?x ips:ledBy ?y", 9, 0),
    ]
    assert steps[0]["alone"] > 0
    assert document["counted_to"] == 10_000
    assert [term["term"] for term in document["terms"]] == ["ips:ledBy"]  # type: ignore[attr-defined]


def test_curl_gets_plain_text(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": NOTHING, "explain": "true"}, headers={"Accept": "*/*"})
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("Nothing in the data matches ?org a ips:militia (line 7).")


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "GET", "params": {"query": NOTHING, "explain": "true"}},
        {"method": "POST", "data": {"query": NOTHING, "explain": "true"}},
        {
            "method": "POST",
            "params": {"explain": "true"},
            "content": NOTHING,
            "headers": {"Content-Type": "application/sparql-query"},
        },
        {
            "method": "QUERY",
            "params": {"explain": "true"},
            "content": NOTHING,
            "headers": {"Content-Type": "application/sparql-query"},
        },
    ],
    ids=["GET", "POST form", "POST direct", "QUERY"],
)
def test_every_form_of_request_may_ask_why(client: httpx.Client, request_: dict[str, object]) -> None:
    answer = client.request(url="/sparql", **request_)  # type: ignore[arg-type]
    assert answer.text.startswith("Nothing in the data matches")


@pytest.mark.parametrize(
    ("parameters", "status", "advice"),
    [
        ({"query": "ASK {}", "explain": "maybe"}, 400, "explain wants true or false"),
        ({"query": "ASK {}", "explain": "true", "format": "csv"}, 400, "text/plain (format=txt) or application/json"),
        ({"query": "SELECT ?a, ?b {}", "explain": "true"}, 400, "not by commas"),
        ({"explain": "true"}, 400, "There is no query"),
    ],
)
def test_what_cannot_be_explained_is_a_problem(
    client: httpx.Client, parameters: dict[str, str], status: int, advice: str
) -> None:
    answer = client.get("/sparql", params=parameters)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert advice in answer.json()["detail"]


def test_an_explanation_has_no_image(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": NOTHING, "explain": "true"}, headers={"Accept": "image/png"})
    assert answer.status_code == httpx.codes.NOT_ACCEPTABLE
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "empty"),
    [
        (NOTHING, True),
        (PROLOGUE + "ASK { ?x a ips:militia }", True),
        (PROLOGUE + "CONSTRUCT WHERE { ?x a ips:militia }", True),
        (PROLOGUE + "ASK { ?x a ips:Militia }", False),
        (PROLOGUE + "SELECT ?x { ?x a ips:Militia }", False),
    ],
)
def test_an_empty_answer_points_to_its_explanation(client: httpx.Client, query: str, empty: bool) -> None:
    for _ in range(2):  # the second from the cache
        answer = client.get("/sparql", params={"query": query, "default-graph-uri": str(ONTOLOGY_GRAPH)})
        if not empty:
            answer = client.get("/sparql", params={"query": query})
        assert ('rel="help"' in answer.headers.get("Link", "")) is empty
    if empty:
        address = answer.links["help"]["url"]
        assert parse_qs(urlsplit(address).query)["query"] == [query]
        assert client.get(address).text.startswith("Nothing in the data matches")


def test_the_page_says_why_below_an_empty_answer(client: httpx.Client) -> None:
    page = client.get("/sparql", params={"query": NOTHING}, headers=HTML).text
    assert page.index("No answers") < page.index("Why?") < page.index("Nearest: ips:Militia (class)")


def test_the_page_says_why_only_where_it_was_asked_when_there_is_an_answer(client: httpx.Client) -> None:
    query = {"query": PROLOGUE + "SELECT ?org { ?org a ips:Militia }"}
    assert "Why?" not in client.get("/sparql", params=query, headers=HTML).text
    assert "The query finds" in client.get("/sparql", params={**query, "explain": "true"}, headers=HTML).text


def test_a_syntax_error_has_its_excerpt_in_the_problem_and_on_the_page(client: httpx.Client) -> None:
    query = "SELECT ?a\nWHERE {\t?a ?p <b> & ?c }"
    document = client.get("/sparql", params={"query": query}).json()
    assert (document["line"], document["column"]) == (2, 19)
    assert document["excerpt"] == "WHERE {\t?a ?p <b> & ?c }\n       \t          ^"
    page = client.get("/sparql", params={"query": query}, headers=HTML).text
    assert "WHERE {\t?a ?p &lt;b&gt; &amp; ?c }\n       \t          ^" in page


@pytest.fixture(scope="module")
def short_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of three statements whose answers have two rows at most."""
    file: Path = tmp_path_factory.mktemp("short") / "data.ttl"
    file.write_text("".join(f"<http://example.org/{n}> <http://example.org/p> {n} .\n" for n in range(3)))
    with running_server("--data", str(file), "--result-rows", "2") as address:
        yield address


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_the_page_says_that_an_answer_is_cut(short_server: str, query: str) -> None:
    page = httpx.get(f"{short_server}/sparql", params={"query": query}, headers=HTML).text
    assert "This is not the whole answer: it was cut after 2 rows" in page


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    query=st.one_of(st.text(), st.text(alphabet="SELECT*{}?abc:<>\"'.;,()[]@^\\ \n\t\r\x00\u00a0“")), page=st.booleans()
)
def test_garbage_is_the_sender_s_fault(short_server: str, query: str, page: bool) -> None:
    headers = HTML if page else {"Accept": "application/json"}
    answer = httpx.post(f"{short_server}/sparql", data={"query": query, "explain": "true"}, headers=headers)
    assert answer.status_code in (200, 400)
    if not page and answer.status_code == httpx.codes.BAD_REQUEST:
        assert answer.json()["detail"]

"""SERVICE (https://www.w3.org/TR/sparql11-federated-query/), for the endpoints that the operator has listed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from rdflib import RDF, Graph

from tests.conformance.test_protocol import EXAMPLE, SD
from tests.conftest import running_server


@pytest.fixture(scope="module")
def remote() -> Iterator[str]:
    with running_server("--data", str(Path(__file__).with_name("data.trig"))) as address:
        yield f"{address}/sparql"


@pytest.fixture(scope="module")
def silent() -> Iterator[str]:
    """An endpoint that takes requests and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"


@pytest.fixture(scope="module")
def local(remote: str, silent: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data = tmp_path_factory.mktemp("local") / "names.ttl"
    data.write_text(f'<{EXAMPLE}ann> <{EXAMPLE}name> "Ann" . <{EXAMPLE}bob> <{EXAMPLE}name> "Bob" .')
    options = ["--endpoints", f"{remote} {silent}", "--timeout", "3"]
    with running_server("--data", str(data), *options) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def ask(client: httpx.Client, query: str) -> httpx.Response:
    return client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})


def test_a_listed_endpoint_is_asked(local: httpx.Client, remote: str) -> None:
    query = f"SELECT ?name {{ ?who <{EXAMPLE}name> ?name SERVICE <{remote}> {{ ?who <{EXAMPLE}knows> ?whom }} }}"
    answer = ask(local, query + " ORDER BY ?name")
    assert answer.text.split() == ["name", "Ann", "Bob"]
    assert "ETag" not in answer.headers, "what another endpoint says may change at any time"


@pytest.mark.parametrize("service", ["<http://127.0.0.1:1/>", "?where", "SILENT <http://elsewhere.example/>"])
def test_any_other_is_refused_and_the_listed_ones_are_named(local: httpx.Client, remote: str, service: str) -> None:
    answer = ask(local, f"SELECT * {{ VALUES ?where {{ <{remote}> }} SERVICE {service} {{ ?s ?p ?o }} }}")
    assert answer.status_code == 400
    assert f"<{remote}>" in answer.json()["detail"]


def test_one_listed_and_one_other_is_refused(local: httpx.Client, remote: str) -> None:
    other = "SERVICE <http://127.0.0.1:1/> { ?a ?b ?c }"
    answer = ask(local, f"SELECT * {{ SERVICE <{remote}> {{ ?s ?p ?o }} {other} }}")
    assert answer.status_code == 400


def test_the_deadline_holds_for_an_endpoint_that_never_answers(local: httpx.Client, silent: str) -> None:
    answer = ask(local, f"SELECT * {{ SERVICE <{silent}> {{ ?s ?p ?o }} }}")
    assert answer.status_code == 504
    assert ask(local, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text.split() == ["n", "2"]


def test_the_service_description_says_so(local: httpx.Client) -> None:
    graph = Graph().parse(data=local.get("/sparql", headers={"Accept": "text/turtle"}).text, format="turtle")
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert (service, SD.feature, SD.BasicFederatedQuery) in graph

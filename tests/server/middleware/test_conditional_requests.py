"""Documents, pages and REST answers are not sent twice to who has them, nor asked of the engine again."""

from __future__ import annotations

import httpx
import pytest
from rdflib import OWL, Graph

from illicit_power.dataset.snapshot import Snapshot
from illicit_power.dataset.source import Source
from tests.conftest import running_server

PATHS = [
    "/",
    "/id/jaish-al-mahdi.ttl",
    "/id/jaish-al-mahdi.html",
    "/claim/jam/aah-splinter-of-jam.json",
    "/ontology.ttl",
    "/shapes.nt",
    "/context.jsonld",
    "/api/v1/organizations?limit=3",
    "/api/v1/organizations/jaish-al-mahdi",
    "/sameas?uri=https://w3id.org/illicit-power/id/jaish-al-mahdi",
    "/reconcile",
]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_an_answer_is_told_so(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    assert first.status_code == httpx.codes.OK, first.text
    again = client.get(path, headers={"If-None-Match": f'"older", {first.headers["ETag"]}'})
    assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Accept" in again.headers["Vary"]
    assert client.head(path).headers["ETag"] == first.headers["ETag"]


def test_every_form_has_a_tag_of_its_own(client: httpx.Client) -> None:
    path = "/api/v1/organizations"
    asked = [({}, "*/*"), ({}, "text/csv"), ({"limit": "3"}, "*/*"), ({"q": "Mahdi"}, "*/*")]
    tags = [client.get(path, params=query, headers={"Accept": accept}).headers["ETag"] for query, accept in asked]
    assert len(set(tags)) == len(asked)


def test_a_tag_of_nothing_is_none(client: httpx.Client) -> None:
    for path in ("/id/nobody.ttl", "/api/v1/organizations?nonsense=1", "/health/ready"):
        assert "ETag" not in client.get(path, headers={"If-None-Match": "*"}).headers


def test_another_dataset_has_other_tags(client: httpx.Client, snapshot: Snapshot) -> None:
    tag = client.get("/id/jaish-al-mahdi.ttl").headers["ETag"]
    with running_server("--data", str(snapshot.quads)) as other:
        answer = httpx.get(f"{other}/id/jaish-al-mahdi.ttl", headers={"If-None-Match": tag})
    assert answer.status_code == httpx.codes.OK


def test_the_home_page_leads_programs_on(client: httpx.Client) -> None:
    links = client.get("/", headers={"Accept": "text/html"}).links
    assert links["cite-as"]["url"] == "https://w3id.org/illicit-power/"
    assert {"license", "item", "describedby"} <= set(links)
    graph = client.get("/", headers={"Accept": "text/turtle"})
    assert (graph.status_code, graph.headers["Location"]) == (httpx.codes.SEE_OTHER, "/void")


def test_graphs_queries_and_versions_answer_too(client: httpx.Client, source: Source) -> None:
    graph = client.get("/graph/jam/links", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert graph.headers["Content-Type"].startswith("text/turtle")
    assert "exactMatch" in graph.text
    query = client.get("/query/works-cited", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert "SELECT" in query.text
    (version,) = Graph().parse(source.ontology).objects(None, OWL.versionInfo)
    assert client.get(f"/ontology/{version}").headers["Location"] == "/ontology"
    other = client.get("/ontology/9.9.9", headers={"Accept": "*/*"})
    assert other.status_code == httpx.codes.NOT_FOUND
    assert f"{version} is served" in other.json()["detail"]

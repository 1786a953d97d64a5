"""The REST facade agrees with SPARQL, and tells what is wrong with a request."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

Ask = Callable[[str], list[dict[str, str]]]
PREFIX = "PREFIX ips: <https://w3id.org/illicit-power/ontology#> PREFIX entity: <https://w3id.org/illicit-power/id/> "


def pages(client: httpx.Client, address: str) -> list[dict[str, object]]:
    """All items of a list, following its links to the next page."""
    items = []
    while address:
        answer = client.get(address)
        assert answer.status_code == httpx.codes.OK, answer.text
        items += answer.json()["items"]
        address = answer.links["next"]["url"] if "next" in answer.links else ""
    return items


def test_paging_gives_every_organization_once_and_in_order(client: httpx.Client, ask: Ask) -> None:
    found = [item["iri"] for item in pages(client, "/api/v1/organizations?limit=7")]
    expected = ask(PREFIX + "SELECT ?x { ?x a ips:Organization } ORDER BY ?x")
    assert found == [row["x"] for row in expected]


def test_organizations_can_be_filtered_by_kind(client: httpx.Client, ask: Ask) -> None:
    found = [item["iri"] for item in pages(client, "/api/v1/organizations?type=Militia")]
    expected = ask(PREFIX + "SELECT ?x { ?x a ips:Militia } ORDER BY ?x")
    assert found == [row["x"] for row in expected]
    assert found


def test_organizations_are_found_by_any_of_their_names(client: httpx.Client) -> None:
    found = [item["id"] for item in pages(client, "/api/v1/organizations?q=mahdi army")]
    assert "jaish-al-mahdi" in found
    assert "hezbollah" not in found


def test_a_filter_is_a_value_and_no_query_text(client: httpx.Client) -> None:
    assert client.get("/api/v1/organizations", params={"q": '") || true || ("'}).json()["items"] == []


def test_the_number_of_claims_is_what_sparql_counts(client: httpx.Client, ask: Ask) -> None:
    (item,) = (item for item in pages(client, "/api/v1/organizations?q=Fadhila Party") if item["id"] == "fadhila-party")
    (row,) = ask(PREFIX + "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a ips:Claim ; ips:about entity:fadhila-party }")
    assert item["claims"] == int(row["n"])


def test_an_organization_comes_with_its_claims_and_their_evidence(client: httpx.Client) -> None:
    document = client.get("/api/v1/organizations/fadhila-party").json()
    (split,) = (claim for claim in document["claims"] if claim["kind"] == "ips:SplinterOf")
    assert split["object"] == "https://w3id.org/illicit-power/id/sadrist-movement"
    assert split["stance"] == "asserted"
    assert 48 in [evidence["page"] for evidence in split["evidence"]]
    assert all(evidence["said_by"] and evidence["hedge"] for evidence in split["evidence"])
    assert {"ips:Organization", "ips:SplinterGroup"} <= set(document["kinds"])


@pytest.mark.parametrize(
    ("address", "status", "advice"),
    [
        ("/api/v1/organizations/no-such-group", 404, "?q="),
        ("/api/v1/organizations/basra", 404, "no organization"),
        ("/api/v1/organizations?limit=0", 422, "limit"),
        ("/api/v1/organizations?limit=many", 422, "limit"),
        ("/api/v1/organizations?after=Not a slug", 422, "after"),
        ("/api/v1/organizations?type=%7D", 422, "type"),
    ],
)
def test_a_bad_request_names_the_parameter(client: httpx.Client, address: str, status: int, advice: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert advice in answer.json()["detail"]


def test_openapi_describes_what_is_there(client: httpx.Client) -> None:
    api = client.get("/api/v1/openapi.json").json()
    assert api["openapi"].startswith("3.1")
    assert {"/sparql", "/api/v1/organizations", "/api/v1/organizations/{id}"} <= set(api["paths"])

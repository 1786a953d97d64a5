"""The same request of the same snapshot has the same answer, byte for byte and header for header, from any process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from illicit_power.dataset.snapshot import Snapshot
from illicit_power.engine.formats import GRAPH_FORMATS
from tests.conftest import ROOT, running_server

OF_EACH_ANSWER = {"date", "request-id"}
"""Headers that are never the same."""

RDF = [format_.media_type for format_ in GRAPH_FORMATS]
JSON = "application/json"
HTML = "text/html"
ADDRESSES: dict[str, list[str]] = {
    "/": [HTML],
    "/void": [*RDF, HTML],
    "/catalog": [*RDF, HTML],
    "/download/": [JSON, HTML],
    "/sitemap.xml": ["*/*"],
    "/ontology": [*RDF, JSON, HTML],
    "/shapes": ["text/turtle", "application/n-triples", HTML],
    "/vocabulary": ["text/turtle", HTML],
    **{f"/id/basra.{suffix}": ["*/*"] for suffix in ("ttl", "nt", "rdf", "trig", "nq", "jsonld", "json", "html")},
    **{f"/claim/jam/aah-splinter-of-jam.{suffix}": ["*/*"] for suffix in ("ttl", "jsonld", "html")},
    "/sameas?uri=basra": [*RDF, JSON, HTML],
    "/sameas/linkset": RDF,
    "/sparql": RDF,
    "/sparql?query=DESCRIBE%20%3Chttps://w3id.org/illicit-power/id/basra%3E": RDF,
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%202000": [JSON, "text/csv"],
    "/api": [HTML],
    "/api/v1/openapi.json": [JSON],
    "/api/v1/organizations": [JSON, "application/ld+json", "text/csv"],
    "/api/v1/claims": [JSON, "text/csv"],
    "/api/v1/places/basra": [JSON, "application/ld+json"],
    "/api/v1/network": [JSON],
    "/reconcile": [JSON, HTML],
    "/reconcile?queries=%7B%22q%22%3A%7B%22query%22%3A%22mahdi%20army%22%7D%7D": [JSON],
    "/reconcile/suggest/entity?prefix=a": [JSON],
    "/reconcile/extend/propose?type=ips:Organization": [JSON],
    "/reconcile/preview?id=basra": [HTML],
}


@pytest.fixture(scope="module")
def other_client(snapshot: Snapshot) -> Iterator[httpx.Client]:
    """A client of another process over the same snapshot."""
    with ExitStack() as stack:
        address = stack.enter_context(running_server("--source", str(ROOT), "--snapshots", str(snapshot.path.parent)))
        yield stack.enter_context(httpx.Client(base_url=address, timeout=60))


def headers_of(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in OF_EACH_ANSWER}


@pytest.mark.parametrize("address", ADDRESSES)
def test_two_processes_give_the_same_bytes_and_tags_and_head_gives_the_same_headers(
    client: httpx.Client, other_client: httpx.Client, address: str
) -> None:
    for accept in ADDRESSES[address]:
        asked = {"Accept": accept, "Host": "data.example"}
        answer = client.get(address, headers=asked)
        assert answer.status_code == httpx.codes.OK, accept
        for again in (client.get(address, headers=asked), other_client.get(address, headers=asked)):
            assert again.content == answer.content, accept
            assert headers_of(again) == headers_of(answer), accept
        head = client.head(address, headers=asked)
        assert (headers_of(head), head.content) == (headers_of(answer), b""), accept
        if "ETag" in answer.headers:
            assert answer.headers["ETag"].startswith("W/") == address.startswith("/sparql"), accept


@pytest.mark.parametrize(
    ("file", "text", "weak"),
    [
        ("data.ttl", "<http://example.org/a> a [] .", True),
        ("data.ttl", "<http://example.org/a> a <http://example.org/b> .", False),
        ("data.nt", "_:a <http://example.org/p> _:b .\n", False),
    ],
    ids=["blank nodes without labels", "no blank nodes", "blank nodes with labels"],
)
def test_tags_are_weak_where_the_labels_of_blank_nodes_differ_from_load_to_load(
    tmp_path: Path, file: str, text: str, weak: bool
) -> None:
    data = tmp_path / file
    data.write_text(text, encoding="utf-8")
    with running_server("--data", str(data)) as address:
        tag = httpx.get(f"{address}/api/v1/organizations").headers["ETag"]
        assert tag.startswith('W/"') == weak
        again = httpx.get(f"{address}/api/v1/organizations", headers={"If-None-Match": tag})
        assert again.status_code == httpx.codes.NOT_MODIFIED

"""JSON of the server is JSON-LD that yields exactly triples of the dataset."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple
from rdflib import SKOS, XSD

from illicit_power.dataset.jsonld import Tree, document, published_context
from illicit_power.dataset.prefixes import standard_prefixes
from illicit_power.dataset.snapshot import Snapshot
from illicit_power.model.iris import BASE, IPS
from illicit_power.server.rest.collections import COLLECTIONS, Collection
from tests.conftest import ROOT, running_server
from tests.server.jsonld import canonical, triples

Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple
PACKAGE = ROOT / "api" / "illicit_power"
ITEM_QUERY = PACKAGE / "server" / "queries" / "item.rq"
DOCUMENT_QUERY = PACKAGE / "exports" / "queries" / "document.rq"
WITH_ITEMS = [collection for collection in COLLECTIONS if collection.example]


@pytest.fixture(scope="module")
def store(snapshot: Snapshot) -> pyoxigraph.Store:
    """The dataset in a store of the test's own."""
    store = pyoxigraph.Store()
    store.bulk_load(path=str(snapshot.quads), format=pyoxigraph.RdfFormat.N_QUADS)
    return store


def in_dataset(store: pyoxigraph.Store, triple: Triple) -> bool:
    return next(store.quads_for_pattern(*triple), None) is not None


def constructed(store: pyoxigraph.Store, query: Path, **bindings: str) -> set[Triple]:
    values: dict[pyoxigraph.Variable, Term] = {
        pyoxigraph.Variable(name): NamedNode(iri) for name, iri in bindings.items()
    }
    results = store.query(query.read_text(encoding="utf-8"), use_default_graph_as_union=True, substitutions=values)
    assert isinstance(results, pyoxigraph.QueryTriples)
    return canonical(results)


@pytest.mark.parametrize("collection", WITH_ITEMS, ids=lambda collection: collection.name)
def test_an_item_is_what_the_dataset_says_of_it(
    client: httpx.Client, store: pyoxigraph.Store, collection: Collection
) -> None:
    iri = collection.namespace + collection.example
    answer = client.get(f"/api/v1/{collection.name}/{collection.example}").json()
    described = constructed(store, ITEM_QUERY, thing=iri, **{"class": collection.class_})
    assert answer["id"] == iri
    assert triples(answer) == described
    assert all(in_dataset(store, triple) for triple in described)


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda collection: collection.name)
def test_a_list_says_nothing_that_the_dataset_does_not(
    client: httpx.Client, store: pyoxigraph.Store, collection: Collection
) -> None:
    answer = client.get(f"/api/v1/{collection.name}", params={"limit": 200}).json()
    said = triples(answer)
    assert len(said) > len(answer["items"])
    assert [triple for triple in said if not in_dataset(store, triple)] == []


def test_the_network_says_nothing_that_the_dataset_does_not(client: httpx.Client, store: pyoxigraph.Store) -> None:
    answer = client.get("/api/v1/network", params={"on": "2007-02-15"}).json()
    said = triples(answer)
    ends = {triple.object for triple in said if triple.predicate in (NamedNode(IPS.subject), NamedNode(IPS.object))}
    assert {NamedNode(node["id"]) for node in answer["nodes"]} == ends
    assert [triple for triple in said if not in_dataset(store, triple)] == []


@pytest.mark.parametrize(
    "path",
    [
        "id/jaish-al-mahdi",
        "id/sarajevo",
        "claim/jam/fadhila-splinter-of-sadrist-movement",
        "case/jam",
        "vocabulary/hedge",
    ],
)
def test_a_document_is_all_that_its_query_gives(client: httpx.Client, store: pyoxigraph.Store, path: str) -> None:
    expected = constructed(store, DOCUMENT_QUERY, thing=BASE + path)
    assert triples(client.get(f"/{path}.jsonld").json()) == expected


def test_json_for_programs_that_know_no_linked_data_names_its_context(client: httpx.Client) -> None:
    answer = client.get("/api/v1/places", headers={"Accept": "application/json"})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.links["http://www.w3.org/ns/json-ld#context"]["url"] == answer.json()["@context"]
    linked = client.get("/api/v1/places", headers={"Accept": "application/ld+json"})
    assert linked.headers["Content-Type"] == "application/ld+json"
    assert linked.json() == answer.json()


def test_the_context_is_served_where_the_answers_say(client: httpx.Client) -> None:
    answer = httpx.get(client.get("/api/v1/places?limit=1").json()["@context"])
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert answer.json()["@context"]["splinterOf"]["@id"] == "ips:splinterOf"


FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "data.example.org"}


@pytest.mark.parametrize(
    ("options", "context"),
    [
        ([], "{address}/context.jsonld"),
        (["--root-path", "/ip"], "{address}/ip/context.jsonld"),
        (["--root-path", "/ip", "--trusted-proxies", "127.0.0.1"], "https://data.example.org/ip/context.jsonld"),
        (["--published-at", "https://w3id.org/illicit-power/"], "https://w3id.org/illicit-power/context.jsonld"),
    ],
    ids=["as asked", "under a path", "behind a trusted proxy", "published"],
)
def test_the_address_of_the_context_is_where_the_server_is_reached(
    tmp_path: Path, options: list[str], context: str
) -> None:
    file = tmp_path / "data.ttl"
    file.write_text(f"<{BASE}id/guard> a <{IPS.Organization}> .", encoding="utf-8")
    with running_server("--data", str(file), *options) as address:
        for path in ("organizations", "organizations/guard", "network"):
            answer = httpx.get(f"{address}/api/v1/{path}", headers=FORWARDED)
            expected = context.format(address=address)
            assert answer.links["http://www.w3.org/ns/json-ld#context"]["url"] == expected
            named = answer.json()["@context"]
            assert (named[0] if path == "network" else named) == expected


def read_by_rdflib(address: str) -> set[Triple]:
    """The triples of the JSON-LD at an address, as RDFLib fetches and reads it, with literals as they are written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        content = rdflib.Graph().parse(address, format="json-ld").serialize(format="nt")
    return canonical(quad.triple for quad in pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.N_TRIPLES))


@pytest.mark.parametrize("suffix", ["jsonld", "json"])
@pytest.mark.parametrize("path", ["id/jaish-al-mahdi", "claim/jam/fadhila-splinter-of-sadrist-movement", "ontology"])
def test_the_libraries_in_use_load_a_document_from_its_address(server: str, path: str, suffix: str) -> None:
    content = httpx.get(f"{server}/{path}.nt", timeout=60).content
    expected = canonical(quad.triple for quad in pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.N_TRIPLES))
    assert triples(f"{server}/{path}.{suffix}") == expected
    assert read_by_rdflib(f"{server}/{path}.{suffix}") == expected


ANSWERS = [
    *(f"{collection.name}/{collection.example}" for collection in WITH_ITEMS),
    *(collection.name for collection in COLLECTIONS),
    "network?on=2007-02-15",
]


@pytest.mark.parametrize("path", ANSWERS)
def test_the_libraries_in_use_load_an_answer_from_its_address(server: str, path: str) -> None:
    read = read_by_rdflib(f"{server}/api/v1/{path}")
    assert read
    assert triples(f"{server}/api/v1/{path}") == read


def test_a_document_carries_the_part_of_the_context_that_it_uses(client: httpx.Client) -> None:
    whole = json.loads(published_context())["@context"]
    carried = client.get("/vocabulary/hedge/alleged.jsonld").json()["@context"]
    assert carried.items() <= whole.items()
    assert {"id", "type", "prefLabel", "skos"} <= carried.keys()
    assert "splinterOf" not in carried
    assert len(carried) < 20


def test_descriptions_carry_their_context_too(client: httpx.Client) -> None:
    for path in ("/void", "/catalog", "/sparql", "/sameas/linkset"):
        written = {
            media_type: client.get(path, headers={"Accept": media_type}).content
            for media_type in ("application/ld+json", "application/n-triples")
        }
        found = pyoxigraph.parse(written["application/n-triples"], format=pyoxigraph.RdfFormat.N_TRIPLES)
        assert triples(json.loads(written["application/ld+json"])) == canonical(quad.triple for quad in found), path


_PROPERTIES = [
    *(str(IPS[name]) for name in ("value", "page", "time", "approximate", "summary", "startEarliest", "subject")),
    str(SKOS.prefLabel), standard_prefixes()["geo"] + "lat", "https://example.org/unheard-of",
]  # fmt: skip
_DATATYPES = [str(XSD[name]) for name in ("string", "integer", "boolean", "decimal", "dateTime", "gYear")]
_TEXTS = st.sampled_from(["7", "007", "true", "1", "9007199254740993", "1.50", "-0", "", "x y", "é"])
_LITERALS = st.one_of(
    st.builds(lambda text, datatype: Literal(text, datatype=NamedNode(datatype)), _TEXTS, st.sampled_from(_DATATYPES)),
    st.builds(lambda text, language: Literal(text, language=language), _TEXTS, st.sampled_from(["en", "ar", "en-gb"])),
    st.just(NamedNode("https://example.org/other")),
)


@given(st.lists(st.tuples(st.sampled_from(_PROPERTIES), _LITERALS), min_size=1, max_size=6))
def test_whatever_is_written_is_read_back(statements: list[tuple[str, Literal | NamedNode]]) -> None:
    thing = NamedNode(BASE + "id/thing")
    graph = {Triple(thing, NamedNode(property_), value) for property_, value in statements}
    assert triples(document(list(graph), thing.value)) == graph
    assert triples({**json.loads(published_context()), **Tree(graph).item(thing.value)}) == graph

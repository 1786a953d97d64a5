"""JSON of the server is JSON-LD that yields exactly triples of the dataset."""

from __future__ import annotations

from pathlib import Path

import httpx
import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from illicit_power.dataset.snapshot import Snapshot
from illicit_power.model.iris import BASE, IPS, PREFIXES
from illicit_power.server.jsonld import CONTEXT_IRI, Tree, document
from illicit_power.server.rest.collections import COLLECTIONS, Collection
from tests.conftest import ROOT
from tests.server.jsonld import canonical, triples

Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple
QUERIES = ROOT / "api" / "illicit_power" / "server" / "queries"
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
    iri = str(collection.namespace[collection.example])
    answer = client.get(f"/api/v1/{collection.name}/{collection.example}").json()
    described = constructed(store, QUERIES / "item.rq", thing=iri, **{"class": str(collection.class_)})
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
    expected = constructed(store, QUERIES / "document.rq", thing=BASE + path)
    assert triples(client.get(f"/{path}.jsonld").json()) == expected


def test_json_for_programs_that_know_no_linked_data_names_its_context(client: httpx.Client) -> None:
    answer = client.get("/api/v1/places", headers={"Accept": "application/json"})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.links["http://www.w3.org/ns/json-ld#context"]["url"] == CONTEXT_IRI
    linked = client.get("/api/v1/places", headers={"Accept": "application/ld+json"})
    assert linked.headers["Content-Type"] == "application/ld+json"
    assert linked.json() == answer.json()


def test_the_context_is_served_where_the_answers_say(client: httpx.Client) -> None:
    answer = client.get("/" + CONTEXT_IRI.removeprefix(BASE))
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert answer.json()["@context"]["splinterOf"]["@id"] == "ips:splinterOf"


_PROPERTIES = [
    *(str(IPS[name]) for name in ("value", "page", "time", "approximate", "summary", "startEarliest", "subject")),
    PREFIXES["skos"] + "prefLabel", PREFIXES["geo"] + "lat", "https://example.org/unheard-of",
]  # fmt: skip
_DATATYPES = [PREFIXES["xsd"] + name for name in ("string", "integer", "boolean", "decimal", "dateTime", "gYear")]
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
    assert triples({"@context": CONTEXT_IRI, **Tree(graph).item(thing.value)}) == graph

"""A case and a concept scheme that the Python code has never heard of have their prefixes wherever there are any."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from illicit_power.dataset.compiled import compile_source
from illicit_power.dataset.releases import ReleaseRecord
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source
from illicit_power.exports.downloads import write_downloads
from illicit_power.model.iris import BASE
from tests.conftest import ROOT, running_server

RUF = f"{BASE}claim/ruf/"
COMMODITY = f"{BASE}vocabulary/commodity/"
SCHEME = f"""
@prefix commodity: <{COMMODITY}> .

vocabulary:commodity a skos:ConceptScheme ;
    dcterms:title    "Commodity"@en ;
    skos:definition  "What is dug up and sold."@en .

commodity:diamonds a skos:Concept ;
    skos:inScheme      vocabulary:commodity ;
    skos:topConceptOf  vocabulary:commodity ;
    skos:prefLabel     "diamonds"@en ;
    skos:definition    "Stones of carbon."@en .
"""
HTML = {"Accept": "text/html"}
TURTLE = {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def other_source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """The made-up case under another slug, with one more concept scheme."""
    root = tmp_path_factory.mktemp("other") / "source"
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, root / name)
    (root / "queries").mkdir()
    shutil.copytree(ROOT / "tests" / "example" / "data" / "example", root / "data" / "ruf")
    for path in (root / "data").rglob("*.ttl"):
        text = path.read_text(encoding="utf-8").replace("claim/example/", "claim/ruf/")
        path.write_text(text.replace("case:example", "case:ruf").replace('"example"', '"ruf"'), encoding="utf-8")
    with (root / "ontology" / "vocabularies.ttl").open("a", encoding="utf-8") as vocabularies:
        vocabularies.write(SCHEME)
    return Source(root)


@pytest.fixture(scope="module")
def other_snapshot(other_source: Source) -> Snapshot:
    write = partial(write_downloads, record=ReleaseRecord.of(other_source))
    store = SnapshotStore(other_source.root / "snapshots")
    return store.publish(compile_source(other_source), other_source.digest(), write)


@pytest.fixture(scope="module")
def client(other_source: Source, other_snapshot: Snapshot) -> Iterator[httpx.Client]:
    arguments = ("--source", str(other_source.root), "--snapshots", str(other_snapshot.path.parent))
    with running_server(*arguments) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def test_documents_name_claims_and_concepts_with_them(client: httpx.Client) -> None:
    claim = client.get("/claim/ruf/roe-leader-of-guard.ttl").text
    assert f"@prefix ruf: <{RUF}> ." in claim
    assert "\nruf:roe-leader-of-guard " in claim
    assert "jam:" not in claim
    assert "\ncommodity:diamonds " in client.get("/vocabulary/commodity.ttl").text


def test_answers_name_them_too(client: httpx.Client) -> None:
    query = {"query": f"CONSTRUCT {{ ?c a ?k }} WHERE {{ ?c a ?k FILTER STRSTARTS(STR(?c), '{RUF}roe') }}"}
    assert "\nruf:roe-leader-of-guard a " in client.get("/sparql", params=query, headers=TURTLE).text
    query = {"query": "SELECT ?c { ?c a <https://w3id.org/illicit-power/ontology#LeaderOf> }"}
    assert ">ruf:roe-leader-of-guard<" in client.get("/sparql", params=query, headers=HTML).text


def test_the_query_page_offers_them(client: httpx.Client) -> None:
    page = client.get("/sparql", headers=HTML).text
    assert f"PREFIX ruf: &lt;{RUF}&gt;" in page
    assert f"PREFIX commodity: &lt;{COMMODITY}&gt;" in page


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("SELECT * { ruf:roe-leader-of-guard ?p ?o }", f"Add at the top: PREFIX ruf: <{RUF}>"),
        (
            "SELECT * { ?s ?p comodity:diamonds }",
            f"Is commodity: meant? Add at the top: PREFIX commodity: <{COMMODITY}>",
        ),
    ],
)
def test_help_with_syntax_knows_them(client: httpx.Client, query: str, advice: str) -> None:
    assert advice in client.get("/sparql", params={"query": query}).json()["detail"]


def test_explanations_offer_the_nearest_terms_with_them(client: httpx.Client) -> None:
    query = f"SELECT * {{ <{RUF}roe-leader-of-gard> ?p <{COMMODITY}diamond> }}"
    answer = client.get("/sparql", params={"query": query, "explain": "true", "format": "json"}).json()
    nearest = {near["term"] for term in answer["terms"] for near in term["nearest"]}
    assert {"ruf:roe-leader-of-guard", "commodity:diamonds"} <= nearest


def test_editors_that_ask_the_endpoint_for_prefixes_get_them(client: httpx.Client) -> None:
    query = """PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?prefix ?namespace { ?x sh:declare [ sh:prefix ?prefix ; sh:namespace ?namespace ] }"""
    rows = client.get("/sparql", params={"query": query, "format": "json"}).json()["results"]["bindings"]
    found = {row["prefix"]["value"]: row["namespace"]["value"] for row in rows}
    assert {"ruf": RUF, "commodity": COMMODITY, "ips": f"{BASE}ontology#"}.items() <= found.items()
    assert "jam" not in found


def test_short_names_are_read_with_them(client: httpx.Client) -> None:
    answer = client.get("/sameas", params={"uri": "ruf:roe-leader-of-guard"})
    assert "There is nothing at ruf:roe-leader-of-guard" in answer.json()["detail"]


def test_the_json_ld_context_names_no_case(client: httpx.Client) -> None:
    context = client.get("/context.jsonld").json()["@context"]
    assert not {"ruf", "jam", "commodity"} & context.keys()
    assert client.get("/claim/ruf/roe-leader-of-guard.jsonld").json()["@graph"][0]["id"] == f"{RUF}roe-leader-of-guard"


def test_downloads_declare_them(other_snapshot: Snapshot) -> None:
    turtle = (other_snapshot.downloads / "illicit-power.ttl").read_text(encoding="utf-8")
    assert f"@prefix ruf: <{RUF}> ." in turtle
    assert "\nruf:roe-leader-of-guard " in turtle


def test_queries_in_python_need_not_declare_them(other_source: Source, tmp_path: Path) -> None:
    """The package as it would be installed with these source files."""
    program = f"""
import pathlib
from illicit_power.dataset import source
source.PACKAGED_SOURCE = pathlib.Path({str(other_source.root)!r})
import illicit_power
print(illicit_power.ask("ASK {{ ruf:roe-leader-of-guard a ips:LeaderOf . ?any skos:inScheme vocabulary:commodity }}"))
"""
    environment = {"ILLICIT_POWER_CACHE": str(tmp_path), "PYTHONPATH": str(ROOT / "api"), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"

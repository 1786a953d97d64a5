"""What VoID, DCAT and schema.org say of the dataset is so."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF, VOID, Graph, Literal, Namespace, URIRef

from illicit_power.dataset.releases import Release
from illicit_power.engine.in_process import Row
from illicit_power.exports.download_list import DownloadList
from illicit_power.exports.external_datasets import external_dataset
from illicit_power.exports.versions import DCAT, Version
from illicit_power.exports.void import DATASET

Asked = Callable[[str], list[Row]]
SPDX = Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module")
def void(downloads: Path) -> Graph:
    return Graph().parse(downloads / "void.ttl")


@pytest.fixture(scope="module")
def catalog(downloads: Path) -> Graph:
    return Graph().parse(downloads / "catalog.ttl")


def test_void_counts_what_the_dataset_counts(void: Graph, asked: Asked) -> None:
    (totals,) = asked("SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) { ?s ?p ?o }")
    assert void.value(DATASET, VOID.triples) == Literal(totals["n"])
    assert void.value(DATASET, VOID.distinctSubjects) == Literal(totals["subjects"])


def test_void_has_every_class_and_property_with_its_count(void: Graph, asked: Asked) -> None:
    counted = asked("SELECT ?class (COUNT(DISTINCT ?x) AS ?n) { ?x a ?class . FILTER isIRI(?class) } GROUP BY ?class")
    partitions = {
        str(void.value(node, VOID["class"])): void.value(node, VOID.entities)
        for node in void.objects(DATASET, VOID.classPartition)
    }
    assert partitions == {str(row["class"]): Literal(row["n"]) for row in counted}
    counted = asked("SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property")
    partitions = {
        str(void.value(node, VOID.property)): void.value(node, VOID.triples)
        for node in void.objects(DATASET, VOID.propertyPartition)
    }
    assert partitions == {str(row["property"]): Literal(row["n"]) for row in counted}


def test_every_link_to_another_dataset_is_in_one_linkset(void: Graph, asked: Asked) -> None:
    (links,) = asked(
        "SELECT (COUNT(*) AS ?n) { VALUES ?p { skos:exactMatch skos:closeMatch } ?x ?p ?y . ?x a ips:Entity }"
    )
    linksets = list(void.subjects(RDF.type, VOID.Linkset))
    assert sum(int(str(void.value(linkset, VOID.triples))) for linkset in linksets) == links["n"]
    titles = {str(void.value(void.value(linkset, VOID.objectsTarget), DCTERMS.title)) for linkset in linksets}
    assert {"Wikidata", "GeoNames", "DBpedia"} <= titles
    for linkset in linksets:
        assert void.value(linkset, VOID.subjectsTarget) == DATASET
        assert (DATASET, VOID.subset, linkset) in void


def test_the_examples_of_void_are_things_of_the_dataset(void: Graph, asked: Asked) -> None:
    examples = set(void.objects(DATASET, VOID.exampleResource))
    assert examples
    for example in examples:
        assert asked(f"SELECT ?label {{ <{example}> skos:prefLabel|rdfs:label ?label }}")


def test_the_sizes_of_the_named_graphs_add_up(void: Graph) -> None:
    graphs = [subset for subset in void.objects(DATASET, VOID.subset) if "/graph/" in str(subset)]
    total = sum(int(str(void.value(graph, VOID.triples))) for graph in graphs)
    assert void.value(DATASET, VOID.triples) == Literal(total)


def test_the_catalog_has_every_file_with_size_and_checksum(catalog: Graph, downloads: Path) -> None:
    described = ("void.ttl", "catalog.ttl", "schema-org.jsonld")
    files = [file for file in DownloadList.read(downloads).files if file.name not in described]
    assert len(set(catalog.objects(DATASET, DCAT.distribution))) == len(files)
    for file in files:
        distribution = URIRef(f"https://w3id.org/illicit-power/download/{file.name}")
        checksum = catalog.value(distribution, SPDX.checksum)
        assert str(catalog.value(distribution, DCAT.byteSize)) == str(file.size)
        assert str(catalog.value(checksum, SPDX.checksumValue)).lower() == file.sha256
        assert catalog.value(distribution, DCTERMS.license)
    packed = URIRef("https://w3id.org/illicit-power/download/illicit-power.nq.gz")
    assert str(catalog.value(packed, DCAT.mediaType)).endswith("application/n-quads")
    assert str(catalog.value(packed, DCAT.compressFormat)).endswith("application/gzip")


def test_schema_org_names_the_same_files(downloads: Path, catalog: Graph) -> None:
    described = json.loads((downloads / "schema-org.jsonld").read_text(encoding="utf-8"))
    assert described["@type"] == "Dataset"
    addresses = {URIRef(entry["contentUrl"]) for entry in described["distribution"]}
    assert addresses == set(catalog.objects(DATASET, DCAT.distribution))
    assert described["temporalCoverage"] == ["1970/2014"]
    assert "Williams" in described["isBasedOn"][0]["name"]


def test_a_version_is_dated_only_by_a_release() -> None:
    first, second = Release(date(2026, 1, 1), "1" * 64), Release(date(2026, 2, 1), "2" * 64)
    released = Version("sha256-2", second.sha256, (first, second))
    assert (released.name, released.release, released.previous) == ("2026-02-01-22222222", second, first)
    assert Version("sha256-1", first.sha256, (first, second)).previous is None
    since = Version("sha256-3", "3" * 64, (first, second))
    assert (since.name, since.release, since.previous) == ("sha256-3", None, second)
    assert Version("sha256-3", "3" * 64).previous is None


def test_links_to_a_site_without_a_name_are_counted_by_host() -> None:
    unknown = external_dataset("https://data.example.org/thing/1")
    assert (unknown.name, unknown.namespace) == ("data-example-org", "https://data.example.org/")

"""The dataset in a catalog: as DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/), and as a Dataset of schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyoxigraph
from rdflib import DCTERMS, FOAF, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from illicit_power.dataset.publication import (
    CREATOR,
    DESCRIPTION,
    DOWNLOADS,
    KEYWORDS,
    LICENSE,
    NAME,
    TITLE,
)
from illicit_power.engine.in_process import Row, solutions
from illicit_power.exports.download_list import DownloadedFile
from illicit_power.exports.queries import stored_query
from illicit_power.exports.versions import DCAT, VERSION, Version
from illicit_power.exports.void import DATASET, new_graph
from illicit_power.model.iris import BASE
from illicit_power.model.prefixes import Prefixes

_SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
_MEDIA_TYPES: Final = Namespace("https://www.iana.org/assignments/media-types/")
_CATALOG: Final = URIRef(BASE + "catalog")
_ENDPOINT: Final = URIRef(BASE + "sparql#service")


def catalog(store: pyoxigraph.Store, version: Version, files: Iterable[DownloadedFile], prefixes: Prefixes) -> bytes:
    """The catalog as Turtle.

    :param files: the distributions
    """
    graph = new_graph(prefixes)
    for prefix, namespace in (("dcat", str(DCAT)), ("spdx", str(_SPDX)), ("version", str(VERSION))):
        graph.bind(prefix, namespace)
    publisher = BNode("publisher")
    cases = solutions(store, stored_query("cases"))
    for triple in (
        *_described(_CATALOG, DCAT.Catalog, f"Catalog of {NAME}"),
        (_CATALOG, DCTERMS.publisher, publisher),
        (_CATALOG, DCAT.dataset, DATASET),
        (_CATALOG, DCAT.service, _ENDPOINT),
        (publisher, RDF.type, FOAF.Agent),
        (publisher, FOAF.name, Literal(CREATOR, lang="en")),
        *_described(DATASET, DCAT.Dataset, TITLE),
        (DATASET, DCTERMS.description, Literal(DESCRIPTION, lang="en")),
        (DATASET, DCTERMS.creator, publisher),
        (DATASET, DCTERMS.publisher, publisher),
        (DATASET, DCAT.landingPage, URIRef(BASE)),
        *((DATASET, DCAT.keyword, Literal(keyword, lang="en")) for keyword in KEYWORDS),
        *_version(version),
        *_coverage(cases),
        *_described(_ENDPOINT, DCAT.DataService, "SPARQL endpoint"),
        (_ENDPOINT, DCAT.endpointURL, URIRef(BASE + "sparql")),
        (_ENDPOINT, DCAT.servesDataset, DATASET),
        (_ENDPOINT, DCTERMS.conformsTo, URIRef("https://www.w3.org/TR/sparql11-protocol/")),
    ):
        graph.add(triple)
    for file in files:
        _add_distribution(graph, file)
    return graph.serialize(format="turtle", encoding="utf-8")


def _described(thing: URIRef, class_: URIRef, title: str) -> Iterator[tuple[Node, Node, Node]]:
    yield thing, RDF.type, class_
    yield thing, DCTERMS.title, Literal(title, lang="en")
    yield thing, DCTERMS.license, URIRef(LICENSE)


def _version(version: Version) -> Iterator[tuple[Node, Node, Node]]:
    """What is recorded of its date: a version that was never released has none."""
    yield DATASET, DCAT.version, Literal(version.name)
    if version.releases:
        yield DATASET, DCTERMS.issued, Literal(version.releases[0].date.isoformat(), datatype=XSD.date)
    if version.release:
        yield DATASET, DCTERMS.modified, Literal(version.release.date.isoformat(), datatype=XSD.date)
    if version.previous:
        yield DATASET, DCAT.previousVersion, VERSION[version.previous.name]


def _coverage(cases: list[Row]) -> Iterator[tuple[Node, Node, Node]]:
    for position, case in enumerate(cases):
        start, _, end = str(case["horizon"]).partition("/")
        period = BNode(f"period{position}")
        yield DATASET, DCTERMS.temporal, period
        yield period, RDF.type, DCTERMS.PeriodOfTime
        for property_, text in ((DCAT.startDate, start), (DCAT.endDate, end)):
            yield period, property_, Literal(text, datatype=_DATE_TYPES[text.count("-")])
        yield DATASET, DCTERMS.source, URIRef(str(case["source"]))


_DATE_TYPES: Final = (XSD.gYear, XSD.gYearMonth, XSD.date)


def _add_distribution(graph: Graph, file: DownloadedFile) -> None:
    address = URIRef(DOWNLOADS + file.name)
    checksum = BNode(f"checksum-{file.name}")
    media_type = file.contained_media_type or file.media_type
    triples: list[tuple[Node, Node, Node]] = [
        (DATASET, DCAT.distribution, address),
        *_described(address, DCAT.Distribution, f"{file.name}: {file.purpose}"),
        (address, DCAT.accessURL, URIRef(DOWNLOADS)),
        (address, DCAT.downloadURL, address),
        (address, DCAT.mediaType, _MEDIA_TYPES[media_type]),
        (address, DCAT.byteSize, Literal(str(file.size), datatype=XSD.nonNegativeInteger)),
        (address, _SPDX.checksum, checksum),
        (checksum, RDF.type, _SPDX.Checksum),
        (checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256),
        (checksum, _SPDX.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary)),
    ]
    if file.contained_media_type:
        how = DCAT.packageFormat if file.media_type == "application/zip" else DCAT.compressFormat
        triples.append((address, how, _MEDIA_TYPES[file.media_type]))
    for triple in triples:
        graph.add(triple)


def schema_org(store: pyoxigraph.Store, version: Version, files: Iterable[DownloadedFile]) -> bytes:
    """The dataset as schema.org describes one (https://schema.org/Dataset), as JSON-LD."""
    cases = solutions(store, stored_query("cases"))
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": str(DATASET),
        "url": BASE,
        "identifier": BASE,
        "name": TITLE,
        "description": DESCRIPTION,
        "keywords": list(KEYWORDS),
        "license": LICENSE,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": CREATOR},
        "version": version.name,
        "temporalCoverage": [str(case["horizon"]) for case in cases],
        "isBasedOn": [
            {"@type": "CreativeWork", "@id": str(case["source"]), "name": str(case["citation"] or case["title"])}
            for case in cases
        ],
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": str(_CATALOG), "name": f"Catalog of {NAME}"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "description": file.purpose,
                "contentUrl": DOWNLOADS + file.name,
                "encodingFormat": file.media_type,
                "contentSize": f"{file.size} B",
                "sha256": file.sha256,
            }
            for file in files
        ],
    }
    if version.releases:
        described["datePublished"] = version.releases[0].date.isoformat()
    if version.release:
        described["dateModified"] = version.release.date.isoformat()
    return (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode()

"""The dataset as VoID describes it (https://www.w3.org/TR/void/): sizes, partitions, links to other datasets, access.

All counts are answers of queries to the dataset itself. The description stands beside the dataset and not in it: it
would have to count itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import pyoxigraph
from rdflib import DCTERMS, FOAF, OWL, RDF, VOID, XSD, BNode, Graph, Literal, Namespace, URIRef

from illicit_power.dataset.publication import (
    CREATOR,
    DESCRIPTION,
    DOWNLOADS,
    LICENSE,
    TITLE,
)
from illicit_power.engine.in_process import Value, solutions
from illicit_power.exports.external_datasets import ExternalDataset, external_dataset
from illicit_power.exports.queries import stored_query
from illicit_power.exports.versions import Version
from illicit_power.model.iris import BASE
from illicit_power.model.prefixes import Prefixes

DOCUMENT: Final = URIRef(BASE + "void")
DATASET: Final = URIRef(BASE + "void#illicit-power")

_FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
_FEATURES: Final = ("Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD")


_PREFIXES: Final = {
    "dataset": f"{DOCUMENT}#",
    "download": DOWNLOADS,
    "formats": str(_FORMATS),
    "void": str(VOID),
}


def void(store: pyoxigraph.Store, version: Version, dumps: Sequence[str], prefixes: Prefixes) -> bytes:
    """The description as Turtle.

    :param dumps: addresses of the RDF files that hold the whole dataset
    """
    graph = new_graph(prefixes)
    graph.add((DOCUMENT, RDF.type, VOID.DatasetDescription))
    graph.add((DOCUMENT, DCTERMS.title, Literal(f"VoID description of {TITLE}", lang="en")))
    graph.add((DOCUMENT, FOAF.primaryTopic, DATASET))
    _add_dataset(graph, version, dumps)
    _add_sizes(graph, store)
    _add_partitions(graph, store)
    _add_named_graphs(graph, store)
    _add_linksets(graph, store)
    return graph.serialize(format="turtle", encoding="utf-8")


def new_graph(prefixes: Prefixes) -> Graph:
    """An empty graph that knows the prefixes of the dataset, and those of descriptions."""
    graph = Graph(bind_namespaces="none")
    Prefixes({**prefixes, **_PREFIXES}).bind_to(graph)
    return graph


def number(value: Value | None) -> Literal:
    """A count as a literal."""
    return Literal(str(value), datatype=XSD.integer)


def _add_dataset(graph: Graph, version: Version, dumps: Sequence[str]) -> None:
    for property_, value in (
        (RDF.type, VOID.Dataset),
        (DCTERMS.title, Literal(TITLE, lang="en")),
        (DCTERMS.description, Literal(DESCRIPTION, lang="en")),
        (DCTERMS.creator, Literal(CREATOR)),
        (DCTERMS.license, URIRef(LICENSE)),
        (OWL.versionInfo, Literal(version.name)),
        (FOAF.homepage, URIRef(BASE)),
        (VOID.uriSpace, Literal(BASE)),
        (VOID.sparqlEndpoint, URIRef(BASE + "sparql")),
        *((VOID.dataDump, URIRef(dump)) for dump in dumps),
        *((VOID.feature, _FORMATS[feature]) for feature in _FEATURES),
    ):
        graph.add((DATASET, property_, value))
    if version.releases:
        issued = Literal(version.releases[0].date.isoformat(), datatype=XSD.date)
        graph.add((DATASET, DCTERMS.issued, issued))


def _add_sizes(graph: Graph, store: pyoxigraph.Store) -> None:
    (totals,) = solutions(store, stored_query("totals"))
    for property_, column in (
        (VOID.triples, "triples"),
        (VOID.distinctSubjects, "subjects"),
        (VOID.distinctObjects, "objects"),
        (VOID.properties, "properties"),
    ):
        graph.add((DATASET, property_, number(totals[column])))
    for row in solutions(store, stored_query("most_claimed")):
        graph.add((DATASET, VOID.exampleResource, URIRef(str(row["thing"]))))
        graph.add((DATASET, VOID.exampleResource, URIRef(str(row["example"]))))


def _add_partitions(graph: Graph, store: pyoxigraph.Store) -> None:
    classes = solutions(store, stored_query("classes"))
    properties = solutions(store, stored_query("properties"))
    graph.add((DATASET, VOID.classes, number(len(classes))))
    terms = [str(row["class"]) for row in classes] + [str(row["property"]) for row in properties]
    for namespace in sorted({_namespace(term) for term in terms}):
        graph.add((DATASET, VOID.vocabulary, URIRef(namespace)))
    for position, row in enumerate(classes):
        partition = BNode(f"class{position:03}")
        graph.add((DATASET, VOID.classPartition, partition))
        graph.add((partition, VOID["class"], URIRef(str(row["class"]))))
        graph.add((partition, VOID.entities, number(row["members"])))
    for position, row in enumerate(properties):
        partition = BNode(f"property{position:03}")
        graph.add((DATASET, VOID.propertyPartition, partition))
        graph.add((partition, VOID.property, URIRef(str(row["property"]))))
        graph.add((partition, VOID.triples, number(row["triples"])))
        graph.add((partition, VOID.distinctSubjects, number(row["subjects"])))
        graph.add((partition, VOID.distinctObjects, number(row["objects"])))


def _namespace(term: str) -> str:
    return term[: max(term.rfind("#"), term.rfind("/")) + 1]


def _add_named_graphs(graph: Graph, store: pyoxigraph.Store) -> None:
    for row in solutions(store, stored_query("graphs")):
        named_graph = URIRef(str(row["graph"]))
        graph.add((DATASET, VOID.subset, named_graph))
        graph.add((named_graph, RDF.type, VOID.Dataset))
        graph.add((named_graph, VOID.triples, number(row["triples"])))


def _add_linksets(graph: Graph, store: pyoxigraph.Store) -> None:
    counts: Counter[tuple[ExternalDataset, str]] = Counter(
        (external_dataset(str(row["target"])), str(row["link"])) for row in solutions(store, stored_query("links"))
    )
    for (target, link), triples in sorted(counts.items(), key=lambda item: (item[0][0].name, item[0][1])):
        external = URIRef(f"{DOCUMENT}#{target.name}")
        linkset = URIRef(f"{external}-{_local_name(link)}")
        for subject, property_, value in (
            (external, RDF.type, VOID.Dataset),
            (external, DCTERMS.title, Literal(target.title, lang="en")),
            (external, FOAF.homepage, URIRef(target.homepage)),
            (external, VOID.uriSpace, Literal(target.namespace)),
            (DATASET, VOID.subset, linkset),
            (linkset, RDF.type, VOID.Linkset),
            (linkset, VOID.subjectsTarget, DATASET),
            (linkset, VOID.objectsTarget, external),
            (linkset, VOID.linkPredicate, URIRef(link)),
            (linkset, VOID.triples, number(triples)),
        ):
            graph.add((subject, property_, value))


def _local_name(iri: str) -> str:
    return iri[len(_namespace(iri)) :]

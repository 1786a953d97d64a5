"""The endpoint's description of itself: SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from typing import Final

from pyoxigraph import Triple
from rdflib import RDF, RDFS, VOID, XSD, BNode, Graph, Literal, Namespace, URIRef

from illicit_power.engine.formats import FORMATS, N_TRIPLES
from illicit_power.engine.query import Engine, select
from illicit_power.server.http.graphs import parse
from illicit_power.server.queries import stored_query
from illicit_power.server.settings import ServerSettings

SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
_FORMAT_IRIS: Final = {
    "json": _FORMATS["SPARQL_Results_JSON"],
    "xml": _FORMATS["SPARQL_Results_XML"],
    "csv": _FORMATS["SPARQL_Results_CSV"],
    "tsv": _FORMATS["SPARQL_Results_TSV"],
    "ttl": _FORMATS["Turtle"],
    "jsonld": _FORMATS["JSON-LD"],
    "nt": _FORMATS["N-Triples"],
    "rdf": _FORMATS["RDF_XML"],
    "trig": _FORMATS["TriG"],
    "nq": _FORMATS["N-Quads"],
}
"""The formats that W3C has given an IRI (https://www.w3.org/ns/formats/)."""


async def service_description(engine: Engine, settings: ServerSettings, endpoint: str) -> list[Triple]:
    """The description of the endpoint at an address: its language, features, formats, limits and graphs.

    :raises QueryError: when the graphs cannot be counted
    """
    rows = await select(engine, stored_query("graphs"))
    graph = Graph()
    service, dataset, default = URIRef(endpoint), BNode(), BNode()
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(endpoint)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    graph.add((service, SD.feature, SD.UnionDefaultGraph))
    if settings.endpoints:
        graph.add((service, SD.feature, SD.BasicFederatedQuery))
    for name in {format_.name for formats in FORMATS.values() for format_ in formats}:
        graph.add((service, SD.resultFormat, _FORMAT_IRIS[name]))
    graph.add((service, RDFS.comment, Literal(_limits(settings), "en")))
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    graph.add((default, RDFS.comment, Literal("The union of all named graphs.", "en")))
    for row in rows:
        named, content = BNode(), BNode()
        graph.add((dataset, SD.namedGraph, named))
        graph.add((named, RDF.type, SD.NamedGraph))
        graph.add((named, SD.name, row["graph"]))
        graph.add((named, SD.graph, content))
        graph.add((content, RDF.type, SD.Graph))
        graph.add((content, VOID.triples, Literal(str(row["triples"]), datatype=XSD.integer)))
    return sorted(parse(graph.serialize(format="nt", encoding="utf-8"), N_TRIPLES), key=str)


def _limits(settings: ServerSettings) -> str:
    return (
        f"A query may run for {settings.timeout:g} seconds, or with timeout= for up to "
        f"{settings.limits.max_timeout:g}, in {settings.memory_mib} MiB of memory. An answer ends after "
        f"{settings.result_rows:,} rows or {settings.result_mib} MiB; the header Answer-Truncated says when it does."
    )

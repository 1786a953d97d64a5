"""The endpoint's description of itself: SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from illicit_power.engine.formats import FORMATS
from illicit_power.engine.query import Engine, select
from illicit_power.engine.terms import Term
from illicit_power.model.vocabularies import RDF, RDFS, VOID
from illicit_power.server.queries import stored_query
from illicit_power.server.settings import ServerSettings

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_FORMAT_IRIS: Final = {
    "json": _FORMATS + "SPARQL_Results_JSON",
    "xml": _FORMATS + "SPARQL_Results_XML",
    "csv": _FORMATS + "SPARQL_Results_CSV",
    "tsv": _FORMATS + "SPARQL_Results_TSV",
    "ttl": _FORMATS + "Turtle",
    "jsonld": _FORMATS + "JSON-LD",
    "nt": _FORMATS + "N-Triples",
    "rdf": _FORMATS + "RDF_XML",
    "trig": _FORMATS + "TriG",
    "nq": _FORMATS + "N-Quads",
}
"""The formats that W3C has given an IRI (https://www.w3.org/ns/formats/)."""


async def service_description(engine: Engine, settings: ServerSettings, endpoint: str) -> list[Triple]:
    """The description of the endpoint at an address: its language, features, formats, limits and graphs.

    :raises QueryError: when the graphs cannot be counted
    """
    rows = await select(engine, stored_query("graphs"))
    names = {format_.name for formats in FORMATS.values() for format_ in formats}
    service, dataset, default = NamedNode(endpoint), BlankNode("dataset"), BlankNode("default")
    triples: list[tuple[NamedNode | BlankNode, str, Term]] = [
        (service, RDF.type, _sd("Service")),
        (service, SD + "endpoint", service),
        (service, SD + "supportedLanguage", _sd("SPARQL11Query")),
        (service, SD + "feature", _sd("UnionDefaultGraph")),
        *([(service, SD + "feature", _sd("BasicFederatedQuery"))] if settings.endpoints else []),
        *((service, SD + "resultFormat", NamedNode(_FORMAT_IRIS[name])) for name in sorted(names)),
        (service, RDFS.comment, Literal(_limits(settings), language="en")),
        (service, SD + "defaultDataset", dataset),
        (dataset, RDF.type, _sd("Dataset")),
        (dataset, SD + "defaultGraph", default),
        (default, RDF.type, _sd("Graph")),
        (default, RDFS.comment, Literal("The union of all named graphs.", language="en")),
    ]
    for position, row in enumerate(rows):
        named, content = BlankNode(f"named{position}"), BlankNode(f"graph{position}")
        triples += [
            (dataset, SD + "namedGraph", named),
            (named, RDF.type, _sd("NamedGraph")),
            (named, SD + "name", row["graph"]),
            (named, SD + "graph", content),
            (content, RDF.type, _sd("Graph")),
            (content, VOID.triples, row["triples"]),
        ]
    return [Triple(subject, NamedNode(property_), value) for subject, property_, value in triples]


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)


def _limits(settings: ServerSettings) -> str:
    return (
        f"A query may run for {settings.timeout:g} seconds, or with timeout= for up to "
        f"{settings.limits.max_timeout:g}, in {settings.memory_mib} MiB of memory. An answer ends after "
        f"{settings.result_rows:,} rows or {settings.result_mib} MiB; the header Answer-Truncated says when it does."
    )

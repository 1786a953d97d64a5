"""The network as GraphML and GEXF: entities are nodes, and each relation claim between two of them is an edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import pyoxigraph

from illicit_power.engine.in_process import Row, Value, solutions
from illicit_power.exports.columns import JOINED, SEPARATOR
from illicit_power.exports.queries import stored_query
from illicit_power.exports.spans import written_span
from illicit_power.exports.tables import table_named
from illicit_power.model.iris import CLAIM, ENTITY, IPS

Attributes = dict[str, str]

_NODE_ATTRIBUTES: Final = ("label", "iri", "type", "kinds")
_EDGE_ATTRIBUTES: Final = (
    "label", "iri", "relation", "symmetric", "stance", "explicitness", "role", "support", "qualification", "time_basis",
    "time", "start", "end",
)  # fmt: skip
_DERIVED: Final = "derived"


@dataclass(frozen=True)
class Edge:
    """A relation claim.

    :ivar key: case and slug of the claim
    """

    key: str
    source: str
    target: str
    attributes: Attributes


@dataclass(frozen=True)
class Network:
    """Nodes by slug, and edges, each with its attributes. Several edges may connect the same two nodes.

    Edges of every stance are there, asserted or not. ``start`` and ``end`` are there where a time is written, which
    ``time_basis`` says, and span what it speaks for: no edge has a year that only derived bounds allow. All are
    directed, because few readers take both sorts in one file; ``symmetric`` marks those whose direction says nothing.
    """

    nodes: dict[str, Attributes]
    edges: list[Edge]


def network(store: pyoxigraph.Store) -> Network:
    """The network of a dataset: what takes part in a relation claim, and those claims."""
    claims: dict[str, list[Row]] = {}
    for row in solutions(store, stored_query("network")):
        claims.setdefault(str(row["claim"]), []).append(row)
    edges = [_edge(rows) for rows in claims.values()]
    nodes = {
        str(row["entity_id"]): {
            "label": str(row["name"]),
            "iri": str(row["iri"]),
            "type": str(row["type"]),
            "kinds": str(row["kinds"]),
        }
        for row in table_named("entities").rows(store)
    }
    return Network(_connected(nodes, edges), edges)


def _connected(nodes: Mapping[str, Attributes], edges: Sequence[Edge]) -> dict[str, Attributes]:
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    return {slug: attributes for slug, attributes in nodes.items() if slug in ends}


def _edge(rows: Sequence[Row]) -> Edge:
    """The edge of a claim.

    :param rows: of the query, one for each claim that gives it its time
    """
    row = rows[0]
    attributes = {
        "label": str(row["label"]),
        "iri": str(row["claim"]),
        "relation": str(row["relation"]).removeprefix(str(IPS)),
        "symmetric": "true" if row["symmetric"] else "false",
        **{name: _concepts(row[name]) for name in ("stance", "explicitness", "role", "support", "qualification")},
        "time_basis": _concepts(row["time_basis"]) or _DERIVED,
        "time": str(row["time_edtf"] or ""),
        **_span(rows),
    }
    return Edge(
        key=str(row["claim"]).removeprefix(str(CLAIM)),
        source=str(row["source"]).removeprefix(str(ENTITY)),
        target=str(row["target"]).removeprefix(str(ENTITY)),
        attributes={name: text for name, text in attributes.items() if text},
    )


def _concepts(iris: Value | None) -> str:
    """The slugs of concepts."""
    return SEPARATOR.join(sorted(iri.rpartition("/")[2] for iri in str(iris or "").split(JOINED)))


def _span(rows: Sequence[Row]) -> Attributes:
    """The first and the last day for which the time of some row speaks."""
    spans = [written_span(row) for row in rows if row["time_basis"]]
    if not spans:
        return {}
    first, last = min(first for first, _ in spans), max(last for _, last in spans)
    return {"start": first.date().isoformat(), "end": last.date().isoformat()}


def graphml(network: Network) -> bytes:
    """The network as GraphML (http://graphml.graphdrawing.org/specification.html)."""
    root = Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for element, names in (("node", _NODE_ATTRIBUTES), ("edge", _EDGE_ATTRIBUTES)):
        for name in names:
            key = {"id": f"{element}-{name}", "for": element, "attr.name": name, "attr.type": _type(name)}
            SubElement(root, "key", key)
    graph = SubElement(root, "graph", id="illicit-power", edgedefault="directed")
    for slug, attributes in network.nodes.items():
        _data(SubElement(graph, "node", id=slug), "node", attributes)
    for edge in network.edges:
        ends = {"id": edge.key, "source": edge.source, "target": edge.target}
        _data(SubElement(graph, "edge", ends), "edge", edge.attributes)
    return _xml(root)


def _type(attribute: str) -> str:
    return "boolean" if attribute == "symmetric" else "string"


def _data(element: Element, of: str, attributes: Attributes) -> None:
    for name, text in attributes.items():
        SubElement(element, "data", key=f"{of}-{name}").text = text


def gexf(network: Network) -> bytes:
    """The network as GEXF 1.3 (https://gexf.net/schema.html), dynamic: edges appear and disappear.

    Only edges with a time are in it: one without would be shown at all times.
    """
    dated = [edge for edge in network.edges if "start" in edge.attributes]
    root = Element("gexf", xmlns="http://gexf.net/1.3", version="1.3")
    graph = SubElement(root, "graph", mode="dynamic", timeformat="date", defaultedgetype="directed")
    for class_, names in (("node", _NODE_ATTRIBUTES), ("edge", _EDGE_ATTRIBUTES)):
        declared = SubElement(graph, "attributes", {"class": class_})
        for name in names[1:]:
            SubElement(declared, "attribute", id=f"{class_}-{name}", title=name, type=_type(name))
    nodes = SubElement(graph, "nodes")
    for slug, attributes in _connected(network.nodes, dated).items():
        _values(SubElement(nodes, "node", id=slug, label=attributes["label"]), "node", attributes)
    edges = SubElement(graph, "edges")
    for edge in dated:
        # Gephi keeps parallel edges apart by their kind.
        about = {"id": edge.key, "source": edge.source, "target": edge.target, "kind": edge.attributes["relation"]}
        about |= {name: edge.attributes[name] for name in ("label", "start", "end")}
        _values(SubElement(edges, "edge", about), "edge", edge.attributes)
    return _xml(root)


def _values(element: Element, of: str, attributes: Attributes) -> None:
    values = SubElement(element, "attvalues")
    for name, text in attributes.items():
        if name != "label":
            SubElement(values, "attvalue", {"for": f"{of}-{name}", "value": text})


def _xml(root: Element) -> bytes:
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"

"""The network of the facade: entities as nodes, the relations that are claimed between them as links."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request
from pyoxigraph import NamedNode
from starlette.responses import Response

from illicit_power.dataset.jsonld import NodeObject, Tree
from illicit_power.engine.query import Engine
from illicit_power.model.iris import IPS
from illicit_power.server.http.graphs import construct
from illicit_power.server.http.parameters import Parameters
from illicit_power.server.rest.collections import NETWORK_FILTERS
from illicit_power.server.rest.filters import read_filters, refuse_unknown_values
from illicit_power.server.rest.formats import JSON_FORMATS
from illicit_power.server.rest.linked_json import linked_json
from illicit_power.server.rest.lists import composed, matched, totals_by_basis
from illicit_power.server.rest.times import narrowed

PARAMETERS: Final = (*(filter_.name for filter_ in NETWORK_FILTERS), "certainty", "basis", "format")

_TERMS: Final[dict[str, Any]] = {
    "nodes": "@included",
    "links": "@included",
    "source": {"@id": str(IPS.subject), "@type": "@id"},
    "target": {"@id": str(IPS.object), "@type": "@id"},
}
"""The ends of a link are called as programs that draw networks call them."""

_EDGES: Final = """?item a ips:RelationClaim ; ips:subject ?source_ ; ips:object ?target_ .
    ?source_ a ips:Entity . ?target_ a ips:Entity ."""
_SUBJECT: Final = str(IPS.subject)
_OBJECT: Final = str(IPS.object)


async def answer_network(request: Request, engine: Engine, context: str) -> Response:
    """Nodes and links.

    :param context: the address of the JSON-LD context
    """
    parameters = Parameters(request, PARAMETERS)
    given = read_filters(parameters, NETWORK_FILTERS)
    narrowing = narrowed(parameters, NETWORK_FILTERS, given)
    format_ = parameters.format(request, JSON_FORMATS)
    parameters.check()
    text, bindings = composed("network", given, match=matched(given, narrowing, _EDGES))
    headers = await totals_by_basis(engine, given, narrowing, _EDGES)
    triples = await construct(engine, text, bindings)
    if not triples:
        await refuse_unknown_values(engine, given)
    tree = Tree(triples)
    claims = {subject: None for subject, property_, _ in triples if property_.value == _SUBJECT}
    ends = {value: None for _, property_, value in triples if property_.value in (_SUBJECT, _OBJECT)}
    nodes = [tree.node(end) for end in sorted(ends, key=str) if isinstance(end, NamedNode)]
    links = [_link(tree.node(claim)) for claim in sorted(claims, key=str)]
    return linked_json({"nodes": nodes, "links": links}, context, format_, terms=_TERMS, headers=headers)


def _link(claim: NodeObject) -> NodeObject:
    source, target, (type_,) = claim.pop("subject"), claim.pop("object"), claim.pop("type")
    pages = sorted({evidence["page"] for evidence in claim["evidence"]})
    return {"id": claim["id"], "type": type_, "source": source["id"], "target": target["id"], "pages": pages, **claim}

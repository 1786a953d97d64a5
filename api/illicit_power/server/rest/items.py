"""Single things of the facade: what is said of one, and every claim about it with its evidence."""

from __future__ import annotations

from difflib import get_close_matches
from http import HTTPStatus
from typing import Final

from fastapi import Request
from rdflib import URIRef
from starlette.responses import Response

from illicit_power.engine.query import Engine, select
from illicit_power.model.iris import BASE, is_iri
from illicit_power.server.examples import stored_query
from illicit_power.server.graphs import PLAIN_JSON, construct
from illicit_power.server.jsonld import CONTEXT_IRI, CONTEXT_RELATION, Tree, to_bytes
from illicit_power.server.problems import HTTPProblem
from illicit_power.server.resources import is_described
from illicit_power.server.rest.collections import Collection
from illicit_power.server.rest.requests import GRAPH_FORMATS, Parameters
from illicit_power.server.signposting import link

PARAMETERS: Final = ("format",)


async def answer_item(request: Request, engine: Engine, collection: Collection, slug: str) -> Response:
    """One thing of a collection.

    :param slug: the rest of its IRI after the namespace of the collection
    :raises HTTPProblem: 404 where the collection has no such thing, with the nearest ones; 410 where it was withdrawn
    """
    parameters = Parameters(request, PARAMETERS)
    format_ = parameters.format(request, GRAPH_FORMATS)
    parameters.check()
    iri = str(collection.namespace[slug])
    if not is_iri(iri):
        raise await _unknown(engine, collection, slug)
    triples = await construct(engine, stored_query("item"), {"thing": URIRef(iri), "class": collection.class_})
    if not is_described(triples, iri.removeprefix(BASE)):
        raise await _unknown(engine, collection, slug)
    links = [link(iri, "canonical")]
    if format_ == PLAIN_JSON:
        links.append(link(CONTEXT_IRI, CONTEXT_RELATION, "application/ld+json"))
    headers = {"Vary": "Accept", "Link": ", ".join(links)}
    return Response(to_bytes({"@context": CONTEXT_IRI, **Tree(triples).item(iri)}), 200, headers, format_.content_type)


async def _unknown(engine: Engine, collection: Collection, slug: str) -> HTTPProblem:
    rows = await select(engine, stored_query("members"), {"class": collection.class_})
    near = get_close_matches(slug, [str(row["value"]).removeprefix(str(collection.namespace)) for row in rows])
    advice = f"Did you mean {' or '.join(near)}? " if near else ""
    detail = (
        f"There is no {collection.singular} {slug}. {advice}/api/v1/{collection.name}?q= finds one by part of a name."
    )
    return HTTPProblem(HTTPStatus.NOT_FOUND, detail, nearest=[str(collection.namespace[name]) for name in near])

"""Single things of the facade: what is said of one, and every claim about it with its evidence."""

from __future__ import annotations

from difflib import get_close_matches
from http import HTTPStatus
from typing import Final

from fastapi import Request
from pyoxigraph import NamedNode
from starlette.responses import Response

from illicit_power.dataset.jsonld import Tree
from illicit_power.engine.query import Engine, select
from illicit_power.model.iris import is_iri
from illicit_power.server.http.graphs import construct
from illicit_power.server.http.links import link
from illicit_power.server.http.parameters import Parameters
from illicit_power.server.http.problems import HTTPProblem
from illicit_power.server.http.tombstones import check_not_withdrawn
from illicit_power.server.queries import stored_query
from illicit_power.server.rest.collections import Collection
from illicit_power.server.rest.formats import JSON_FORMATS
from illicit_power.server.rest.linked_json import linked_json

PARAMETERS: Final = ("format",)


async def answer_item(request: Request, engine: Engine, collection: Collection, slug: str, context: str) -> Response:
    """One thing of a collection.

    :param slug: the rest of its IRI after the namespace of the collection
    :param context: the address of the JSON-LD context
    :raises HTTPProblem: 404 where the collection has no such thing, with the nearest ones; 410 where it was withdrawn
    """
    parameters = Parameters(request, PARAMETERS)
    format_ = parameters.format(request, JSON_FORMATS)
    parameters.check()
    iri = collection.namespace + slug
    if not is_iri(iri):
        raise await _unknown(engine, collection, slug)
    thing = NamedNode(iri)
    bindings = {"thing": thing, "class": NamedNode(collection.class_)}
    triples = await construct(engine, stored_query("item"), bindings)
    check_not_withdrawn(triples, thing)
    if not any(triple.subject == thing for triple in triples):
        raise await _unknown(engine, collection, slug)
    return linked_json(Tree(triples).item(iri), context, format_, links=[link(iri, "canonical")])


async def _unknown(engine: Engine, collection: Collection, slug: str) -> HTTPProblem:
    rows = await select(engine, stored_query("members"), {"class": NamedNode(collection.class_)})
    near = get_close_matches(slug, [row["value"].value.removeprefix(collection.namespace) for row in rows])
    advice = f"Did you mean {' or '.join(near)}? " if near else ""
    detail = (
        f"There is no {collection.singular} {slug}. {advice}/api/v1/{collection.name}?q= finds one by part of a name."
    )
    return HTTPProblem(HTTPStatus.NOT_FOUND, detail, nearest=[collection.namespace + name for name in near])

"""The routes of the reconciliation service. ``/reconcile`` is the endpoint of version 0.2 of the API and answers the
requests of 1.0-draft as well; ``/reconcile/1.0-draft`` is the endpoint whose manifest has the form of the draft."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from illicit_power.engine.formats import ResultFormat
from illicit_power.engine.query import Engine
from illicit_power.matching.index import Index
from illicit_power.matching.suggestions import suggest_terms
from illicit_power.server.dependencies import READ, EngineDependency
from illicit_power.server.http import bodies
from illicit_power.server.http.bodies import FORM
from illicit_power.server.http.content_negotiation import HTML, negotiated
from illicit_power.server.http.pages import render
from illicit_power.server.middleware.response_headers import EMBEDDABLE
from illicit_power.server.reconciliation import answers, protocol
from illicit_power.server.reconciliation.indexes import index_of
from illicit_power.server.reconciliation.pool import ReconciliationPool
from illicit_power.server.reconciliation.protocol import BadBatch, BatchTooLarge, Json

router = APIRouter(include_in_schema=False)

MAX_BODY_BYTES = 4_000_000
_NAME_CHARACTERS = 200
_JSON = "application/json"
_MANIFEST_FORMATS = (ResultFormat("json", _JSON), HTML)
_SHOWN = ("founded", "date", "parent", "place")


async def _index(engine: EngineDependency) -> Index:
    return await index_of(engine)


def _pool(request: Request) -> ReconciliationPool:
    pool: ReconciliationPool = request.app.state.reconciliation
    return pool


IndexDependency = Annotated[Index, Depends(_index)]
PoolDependency = Annotated[ReconciliationPool, Depends(_pool)]
Prefix = Annotated[str, Query(max_length=_NAME_CHARACTERS)]
Count = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0)]


@router.api_route("/reconcile", methods=READ)
async def answer_by_get(request: Request, engine: EngineDependency, pool: PoolDependency) -> Response:
    """The manifest, or the answer to ``queries`` or ``extend``; for browsers a page that finds things by ``name``."""
    parameters = request.query_params
    asked = "queries" in parameters or "extend" in parameters
    if not asked and negotiated(request, _MANIFEST_FORMATS) is HTML:
        name = parameters.get("name", "").strip()[:_NAME_CHARACTERS]
        found = await pool.run(engine, answers.find, name) if name else []
        content = {
            "name": name,
            "found": found,
            "endpoint": str(request.url.replace(query="", fragment="")),
        }
        return render(request, "names.html", content, headers={"Vary": "Accept"})
    return await _answer(request, engine, pool, request.url.query)


@router.post("/reconcile")
async def answer_by_post(request: Request, engine: EngineDependency, pool: PoolDependency) -> Response:
    """The answer to ``queries`` or ``extend`` of a form, as OpenRefine sends them."""
    advice = "with the field queries or extend. Version 1.0-draft of the API posts JSON to /reconcile/match"
    body = await _body(request, FORM, advice)
    return await _answer(request, engine, pool, body)


@router.api_route("/reconcile/1.0-draft", methods=READ)
async def manifest_of_draft(request: Request, index: IndexDependency) -> Response:
    """The manifest of version 1.0-draft."""
    return _json(protocol.manifest_10(index, str(request.url.replace(query="", fragment="")).rstrip("/")))


@router.post("/reconcile/match")
@router.post("/reconcile/1.0-draft/match")
async def match(request: Request, engine: EngineDependency, pool: PoolDependency) -> Response:
    """The candidates for a query batch of version 1.0-draft."""
    example = 'such as {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "JAM"}]}]}'
    body = await _body(request, _JSON, example)
    try:
        return Response(await pool.run(engine, answers.match_10, body), media_type=_JSON)
    except BadBatch as error:
        raise _refused(error) from None


@router.post("/reconcile/extend")
@router.post("/reconcile/1.0-draft/extend")
async def extend(request: Request, engine: EngineDependency, pool: PoolDependency) -> Response:
    """The values for a data extension query of version 1.0-draft."""
    example = 'such as {"ids": ["jaish-al-mahdi"], "properties": [{"id": "founded"}]}'
    body = await _body(request, _JSON, example)
    try:
        return Response(await pool.run(engine, answers.extend_10, body), media_type=_JSON)
    except BadBatch as error:
        raise _refused(error) from None


@router.api_route("/reconcile/extend/propose", methods=READ)
@router.api_route("/reconcile/1.0-draft/extend/propose", methods=READ)
async def propose(
    index: IndexDependency,
    type: Annotated[str, Query(max_length=200)] = "ips:Entity",
    limit: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The properties that entities of a type have."""
    found = index.type(type)
    if found is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND, f"There is no type {type}. /reconcile/suggest/type?prefix= lists all."
        )
    return _json(protocol.write_proposal(found, limit, index))


@router.api_route("/reconcile/suggest/entity", methods=READ)
@router.api_route("/reconcile/1.0-draft/suggest/entity", methods=READ)
async def suggest_entity(
    engine: EngineDependency,
    pool: PoolDependency,
    prefix: Prefix = "",
    type: Annotated[str | None, Query(max_length=200)] = None,
    limit: Count = 20,
    offset: Offset = 0,
    cursor: Offset = 0,
) -> Response:
    """Entities whose name begins so. ``cursor`` is what ``offset`` is called in version 0.2."""
    found = await pool.run(engine, answers.suggest, prefix, type)
    return _page(found, offset or cursor, limit)


@router.api_route("/reconcile/suggest/type", methods=READ)
@router.api_route("/reconcile/1.0-draft/suggest/type", methods=READ)
async def suggest_type(
    index: IndexDependency, prefix: Prefix = "", limit: Count = 100, offset: Offset = 0, cursor: Offset = 0
) -> Response:
    """Types whose name begins so."""
    found = [protocol.write_suggested_term(term) for term in suggest_terms(index.types, prefix)]
    return _page(found, offset or cursor, limit)


@router.api_route("/reconcile/suggest/property", methods=READ)
@router.api_route("/reconcile/1.0-draft/suggest/property", methods=READ)
async def suggest_property(
    index: IndexDependency, prefix: Prefix = "", limit: Count = 100, offset: Offset = 0, cursor: Offset = 0
) -> Response:
    """Properties whose name begins so."""
    found = [protocol.write_suggested_term(term) for term in suggest_terms(index.properties, prefix)]
    return _page(found, offset or cursor, limit)


@router.api_route("/reconcile/preview", methods=READ)
@router.api_route("/reconcile/1.0-draft/preview", methods=READ)
async def preview(request: Request, index: IndexDependency, id: Annotated[str, Query(max_length=500)]) -> Response:
    """A page about an entity that is small enough for a frame, and may be shown in one."""
    entity = index.entity(id)
    if entity is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND, f"There is no entity {id}. /reconcile/suggest/entity?prefix= finds one by its name."
        )
    shown = [(index.properties[key].name, entity.values[key]) for key in _SHOWN if key in entity.values]
    others = [value.text for value in entity.values.get("skos:altLabel", ())]
    content = {"entity": entity, "kinds": protocol.own_types(entity, index), "others": others, "shown": shown}
    return render(request, "reconciliation_preview.html", content, headers=EMBEDDABLE)


async def _answer(request: Request, engine: Engine, pool: ReconciliationPool, encoded: str) -> Response:
    """The answer to a request of version 0.2."""
    parameters = bodies.parameters(encoded)
    try:
        if "queries" in parameters:
            return Response(await pool.run(engine, answers.match_02, parameters["queries"][-1]), media_type=_JSON)
        if "extend" in parameters:
            return Response(await pool.run(engine, answers.extend_02, parameters["extend"][-1]), media_type=_JSON)
    except BadBatch as error:
        raise _refused(error) from None
    if request.method == "POST" or parameters.keys() - {"callback"}:
        raise HTTPException(
            HTTPStatus.BAD_REQUEST,
            'Give queries={"q0": {"query": "…"}} or extend={"ids": […], "properties": […]}; GET without either is the '
            "manifest.",
        )
    return _json(protocol.manifest_02(await index_of(engine), str(request.url.replace(query="", fragment=""))))


def _page(found: list[Json], offset: int, limit: int) -> Response:
    return _json({"result": found[offset : offset + limit]})


def _json(content: Json) -> Response:
    return Response(protocol.to_json(content), media_type=_JSON)


def _refused(error: BadBatch) -> HTTPException:
    too_large = isinstance(error, BatchTooLarge)
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST, str(error))


async def _body(request: Request, media_type: str, advice: str) -> str:
    bodies.media_type(request, (media_type,), f"Post {media_type}, {advice}.")
    return await bodies.text(request, MAX_BODY_BYTES, "Send it in parts.")

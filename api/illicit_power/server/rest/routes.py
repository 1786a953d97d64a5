"""The routes of the facade, one or two for each collection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from illicit_power.server.dependencies import READ, EngineDependency
from illicit_power.server.http.content_negotiation import HTML, negotiated
from illicit_power.server.http.graphs import PLAIN_JSON
from illicit_power.server.rest import openapi
from illicit_power.server.rest.collections import COLLECTIONS, Collection
from illicit_power.server.rest.items import answer_item
from illicit_power.server.rest.linked_json import ContextDependency
from illicit_power.server.rest.lists import answer_list
from illicit_power.server.rest.network import answer_network

router: Final = APIRouter(prefix="/api/v1", tags=["REST"])


def _list_of(collection: Collection) -> Callable[..., Awaitable[Response]]:
    async def list_(request: Request, engine: EngineDependency, context: ContextDependency) -> Response:
        return await answer_list(request, engine, collection, context)

    return list_


def _item_of(collection: Collection) -> Callable[..., Awaitable[Response]]:
    async def item(request: Request, engine: EngineDependency, context: ContextDependency) -> Response:
        return await answer_item(request, engine, collection, request.path_params["slug"], context)

    return item


@router.api_route("", methods=READ, include_in_schema=False)
@router.api_route("/", methods=READ, include_in_schema=False)
async def root(request: Request) -> Response:
    """From the root of the facade to what is there: a page for browsers, the OpenAPI document for programs."""
    path = "/api" if negotiated(request, (PLAIN_JSON, HTML)) == HTML else request.app.openapi_url
    return RedirectResponse(request.scope["root_path"] + path, HTTPStatus.SEE_OTHER, {"Vary": "Accept"})


async def network(request: Request, engine: EngineDependency, context: ContextDependency) -> Response:
    """Nodes and links."""
    return await answer_network(request, engine, context)


def _add(path: str, endpoint: Callable[..., Awaitable[Response]], described: openapi.Operation) -> None:
    router.add_api_route(path, endpoint, methods=["GET"], response_class=Response, **described)
    router.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)


for collection in COLLECTIONS:
    _add(f"/{collection.name}", _list_of(collection), openapi.list_operation(collection))
    router.add_api_route(f"/{collection.name}/", _list_of(collection), methods=READ, include_in_schema=False)
    if collection.example:
        _add(f"/{collection.name}/{{slug:path}}", _item_of(collection), openapi.item_operation(collection))
_add("/network", network, openapi.network_operation())

"""The SPARQL endpoint: SPARQL 1.1 Protocol for queries (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from illicit_power.engine.errors import QueryError
from illicit_power.engine.formats import FORMATS, JSON, TURTLE
from illicit_power.engine.query import Accepted, Answer, Engine, Query
from illicit_power.server.dependencies import EngineDependency
from illicit_power.server.examples import Example, find_examples
from illicit_power.server.negotiation import accepted_formats, named_formats, prefers_html
from illicit_power.server.pages import render
from illicit_power.server.problems import STATUS_OF_QUERY_ERROR

router = APIRouter(tags=["SPARQL"])

MAX_BODY_BYTES = 1_000_000
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_PAGE_ROWS = 1_000
_STARTING_QUERY = """PREFIX ips: <https://w3id.org/illicit-power/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?group ?name WHERE {
  ?group a ips:IllicitPowerStructure ; skos:prefLabel ?name .
}
ORDER BY ?name
"""


@dataclass(frozen=True)
class _Operation:
    """The parameters of a query operation (SPARQL 1.1 Protocol, 2.1)."""

    text: str | None
    default_graphs: list[str]
    named_graphs: list[str]
    format: str | None


@router.head("/sparql", include_in_schema=False)
@router.get("/sparql", summary="Ask a SPARQL query")
async def query_by_get(request: Request, engine: EngineDependency) -> Response:
    """Answer ``query``; a browser gets the query page, with the answer where there is a query."""
    operation = _operation(request.url.query)
    if operation.format is None and prefers_html(request.headers.get("accept")):
        return await _page(request, engine, operation)
    return await _answer(request, engine, operation)


@router.post("/sparql", summary="Ask a SPARQL query")
async def query_by_post(request: Request, engine: EngineDependency) -> Response:
    """Answer a query that is posted as a form, or as ``application/sparql-query``."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (_FORM, _DIRECT):
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Post a query as {_DIRECT}, or as {_FORM} with the field query."
        )
    body = await _body(request)
    if media_type == _FORM:
        operation = _operation(body)
        if operation.format is None and prefers_html(request.headers.get("accept")):
            return await _page(request, engine, operation)
        return await _answer(request, engine, operation)
    return await _answer(request, engine, _operation(request.url.query, body))


def _operation(encoded: str, text: str | None = None) -> _Operation:
    try:
        parameters = parse_qs(encoded, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (UnicodeDecodeError, ValueError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"The parameters are not percent-encoded UTF-8: {error}") from None
    queries = parameters.get("query", []) if text is None else [text]
    if len(queries) > 1:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Give one query, not several.")
    if "update" in parameters:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "This endpoint is read-only: it takes queries, no updates.")
    return _Operation(
        text=queries[0] if queries else None,
        default_graphs=parameters.get("default-graph-uri", []),
        named_graphs=parameters.get("named-graph-uri", []),
        format=parameters.get("format", [None])[-1],
    )


async def _body(request: Request) -> str:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A query may have {MAX_BODY_BYTES:,} bytes.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The body is not UTF-8.") from None


async def _answer(request: Request, engine: Engine, operation: _Operation) -> Response:
    if operation.text is None:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "There is no query. Pass one in the parameter query.")
    accepted = accepted_formats(request.headers.get("accept"))
    if operation.format is not None:
        named = named_formats(operation.format)
        if named is None:
            names = sorted({format_.name for formats in FORMATS.values() for format_ in formats})
            raise HTTPException(
                HTTPStatus.BAD_REQUEST, f"There is no format {operation.format}: use {', '.join(names)}."
            )
        accepted = named
    query = Query(operation.text, accepted, {}, operation.default_graphs, operation.named_graphs)
    answer = await _unless_disconnected(request, engine, query)
    headers = {"Vary": "Accept"}
    return StreamingResponse(_closing(answer), 200, headers, answer.format.content_type)


async def _unless_disconnected(request: Request, engine: Engine, query: Query) -> Answer:
    """Begin to answer; stop the query when the client hangs up before the answer has begun.

    :raises ClientDisconnect: when it did
    """
    executing = asyncio.ensure_future(engine.execute(query))
    leaving = asyncio.ensure_future(_disconnection(request))
    try:
        await asyncio.wait((executing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not executing.done():
            executing.cancel()
            with suppress(asyncio.CancelledError):
                await executing
            raise ClientDisconnect
        return await executing
    finally:
        leaving.cancel()


async def _disconnection(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _closing(answer: Answer) -> AsyncGenerator[bytes, None]:
    """The chunks of an answer, whose worker is freed even when the client leaves early."""
    try:
        async for chunk in answer.chunks:
            yield chunk
    finally:
        await answer.chunks.aclose()


async def _page(request: Request, engine: Engine, operation: _Operation) -> Response:
    """The query page, with the answer or the error in it."""
    examples: list[Example] = await find_examples(engine)
    context: dict[str, Any] = {"query": operation.text or _STARTING_QUERY, "examples": examples}
    status = HTTPStatus.OK
    if operation.text is not None:
        accepted: Accepted = {"solutions": JSON, "boolean": JSON, "graph": TURTLE}
        query = Query(operation.text, accepted, {}, operation.default_graphs, operation.named_graphs)
        try:
            context.update(await _shown(await _unless_disconnected(request, engine, query)))
        except QueryError as error:
            status = STATUS_OF_QUERY_ERROR[type(error)]
            context["error"] = error
    return render(request, "sparql.html", context, status, {"Vary": "Accept"})


async def _shown(answer: Answer) -> dict[str, Any]:
    content = await answer.read()
    if answer.kind == "graph":
        return {"graph": content.decode("utf-8")}
    results = json.loads(content)
    if answer.kind == "boolean":
        return {"boolean": results["boolean"]}
    rows = results["results"]["bindings"]
    return {"variables": results["head"]["vars"], "rows": rows[:_PAGE_ROWS], "row_count": len(rows)}

"""The SPARQL endpoint: SPARQL 1.1 Protocol for queries (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from illicit_power.archive.permalinks import AskedQuery
from illicit_power.engine.errors import NotAcceptable, QueryError
from illicit_power.engine.formats import FORMATS, GRAPH_FORMATS, JSON, TURTLE, Kind, ResultFormat
from illicit_power.engine.query import Accepted, Answer, Engine, Query
from illicit_power.engine.sparql.admission import admit
from illicit_power.server.dependencies import CacheDependency, ServedDependency, SettingsDependency
from illicit_power.server.http.answer_cache import AnswerCache, CachedAnswer
from illicit_power.server.http.answer_pages import shown_answer
from illicit_power.server.http.content_negotiation import (
    HTML,
    accepted_formats,
    named_formats,
    not_acceptable,
    prefers_html,
)
from illicit_power.server.http.entity_tags import entity_tag, is_known, not_modified
from illicit_power.server.http.graphs import serialize
from illicit_power.server.http.links import link
from illicit_power.server.http.pages import render
from illicit_power.server.http.problems import STATUS_OF_QUERY_ERROR
from illicit_power.server.http.request_context import note_query
from illicit_power.server.serving.served_dataset import ServedDataset
from illicit_power.server.settings import ServerSettings
from illicit_power.server.sparql.examples import find_examples
from illicit_power.server.sparql.explanations import explanation_format, explanation_link, explanation_response
from illicit_power.server.sparql.operations import DIRECT, OPENAPI_OF_GET, OPENAPI_OF_POST, Operation, read_operation
from illicit_power.server.sparql.service_description import service_description

router = APIRouter(tags=["SPARQL"])

_PIECE_BYTES = 1 << 16
_STARTING_QUERY = """PREFIX ips: <https://w3id.org/illicit-power/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?group ?name WHERE {
  ?group a ips:IllicitPowerStructure ; skos:prefLabel ?name .
}
ORDER BY ?name
"""

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "the answer, or the service description where there is no query",
        "content": {
            **{format_.media_type: {} for formats in FORMATS.values() for format_ in formats},
            # Those of explanations, and of the page.
            **{media_type: {} for media_type in ("application/json", "text/plain", "text/html")},
        },
    },
    **{
        status: {"description": description, "content": {"application/problem+json": {}}}
        for status, description in (
            (400, "the query does not parse, or asks for what is not offered"),
            (413, "the query is too long"),
            (415, "the body is not of a media type for queries"),
            (503, "the query needed too much, or too many queries wait"),
            (504, "the query ran past its deadline"),
        )
    },
}


@router.get("/sparql", summary="Ask a SPARQL query", openapi_extra=OPENAPI_OF_GET, responses=_ANSWERS)
@router.post("/sparql", summary="Post a SPARQL query", openapi_extra=OPENAPI_OF_POST, responses=_ANSWERS)
@router.api_route("/sparql", methods=["HEAD", "QUERY"], include_in_schema=False)
@router.api_route("/sparql/", methods=["GET", "HEAD", "POST", "QUERY"], include_in_schema=False)
async def sparql(
    request: Request, served: ServedDependency, settings: SettingsDependency, cache: CacheDependency
) -> Response:
    """Answer a query, by GET with the parameter ``query``, or posted as a form or as ``application/sparql-query``.

    With ``explain=true`` the answer says why the query finds what it finds, or nothing: part by part, as plain text
    or JSON. A browser gets the query page, with the answer where there is a query. Without a query everybody else
    gets the service description.
    """
    operation = await read_operation(request)
    note_query(operation.text)
    if operation.format is None and prefers_html(request.headers.get("accept")):
        return await _page(request, served, operation)
    if operation.text is None:
        accepted = _accepted(request, operation)
        if not any(accepted.values()):
            raise not_acceptable((*GRAPH_FORMATS, HTML))
        format_ = accepted["graph"]
        if request.method not in ("GET", "HEAD") or format_ is None or operation.explain:
            raise HTTPException(HTTPStatus.BAD_REQUEST, "There is no query. Pass one in the parameter query.")
        return await _describe_service(request, served, settings, format_)
    if operation.explain:
        explanation_type = explanation_format(request, operation)
        query = _query(operation, operation.text, {})
        return explanation_response(await served.engine.explain(query), explanation_type)
    return await _answer(request, served, settings, cache, operation, operation.text)


async def _answer(
    request: Request,
    served: ServedDataset,
    settings: ServerSettings,
    cache: AnswerCache,
    operation: Operation,
    text: str,
) -> Response:
    found = admit(text, settings.endpoints)
    accepted = _accepted(request, operation)
    headers = {"Vary": "Accept", "Link": _permanent_link(request, served, operation, text)}
    if found.kind is None or found.volatile or found.services:
        answer = await served.engine.execute(_query(operation, text, accepted))
        return _response(request, answer, {**headers, "Cache-Control": "no-store"}, operation)
    format_ = _format(found.kind, accepted)
    tag = entity_tag(
        *(served.version, text, operation.default_graphs, operation.named_graphs, format_.name),
        *(settings.result_rows, settings.result_mib),
        weak=True,  # the order of rows, and the labels of blank nodes that a query makes, are the engine's to choose
    )
    headers |= {"ETag": tag, "Cache-Control": "public, no-cache"}
    if is_known(request, tag):
        return not_modified(headers)
    kept = cache.get(tag)
    if kept is None:
        answer = await served.engine.execute(_query(operation, text, accepted))
        if answer.size > cache.largest:
            return _response(request, answer, headers, operation)
        kept = CachedAnswer(answer.format, answer.truncated, answer.finds_nothing, await answer.read())
        cache.put(tag, kept)
    return Response(kept.body, 200, _announced(request, kept, headers, operation), kept.format.content_type)


def _permanent_link(request: Request, served: ServedDataset, operation: Operation, text: str) -> str:
    """The Link header of an answer: where its query is found once somebody has kept it.

    The address is relative to this server, which is the one that keeps it. The relation is ``bookmark``, a permanent
    link (https://html.spec.whatwg.org/#link-type-bookmark); ``cite-as`` (RFC 8574) would promise what is not yet kept.
    """
    query = AskedQuery.of(text, operation.default_graphs, operation.named_graphs, served.version)
    return link(request.scope.get("root_path", "") + query.path, "bookmark")


def _accepted(request: Request, operation: Operation) -> Accepted:
    if operation.format is None:
        return accepted_formats(request.headers.get("accept"))
    named = named_formats(operation.format)
    if named is None:
        names = sorted({format_.name for formats in FORMATS.values() for format_ in formats})
        raise HTTPException(
            HTTPStatus.BAD_REQUEST, f"There is no format “{operation.format[:40]}”: use {', '.join(names)}."
        )
    return named


def _format(kind: Kind, accepted: Accepted) -> ResultFormat:
    format_ = accepted[kind]
    if format_ is None:
        raise NotAcceptable(f"The answer is a {kind} result, which has none of the formats asked for.", kind)
    return format_


def _query(operation: Operation, text: str, accepted: Accepted) -> Query:
    return Query(text, accepted, {}, operation.default_graphs, operation.named_graphs, operation.timeout)


def _announced(
    request: Request, answer: Answer | CachedAnswer, headers: dict[str, str], operation: Operation
) -> dict[str, str]:
    """The headers of an answer, which tell also that it is cut, and where it is said why it is empty."""
    links = [headers["Link"], explanation_link(request.scope["root_path"], operation) if answer.finds_nothing else None]
    truncated = {"Answer-Truncated": answer.truncated} if answer.truncated else {}
    return headers | {"Link": ", ".join(filter(None, links))} | truncated


def _response(request: Request, answer: Answer, headers: dict[str, str], operation: Operation) -> Response:
    """An answer, piece by piece, so that a large one is never in memory as a whole."""
    headers = _announced(request, answer, headers, operation) | {"Content-Length": str(answer.size)}
    return StreamingResponse(_pieces(answer), 200, headers, answer.format.content_type)


async def _pieces(answer: Answer) -> AsyncGenerator[bytes, None]:
    with answer.content as content:
        yield answer.head
        while piece := content.read(_PIECE_BYTES):
            yield piece


async def _describe_service(
    request: Request, served: ServedDataset, settings: ServerSettings, format_: ResultFormat
) -> Response:
    description = await service_description(served.engine, settings, str(request.url.replace(query="")))
    headers = {"Vary": "Accept", "Accept-Query": DIRECT}
    return Response(serialize(description, format_, served.engine.prefixes), 200, headers, format_.content_type)


async def _page(request: Request, served: ServedDataset, operation: Operation) -> Response:
    """The query page, with the answer or the error in it."""
    context: dict[str, Any] = {
        "query": _STARTING_QUERY if operation.text is None else operation.text,
        "default_graphs": operation.default_graphs,
        "named_graphs": operation.named_graphs,
        "examples": await find_examples(served.engine),
    }
    status = HTTPStatus.OK
    headers = {"Vary": "Accept"}
    if operation.text is not None:
        context["parameters"] = urlencode(
            [
                ("query", operation.text),
                *(("default-graph-uri", iri) for iri in operation.default_graphs),
                *(("named-graph-uri", iri) for iri in operation.named_graphs),
            ]
        )
        accepted: Accepted = {"solutions": JSON, "boolean": JSON, "graph": TURTLE}
        query = _query(operation, operation.text, accepted)
        try:
            answer = await served.engine.execute(query)
            context.update(shown_answer(answer.kind, await answer.read(), answer.truncated))
            context["formats"] = FORMATS[answer.kind]
            headers["Link"] = _permanent_link(request, served, operation, operation.text)
            if answer.finds_nothing or operation.explain:
                context.update(await _explained(served.engine, query))
        except QueryError as error:
            status = STATUS_OF_QUERY_ERROR[type(error)]
            context["error"] = error
    return render(request, "sparql.html", context, status, headers)


async def _explained(engine: Engine, query: Query) -> dict[str, Any]:
    """The explanation for the page, or why there is none: the answer stands without it."""
    try:
        return {"explanation": await engine.explain(query)}
    except QueryError as error:
        return {"unexplained": error}

"""Kept queries under ``/q/``: saved when somebody asks for it, and shown with their answers to be cited."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from illicit_power.archive.citations import bibtex_of_query
from illicit_power.archive.kept_queries import AnswerRecord, DamagedQuery, KeptQueries, KeptQuery, StoreFull
from illicit_power.archive.permalinks import AskedQuery
from illicit_power.dataset.publication import CITATION
from illicit_power.engine.errors import QueryError
from illicit_power.engine.formats import FORMATS, JSON, N_TRIPLES, TURTLE, ResultFormat
from illicit_power.engine.query import Accepted, Answer, Query
from illicit_power.engine.sparql.admission import admit
from illicit_power.model import serialization
from illicit_power.model.prefixes import Prefixes
from illicit_power.server.dependencies import READ, KeptQueriesDependency, ServedDependency, SettingsDependency
from illicit_power.server.http.answer_pages import shown_answer
from illicit_power.server.http.content_negotiation import HTML, negotiated, prefers_html
from illicit_power.server.http.entity_tags import tagged
from illicit_power.server.http.graphs import parse
from illicit_power.server.http.links import PAGE_TYPE, link, public_address
from illicit_power.server.http.pages import render
from illicit_power.server.serving.served_dataset import ServedDataset
from illicit_power.server.settings import ServerSettings
from illicit_power.server.sparql.operations import DIRECT, read_operation

router = APIRouter(include_in_schema=False)

_log = logging.getLogger(__name__)

MAX_ANSWER_BYTES: Final = 1 << 20
"""Of a larger answer only its SHA-256, size and number of rows are kept."""

_PIECE_BYTES: Final = 1 << 16
_KEPT_FORMATS: Final[Accepted] = {"solutions": JSON, "boolean": JSON, "graph": N_TRIPLES}
_BIBTEX: Final = ResultFormat("bib", "application/x-bibtex", ("text/x-bibtex",), text=True)
_QUERY: Final = ResultFormat("rq", DIRECT)
_FOREVER: Final = "public, max-age=31536000, immutable"
_REVALIDATED: Final = "public, no-cache"


@router.post("/q")
@router.post("/q/")
async def keep(
    request: Request, served: ServedDependency, settings: SettingsDependency, store: KeptQueriesDependency
) -> Response:
    """Keep a query with its answer. It is sent as to ``/sparql``; a browser is led to the page of the kept query."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        # Origin would tell less: it is null for our own form, by our Referrer-Policy.
        raise HTTPException(HTTPStatus.FORBIDDEN, "Keep a query from a page of this site or by a program of your own.")
    operation = await read_operation(request)
    if operation.text is None:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "There is no query to keep. Pass one in the parameter query.")
    query = AskedQuery.of(operation.text, operation.default_graphs, operation.named_graphs, served.version)
    kept, is_new = await _find(store, query.id), False
    if kept is None:
        asked = await _ask(served, settings, query, operation.timeout)
        kept = await _keep(store, asked)
        is_new = kept is asked
    location = request.scope.get("root_path", "") + query.path
    if prefers_html(request.headers.get("accept")):
        return RedirectResponse(location, HTTPStatus.SEE_OTHER)
    document = {
        "address": _address(request, settings, kept),
        "version": kept.query.version,
        "asked_at": kept.asked_at.isoformat(),
        "rows": kept.answer.rows,
        "bibtex": _bibtex(request, settings, kept),
    }
    return JSONResponse(document, HTTPStatus.CREATED if is_new else HTTPStatus.OK, {"Location": location})


@router.api_route("/q/{name}", methods=READ)
async def kept_query(
    request: Request,
    served: ServedDependency,
    settings: SettingsDependency,
    store: KeptQueriesDependency,
    name: str,
    compare: bool = False,
) -> Response:
    """A kept query: its page, its text, its answer in any format, or its BibTeX entry, by ``Accept`` or by suffix.

    :param compare: whether the page says what the query gives today
    """
    id_, _, suffix = name.partition(".")
    kept = await _find(store, id_)
    if kept is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND,
            f"No query is kept at /q/{id_[:40]}. A query is kept only when somebody asks for it: "
            "by “Keep this query” under its answer on /sparql, or by POST to /q/.",
        )
    format_ = _format(request, kept, suffix)
    headers = {
        "Vary": "Accept",
        "Snapshot-Version": kept.query.version,
        "Link": _links(request, settings, kept, format_),
        "Content-Location": f"{_local(request, kept)}.{format_.name}",
    }
    if format_ is HTML:
        today = await _today(served, kept) if compare else {}
        page = {**_page(request, settings, served, kept), **today}
        lifetime = "no-store" if compare else _REVALIDATED
        response = render(request, "kept.html", page, headers={**headers, "Cache-Control": lifetime})
    elif format_ is _BIBTEX:
        content = _bibtex(request, settings, kept).encode()
        response = Response(content, 200, {**headers, "Cache-Control": _REVALIDATED}, format_.content_type)
    elif format_ is _QUERY:
        content = kept.query.text.encode()
        response = Response(content, 200, {**headers, "Cache-Control": _FOREVER}, format_.content_type)
    else:
        truncated = {"Answer-Truncated": kept.answer.truncated} if kept.answer.truncated else {}
        headers = {**headers, **truncated, "Cache-Control": _FOREVER}
        response = Response(_answer(kept.answer, format_, served.engine.prefixes), 200, headers, format_.content_type)
    return tagged(request, response)


async def _find(store: KeptQueries, id_: str) -> KeptQuery | None:
    try:
        return await asyncio.to_thread(store.find, id_)
    except DamagedQuery as error:
        raise _damaged(error) from error
    except OSError as error:
        _log.error("kept queries cannot be read: %s", error)
        detail = "This server cannot read its folder of kept queries at the moment. Ask its operator."
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error


async def _keep(store: KeptQueries, asked: KeptQuery) -> KeptQuery:
    try:
        return await asyncio.to_thread(store.keep, asked)
    except DamagedQuery as error:
        raise _damaged(error) from error
    except StoreFull as error:
        _log.error("a query cannot be kept, the folder of kept queries is full: %s", error)
        detail = (
            f"This server keeps no more queries: {error}. What it keeps stays. Ask its operator for more room, or cite "
            f"the version {asked.query.version} with your query and archive the answer yourself."
        )
    except OSError as error:
        _log.error("a query cannot be kept: %s", error)
        detail = "This server cannot write to its folder of kept queries, so the query is not kept. Ask its operator."
    raise HTTPException(HTTPStatus.INSUFFICIENT_STORAGE, detail)


def _damaged(error: DamagedQuery) -> HTTPException:
    _log.error("a kept query is damaged: %s", error)
    return HTTPException(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"This query was kept, but its file is damaged and not shown: {error}. "
        "The operator of this server can bring it back from a backup.",
    )


async def _ask(served: ServedDataset, settings: ServerSettings, query: AskedQuery, timeout: float | None) -> KeptQuery:
    """Ask a query, for good.

    :raises QueryError: when it cannot be answered
    """
    found = admit(query.text, settings.endpoints)
    answer = await _execute(served, query, timeout)
    return KeptQuery(
        query=query,
        asked_at=datetime.now(UTC).replace(microsecond=0),
        repeatable=not (found.volatile or found.services),
        dataset=CITATION if served.edition.folder else None,
        answer=await asyncio.to_thread(_record, answer),
    )


async def _execute(served: ServedDataset, query: AskedQuery, timeout: float | None = None) -> Answer:
    asked = Query(query.text, _KEPT_FORMATS, {}, query.default_graphs, query.named_graphs, timeout)
    return await served.engine.execute(asked)


def _record(answer: Answer) -> AnswerRecord:
    digest = hashlib.sha256(answer.head)
    content = bytearray(answer.head)
    with answer.content as rest:
        while piece := rest.read(_PIECE_BYTES):
            digest.update(piece)
            if answer.size <= MAX_ANSWER_BYTES:
                content += piece
    return AnswerRecord(
        kind=answer.kind,
        rows=answer.rows,
        size=answer.size,
        sha256=digest.hexdigest(),
        truncated=answer.truncated,
        content=bytes(content) if answer.size <= MAX_ANSWER_BYTES else None,
    )


def _formats(answer: AnswerRecord) -> list[ResultFormat]:
    """What there is of a kept query; the answer first, as from ``/sparql``."""
    return [*(FORMATS[answer.kind] if answer.content is not None else ()), HTML, _BIBTEX, _QUERY]


def _format(request: Request, kept: KeptQuery, suffix: str) -> ResultFormat:
    offered = _formats(kept.answer)
    if not suffix:
        return negotiated(request, offered)
    for format_ in offered:
        if format_.name == suffix:
            return format_
    listed = ", ".join(f"{kept.query.path}.{format_.name}" for format_ in offered)
    raise HTTPException(HTTPStatus.NOT_FOUND, f"There is no form .{suffix[:20]} of this query. There are {listed}.")


def _answer(answer: AnswerRecord, format_: ResultFormat, prefixes: Prefixes) -> bytes:
    """A kept answer in any format of its kind."""
    assert answer.content is not None
    if format_ == _KEPT_FORMATS[answer.kind]:
        return answer.content
    if answer.kind == "graph":
        return serialization.to_bytes(parse(answer.content, N_TRIPLES), format_.rdf_format, prefixes)
    results_format = pyoxigraph.QueryResultsFormat.from_media_type(format_.media_type)
    assert results_format
    results = pyoxigraph.parse_query_results(answer.content, format=pyoxigraph.QueryResultsFormat.JSON)
    content = results.serialize(format=results_format)
    assert content is not None, "serialize gives the bytes where it is given no output"
    return content


def _page(request: Request, settings: ServerSettings, served: ServedDataset, kept: KeptQuery) -> dict[str, Any]:
    answer = kept.answer
    in_page = TURTLE if answer.kind == "graph" else JSON
    answers = {}
    if answer.content is not None:
        content = _answer(answer, in_page, served.engine.prefixes)
        answers = shown_answer(answer.kind, content, answer.truncated)
    again = {"query": kept.query.text}
    graphs = {"default-graph-uri": kept.query.default_graphs, "named-graph-uri": kept.query.named_graphs}
    return {
        "kept": kept,
        "address": _address(request, settings, kept),
        "is_persistent": bool(settings.published_at),
        "bibtex": _bibtex(request, settings, kept),
        "formats": _formats(answer),
        "current_version": served.version,
        "again": urlencode({**again, **graphs}, doseq=True),
        **answers,
    }


async def _today(served: ServedDataset, kept: KeptQuery) -> dict[str, Any]:
    """What a query gives today, against what it gave when it was kept."""
    try:
        today = await asyncio.to_thread(_record, await _execute(served, kept.query))
    except QueryError as error:
        return {"today_error": error}
    before = kept.answer
    if before.content is None or today.content is None:
        same = today.sha256 == before.sha256
    else:
        same = _rows(today.content) == _rows(before.content)
    return {"today": today, "same_today": same}


def _rows(content: bytes) -> list[bytes]:
    """The rows of an answer in an order that does not depend on the engine: both kept formats have one on a line."""
    return sorted(line.rstrip(b",") for line in content.splitlines())


def _bibtex(request: Request, settings: ServerSettings, kept: KeptQuery) -> str:
    return bibtex_of_query(kept, _address(request, settings, kept))


def _address(request: Request, settings: ServerSettings, kept: KeptQuery) -> str:
    """The address to cite: persistent where the operator has one, else on the host that keeps the query."""
    return public_address(request, settings.published_at, kept.query.path)


def _local(request: Request, kept: KeptQuery) -> str:
    root: str = request.scope.get("root_path", "")
    return root + kept.query.path


def _links(request: Request, settings: ServerSettings, kept: KeptQuery, format_: ResultFormat) -> str:
    """The Link header, by the FAIR Signposting Profile (https://signposting.org/FAIR/)."""
    page = _local(request, kept)
    links = [link(_address(request, settings, kept), "cite-as")]
    if kept.dataset:
        links.append(link(kept.dataset.license, "license"))
    if format_ is not HTML:
        return ", ".join([*links, link(page, "collection", HTML.media_type)])
    links.append(link(PAGE_TYPE, "type"))
    for other in _formats(kept.answer):
        if other is not HTML:
            relation = "describedby" if other is _BIBTEX else "item"
            links.append(link(f"{page}.{other.name}", relation, other.media_type))
    return ", ".join(links)

"""Dereferencing: every IRI of ours leads to a document about it, in the representation that content
negotiation chooses.

An IRI answers 303 See Other to its document, the same path with a suffix (https://www.w3.org/TR/cooluris/#r303gendocument).
The ontology, the shapes and the vocabularies are documents themselves, and answer at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode, Triple
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from illicit_power.dataset.jsonld import CONTEXT_PATH, published_context
from illicit_power.engine.errors import UnknownGraph
from illicit_power.engine.formats import GRAPH_FORMATS, JSON_LD, TURTLE, ResultFormat
from illicit_power.engine.query import Engine, select
from illicit_power.engine.terms import Term
from illicit_power.exports.documents import ADDRESSES_QUERY, DOCUMENT_QUERY, nearest
from illicit_power.model.iris import BASE, GRAPH, ONTOLOGY_GRAPH, SHAPES_GRAPH, VOCABULARIES_GRAPH, is_iri
from illicit_power.server.dependencies import READ, EngineDependency
from illicit_power.server.documents.descriptions import describe
from illicit_power.server.http.content_negotiation import HTML, negotiated
from illicit_power.server.http.graphs import PLAIN_JSON, construct, serialize
from illicit_power.server.http.links import document_links
from illicit_power.server.http.pages import local_path, render
from illicit_power.server.http.problems import HTTPProblem
from illicit_power.server.http.tombstones import check_not_withdrawn
from illicit_power.server.queries import stored_query

router = APIRouter(include_in_schema=False)

DOCUMENT_FORMATS: Final = (TURTLE, HTML, *GRAPH_FORMATS[1:], PLAIN_JSON)
_BY_SUFFIX: Final = {format_.name: format_ for format_ in DOCUMENT_FORMATS}
_WHOLE_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
_KEPT_IN_PATHS: Final = "/:@!$&'()*+,;=~"


@router.api_route("/id/{name:path}", methods=READ)
@router.api_route("/claim/{name:path}", methods=READ)
@router.api_route("/case/{name:path}", methods=READ)
@router.api_route("/vocabulary/{name:path}", methods=READ)
@router.api_route("/query/{name:path}", methods=READ)
async def dereference(request: Request, engine: EngineDependency, name: str) -> Response:
    """The document of a thing by its suffix; for the thing itself, the way to its document."""
    path = local_path(request).lstrip("/")
    stem, _, suffix = path.rpartition(".")
    if suffix in _BY_SUFFIX:
        return await _document(request, engine, stem, _BY_SUFFIX[suffix])
    format_ = negotiated(request, DOCUMENT_FORMATS)
    await triples_of(engine, stored_query("status"), path)
    location = quote(f"{request.scope['root_path']}/{path}.{format_.name}", safe=_KEPT_IN_PATHS)
    return RedirectResponse(location, HTTPStatus.SEE_OTHER, {"Vary": "Accept"})


@router.api_route("/graph/{name:path}", methods=READ)
async def named_graph(request: Request, engine: EngineDependency, name: str) -> Response:
    """The way to the statements of a named graph, which are asked of the endpoint.

    :raises HTTPProblem: 404 where there is no such graph, with the nearest ones
    """
    graph = str(GRAPH[name])
    known = [row["graph"].value for row in await select(engine, stored_query("graph_names"))]
    if graph not in known:
        raise _unknown(graph.removeprefix(BASE), known)
    location = f"{request.scope['root_path']}/sparql?{urlencode({'query': _WHOLE_GRAPH, 'default-graph-uri': graph})}"
    return RedirectResponse(location, HTTPStatus.SEE_OTHER, {"Vary": "Accept"})


@router.api_route("/ontology/{version}", methods=READ)
async def ontology_version(request: Request, engine: EngineDependency, version: str) -> Response:
    """A version of the ontology: the one that is served, or nothing."""
    rows = await select(engine, stored_query("ontology_version"))
    current = [row["version"].value.removeprefix(f"{BASE}ontology/") for row in rows]
    if version not in current:
        served = f"{' or '.join(current)} is served" if current else "none is served"
        raise HTTPException(HTTPStatus.NOT_FOUND, f"There is no version {version} of the ontology here: {served}.")
    return RedirectResponse(f"{request.scope['root_path']}/ontology", HTTPStatus.SEE_OTHER)


@router.api_route(CONTEXT_PATH, methods=READ)
async def json_ld_context() -> Response:
    """The JSON-LD context that REST answers name, and of which documents carry what they use."""
    return Response(published_context(), media_type=JSON_LD.media_type)


@router.api_route("/ontology", methods=READ)
@router.api_route("/shapes", methods=READ)
@router.api_route("/vocabulary", methods=READ)
@router.api_route("/ontology.{suffix}", methods=READ)
@router.api_route("/shapes.{suffix}", methods=READ)
@router.api_route("/vocabulary.{suffix}", methods=READ)
async def whole(request: Request, engine: EngineDependency, suffix: str | None = None) -> Response:
    """The ontology, the shapes or the vocabularies as a whole: a page for browsers, one graph for everybody else."""
    name = local_path(request).lstrip("/").partition(".")[0]
    format_ = negotiated(request, DOCUMENT_FORMATS) if suffix is None else _BY_SUFFIX.get(suffix)
    if format_ is None:
        offered = ", ".join(f"/{name}.{offered}" for offered in _BY_SUFFIX)
        raise HTTPException(HTTPStatus.NOT_FOUND, f"There is no form {suffix} of this document. There are {offered}.")
    return await _WHOLES[name].answer(request, engine, name, format_)


async def triples_of(engine: Engine, query: str, path: str) -> list[Triple]:
    """What a query constructs for a thing that the dataset describes.

    :param query: a CONSTRUCT query in which ``?thing`` is bound
    :param path: the rest of the thing's IRI after our base
    :raises HTTPProblem: 404 where there is no such thing, with the nearest IRIs; 410 where it has been withdrawn
    """
    if not is_iri(BASE + path):
        raise _unknown(path, await _known(engine))
    thing = NamedNode(BASE + path)
    triples = await construct(engine, query, {"thing": thing})
    check_not_withdrawn(triples, thing)
    if not any(triple.subject == thing for triple in triples):
        raise _unknown(path, await _known(engine))
    return triples


async def _document(request: Request, engine: Engine, path: str, format_: ResultFormat) -> Response:
    triples = await triples_of(engine, DOCUMENT_QUERY, path)
    headers = _headers(request, path, format_)
    if format_ == HTML:
        return render(
            request,
            "thing.html",
            {"thing": describe(triples, BASE + path, engine.prefixes), "path": path},
            headers=headers,
        )
    return Response(
        serialize(triples, format_, engine.prefixes, BASE + path), headers=headers, media_type=format_.content_type
    )


def _headers(request: Request, path: str, format_: ResultFormat) -> dict[str, str]:
    links = document_links(request.scope["root_path"], quote(path, safe=_KEPT_IN_PATHS), format_, DOCUMENT_FORMATS)
    return {"Vary": "Accept", "Link": links}


async def _known(engine: Engine) -> list[str]:
    return [row["iri"].value for row in await select(engine, ADDRESSES_QUERY)]


def _unknown(path: str, known: list[str]) -> HTTPProblem:
    """404, with the nearest of the IRIs that exist."""
    near = nearest(BASE + path, known)
    paths = " or ".join(f"/{iri.removeprefix(BASE)}" for iri in near)
    advice = f"Did you mean {paths}?" if near else "Look it up in /sparql."
    detail = f"There is nothing at {BASE}{path}. {advice}"
    return HTTPProblem(HTTPStatus.NOT_FOUND, detail, nearest=near)


@dataclass(frozen=True)
class _Whole:
    """A document that is a named graph of the dataset.

    :ivar page: its template
    :ivar query: what the page shows, as rows
    :ivar arranged: the rows as the template takes them
    """

    graph: str
    page: str
    query: str
    arranged: Callable[[list[dict[str, Term]]], dict[str, Any]]

    async def answer(self, request: Request, engine: Engine, name: str, format_: ResultFormat) -> Response:
        headers = _headers(request, name, format_)
        if format_ == HTML:
            rows = await select(engine, stored_query(self.query))
            return render(request, self.page, self.arranged(rows), headers=headers)
        try:
            triples = await construct(engine, _WHOLE_GRAPH, {}, [self.graph])
        except UnknownGraph as error:
            raise HTTPException(HTTPStatus.NOT_FOUND, str(error)) from None
        return Response(serialize(triples, format_, engine.prefixes), headers=headers, media_type=format_.content_type)


def _terms(rows: list[dict[str, Term]]) -> dict[str, Any]:
    """A dictionary for each term, with all its parents."""
    terms: dict[str, dict[str, Any]] = {}
    for row in rows:
        fields = {name: value.value for name, value in row.items() if name != "parent"}
        term = terms.setdefault(row["term"].value, {**fields, "parents": []})
        if "parent" in row:
            term["parents"].append(row["parent"].value)
    return {"terms": list(terms.values())}


def _schemes(rows: list[dict[str, Term]]) -> dict[str, Any]:
    concepts = [{name: value.value for name, value in row.items()} for row in rows]
    return {"schemes": [list(scheme) for _, scheme in groupby(concepts, key=lambda concept: concept["scheme"])]}


def _rules(rows: list[dict[str, Term]]) -> dict[str, Any]:
    """The messages by whom they concern: a class, a property, or several of them."""
    rules: dict[tuple[str, ...], list[str]] = {}
    for message, targets in groupby(rows, key=lambda row: row["message"].value):
        rules.setdefault(tuple(dict.fromkeys(row["target"].value for row in targets)), []).append(message)
    return {"rules": sorted(rules.items(), key=lambda rule: ([not iri.startswith(BASE) for iri in rule[0]], rule[0]))}


_WHOLES: Final = {
    "ontology": _Whole(str(ONTOLOGY_GRAPH), "ontology.html", "terms", _terms),
    "vocabulary": _Whole(str(VOCABULARIES_GRAPH), "vocabulary.html", "vocabulary", _schemes),
    "shapes": _Whole(str(SHAPES_GRAPH), "shapes.html", "shapes", _rules),
}

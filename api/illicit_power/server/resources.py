"""Dereferencing: every IRI of ours leads to a document about it, in the form its caller wants.

An IRI answers 303 See Other to its document, the same path with a suffix (https://www.w3.org/TR/cooluris/#r303gendocument).
"""

from __future__ import annotations

from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request
from rdflib import Graph, URIRef
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from illicit_power.engine.formats import GRAPH_FORMATS, N_TRIPLES, TURTLE, ResultFormat
from illicit_power.engine.query import Accepted, Engine, Query, Term, select
from illicit_power.model.iris import BASE, ONTOLOGY_GRAPH, SHAPES_GRAPH, VOCABULARIES_GRAPH
from illicit_power.server.dependencies import READ, EngineDependency
from illicit_power.server.descriptions import describe, statements
from illicit_power.server.examples import stored_query
from illicit_power.server.negotiation import HTML, best_format, prefers_html
from illicit_power.server.pages import render
from illicit_power.server.rdf import new_graph, serialize

router = APIRouter(include_in_schema=False)

_DOCUMENT_FORMATS: Final = (TURTLE, HTML, *GRAPH_FORMATS[1:])
_BY_SUFFIX: Final = {format_.name: format_ for format_ in _DOCUMENT_FORMATS}
_WHOLE_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@router.api_route("/id/{name:path}", methods=READ)
@router.api_route("/claim/{name:path}", methods=READ)
@router.api_route("/case/{name:path}", methods=READ)
@router.api_route("/vocabulary/{name:path}", methods=READ)
async def dereference(request: Request, engine: EngineDependency, name: str) -> Response:
    """The document of a thing by its suffix; for the thing itself, the way to its document."""
    path = request.url.path.lstrip("/")
    stem, _, suffix = path.rpartition(".")
    if suffix in _BY_SUFFIX:
        return await _document(request, engine, stem, _BY_SUFFIX[suffix])
    format_ = best_format(request.headers.get("accept"), _DOCUMENT_FORMATS)
    if format_ is None:
        raise _not_acceptable()
    if not await statements(engine, BASE + path):
        raise await _unknown(engine, path)
    return RedirectResponse(f"/{path}.{format_.name}", HTTPStatus.SEE_OTHER, {"Vary": "Accept"})


@router.api_route("/ontology", methods=READ)
async def ontology(request: Request, engine: EngineDependency) -> Response:
    """The ontology: a page of its terms for a browser, the whole in RDF for everybody else."""
    if prefers_html(request.headers.get("accept")):
        rows = await select(engine, stored_query("terms"))
        return render(request, "ontology.html", {"terms": _terms(rows)}, headers={"Vary": "Accept"})
    return await _file(request, engine, ONTOLOGY_GRAPH)


@router.api_route("/shapes", methods=READ)
async def shapes(request: Request, engine: EngineDependency) -> Response:
    """The shapes as a whole."""
    return await _file(request, engine, SHAPES_GRAPH)


@router.api_route("/vocabulary", methods=READ)
async def vocabularies(request: Request, engine: EngineDependency) -> Response:
    """The vocabularies as a whole."""
    return await _file(request, engine, VOCABULARIES_GRAPH)


async def _file(request: Request, engine: Engine, graph: URIRef) -> Response:
    format_ = best_format(request.headers.get("accept"), GRAPH_FORMATS)
    if format_ is None:
        raise _not_acceptable()
    return _rdf(await _graph(engine, Query(_WHOLE_GRAPH, _AS_TRIPLES, {}, [str(graph)])), format_)


def _terms(rows: list[dict[str, Term]]) -> list[dict[str, Any]]:
    """A dictionary for each term, with all its parents."""
    terms: dict[str, dict[str, Any]] = {}
    for row in rows:
        fields = {name: str(value) for name, value in row.items() if name != "parent"}
        term = terms.setdefault(str(row["term"]), {**fields, "parents": []})
        if "parent" in row:
            term["parents"].append(str(row["parent"]))
    return list(terms.values())


_AS_TRIPLES: Final[Accepted] = {"solutions": None, "boolean": None, "graph": N_TRIPLES}


async def _document(request: Request, engine: Engine, path: str, format_: ResultFormat) -> Response:
    iri = BASE + path
    if format_ is HTML:
        description = await describe(engine, iri)
        if description is None:
            raise await _unknown(engine, path)
        return render(request, "thing.html", {"thing": description, "path": path})
    graph = await _graph(engine, Query(stored_query("document"), _AS_TRIPLES, {"thing": URIRef(iri)}))
    if not graph:
        raise await _unknown(engine, path)
    return _rdf(graph, format_)


async def _graph(engine: Engine, query: Query) -> Graph:
    answer = await engine.execute(query)
    return new_graph().parse(data=await answer.read(), format="nt")


def _rdf(graph: Graph, format_: ResultFormat) -> Response:
    headers = {"Vary": "Accept", "Content-Type": format_.content_type}
    return Response(serialize(graph, format_), headers=headers)


async def _unknown(engine: Engine, path: str) -> HTTPException:
    known = [str(row["iri"]).removeprefix(BASE) for row in await select(engine, stored_query("similar"))]
    near = get_close_matches(path, known, n=3, cutoff=0.7)
    advice = f"Did you mean {' or '.join('/' + name for name in near)}?" if near else "Look it up in /sparql."
    return HTTPException(HTTPStatus.NOT_FOUND, f"There is nothing at {BASE}{path}. {advice}")


def _not_acceptable() -> HTTPException:
    offered = ", ".join(format_.media_type for format_ in _DOCUMENT_FORMATS)
    return HTTPException(HTTPStatus.NOT_ACCEPTABLE, f"A document is available as {offered}.")

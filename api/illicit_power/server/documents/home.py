"""The home page, the page of the REST facade, and what stands where addresses of things only begin."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from illicit_power.dataset.publication import CITATION, LICENSE
from illicit_power.engine.formats import GRAPH_FORMATS, TRIG, TURTLE
from illicit_power.engine.query import select
from illicit_power.model.iris import BASE
from illicit_power.server.dependencies import READ, EngineDependency, ServedDependency
from illicit_power.server.documents.structured_data import structured_data
from illicit_power.server.http.content_negotiation import HTML, negotiated
from illicit_power.server.http.entity_tags import tagged
from illicit_power.server.http.links import PAGE_TYPE, link
from illicit_power.server.http.pages import local_path, render
from illicit_power.server.queries import stored_query
from illicit_power.server.rest.openapi import example_address
from illicit_power.server.sparql.examples import find_examples

router = APIRouter(include_in_schema=False)

_WHERE_NAMES_ARE: Final = {
    "id": "Find a thing by its name with /reconcile/suggest/entity?prefix=, or browse /api/v1/organizations.",
    "claim": "/api/v1/claims lists all claims.",
    "case": "/api/v1/cases lists all cases.",
}
"""Where to look for the names that follow, by the beginning of the path."""


@router.api_route("/", methods=READ)
async def home(request: Request, engine: EngineDependency, served: ServedDependency) -> Response:
    """What the dataset is and has, and questions to ask it with one click; its description for who wants RDF."""
    root = request.scope["root_path"]
    is_described = served.edition.downloads is not None
    if negotiated(request, (HTML, *GRAPH_FORMATS) if is_described else (HTML,)) != HTML:
        return RedirectResponse(f"{root}/void", HTTPStatus.SEE_OTHER, {"Vary": "Accept"})
    counts = await select(engine, stored_query("counts"))
    context = {
        "counts": [(row["what"].value, int(row["count"].value)) for row in counts],
        "examples": await find_examples(engine),
        "citation": CITATION if served.edition.folder else None,
        "structured_data": structured_data(served.edition.downloads),
    }
    links = (
        []
        if not is_described
        else [
            link(BASE, "cite-as"),
            link(PAGE_TYPE, "type"),
            link(f"{root}/void", "describedby", TURTLE.media_type),
            link(f"{root}/catalog", "describedby", TURTLE.media_type),
            link(f"{root}/download/illicit-power.trig", "item", TRIG.media_type),
            link(LICENSE, "license"),
        ]
    )
    headers = {"Vary": "Accept", "Cache-Control": "public, no-cache"} | ({"Link": ", ".join(links)} if links else {})
    return tagged(request, render(request, "home.html", context, headers=headers))


@router.api_route("/api", methods=READ)
async def api(request: Request) -> Response:
    """The REST facade for readers: its OpenAPI description as a page."""
    described = request.app.openapi()
    operations = [
        {"path": path, **operation, "example": example_address(path, operation)}
        for path, methods in described["paths"].items()
        for operation in methods.values()
        if "REST" in operation.get("tags", ())
    ]
    return render(request, "api.html", {"version": described["openapi"], "operations": operations})


@router.api_route("/id", methods=READ)
@router.api_route("/id/", methods=READ)
@router.api_route("/claim", methods=READ)
@router.api_route("/claim/", methods=READ)
@router.api_route("/case", methods=READ)
@router.api_route("/case/", methods=READ)
async def nameless(request: Request) -> Response:
    """What is missing from an address that ends before the name.

    :raises HTTPException: 404
    """
    beginning = local_path(request).strip("/")
    detail = f"{BASE}{beginning}/ wants a name after it. {_WHERE_NAMES_ARE[beginning]}"
    raise HTTPException(HTTPStatus.NOT_FOUND, detail)

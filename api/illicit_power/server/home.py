"""The home page, and the page of the REST facade."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from illicit_power.engine.query import select
from illicit_power.server.bibtex import ILLICIT_POWER
from illicit_power.server.dependencies import READ, EngineDependency, ServedDependency
from illicit_power.server.downloads import structured_data
from illicit_power.server.examples import find_examples, stored_query
from illicit_power.server.pages import render
from illicit_power.server.rest.openapi import example_address

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=READ)
async def home(request: Request, engine: EngineDependency, served: ServedDependency) -> Response:
    """What the dataset is and has, and questions to ask it with one click."""
    counts = await select(engine, stored_query("counts"))
    context = {
        "counts": counts,
        "examples": await find_examples(engine),
        "citation": ILLICIT_POWER if served.edition.folder else None,
        "structured_data": structured_data(served.edition.downloads),
    }
    return render(request, "home.html", context)


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

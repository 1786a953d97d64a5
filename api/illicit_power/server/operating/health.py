"""Health checks: whether the server lives, and whether it can answer, for whatever starts it and sends it requests."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from illicit_power.server.dependencies import READ
from illicit_power.server.http.problem_responses import problem
from illicit_power.server.serving.served_dataset import Serving

router = APIRouter(prefix="/health", include_in_schema=False)

_HEADERS = {"Cache-Control": "no-store"}


@router.api_route("/live", methods=READ)
async def live() -> Response:
    """The process answers. Where it does not, start it again."""
    return JSONResponse({"status": "alive"}, headers=_HEADERS)


@router.api_route("/ready", methods=READ)
async def ready(request: Request) -> Response:
    """Queries are answered. Where they are not, send requests elsewhere."""
    serving: Serving = request.app.state.serving
    if serving.is_ready:
        return JSONResponse({"status": "ready", "snapshot": serving.current.version}, headers=_HEADERS)
    detail = "No dataset is served now. Come back in a few seconds."
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, {**_HEADERS, "Retry-After": "5"})

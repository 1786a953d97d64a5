"""Responses to errors: problem documents for programs, pages for browsers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from illicit_power.engine import errors
from illicit_power.engine.formats import FORMATS
from illicit_power.server.http.content_negotiation import not_acceptable, prefers_html
from illicit_power.server.http.pages import render
from illicit_power.server.http.problems import STATUS_OF_QUERY_ERROR, HTTPProblem, problem_document
from illicit_power.server.http.request_context import current_request


def install(app: FastAPI) -> None:
    """Make an application answer every error in one form."""
    app.add_exception_handler(errors.QueryError, _query_error)
    app.add_exception_handler(RequestValidationError, _bad_parameters)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(errors.EngineFailure, _engine_failure)
    app.add_exception_handler(Exception, _unforeseen)


def problem(
    request: Request, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None, **extra: Any
) -> Response:
    """An error as the caller reads it best.

    :param detail: what went wrong, and the way out
    :param extra: further members of the problem document
    """
    headers = {"Vary": "Accept", **(headers or {})}
    record = current_request.get()
    document = problem_document(status, detail, record.id if record else None, **extra)
    # Before the dataset of a request is known there are no pages.
    if prefers_html(request.headers.get("accept")) and hasattr(request.state, "served"):
        page = {**document, "extra": extra}
        return render(request, "problem.html", page, status.value, headers)
    return JSONResponse(document, status.value, headers, "application/problem+json")


def server_error(request: Request) -> Response:
    """The answer to a request that failed for no reason that anybody foresaw."""
    detail = "The server failed. Please report it, with the request_id."
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)


async def _query_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.QueryError)
    if isinstance(error, errors.NotAcceptable):
        return await _http_error(request, not_acceptable(FORMATS[error.kind], str(error)))
    status = STATUS_OF_QUERY_ERROR[type(error)]
    headers: dict[str, str] = {}
    extra: dict[str, Any] = {}
    if isinstance(error, errors.QuerySyntaxError) and error.line:
        extra = {"line": error.line, "column": error.column, "excerpt": error.excerpt}
    if isinstance(error, errors.EngineBusy):
        headers = {"Retry-After": str(error.retry_after)}
    return problem(request, status, str(error), headers, **extra)


async def _bad_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    parameters = [
        {
            "parameter": str(item["loc"][-1]),
            "message": item["msg"].removeprefix("Value error, "),
            **({} if item["type"] == "missing" else {"given": str(item.get("input"))[:200]}),
        }
        for item in error.errors()
    ]
    detail = "; ".join(f"{item['parameter']}: {item['message']}" for item in parameters)
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, parameters=parameters)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return _method_not_allowed(request)
    detail = str(error.detail)
    if detail == status.phrase and status == HTTPStatus.NOT_FOUND:
        detail = f"There is nothing at {request.url.path}. Start from / or ask /sparql."
    extra = error.extra if isinstance(error, HTTPProblem) else {}
    return problem(request, status, detail, dict(error.headers or {}), **extra)


def _method_not_allowed(request: Request) -> Response:
    """What may be done here: to whoever asks with OPTIONS, and to whoever tried something else (RFC 9110, 15.5.6)."""
    methods = {
        method
        for router in request.app.state.routers
        for route in router.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] != Match.NONE
        for method in route.methods or ()
    }
    allowed = ", ".join(sorted(methods | {"OPTIONS"}))
    if request.method == "OPTIONS":
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": allowed})
    detail = f"{request.method} does nothing here: the dataset is read-only. Use {allowed}."
    return problem(request, HTTPStatus.METHOD_NOT_ALLOWED, detail, {"Allow": allowed})


async def _unforeseen(request: Request, error: Exception) -> Response:
    """For what fails outside of all middlewares that could answer; the server that runs the application logs it."""
    return server_error(request)


async def _engine_failure(request: Request, error: Exception) -> Response:
    detail = f"The query engine is not available: {error}. It is started again; come back in a few seconds."
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "5"})

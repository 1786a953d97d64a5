"""Errors as RFC 9457 problem documents for programs, and as pages for browsers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match, Route

from illicit_power.engine import errors
from illicit_power.engine.formats import FORMATS
from illicit_power.server.http.content_negotiation import prefers_html
from illicit_power.server.http.pages import render
from illicit_power.server.http.request_context import current_request

STATUS_OF_QUERY_ERROR: dict[type[errors.QueryError], HTTPStatus] = {
    errors.QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    errors.QueryRefused: HTTPStatus.BAD_REQUEST,
    errors.UnknownGraph: HTTPStatus.BAD_REQUEST,
    errors.QueryTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    errors.QueryTooCostly: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ResultTooLarge: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    errors.EngineBusy: HTTPStatus.SERVICE_UNAVAILABLE,
}


class HTTPProblem(HTTPException):
    """An error that has more to say than its detail.

    :ivar extra: further members of the problem document
    """

    def __init__(self, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(status, detail, headers)
        self.extra = extra


COMMON_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": description, "content": {"application/problem+json": {}}}
    for status, description in (
        (406, "the answer has none of the formats asked for"),
        (422, "a parameter that is missing, or has a value that it cannot have"),
        (429, "this client has spent its budget; Retry-After says in how many seconds there is more"),
        (503, "the server is busy, starting or ending, or the answer would need too much"),
    )
}
"""What every operation can answer, as OpenAPI has it."""

_CLIENT_CLOSED_REQUEST = 499
"""Seen by nobody but the log: whoever asked has hung up."""


def install(app: FastAPI) -> None:
    """Make an application answer every error in one form."""
    app.add_exception_handler(errors.QueryError, _query_error)
    app.add_exception_handler(RequestValidationError, _bad_parameters)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(errors.EngineFailure, _engine_failure)
    app.add_exception_handler(ClientDisconnect, _client_has_left)


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
    if prefers_html(request.headers.get("accept")):
        page = {**document, "extra": extra}
        return render(request, "problem.html", page, status.value, headers)
    return JSONResponse(document, status.value, headers, "application/problem+json")


def problem_document(status: HTTPStatus, detail: str, request_id: str | None, **extra: Any) -> dict[str, Any]:
    """The members of a problem document (RFC 9457, 3)."""
    document = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **extra}
    return {**document, "request_id": request_id} if request_id else document


async def _query_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.QueryError)
    status = STATUS_OF_QUERY_ERROR[type(error)]
    headers: dict[str, str] = {}
    extra: dict[str, Any] = {}
    if isinstance(error, errors.QuerySyntaxError) and error.line:
        extra = {"line": error.line, "column": error.column, "excerpt": error.excerpt}
    if isinstance(error, errors.NotAcceptable):
        extra = {"available": [format_.media_type for format_ in FORMATS[error.kind]]}
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


async def _client_has_left(request: Request, error: Exception) -> Response:
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


async def _engine_failure(request: Request, error: Exception) -> Response:
    detail = f"The query engine is not available: {error}. It is started again; come back in a few seconds."
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "5"})

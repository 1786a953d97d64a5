"""Problem documents (RFC 9457): what an error says to programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException

from illicit_power.engine import errors

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


HEAD_ADVICE: Final = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is longer than {limit:,} bytes. Send a long query by POST.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers are longer than {limit:,} bytes. Send fewer or shorter.",
}
"""What to say of the head of a request that is too large."""


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


def problem_document(status: HTTPStatus, detail: str, request_id: str | None, **extra: Any) -> dict[str, Any]:
    """The members of a problem document (RFC 9457, 3)."""
    document = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **extra}
    return {**document, "request_id": request_id} if request_id else document

"""The access log: a line for each request."""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from illicit_power.server.http.request_context import RequestContext, current_request, new_request_id

_log = logging.getLogger(__name__)

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET: Final = ("/health/", "/metrics")
"""Paths that are asked all day long; their lines are for debugging."""


class AccessLogMiddleware:
    """ASGI middleware that names each request, and writes its line once it is answered.

    A request keeps the name that a trusted proxy gave it; from others
    :class:`~illicit_power.server.middleware.forwarded.ForwardedMiddleware` lets none through.
    """

    def __init__(self, app: ASGIApp, observe: Callable[[int], None], log_queries: bool) -> None:
        """
        :param observe: is told the status of every answer
        :param log_queries: whether the text of queries may be logged
        """
        self._app, self._observe, self._log_queries = app, observe, log_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = (scope.get("client") or ("", 0))[0]
        record = RequestContext(_given_id(Headers(scope=scope)) or new_request_id(), client)
        current_request.set(record)
        begun = time.perf_counter()
        status, size = 0, 0

        async def send_and_count(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["Request-Id"] = record.id
            elif scope["method"] != "HEAD":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, send_and_count)
        finally:
            self._observe(status)
            milliseconds = round((time.perf_counter() - begun) * 1000)
            fields = {
                "id": record.id,
                "client": client,
                "method": scope["method"],
                "path": scope["raw_path"].decode("latin-1"),
                "status": status,
                "ms": milliseconds,
                "bytes": size,
                **self._of_query(record, status),
            }
            _log.log(_level(scope["path"], status), "request", extra={"fields": fields})

    def _of_query(self, record: RequestContext, status: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if record.query is not None:
            fields["query"] = hashlib.sha256(record.query.encode()).hexdigest()[:16]
            if self._log_queries:
                fields["query_text"] = record.query
            if status == HTTPStatus.OK:
                fields["cache"] = "miss" if record.executions else "hit"
        if record.executions:
            outcomes = {execution.outcome: None for execution in record.executions}
            fields["outcome"] = ", ".join(outcomes)
            fields["engine_ms"] = round(sum(execution.ran for execution in record.executions) * 1000)
            fields["queue_ms"] = round(sum(execution.waited for execution in record.executions) * 1000)
        return fields


def _given_id(headers: Headers) -> str | None:
    given = headers.get("request-id") or headers.get("x-request-id") or ""
    return given if _REQUEST_ID.fullmatch(given) else None


def _level(path: str, status: int) -> int:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return logging.WARNING
    return logging.DEBUG if path.startswith(_QUIET) else logging.INFO

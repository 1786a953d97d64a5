"""Limits on a request as it arrives: the size of its head, and the time for its body."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from illicit_power.server.http.header_fields import MAX_FIELD_BYTES
from illicit_power.server.http.problem_responses import problem
from illicit_power.server.http.problems import HEAD_ADVICE

_HEADER_OVERHEAD: Final = len(": \r\n")
_MOST_NAME: Final = 100


class RequestLimitsMiddleware:
    """ASGI middleware that refuses heads that are too large and bodies that do not arrive."""

    def __init__(self, app: ASGIApp, head_bytes: int, body_seconds: float) -> None:
        self._app, self._head_bytes, self._body_seconds = app, head_bytes, body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif status := self._head_problem(scope):
            detail = HEAD_ADVICE[status].format(limit=self._head_bytes)
            await problem(Request(scope), status, detail, {"Connection": "close"})(scope, receive, send)
        elif name := next((name for name, value in scope["headers"] if len(value) > MAX_FIELD_BYTES), None):
            detail = (
                f"The header {name.decode('latin-1')[:_MOST_NAME]} is longer than {MAX_FIELD_BYTES:,} bytes. "
                "Send a shorter one, or none."
            )
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            await problem(Request(scope), status, detail, {"Connection": "close"})(scope, receive, send)
        else:
            await self._await_body(scope, receive, send)

    def _head_problem(self, scope: Scope) -> HTTPStatus | None:
        address = len(scope["raw_path"]) + len(scope["query_string"])
        if address > self._head_bytes:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        if (
            address + sum(len(name) + len(value) + _HEADER_OVERHEAD for name, value in scope["headers"])
            > self._head_bytes
        ):
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return None

    async def _await_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        deadline = asyncio.get_running_loop().time() + self._body_seconds
        whole = late = answering = False

        async def receive_in_time() -> Message:
            nonlocal whole, late
            if whole or answering:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                if answering:
                    return await receive()
                late = True
                return {"type": "http.disconnect"}
            whole = not message.get("more_body", False)
            return message

        async def send_unless_late(message: Message) -> None:
            nonlocal answering
            if not late:
                answering = True
                await send(message)

        await self._app(scope, receive_in_time, send_unless_late)
        if late:
            await self._body_problem(Request(scope))(scope, receive, send)

    def _body_problem(self, request: Request) -> Response:
        detail = f"The body of the request did not arrive within {self._body_seconds:g} seconds."
        return problem(request, HTTPStatus.REQUEST_TIMEOUT, detail, {"Connection": "close"})

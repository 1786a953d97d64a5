"""What no handler foresees."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from illicit_power.server.http.problem_responses import problem

_log = logging.getLogger(__name__)


class FailureMiddleware:
    """ASGI middleware for what no handler foresees: the log gets the trace, the client the name of the request.

    An answer that has begun is left unfinished, upon which uvicorn closes the connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answering = False

        async def send_and_notice(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_notice)
            return
        except asyncio.CancelledError:
            status, detail = HTTPStatus.SERVICE_UNAVAILABLE, "The server is shutting down. Try again in a minute."
            headers = {"Retry-After": "60"}
        except Exception:
            _log.exception("an error that was not foreseen")
            status, detail = (
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "The server failed. Please report it, with the request_id.",
            )
            headers = {}
        if not answering:
            await problem(Request(scope), status, detail, headers)(scope, receive, send)

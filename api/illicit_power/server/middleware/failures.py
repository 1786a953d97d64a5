"""Failures that no exception handler foresees, as problem documents."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from illicit_power.server.http.problem_responses import problem, server_error

_log = logging.getLogger(__name__)

_CLIENT_CLOSED_REQUEST: Final = 499
"""Seen by nobody but the log: whoever asked has hung up."""


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
        except ClientDisconnect:
            answer = Response(status_code=_CLIENT_CLOSED_REQUEST)
        except asyncio.CancelledError:
            detail = "The server is shutting down. Try again in a minute."
            answer = problem(Request(scope), HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "60"})
        except Exception:
            _log.exception("an error that was not foreseen")
            answer = server_error(Request(scope))
        if not answering:
            await answer(scope, receive, send)

"""Conditional requests (RFC 9110, 13) for whatever follows from the dataset and the request alone."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from werkzeug.http import parse_etags

from illicit_power import __version__
from illicit_power.server.http.pages import local_path

_REPEATABLE: Final = (
    "/api", "/case/", "/claim/", "/context.jsonld", "/graph/", "/id/", "/ontology", "/query/", "/reconcile",
    "/sameas", "/shapes", "/vocabulary",
)  # fmt: skip
"""The beginnings of the addresses that are meant; others have tags of their own, or none because they change."""


class ConditionalRequestsMiddleware:
    """ASGI middleware that gives documents, pages and REST answers a strong entity tag.

    The tag is that of the request: the same request of the same snapshot has the same answer. So a client that has it
    is told before anything is asked of the engine.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not _is_repeatable(Request(scope)):
            await self._app(scope, receive, send)
            return
        headers = {"ETag": _tag(Request(scope)), "Cache-Control": "public, no-cache"}
        known = parse_etags(Headers(scope=scope).get("if-none-match"))
        # Not “*”: it asks whether there is anything, which only the answer knows.
        if not known.star_tag and known.contains_weak(headers["ETag"].strip('"')):
            await Response(status_code=HTTPStatus.NOT_MODIFIED, headers={**headers, "Vary": "Accept"})(
                scope, receive, send
            )
            return

        async def send_with_tag(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.OK:
                answered = MutableHeaders(scope=message)
                for name, value in headers.items():
                    answered.setdefault(name, value)
                answered.setdefault("Vary", "Accept")
            await send(message)

        await self._app(scope, receive, send_with_tag)


def _is_repeatable(request: Request) -> bool:
    path = local_path(request)
    return path == "/" or path.startswith(_REPEATABLE)


def _tag(request: Request) -> str:
    """The entity tag of what answers a request, quotes included."""
    identity = [request.state.served.version, __version__, str(request.url), request.headers.get("accept", "")]
    return f'"{hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]}"'

"""Conditional requests (RFC 9110, 13) for whatever follows from the dataset and the request alone."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from illicit_power.dataset.jsonld import published_context
from illicit_power.server.http.entity_tags import entity_tag, is_known, not_modified
from illicit_power.server.http.pages import local_path
from illicit_power.server.serving.served_dataset import ServedDataset

_REPEATABLE: Final = (
    "/api", "/case/", "/claim/", "/context.jsonld", "/graph/", "/id/", "/ontology", "/query/", "/reconcile",
    "/sameas", "/shapes", "/vocabulary",
)  # fmt: skip
"""The beginnings of the addresses that are meant; others have tags of their own, or none because they change."""


class ConditionalRequestsMiddleware:
    """ASGI middleware that gives documents, pages and REST answers an entity tag.

    The tag is that of the request: the same request of the same snapshot has the same answer. So a client that has it
    is told before anything is asked of the engine.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not _is_repeatable(Request(scope)):
            await self._app(scope, receive, send)
            return
        headers = {"ETag": _tag(Request(scope)), "Cache-Control": "public, no-cache", "Vary": "Accept"}
        if is_known(Request(scope), headers["ETag"], exists=False):
            await not_modified(headers)(scope, receive, send)
            return

        async def send_with_tag(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.OK:
                answered = MutableHeaders(scope=message)
                for name, value in headers.items():
                    answered.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_tag)


def _is_repeatable(request: Request) -> bool:
    return local_path(request).startswith(_REPEATABLE)


def _tag(request: Request) -> str:
    """The entity tag of what answers a request, quotes included."""
    served: ServedDataset = request.state.served
    context = hashlib.sha256(published_context()).hexdigest()
    asked = (str(request.url), request.headers.get("accept", ""))
    return entity_tag(served.version, context, *asked, weak=not served.engine.is_repeatable)

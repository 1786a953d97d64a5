"""Request targets in absolute form, as clients send them to a proxy (RFC 9112, 3.2.2)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

_ABSOLUTE: Final = re.compile(rb"https?://(?P<host>[^/?#@\s]+)(?P<path>/.*)?", re.IGNORECASE | re.DOTALL)


class AbsoluteFormMiddleware:
    """ASGI middleware that reads ``GET http://host/path`` as ``GET /path`` with this host, whatever Host says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            root = scope["root_path"].encode("ascii")
            if target := _ABSOLUTE.fullmatch(scope["raw_path"].removeprefix(root)):
                scope["raw_path"] = root + (target["path"] or b"/")
                scope["path"] = unquote(scope["raw_path"].decode("ascii"))
                others = [item for item in scope["headers"] if item[0] != b"host"]
                scope["headers"] = [(b"host", target["host"]), *others]
        await self._app(scope, receive, send)

"""Header fields of proxies (X-Forwarded-For and others): believed from trusted proxies, and from nobody else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from illicit_power.server.http.client_address import TrustedProxies

Headers = Sequence[tuple[bytes, bytes]]

_FORWARDED: Final = {
    b"x-forwarded-for",
    b"x-forwarded-proto",
    b"x-forwarded-host",
    b"request-id",
    b"x-request-id",
}
_HOST: Final = re.compile(rb"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class ForwardedMiddleware:
    """ASGI middleware that puts the client, scheme and host that a trusted proxy forwards in place of the proxy's own.

    From anybody else the headers that only a proxy may set are dropped, so that nothing further in can believe them.
    """

    def __init__(self, app: ASGIApp, proxies: TrustedProxies) -> None:
        self._app, self._proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            peer, port = scope.get("client") or ("", 0)
            headers: Headers = scope["headers"]
            if self._proxies.trusts(peer):
                client = self._proxies.client(peer, _joined(headers, b"x-forwarded-for").decode("latin-1"))
                scope["client"] = (client, port if client == peer else 0)
                scheme = _last(headers, b"x-forwarded-proto")
                if scheme in (b"http", b"https"):
                    scope["scheme"] = scheme.decode()
                host = _last(headers, b"x-forwarded-host")
                if _HOST.fullmatch(host):
                    scope["headers"] = [(b"host", host), *(item for item in headers if item[0] != b"host")]
            else:
                scope["headers"] = [item for item in headers if item[0] not in _FORWARDED]
        await self._app(scope, receive, send)


def _joined(headers: Headers, name: bytes) -> bytes:
    return b",".join(value for key, value in headers if key == name)


def _last(headers: Headers, name: bytes) -> bytes:
    """What the nearest proxy says, where each adds to what it was sent."""
    return _joined(headers, name).rpartition(b",")[2].strip()

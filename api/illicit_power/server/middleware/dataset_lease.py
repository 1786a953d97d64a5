"""A lease of the dataset: each request keeps the one that it began with."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from illicit_power.server.serving.served_dataset import Serving


class DatasetLeaseMiddleware:
    """ASGI middleware that gives each request the dataset it began with, as ``request.state.served``."""

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._serving = app, serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._serving.lease() as served:
            scope.setdefault("state", {})["served"] = served
            await self._app(scope, receive, send)

"""Disconnection of clients: the work for a request ends when its client hangs up."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class DisconnectionMiddleware:
    """ASGI middleware that cancels the application once its client has hung up before the answer was complete.

    The client is listened to from the moment that the application has the whole body, which is received only as the
    application asks for it. A request without a body is listened to at once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        :raises ClientDisconnect: when the client has hung up
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        task = asyncio.current_task()
        assert task, "ASGI applications run in tasks"
        request = _RequestBody(receive, Headers(scope=scope))
        is_answered = has_hung_up = False

        async def send_and_notice(message: Message) -> None:
            nonlocal is_answered
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                is_answered = True
            await send(message)

        async def listen() -> None:
            nonlocal has_hung_up
            await request.disconnection()
            if not is_answered:
                has_hung_up = True
                task.cancel()

        listening = asyncio.create_task(listen())
        try:
            await self._app(scope, request.receive, send_and_notice)
        except asyncio.CancelledError:
            if not has_hung_up or task.cancelling() > 1:  # from elsewhere, as when the server shuts down
                raise
        finally:
            listening.cancel()
            if has_hung_up:
                task.uncancel()
        if has_hung_up:
            raise ClientDisconnect


class _RequestBody:
    """The messages of a request: its body for the application, and after that the end of the connection."""

    def __init__(self, receive: Receive, headers: Headers) -> None:
        self._receive = receive
        self._is_announced = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
        self._first: Message | None = None
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()
        self._disconnected = asyncio.Event()

    async def receive(self) -> Message:
        """The next message, for the application."""
        if self._taken.is_set():
            await self._disconnected.wait()
            return {"type": "http.disconnect"}
        if not self._is_announced:
            await self._arrived.wait()
        message, self._first = self._first or await self._receive(), None
        if not message.get("more_body", False):
            self._taken.set()
        return message

    async def disconnection(self) -> None:
        """Wait until the client hangs up."""
        if not self._is_announced:
            self._first = message = await self._receive()
            self._arrived.set()
            if message["type"] == "http.request" and message.get("more_body", False):
                await self._taken.wait()
        else:
            await self._taken.wait()
            message = {}
        while message.get("type") != "http.disconnect":
            message = await self._receive()
        self._disconnected.set()

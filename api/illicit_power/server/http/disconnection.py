"""Work for a request ends with it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

_Result = TypeVar("_Result")


async def unless_disconnected(request: Request, asking: Coroutine[Any, Any, _Result]) -> _Result:
    """What the engine answers; it is ended when the client hangs up before.

    :raises ClientDisconnect: when it did
    """
    executing = asyncio.ensure_future(asking)
    leaving = asyncio.ensure_future(_disconnection(request))
    try:
        await asyncio.wait((executing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not executing.done():
            raise ClientDisconnect
        return await executing
    finally:
        leaving.cancel()
        if not executing.done():
            executing.cancel()
            with suppress(asyncio.CancelledError):
                await executing


async def _disconnection(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass

"""Rate limits: how much engine time and how many errors a client may have, as token buckets.

Refusals and metrics call a limit a budget.
"""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from illicit_power.server.http.client_address import client_key
from illicit_power.server.http.problem_responses import problem
from illicit_power.server.http.request_context import current_request

_REMEMBERED_BUCKETS: Final = 20_000
_FREE: Final = ("/health/", "/metrics", "/static/")
"""Paths that no limit closes: they cost nothing, and whoever watches over the server needs them."""


@dataclass(frozen=True)
class RateLimit:
    """How much of something a client may use in a minute.

    :ivar name: as refusals and metrics name it
    :ivar per_minute: how much comes back in a minute, and how much there is at most; 0 is without end
    :ivar unit: what is counted, with a verb
    :ivar advice: how to use less of it
    """

    name: str
    per_minute: float
    unit: str
    advice: str


class _Bucket:
    """What a client has left under one limit; below zero once it has used more than there was."""

    def __init__(self, per_minute: float, now: float) -> None:
        self._per_minute, self._level, self._at = per_minute, per_minute, now

    def take(self, amount: float, now: float) -> None:
        self._refill(now)
        self._level -= amount

    def empty_for(self, now: float) -> float:
        """Seconds until something is in it again; 0 where there is."""
        self._refill(now)
        return max(0.0, -self._level * 60 / self._per_minute)

    def _refill(self, now: float) -> None:
        self._level = min(self._per_minute, self._level + (now - self._at) * self._per_minute / 60)
        self._at = now


class RateLimits:
    """The limits, and what every client has used of them; those clients are remembered that used something last.

    :ivar refusals: requests that were refused, by the name of the limit
    """

    def __init__(self, seconds: float, errors: float, clock: Callable[[], float] = time.monotonic) -> None:
        """
        :param seconds: engine time that a client may use in a minute; 0 is without end
        :param errors: error answers that a client may get in a minute; 0 is without end
        """
        self.seconds = RateLimit(
            "engine-seconds",
            seconds,
            "seconds for which queries ran",
            "Narrow your queries, ask one after the other, or run your own copy of this server: it is one command.",
        )
        self.errors = RateLimit(
            "errors",
            errors,
            "requests that ended in an error",
            "Mend the request before you send it again: the answer to each says what was wrong.",
        )
        self.refusals: Counter[str] = Counter()
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()

    def charge(self, client: str, limit: RateLimit, amount: float) -> None:
        """Note what a client has used.

        :param client: see :func:`client_key`
        """
        if not limit.per_minute:
            return
        key = (client, limit.name)
        bucket = self._buckets.setdefault(key, _Bucket(limit.per_minute, self._clock()))
        self._buckets.move_to_end(key)
        bucket.take(amount, self._clock())
        if len(self._buckets) > _REMEMBERED_BUCKETS:
            self._buckets.popitem(last=False)

    def spent(self, client: str) -> tuple[RateLimit, int] | None:
        """A limit under which a client has nothing left, with the seconds until it has."""
        for limit in (self.seconds, self.errors):
            bucket = self._buckets.get((client, limit.name))
            if bucket and (wait := bucket.empty_for(self._clock())):
                return limit, math.ceil(wait)
        return None


class RateLimitMiddleware:
    """ASGI middleware that refuses clients that have nothing left, and charges the errors that others get.

    An answer that says when to come back is the server's trouble, not the client's error.
    """

    def __init__(self, app: ASGIApp, limits: RateLimits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        record = current_request.get()
        if scope["type"] != "http" or record is None or scope["path"].startswith(_FREE):
            await self._app(scope, receive, send)
            return
        client = client_key(record.client)
        if refusal := self._limits.spent(client):
            await self._refuse(Request(scope), *refusal)(scope, receive, send)
            return

        async def send_and_charge(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_error(message):
                self._limits.charge(client, self._limits.errors, 1)
            await send(message)

        await self._app(scope, receive, send_and_charge)

    def _refuse(self, request: Request, limit: RateLimit, wait: int) -> ASGIApp:
        self._limits.refusals[limit.name] += 1
        return problem(
            request,
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Your address has used up its budget of {limit.per_minute:g} {limit.unit} in a minute. It fills "
            f"steadily, and there is something in it again in {wait} seconds. {limit.advice}",
            {"Retry-After": str(wait)},
            budget=limit.name,
            per_minute=limit.per_minute,
        )


def _is_error(answer: Message) -> bool:
    return answer["status"] >= HTTPStatus.BAD_REQUEST and b"retry-after" not in dict(answer["headers"])

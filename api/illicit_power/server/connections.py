"""The connections of the server: how many there may be, and what becomes of those that hold still.

uvicorn ends a connection that waits for its next request. This adds what it leaves open: a request head that never
ends, an answer that is never read, and a client that opens all the connections there are.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import get_remote_addr

from illicit_power.server.http.client_address import TrustedProxies, client_key
from illicit_power.server.http.problems import HEAD_ADVICE, problem_document
from illicit_power.server.http.request_context import new_request_id

_log = logging.getLogger(__name__)
_LINGERING_SECONDS: Final = 2.0
_SWEEP_SECONDS: Final = 0.5


@dataclass(frozen=True)
class ConnectionLimits:
    """What connections may use.

    :ivar connections: at the same time
    :ivar client_connections: at the same time of one client; 0 is without end
    :ivar head_bytes: size of a request's head
    :ivar head_seconds: for a request's head to arrive
    :ivar body_seconds: for the rest of a body that nobody waits for any more
    :ivar send_seconds: for which a client may read nothing of its answer
    :ivar answer_seconds: for which a client may read its answer
    """

    connections: int
    client_connections: int
    head_bytes: int
    head_seconds: float
    body_seconds: float
    send_seconds: float
    answer_seconds: float


class Connections:
    """The open connections, looked after as long as there are any.

    :ivar refused: connections that were not taken, by reason
    :ivar ended: connections that were ended because they held still, by what they held up
    """

    def __init__(self, limits: ConnectionLimits, proxies: TrustedProxies) -> None:
        self.limits = limits
        self.refused: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self._proxies = proxies
        self._open: set[GuardedProtocol] = set()
        self._lingering: set[_Refusal] = set()
        self._of_client: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """Connections that are open."""
        return len(self._open)

    def refusal(self, address: str) -> tuple[str, HTTPStatus, str, int] | None:
        """Why a new connection is not taken: a name, the status and detail to answer, and when to come back."""
        if self.count >= self.limits.connections:
            return (
                "all",
                HTTPStatus.SERVICE_UNAVAILABLE,
                "The server has as many connections as it can take. Try again later.",
                10,
            )
        most = self.limits.client_connections
        if most and self._of_client[client_key(address)] >= most and not self._proxies.trusts(address):
            detail = f"Your address has {most} connections open, the most that one may have. Close some, or reuse them."
            return "client", HTTPStatus.TOO_MANY_REQUESTS, detail, 5
        return None

    def refuse(self, transport: asyncio.Transport, address: str, why: tuple[str, HTTPStatus, str, int]) -> None:
        """Answer a connection that is not taken, and let it go."""
        reason, status, detail, retry_after = why
        self.refused[reason] += 1
        if len(self._lingering) >= self.limits.connections:
            transport.set_protocol(asyncio.Protocol())  # the present one has not begun, so it cannot end
            transport.abort()
            return
        answer = raw_problem(status, detail, address, {"Retry-After": str(retry_after)})
        transport.set_protocol(_Refusal(transport, answer, self._lingering))

    def add(self, connection: GuardedProtocol) -> None:
        if not self._open:
            connection.loop.call_later(_SWEEP_SECONDS, self._sweep, connection.loop)
        self._open.add(connection)
        self._of_client[connection.client_key] += 1

    def remove(self, connection: GuardedProtocol) -> None:
        if connection in self._open:
            self._open.remove(connection)
            self._of_client[connection.client_key] -= 1
            if not self._of_client[connection.client_key]:
                del self._of_client[connection.client_key]

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        for connection in list(self._open):
            connection.end_where_overdue(loop.time())
        if self._open:
            loop.call_later(_SWEEP_SECONDS, self._sweep, loop)


class GuardedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, for clients that mean harm.

    It rests on what uvicorn does not promise to keep, so the project takes uvicorn and h11 up to the next minor version
    only. A test names what is relied on: the methods that are overridden here, with ``send_400_response`` being
    called while h11's error is handled; and ``loop``, ``transport``, ``client``, ``cycle.response_complete``, and
    ``conn`` with its states and trailing data.
    """

    def __init__(self, *arguments: Any, guard: Connections, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.client_key = ""
        self._guard = guard
        self._head_since: float | None = None
        self._body_since: float | None = None
        self._answer_since: float | None = None
        self._unsent = 0
        self._unsent_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        address, _ = get_remote_addr(transport) or ("", 0)
        if why := self._guard.refusal(address):
            self._guard.refuse(transport, address, why)
            return
        super().connection_made(transport)
        self.client_key = client_key(address)
        self._head_since = self.loop.time()
        self._guard.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._guard.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        now, state = self.loop.time(), self.conn.their_state
        self._head_since = (self._head_since or now) if state is h11.IDLE else None
        self._body_since = (self._body_since or now) if state is h11.SEND_BODY else None

    def end_where_overdue(self, now: float) -> None:
        """End the connection where the client holds it up."""
        limits = self._guard.limits
        if self._is_unread(now):
            self._end("answer")
        elif self._head_since and now - self._head_since > limits.head_seconds:
            if self.conn.trailing_data[0]:
                detail = f"The head of the request did not arrive within {limits.head_seconds:g} seconds."
                self._refuse(HTTPStatus.REQUEST_TIMEOUT, detail)
            self._end("head")
        elif self._body_since and now - self._body_since > limits.body_seconds and self.cycle.response_complete:
            self._end("body")

    def _is_unread(self, now: float) -> bool:
        """Whether an answer waits for its client longer than it may."""
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        if unsent:
            self._answer_since = self._answer_since or now
        elif self.cycle is None or self.cycle.response_complete:
            self._answer_since = None
        if self._answer_since is None:
            return False
        limits = self._guard.limits
        stands_still = bool(unsent) and now - self._unsent_since > limits.send_seconds
        return stands_still or now - self._answer_since > limits.answer_seconds

    def _end(self, held_up: str) -> None:
        self._guard.ended[held_up] += 1
        self._head_since = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def _should_upgrade(self) -> bool:
        return False

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP. uvicorn calls this while it handles h11's error, which knows the better status."""
        error = sys.exception()
        status = HTTPStatus(error.error_status_hint if isinstance(error, h11.ProtocolError) else HTTPStatus.BAD_REQUEST)
        detail = "The request is not HTTP/1.1 as RFC 9112 has it."
        if status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            if b"\n" not in self.conn.trailing_data[0]:
                status = HTTPStatus.REQUEST_URI_TOO_LONG
            detail = HEAD_ADVICE[status].format(limit=self._guard.limits.head_bytes)
        self._refuse(status, detail)
        self.transport.close()

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Answer before the application does, unless it has begun to."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            address, _ = self.client or ("", 0)
            self.transport.write(raw_problem(status, detail, address))


class _Refusal(asyncio.Protocol):
    """Says why a connection is not taken, and listens until the client has heard it.

    Closing at once would reset the connection under a client that is still sending, and the answer with it.
    """

    def __init__(self, transport: asyncio.Transport, answer: bytes, lingering: set[_Refusal]) -> None:
        self._lingering = lingering
        lingering.add(self)
        transport.write(answer)
        with suppress(OSError):  # the client may have gone meanwhile
            transport.write_eof()
        self._end = asyncio.get_running_loop().call_later(_LINGERING_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lingering.discard(self)
        self._end.cancel()


def raw_problem(status: HTTPStatus, detail: str, client: str, headers: dict[str, str] | None = None) -> bytes:
    """A problem document as a whole HTTP/1.1 answer, after which the connection is closed."""
    request_id = new_request_id()
    _log.info("%s was refused with %d %s (%s)", client, status, status.phrase, request_id)
    body = json.dumps(problem_document(status, detail, request_id)).encode()
    fields = {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Request-Id": request_id,
        "Connection": "close",
        **(headers or {}),
    }
    head = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*head, "", ""]).encode("ascii") + body

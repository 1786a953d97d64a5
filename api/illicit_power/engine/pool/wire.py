"""Frames between the server and a worker: one byte of kind, four of length, then the payload."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Final

QUERY: Final = b"Q"
"""Server to worker: a JSON object, see :func:`illicit_power.engine.pool.worker.serve`."""
EXPLAIN: Final = b"X"
"""Server to worker: the same object, for a query that is to be explained."""
DATA: Final = b"D"
"""Worker to server: a piece of the serialized result."""
END: Final = b"Z"
"""The result is complete: a JSON object with ``kind``, ``format``, ``rows``, ``truncated``, and the ``head``."""
EXPLANATION: Final = b"Y"
"""Worker to server: a JSON object, see :meth:`illicit_power.engine.explanation.Explanation.document`."""
ERROR: Final = b"E"
"""A JSON object with ``error`` and ``message``: the query failed."""

_HEADER: Final = struct.Struct("!cI")


def pack(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame."""
    return _HEADER.pack(kind, len(payload)) + payload


def receive(connection: socket.socket) -> tuple[bytes, bytes] | None:
    """Wait for a frame: its kind and payload, or None when the other side has hung up."""
    header = _receive_exactly(connection, _HEADER.size)
    if header is None:
        return None
    kind, length = _HEADER.unpack(header)
    payload = _receive_exactly(connection, length)
    return None if payload is None else (kind, payload)


async def read(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Wait for a frame, without blocking.

    :raises asyncio.IncompleteReadError: when the other side has hung up
    """
    kind, length = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    return kind, await reader.readexactly(length)


def _receive_exactly(connection: socket.socket, length: int) -> bytes | None:
    received = bytearray()
    while len(received) < length:
        piece = connection.recv(min(length - len(received), 1 << 16))
        if not piece:
            return None
        received += piece
    return bytes(received)

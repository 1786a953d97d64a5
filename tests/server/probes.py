"""Clients for the tests of the guards: several addresses of this machine, and plain sockets that break the rules."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

PATIENCE = 60.0
"""Seconds after which what was waited for does not come."""

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
ASK = "ASK { ?s ?p ?o }"


def write_data(file: Path, statements: int = 300) -> Path:
    """A dataset over which :data:`ENDLESS` does not end."""
    lines = [f"<http://example.org/{number}> <http://example.org/p> {number} .\n" for number in range(statements)]
    file.write_text("".join(lines), encoding="utf-8")
    return file


def ask(address: str, query: str = ASK, source: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """Ask a query from one of the loopback addresses."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address=source), timeout=PATIENCE) as client:
        return client.get(f"{address}/sparql", params={"query": query, "format": "json"}, headers=headers)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document that an answer is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["request_id"] == answer.headers["Request-Id"]
    return document


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def metric(address: str, name: str, **labels: str) -> float:
    """The value of a metric; 0 where it has none yet."""
    text = httpx.get(f"{address}/metrics").text
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == f"illicit_power_{name}" and labels.items() <= sample.labels.items():
                return sample.value
    return 0.0


def connect(address: str, source: str = "127.0.0.1") -> socket.socket:
    """A plain connection to a server."""
    url = httpx.URL(address)
    assert url.port
    return socket.create_connection((url.host, url.port), PATIENCE, (source, 0))


def rest(connection: socket.socket) -> bytes:
    """What a server sends until it closes the connection."""
    pieces = []
    try:
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


def read_until(connection: socket.socket, end: bytes) -> None:
    """Read an answer up to its end."""
    read = b""
    while not read.endswith(end):
        piece = connection.recv(1 << 16)
        assert piece, read
        read += piece


def dribble(connection: socket.socket) -> bytes:
    """Send a byte now and then, until the server has had enough; gives what it says to that."""
    connection.settimeout(0.1)
    while True:
        try:
            connection.sendall(b"x")
            return connection.recv(1 << 16)
        except TimeoutError:
            continue
        except ConnectionError:
            return b""


def parse(answer: bytes) -> httpx.Response:
    """A raw answer, read."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *fields = head.decode("latin-1").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (field.partition(":") for field in fields)]
    return httpx.Response(int(first.split()[1]), headers=headers, content=body)

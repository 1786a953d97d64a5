"""A server under attack: every hostile request gets its answer, and whoever asks ordinary queries never notices."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from illicit_power.dataset.snapshot import Snapshot
from tests.conftest import ServerProcess, server_process
from tests.server.hostile import CANARY, HOSTILE, Hostile

MOST_MEMORY_MIB = 300
ORDINARY = {
    "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/illicit-power/ontology#SplinterOf> }": "",
    "ASK { <https://w3id.org/illicit-power/id/jaish-al-mahdi> ?p ?o }": "",
    "SELECT ?o { <https://w3id.org/illicit-power/id/jaish-al-mahdi> ?p ?o } ORDER BY ?o LIMIT 5": "",
}
UNWANTED = re.compile(r"Traceback|File \"|\.py\b|<script>alert|^Set-Cookie", re.IGNORECASE | re.MULTILINE)


@dataclass
class Bystander(threading.Thread):
    """Asks ordinary queries, one after the other, from another address than the attacker's."""

    address: str
    answered: int = 0
    failures: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        transport = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(base_url=self.address, transport=transport, timeout=60) as client:
            expected: dict[str, str] = {}
            while not self.done.is_set():
                for query in ORDINARY:
                    # A comment of its own makes every query new to the cache.
                    text = f"{query} # {self.answered}"
                    answer = client.post("/sparql", data={"query": text}, headers={"Accept": "application/json"})
                    if answer.status_code != httpx.codes.OK or expected.setdefault(query, answer.text) != answer.text:
                        self.failures.append(f"{answer.status_code}: {answer.text}")
                    self.answered += 1


@dataclass
class Siege:
    """A server with a bystander, and a canary beside them."""

    server: ServerProcess
    canary: socket.socket
    bystander: Bystander

    @property
    def canary_address(self) -> str:
        return f"http://127.0.0.1:{self.canary.getsockname()[1]}/"

    def heard(self) -> bool:
        """Whether anybody has called the canary."""
        self.canary.settimeout(0.2)
        try:
            self.canary.accept()[0].close()
        except TimeoutError:
            return False
        return True

    def memory_mib(self) -> float:
        """The most memory that the server's own process ever had."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024


@pytest.fixture(scope="module")
def siege(snapshot: Snapshot) -> Iterator[Siege]:
    limits = {
        "timeout": 2,
        "max-timeout": 2,
        "memory-mib": 192,
        "queue-timeout": 30,
        "result-rows": 20_000,
        "head-timeout": 2,
        "body-timeout": 2,
        "client-seconds": 0,
        "client-errors": 0,
    }
    options = [part for name, value in limits.items() for part in (f"--{name}", str(value))]
    with (
        server_process("--data", str(snapshot.quads), *options) as server,
        socket.create_server(("127.0.0.1", 0)) as canary,
    ):
        bystander = Bystander(server.address)
        bystander.start()
        yield Siege(server, canary, bystander)
        bystander.done.set()
        bystander.join()


def send(siege: Siege, raw: bytes) -> tuple[int, str, str]:
    """Send bytes; gives status, headers and body of what is answered, with status 0 where nothing is."""
    place = urlsplit(siege.server.address)
    raw = raw.replace(CANARY.encode(), siege.canary_address.encode())
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
        received = bytearray()
        try:
            connection.sendall(raw)
            while piece := connection.recv(1 << 16):
                received += piece
        except (ConnectionResetError, BrokenPipeError):
            pass  # closed early: what was received before is what counts
    if not received:
        return 0, "", ""
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode("latin-1"), body.decode("utf-8", "replace")


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name.replace(" ", "-"))
def test_a_hostile_request_gets_its_answer_and_no_more(siege: Siege, hostile: Hostile) -> None:
    raw = hostile.raw
    if hostile.content and CANARY.encode() in hostile.content:
        grown = len(siege.canary_address) - len(CANARY)
        length = len(hostile.content) + hostile.content.count(CANARY.encode()) * grown
        raw = raw.replace(f"Content-Length: {len(hostile.content)}".encode(), f"Content-Length: {length}".encode())
    status, head, body = send(siege, raw)
    assert status in hostile.statuses, body[:500]
    assert hostile.says in body
    assert not UNWANTED.search(head + body)
    if status >= 400 and "problem+json" in head:
        assert '"detail":' in body


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 60
    assert len({hostile.name for hostile in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize(
    "begin",
    [
        b"",
        b"GET /sparql HT",
        b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\nContent-Type: application/sparql-query\r\n\r\nASK",
    ],
    ids=["nothing", "half a line", "half a header", "half a body"],
)
def test_who_never_finishes_a_request_is_cut_off(siege: Siege, begin: bytes) -> None:
    place = urlsplit(siege.server.address)
    connections = [socket.create_connection((place.hostname, place.port), timeout=60) for _ in range(16)]
    try:
        for connection in connections:
            connection.sendall(begin)
        before = siege.bystander.answered
        for connection in connections:
            while connection.recv(1 << 16):
                pass
        assert siege.bystander.answered > before
    finally:
        for connection in connections:
            connection.close()


def test_who_never_reads_an_answer_holds_no_worker(siege: Siege) -> None:
    place = urlsplit(siege.server.address)
    query = b"SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n"
    connections = [socket.create_connection((place.hostname, place.port), timeout=60) for _ in range(8)]
    try:
        for connection in connections:
            connection.sendall(head % len(query) + query)
            connection.recv(16)  # it has begun to answer
        asked = {"query": "ASK { ?s ?p ?o }", "format": "json"}
        answer = httpx.post(f"{siege.server.address}/sparql", data=asked, timeout=30)
        assert answer.json()["boolean"] is True
    finally:
        for connection in connections:
            connection.close()


def test_after_all_that_nobody_else_has_noticed(siege: Siege) -> None:
    assert siege.bystander.failures == []
    assert siege.bystander.answered > len(ORDINARY)
    assert not siege.heard()
    assert siege.memory_mib() < MOST_MEMORY_MIB


def test_the_log_has_one_line_for_each_thing_and_no_trace(siege: Siege) -> None:
    log = "\n".join(siege.server.lines())
    assert "Traceback" not in log
    assert "Set-Cookie: a=b" not in [line.strip() for line in siege.server.lines()]

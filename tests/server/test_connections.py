"""Slow and greedy clients, by plain sockets."""

from __future__ import annotations

import asyncio
import inspect
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from tests.conftest import ServerProcess, server_process
from tests.server.probes import ask, connect, dribble, eventually, metric, parse, problem, read_until, rest, write_data

OTHER = "127.0.0.2"


def test_uvicorn_has_what_the_guards_rely_on() -> None:
    """Where this fails after an upgrade of uvicorn or h11, read what has become of the names in GuardedProtocol."""
    overridden = {"connection_made", "connection_lost", "data_received", "_should_upgrade", "send_400_response"}
    used = {"loop", "transport", "client", "cycle", "conn", "server_state", "connections"}
    config = uvicorn.Config(lambda: None, loop="asyncio", ws="none", lifespan="off", log_config=None)
    protocol = H11Protocol(config, ServerState(), {}, asyncio.new_event_loop())
    protocol.loop.close()
    assert {name for name in overridden | used if not hasattr(protocol, name)} == set()
    assert {name for name in overridden if name not in vars(H11Protocol)} == set()
    assert {name for name in ("our_state", "their_state", "trailing_data") if not hasattr(protocol.conn, name)} == set()
    assert "self.response_complete" in inspect.getsource(RequestResponseCycle.__init__)
    handler = inspect.getsource(H11Protocol.handle_events)
    assert re.search(r"except h11.RemoteProtocolError:[^:]*self\.send_400_response\(msg\)", handler)
    assert {
        name for name in ("startup", "shutdown", "should_exit") if not hasattr(uvicorn.Server(config), name)
    } == set()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_data(tmp_path_factory.mktemp("data") / "data.ttl"))


@pytest.fixture(scope="module")
def hasty(data: str) -> Iterator[ServerProcess]:
    """A server of one worker that waits a second for everything."""
    times = ["--head-timeout", "1", "--body-timeout", "1", "--send-timeout", "1", "--answer-timeout", "600"]
    with server_process("--data", data, "--workers", "1", "--head-kib", "16", *times) as server:
        yield server


# Heads


@pytest.mark.parametrize("sent", [b"GET", b"GET / HTTP/1.1\r\nHost: x\r\n"], ids=["in the line", "in the headers"])
def test_a_head_that_does_not_end_gets_408(hasty: ServerProcess, sent: bytes) -> None:
    with connect(hasty.address) as connection:
        connection.sendall(sent)
        document = problem(parse(rest(connection)), 408)
    assert "within 1 seconds" in document["detail"]


def test_a_second_head_that_does_not_end_gets_408_too(hasty: ServerProcess) -> None:
    with connect(hasty.address) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        read_until(connection, b'{"status":"alive"}')
        connection.sendall(b"GET ")
        problem(parse(rest(connection)), 408)


def test_a_head_byte_by_byte_has_no_more_time(hasty: ServerProcess) -> None:
    with connect(hasty.address) as connection:
        problem(parse(dribble(connection)), 408)


def test_a_connection_that_asks_nothing_is_closed(hasty: ServerProcess) -> None:
    with connect(hasty.address) as connection:
        assert rest(connection) == b""


@pytest.mark.parametrize(
    ("head", "status", "advice"),
    [
        (b"GET /sparql?query=" + b"x" * 20_000, 414, "by POST"),
        (b"GET /sparql?query=" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "by POST"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"x" * 20_000, 431, "fewer or shorter"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"x" * 20_000 + b"\r\n\r\n", 431, "fewer or shorter"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 4_000 + b"\r\n", 431, "fewer or shorter"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, "RFC 9112"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "RFC 9112"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "RFC 9112"),
        (b"GET /\r\n\r\n", 400, "RFC 9112"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "RFC 9112"),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, "RFC 9112"),
    ],
    ids=[
        "address that goes on",
        "long address",
        "header that goes on",
        "long header",
        "many headers",
        "TLS",
        "no host",
        "two hosts",
        "HTTP/0.9",
        "two lengths",
        "unknown encoding",
    ],
)
def test_a_head_that_cannot_be_taken_is_told_why(hasty: ServerProcess, head: bytes, status: int, advice: str) -> None:
    with connect(hasty.address) as connection:
        connection.sendall(head)
        answer = parse(rest(connection))
    assert advice in problem(answer, status)["detail"]
    assert answer.headers["Connection"] == "close"


def test_a_long_query_fits_into_the_address_by_default(data: str) -> None:
    query = "ASK { ?s ?p ?o } #" + "x" * 50_000
    with server_process("--data", data) as server:
        assert ask(server.address, query).json()["boolean"] is True


def test_asking_for_another_protocol_is_asking(hasty: ServerProcess) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "13"}
    assert httpx.get(f"{hasty.address}/health/live", headers=headers).json() == {"status": "alive"}


# Bodies

SLOW_BODY = (
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK {"
)


SLOW_FORM = (
    b"POST /reconcile HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n8\r\nqueries=\r\n"
)


@pytest.mark.parametrize("request_", [SLOW_BODY, SLOW_FORM], ids=["query", "form in chunks"])
def test_a_body_that_does_not_arrive_gets_408(hasty: ServerProcess, request_: bytes) -> None:
    with connect(hasty.address) as connection:
        connection.sendall(request_)
        answer = parse(rest(connection))
    assert "within 1 seconds" in problem(answer, 408)["detail"]


def test_unfinished_requests_hold_no_worker(data: str) -> None:
    with server_process("--data", data, "--workers", "1", "--queue", "1") as server, ExitStack() as stack:
        for sent in [SLOW_BODY, b"GET /sparql?query=ASK HTTP/1.1\r\n"] * 10:
            stack.enter_context(connect(server.address)).sendall(sent)
        eventually(lambda: metric(server.address, "connections") > 20)
        assert ask(server.address).json()["boolean"] is True


def test_a_body_that_nobody_waits_for_does_not_keep_a_connection(hasty: ServerProcess) -> None:
    with connect(hasty.address) as connection:
        connection.sendall(b"PUT /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
        read_until(connection, b"}")
        assert dribble(connection) == b""


def test_a_broken_chunk_leaves_no_trace(hasty: ServerProcess) -> None:
    with connect(hasty.address) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")
        problem(parse(rest(connection)), 400)
    assert not [line for line in hasty.lines() if "Traceback" in line]


# Answers


def ask_for_much(address: str) -> socket.socket:
    """A connection with little room, on which a large answer is asked for."""
    url = httpx.URL(f"{address}/sparql", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }", "format": "json"})
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((url.host, url.port))
    connection.sendall(b"GET " + url.raw_path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    return connection


def test_a_client_that_does_not_read_its_answer_is_left(hasty: ServerProcess) -> None:
    before = metric(hasty.address, "connections_ended_total", held_up="answer")
    with ask_for_much(hasty.address):
        eventually(lambda: metric(hasty.address, "connections_ended_total", held_up="answer") == before + 1)
    assert ask(hasty.address).json()["boolean"] is True


def test_a_client_that_reads_drop_by_drop_is_left_in_the_end(data: str) -> None:
    with server_process("--data", data, "--answer-timeout", "1") as server, ask_for_much(server.address) as connection:

        def is_left() -> bool:
            connection.recv(100)
            return metric(server.address, "connections_ended_total", held_up="answer") == 1

        eventually(is_left)


# How many


def test_one_client_cannot_open_all_the_connections(data: str) -> None:
    with server_process("--data", data, "--client-connections", "3") as server, ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(connect(server.address))
        eventually(lambda: _connections(server) == 3)
        answer = parse(rest(stack.enter_context(connect(server.address))))
        assert "3 connections open" in problem(answer, 429)["detail"]
        assert answer.headers["Retry-After"] == "5"
        assert ask(server.address, source=OTHER).json()["boolean"] is True
        stack.close()
        eventually(lambda: _connections(server) == 0)
        assert ask(server.address).json()["boolean"] is True


def test_a_trusted_proxy_may_open_more(data: str) -> None:
    limits = ["--client-connections", "3", "--trusted-proxies", "127.0.0.1"]
    with server_process("--data", data, *limits) as server, ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(connect(server.address))
        assert ask(server.address).json()["boolean"] is True


def test_more_connections_than_there_may_be_are_told_so(data: str) -> None:
    with server_process("--data", data, "--connections", "4") as server, ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(connect(server.address))
        request = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 1000 + b"\r\n"
        refused = stack.enter_context(connect(server.address))
        refused.sendall(request)
        answer = parse(rest(refused))
        problem(answer, 503)
        assert answer.headers["Retry-After"] == "10"


@pytest.mark.parametrize("resets", [False, True], ids=["that wait", "that are reset"])
def test_refused_connections_leave_no_trace_in_the_log(data: str, resets: bool) -> None:
    with server_process("--data", data, "--connections", "2") as server, ExitStack() as stack:
        taken = [stack.enter_context(connect(server.address)) for _ in range(2)]
        for _ in range(12):
            refused = stack.enter_context(connect(server.address))
            if resets:
                refused.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                refused.close()
        for connection in taken:
            connection.close()
        eventually(lambda: _takes_connections(server))
        assert metric(server.address, "connections_refused_total", limit="all") > 0
        assert not [line for line in server.lines() if "Traceback" in line or "Error" in line]


def _takes_connections(server: ServerProcess) -> bool:
    try:
        return httpx.get(f"{server.address}/health/live").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _connections(server: ServerProcess) -> float:
    """Open connections, without the one that asks."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address=OTHER)) as client:
        text = client.get(f"{server.address}/metrics").text
    (line,) = [line for line in text.splitlines() if line.startswith("illicit_power_connections ")]
    return float(line.split()[1]) - 1

"""The engine's work for a request ends when its client hangs up, whatever it asked for."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from illicit_power.server.middleware.disconnection import DisconnectionMiddleware
from tests.conftest import ServerProcess, server_process
from tests.server.probes import connect, eventually, metric, write_data

FORM = "Content-Type: application/x-www-form-urlencoded"
REQUESTS = {
    "a document": "GET /id/basra.ttl",
    "the page of a thing": "GET /id/basra.html",
    "the home page": "GET /",
    "a list": "GET /api/v1/organizations",
    "an item": "GET /api/v1/organizations/jaish-al-mahdi",
    "the network": "HEAD /api/v1/network",
    "names": "GET /reconcile?queries=%7B%22q%22%3A%7B%22query%22%3A%22JAM%22%7D%7D",
    "names by POST": "POST /reconcile queries=%7B%22q%22%3A%7B%22query%22%3A%22JAM%22%7D%7D",
    "equivalents": "GET /sameas?uri=basra",
    "a query": "GET /sparql?query=ASK%20%7B%7D&format=json",
    "a query by POST": "POST /sparql query=ASK%20%7B%7D",
    "the query page": "POST /sparql query=ASK%20%7B%7D&format=",
    "an explanation": "GET /sparql?query=ASK%20%7B%7D&explain=true",
    "the service description": "GET /sparql",
    "a query to keep": "POST /q/ query=ASK%20%7B%7D",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server whose queries run, and wait for their workers, without end."""
    folder = tmp_path_factory.mktemp("data")
    options = ["--workers", "1", "--timeout", "600", "--max-timeout", "600", "--client-queries", "0"]
    options += ["--client-seconds", "0", "--client-errors", "0", "--kept-queries", str(folder / "kept")]
    with server_process("--data", str(write_data(folder / "data.ttl", 5)), *options) as server:
        yield server


def children(process_id: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()]


def stop_workers(server: ServerProcess) -> None:
    """Let no worker answer: the one that is asked next runs until somebody ends it."""
    eventually(lambda: metric(server.address, "workers", state="idle") == 2)
    (zygote,) = children(server.process.pid)
    for worker in children(zygote):
        os.kill(worker, signal.SIGSTOP)


def lines_of_499(server: ServerProcess) -> int:
    return sum(" 499 " in line for line in server.lines())


def abandoned(server: ServerProcess) -> float:
    return metric(server.address, "queries_total", outcome="abandoned")


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_client_that_hangs_up_frees_its_worker(server: ServerProcess, request_: str) -> None:
    method, target, *content = request_.split(" ")
    body = "".join(content)
    head = [f"{method} {target} HTTP/1.1", "Host: data.example", "Accept: */*"]
    if body:
        head += [FORM, f"Content-Length: {len(body)}"]
    before, logged = abandoned(server), lines_of_499(server)
    stop_workers(server)
    with connect(server.address) as connection:
        connection.sendall(("\r\n".join([*head, "", ""]) + body).encode())
        eventually(lambda: metric(server.address, "workers", state="busy") == 1)
    eventually(lambda: metric(server.address, "workers", state="busy") == 0)
    assert abandoned(server) == before + 1
    eventually(lambda: lines_of_499(server) == logged + 1)


def test_who_stays_is_answered_after_all_that(server: ServerProcess) -> None:
    eventually(lambda: metric(server.address, "workers", state="idle") == 2)
    (zygote,) = children(server.process.pid)
    for worker in children(zygote):
        os.kill(worker, signal.SIGCONT)
    answer = httpx.get(f"{server.address}/sparql", params={"query": "ASK { ?s ?p ?o }", "format": "json"})
    assert answer.json()["boolean"] is True


def test_who_still_waits_for_the_names_gets_them_when_another_hangs_up(server: ServerProcess) -> None:
    logged = lines_of_499(server)
    stop_workers(server)
    address = REQUESTS["names"].removeprefix("GET ")
    with connect(server.address) as staying:
        staying.sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        with connect(server.address) as leaving:
            leaving.sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            eventually(lambda: metric(server.address, "workers", state="busy") == 1)
        eventually(lambda: lines_of_499(server) == logged + 1)
        (zygote,) = children(server.process.pid)
        for worker in children(zygote):
            os.kill(worker, signal.SIGCONT)
        assert staying.recv(1 << 16).startswith(b"HTTP/1.1 200")


# In the process, for what a server does not show


def run(headers: dict[str, str], messages: list[Message], app: object) -> list[Message]:
    """What an application sends; its client hangs up after the messages."""
    sent: list[Message] = []
    coming = iter(messages)

    async def receive() -> Message:
        await asyncio.sleep(0)
        return next(coming, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
    asyncio.run(DisconnectionMiddleware(app)(scope, receive, send))  # type: ignore[arg-type]
    return sent


PIECES: list[Message] = [
    {"type": "http.request", "body": b"a", "more_body": True},
    {"type": "http.request", "body": b"b", "more_body": False},
]


@pytest.mark.parametrize("headers", [{"content-length": "2"}, {"transfer-encoding": "chunked"}, {}])
def test_a_body_comes_whole_and_in_order(headers: dict[str, str]) -> None:
    taken = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        taken.extend([await receive(), await receive()])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    assert len(run(headers, PIECES, app)) == 2
    assert taken == PIECES


def test_a_body_that_nobody_asks_for_is_not_received() -> None:
    received = []

    async def receive() -> Message:
        received.append("message")
        return PIECES[0]

    async def send(message: Message) -> None:
        pass

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    scope = {"type": "http", "headers": [(b"content-length", b"2")]}
    asyncio.run(DisconnectionMiddleware(app)(scope, receive, send))
    assert received == []


def test_an_application_that_listens_itself_hears_of_it() -> None:
    heard = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            heard.append((await receive())["type"])
            heard.append((await receive())["type"])
        finally:
            heard.append("end")

    with pytest.raises(ClientDisconnect):
        run({}, [PIECES[1]], app)
    assert heard[0] == "http.request"
    assert heard[-1] == "end"


def test_what_goes_on_after_the_answer_is_not_ended() -> None:
    done = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        for _ in range(5):
            await asyncio.sleep(0)
        done.append(True)

    run({}, [PIECES[1]], app)
    assert done == [True]


def test_who_cancels_from_elsewhere_has_it_cancelled() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    async def receive() -> Message:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    async def send(message: Message) -> None:
        pass

    async def main() -> None:
        task = asyncio.ensure_future(DisconnectionMiddleware(app)({"type": "http", "headers": []}, receive, send))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

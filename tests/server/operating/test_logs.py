"""Names of requests, and the log: what is in it, and what no client gets into it."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from unicodedata import category

import httpx
import pytest

from illicit_power.server.operating.logs import configure
from tests.conftest import ServerProcess, server_process
from tests.server.probes import ASK, ask, connect, eventually, problem, rest, write_data

LINE = re.compile(r"\d\d:\d\d:\d\d .*|    .*|")
"""A line of text begins with the time; further lines of the same event are indented."""

BROKEN = """
from illicit_power.server.sparql import routes as sparql
def fail(text):
    raise RuntimeError("secret " + (text or ""))
sparql.note_query = fail
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_data(tmp_path_factory.mktemp("data") / "data.ttl", 3))


def logged(server: ServerProcess, request_id: str) -> dict[str, Any]:
    """The line of a request in a log of JSON."""

    def of_the_request() -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = [json.loads(line) for line in server.lines()]
        return [line for line in lines if line.get("id") == request_id and line["event"] == "request"]

    eventually(lambda: bool(of_the_request()))
    (found,) = of_the_request()
    return found


def test_a_request_is_one_line_of_json(data: str) -> None:
    with server_process("--data", data, "--log-format", "json") as server:
        first, second = ask(server.address), ask(server.address)
        line, again = logged(server, first.headers["Request-Id"]), logged(server, second.headers["Request-Id"])
    assert line["level"] == "info"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert (line["method"], line["path"], line["status"], line["client"]) == ("GET", "/sparql", 200, "127.0.0.1")
    assert line["bytes"] == len(first.content)
    assert line["query"] == hashlib.sha256(ASK.encode()).hexdigest()[:16]
    assert (line["outcome"], line["cache"], again["cache"]) == ("answered", "miss", "hit")
    assert {"ms", "engine_ms", "queue_ms"} <= line.keys()


def test_the_text_of_a_query_is_logged_only_where_the_operator_says_so(data: str) -> None:
    query = 'ASK { ?s ?p "confidential" }'
    for setting in ("0", "1"):
        with server_process("--data", data, "--log-format", "json", "--log-queries", setting) as server:
            line = logged(server, ask(server.address, query).headers["Request-Id"])
            assert line.get("query_text") == (query if setting == "1" else None)
            assert ("confidential" in "".join(server.lines())) == (setting == "1")


def test_an_error_names_its_request_in_header_body_and_log(data: str) -> None:
    with server_process("--data", data, "--log-format", "json") as server:
        document = problem(ask(server.address, "SELECT"), 400)
        assert logged(server, document["request_id"])["outcome"] == "QuerySyntaxError"
        page = httpx.get(f"{server.address}/nothing", headers={"Accept": "text/html"})
        assert page.headers["Request-Id"] in page.text


def test_a_worker_that_dies_of_memory_leaves_the_log_to_the_server(tmp_path: Path) -> None:
    data = str(write_data(tmp_path / "data.ttl", 400))
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"
    with server_process("--data", data, "--log-format", "json", "--memory-mib", "64") as server:
        document = problem(ask(server.address, query), 503)
        assert logged(server, document["request_id"])["outcome"] == "QueryTooCostly"


@pytest.mark.parametrize("header", ["Request-Id", "X-Request-Id"])
@pytest.mark.parametrize(
    ("trusted", "given", "kept"),
    [
        ("127.0.0.1", "proxy-1.a_B", True),
        ("127.0.0.1", "x" * 65, False),
        ("127.0.0.1", 'x" y', False),
        ("", "proxy-1.a_B", False),
    ],
)
def test_only_a_trusted_proxy_names_requests(data: str, header: str, trusted: str, given: str, kept: bool) -> None:
    with server_process("--data", data, "--trusted-proxies", trusted) as server:
        name = httpx.get(f"{server.address}/health/live", headers={header: given}).headers["Request-Id"]
    assert (name == given) == kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name)


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """Puts the loggers back as they were."""
    root, ours = logging.getLogger(), logging.getLogger("illicit_power")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    root.handlers.clear()  # pytest's own are not to be closed
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


CONTROLS = {
    "a terminal's commands": "\x1b[2J\x1b]0;title\x07",
    "a cursor that goes back": "\r\b\x7f",
    "an end of the text": "\x00\x04\x1a",
    "commands in one character": "\x85\x90\x9b",
    "other line ends": "\x0b\x0c\u2028\u2029",
    "turned directions": "\u061c\u202a\u202e\u2066",
    "half a character": "\ud800",
}


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.usefixtures("logging_restored")
def test_what_would_steer_a_terminal_is_escaped(
    capsys: pytest.CaptureFixture[str], format_: Literal["text", "json"], control: str
) -> None:
    configure(format_, "info")
    log = logging.getLogger("illicit_power.test")
    fields = {"id": "1", "client": "::1", "method": "GET", "path": "/", "status": 200, "ms": 1, "bytes": 1}
    log.info("request", extra={"fields": {**fields, "query_text": f"begin{control}end"}})
    log.info("begin%send", control)
    try:
        raise ValueError(f"begin{control}end")
    except ValueError:
        log.exception("it failed")
    printed = capsys.readouterr().err
    assert printed.count("begin") == printed.count("end") >= 3, "nothing of it is lost"
    assert not [c for c in printed if category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c != "\n"]


@pytest.mark.usefixtures("logging_restored")
def test_other_scripts_are_logged_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text", "info")
    logging.getLogger("illicit_power.test").info("جيش المهدي · naïve “quotes” …")
    assert "جيش المهدي · naïve “quotes” …" in capsys.readouterr().err


HOSTILE = [
    b"GET /%0d%0a00:00:00%20200%20forged HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /a%E2%80%A8b%1b[31m HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /?%0aquery=%0a HTTP/1.1\r\nHost: x\r\nUser-Agent: a\rb\r\n\r\n",
    b"GET /sparql?query=ASK%20%7B%7D%20%23%0a%7B%22event%22%3A1%7D HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\x1b]0;x\x07 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\n\n{}\n",
    b"G\xc3\xa9T / HTTP/1.1\r\nHost: x\r\n\r\n",
    b'GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1\r\nRequest-Id: "}\r\nConnection: close\r\n\r\n',
]


@pytest.mark.parametrize("format_", ["json", "text"])
def test_nothing_that_is_sent_breaks_a_line(data: str, format_: str) -> None:
    options = ["--log-format", format_, "--log-queries", "1", "--log-level", "debug", "--client-errors", "0"]
    with server_process("--data", data, *options, prelude=BROKEN) as server:
        for request in HOSTILE:
            with connect(server.address) as connection:
                connection.sendall(request.replace(b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n"))
                rest(connection)
        last = httpx.get(f"{server.address}/sparql").headers["Request-Id"]
        eventually(lambda: any(last in line for line in server.lines()))
        text = server.log.read_bytes()
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", text)
    for line in text.decode().splitlines():
        if format_ == "json":
            assert json.loads(line)["event"] in ("request", "an error that was not foreseen") or " was refused " in line
        else:
            assert LINE.fullmatch(line)


def test_an_unforeseen_error_is_told_by_name_and_traced_in_the_log(data: str) -> None:
    with server_process("--data", data, "--log-format", "json", prelude=BROKEN) as server:
        document = problem(ask(server.address, "ASK {} # mine"), 500)
        assert "secret" not in str(document)
        assert "Traceback" not in str(document)
        assert logged(server, document["request_id"])["status"] == httpx.codes.INTERNAL_SERVER_ERROR
        eventually(lambda: any('"trace"' in line for line in server.lines()))
        lines = [json.loads(line) for line in server.lines()]
    (trace,) = [line for line in lines if "trace" in line]
    assert trace["id"] == document["request_id"]
    assert trace["level"] == "error"
    assert "RuntimeError: secret ASK {} # mine" in trace["trace"]


def test_people_read_text(data: str) -> None:
    with server_process("--data", data) as server:
        name = ask(server.address, "SELECT").headers["Request-Id"]
        httpx.get(f"{server.address}/health/live")
        eventually(lambda: name in server.log.read_text())
        (line,) = server.lines()
    assert re.fullmatch(
        rf"\d\d:\d\d:\d\d 400 GET /sparql · \d+ ms · \d+ bytes · 127\.0\.0\.1 · {name} · QuerySyntaxError", line
    )


@pytest.mark.parametrize(("option", "given"), [("--log-format", "xml"), ("--log-level", "loud")])
def test_an_unknown_way_to_log_is_told_the_ways(
    data: str, capsys: pytest.CaptureFixture[str], option: str, given: str
) -> None:
    from illicit_power.cli import main

    assert main(["serve", "--data", data, option, given]) == 2
    printed = capsys.readouterr().err
    assert given in printed
    assert "use " in printed

"""What nobody foresaw is answered with a problem document, wherever it fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import ServerProcess, server_process
from tests.server.probes import eventually, problem, write_data

INNER = {
    "conditional_requests.ConditionalRequestsMiddleware",
    "dataset_lease.DatasetLeaseMiddleware",
    "disconnection.DisconnectionMiddleware",
    "rate_limit.RateLimitMiddleware",
    "request_limits.RequestLimitsMiddleware",
    "response_headers.ResponseHeadersMiddleware",
}
"""The middlewares whose failures one of ours answers."""

OUTERMOST = {
    "absolute_form.AbsoluteFormMiddleware",
    "access_log.AccessLogMiddleware",
    "failures.FailureMiddleware",
    "forwarded.ForwardedMiddleware",
}
"""Those whose failures are left to the framework."""

BREAK = """
from importlib import import_module

def break_(name):
    module, _, class_ = name.partition(".")
    middleware = getattr(import_module("illicit_power.server.middleware." + module), class_)
    whole = middleware.__call__

    async def broken(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/break/" + name:
            raise RuntimeError("broken is " + name)
        await whole(self, scope, receive, send)

    middleware.__call__ = broken
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server each of whose middlewares fails at an address of its own."""
    data = write_data(tmp_path_factory.mktemp("data") / "data.ttl", 5)
    prelude = BREAK + "".join(f"break_({name!r})\n" for name in sorted(INNER | OUTERMOST))
    with server_process("--data", str(data), "--client-errors", "0", prelude=prelude) as server:
        yield server


def test_every_middleware_is_tried() -> None:
    folder = Path(__file__).parents[3] / "api" / "illicit_power" / "server" / "middleware"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert {name.partition(".")[0] for name in INNER | OUTERMOST} == modules


def logged(server: ServerProcess, text: str) -> bool:
    return any(text in line for line in server.lines())


@pytest.mark.parametrize("middleware", sorted(INNER))
def test_what_fails_in_a_middleware_is_a_problem_that_the_log_knows_by_its_name(
    server: ServerProcess, middleware: str
) -> None:
    answer = httpx.get(f"{server.address}/break/{middleware}", headers={"Accept": "text/html, application/json;q=0.1"})
    assert answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert answer.headers["Request-Id"] in answer.text
    document = problem(httpx.get(f"{server.address}/break/{middleware}"), 500)
    assert "request_id" in document["detail"]
    eventually(lambda: logged(server, f"RuntimeError: broken is {middleware}"))
    eventually(lambda: logged(server, f" 500 GET /break/{middleware}"))


@pytest.mark.parametrize("middleware", sorted(OUTERMOST))
def test_what_fails_outermost_is_a_problem_all_the_same(server: ServerProcess, middleware: str) -> None:
    answer = httpx.get(f"{server.address}/break/{middleware}", headers={"Accept": "text/html"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    eventually(lambda: logged(server, f"RuntimeError: broken is {middleware}"))

"""Health and metrics, which answer whatever else does not."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.conftest import ServerProcess, server_process
from tests.server.probes import ENDLESS, ask, eventually, metric, problem, write_data


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_data(tmp_path_factory.mktemp("data") / "data.ttl"))


def kill_the_engine(server: ServerProcess) -> None:
    """End the process that holds the dataset."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    (zygote,) = map(int, children.split())
    os.kill(zygote, signal.SIGKILL)


def is_ready(server: ServerProcess) -> bool:
    return httpx.get(f"{server.address}/health/ready").status_code == httpx.codes.OK


def test_health_says_what_is_served(data: str) -> None:
    with server_process("--data", data) as server:
        live = httpx.get(f"{server.address}/health/live")
        assert (live.status_code, live.json()) == (200, {"status": "alive"})
        ready = httpx.get(f"{server.address}/health/ready")
        assert ready.json() == {"status": "ready", "snapshot": ready.headers["Snapshot-Version"]}
        assert ready.headers["Cache-Control"] == "no-store"
        assert httpx.head(f"{server.address}/health/ready").status_code == httpx.codes.OK
        assert metric(server.address, "snapshot_info", version=ready.headers["Snapshot-Version"]) == 1
        assert metric(server.address, "quads") == 300


def test_health_and_metrics_answer_while_every_worker_is_busy(data: str) -> None:
    limits = ["--workers", "1", "--timeout", "600", "--queue-timeout", "600", "--client-queries", "0"]
    with ThreadPoolExecutor() as threads, server_process("--data", data, *limits) as server:
        waiting = [threads.submit(ask, server.address, ENDLESS) for _ in range(2)]
        eventually(lambda: metric(server.address, "queue_length") == 1)
        assert metric(server.address, "workers", state="busy") == 1
        assert is_ready(server)
        server.process.kill()
        for query in waiting:
            assert isinstance(query.exception(), httpx.TransportError)


def test_queries_are_counted_by_what_came_of_them(data: str) -> None:
    with server_process("--data", data, "--timeout", "1") as server:
        ask(server.address)
        ask(server.address)
        ask(server.address, "SELECT")
        ask(server.address, ENDLESS)
        counted = {
            outcome: metric(server.address, "queries_total", outcome=outcome)
            for outcome in ("answered", "QuerySyntaxError", "QueryTimeout")
        }
        assert counted == {"answered": 1, "QuerySyntaxError": 1, "QueryTimeout": 1}
        assert metric(server.address, "query_seconds_count") == 3
        assert metric(server.address, "query_seconds_sum") >= 1
        assert metric(server.address, "query_wait_seconds_count") == 3
        assert (metric(server.address, "cache_hits_total"), metric(server.address, "cache_bytes") > 0) == (1, True)
        assert metric(server.address, "requests_total", status="504") == 1


def test_an_engine_that_was_killed_comes_back_by_itself(data: str) -> None:
    with server_process("--data", data) as server:
        version = ask(server.address).headers["Snapshot-Version"]
        kill_the_engine(server)
        eventually(lambda: any("started again" in line for line in server.lines()))
        eventually(lambda: is_ready(server))
        answer = ask(server.address, "ASK { ?s ?p 7 }")
        assert (answer.json()["boolean"], answer.headers["Snapshot-Version"]) == (True, version)


def test_a_server_without_an_engine_is_alive_and_not_ready(tmp_path: Path) -> None:
    file = write_data(tmp_path / "data.ttl")
    with server_process("--data", str(file), "--watch", "0.1") as server:
        file.rename(tmp_path / "away.ttl")
        kill_the_engine(server)
        eventually(lambda: any("could not be started again" in line for line in server.lines()))
        not_ready = httpx.get(f"{server.address}/health/ready")
        assert "No dataset" in problem(not_ready, 503)["detail"]
        assert not_ready.headers["Retry-After"] == "5"
        assert "engine is not available" in problem(refused := ask(server.address), 503)["detail"]
        assert refused.headers["Retry-After"] == "5"
        assert httpx.get(f"{server.address}/health/live").json() == {"status": "alive"}
        (tmp_path / "away.ttl").rename(file)
        eventually(lambda: is_ready(server))
        assert ask(server.address).json()["boolean"] is True

"""Signals: new data under load, data that is broken, and the end."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from illicit_power.dataset.compiled import compile_source
from illicit_power.dataset.snapshot import SnapshotStore
from illicit_power.dataset.source import Source
from tests.conftest import STARTING_SECONDS, ServerProcess, server_process
from tests.server.probes import ENDLESS, ask, eventually, metric, problem, write_data

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data.ttl")


def replace(file: Path, write: str | int) -> None:
    """Put new content in a file's place at once: a text, or so many statements."""
    new = file.with_suffix(".new")
    new.write_text(write) if isinstance(write, str) else write_data(new, write)
    new.rename(file)


def count(server: ServerProcess) -> str:
    answer = ask(server.address, COUNT)
    assert answer.status_code == httpx.codes.OK, answer.text
    value: str = answer.json()["results"]["bindings"][0]["n"]["value"]
    return value


@contextmanager
def load(server: ServerProcess) -> Iterator[list[tuple[int, str]]]:
    """Three clients that ask all the time; gives the status and version of every answer."""
    answers: list[tuple[int, str]] = []
    stop = threading.Event()

    def keep_asking(number: int) -> None:
        with httpx.Client(base_url=server.address, timeout=STARTING_SECONDS) as client:
            asked = 0
            while not stop.is_set():
                asked += 1
                query = f"{COUNT} # {number} {asked}"
                answer = client.get("/sparql", params={"query": query, "format": "csv"})
                answers.append((answer.status_code, answer.headers["Snapshot-Version"]))

    with ThreadPoolExecutor() as threads:
        clients = [threads.submit(keep_asking, number) for number in range(3)]
        try:
            yield answers
        finally:
            stop.set()
        for client in clients:
            client.result()


def test_new_data_is_taken_up_under_load_without_a_dropped_request(file: Path) -> None:
    options = ["--watch", "3600", "--client-seconds", "0"]
    with server_process("--data", str(file), *options) as server, load(server) as answers:
        for statements in (400, 500):
            replace(file, statements)
            server.process.send_signal(signal.SIGHUP)
            eventually(lambda wanted=str(statements): count(server) == wanted)  # type: ignore[misc]
        assert metric(server.address, "reloads_total", result="ok") == 2
    assert {status for status, _ in answers} == {httpx.codes.OK}
    assert len({version for _, version in answers}) == 3


@pytest.mark.parametrize("broken", ["this is no Turtle", ""], ids=["not RDF", "empty"])
def test_broken_data_is_refused_and_the_old_goes_on(file: Path, broken: str) -> None:
    with server_process("--data", str(file), "--watch", "3600") as server:
        replace(file, broken)
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: metric(server.address, "reloads_total", result="failed") == 1)
        (line,) = [line for line in server.lines() if "ERROR" in line]
        assert "the new dataset is refused" in line
        assert file.name in line
        assert count(server) == "300"
        replace(file, 301)
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: count(server) == "301")


def test_new_data_is_seen_without_a_signal(file: Path) -> None:
    with server_process("--data", str(file), "--watch", "0.1") as server:
        replace(file, "this is no Turtle")
        eventually(lambda: metric(server.address, "reloads_total", result="failed") == 1)
        assert count(server) == "300"
        replace(file, 400)
        eventually(lambda: count(server) == "400")
        assert metric(server.address, "reloads_total", result="failed") == 1


def test_a_snapshot_that_is_not_what_its_manifest_says_is_refused(example_source: Source, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    options = ["--source", str(example_source.root), "--snapshots", str(store.root), "--watch", "3600"]
    first = store.publish(compile_source(example_source), example_source.digest())
    with server_process(*options) as server:
        entities = example_source.root / "data" / "example" / "entities.ttl"
        entities.write_text(entities.read_text().replace('"@en', ' (changed)"@en', 1))
        second = store.publish(compile_source(example_source), example_source.digest())
        assert second.manifest.version != first.manifest.version
        whole = second.quads.read_text()
        second.quads.write_text(whole + "<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n")
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: metric(server.address, "reloads_total", result="failed") == 1)
        assert ask(server.address).headers["Snapshot-Version"] == first.manifest.version
        second.quads.write_text(whole)
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: ask(server.address).headers["Snapshot-Version"] == second.manifest.version)


# The end


def busy(server: ServerProcess) -> bool:
    return metric(server.address, "workers", state="busy") == 1


def test_a_running_query_gets_its_answer_before_the_server_ends(file: Path) -> None:
    with ThreadPoolExecutor() as threads, server_process("--data", str(file), "--timeout", "2") as server:
        running = threads.submit(ask, server.address, ENDLESS)
        eventually(lambda: busy(server))
        server.process.terminate()
        assert "ran for 2 seconds" in problem(running.result(), 504)["detail"]
        assert server.process.wait(STARTING_SECONDS) == 0
        with pytest.raises(httpx.ConnectError):
            ask(server.address)


def test_a_query_that_runs_on_is_told_that_the_server_ends(file: Path) -> None:
    options = ["--timeout", "600", "--max-timeout", "600", "--shutdown-timeout", "1"]
    with ThreadPoolExecutor() as threads, server_process("--data", str(file), *options) as server:
        running = threads.submit(ask, server.address, ENDLESS)
        eventually(lambda: busy(server))
        server.process.terminate()
        document = problem(answer := running.result(), 503)
        assert "shutting down" in document["detail"]
        assert answer.headers["Retry-After"] == "60"
        assert server.process.wait(STARTING_SECONDS) == 0
        assert "Traceback" not in server.log.read_text()


def test_nothing_is_left_behind(file: Path) -> None:
    with server_process("--data", str(file)) as server:
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        assert children
        server.process.terminate()
        assert server.process.wait(STARTING_SECONDS) == 0
    eventually(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def test_a_server_ends_with_its_terminal(file: Path) -> None:
    ours, theirs = pty.openpty()
    program = "from illicit_power.cli import main; raise SystemExit(main())"
    command = [sys.executable, "-c", program, "serve", "--data", str(file), "--port", "0"]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert any("is at http" in line for line in process.stdout)
        os.close(theirs)
        os.close(ours)
        process.send_signal(signal.SIGHUP)
        assert process.wait(STARTING_SECONDS) == 0


@pytest.mark.parametrize("broken", ["this is no Turtle", ""], ids=["not RDF", "empty"])
def test_broken_data_at_the_start_is_told_in_a_sentence(file: Path, broken: str) -> None:
    replace(file, broken)
    program = "from illicit_power.cli import main; raise SystemExit(main())"
    command = [sys.executable, "-c", program, "serve", "--data", str(file), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=STARTING_SECONDS, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("illicit-power: ")
    assert file.name in done.stderr
    assert done.stderr.count("\n") == 1

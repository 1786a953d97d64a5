"""Shared fixtures.

The real dataset is compiled once for each state of its sources, and served once by a real server process, for all tests
that only read. Tests that
break something work on a made-up case of five entities (``tests/example``) in a folder of their own.
"""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from illicit_power.dataset.compiled import Compiled, compile_source
from illicit_power.dataset.releases import ReleaseRecord
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source
from illicit_power.exports.downloads import write_downloads

ROOT = Path(__file__).resolve().parents[1]
STARTING_SECONDS = 60


@pytest.fixture(scope="session")
def source() -> Source:
    """The project's own source files."""
    return Source(ROOT)


@pytest.fixture(scope="session")
def compiled(source: Source) -> Compiled:
    """The real dataset, compiled and not checked."""
    return compile_source(source)


@pytest.fixture(scope="session")
def snapshot(source: Source, pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Snapshot:
    """A snapshot of the real dataset, with its downloads; kept from run to run by the digest of its sources."""
    store = SnapshotStore(pytestconfig.cache.mkdir("snapshots"))
    digest = source.digest()
    with (store.root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another test process may be building it
        current = store.current()
        if current and store.is_built_from(digest):
            return current
        write = partial(write_downloads, record=ReleaseRecord.of(source))
        published = store.publish(request.getfixturevalue("compiled"), digest, write)
        for outdated in store.root.glob("sha256-*"):
            if outdated != published.path:
                shutil.rmtree(outdated)
        return published


@pytest.fixture
def example_source(tmp_path: Path) -> Source:
    """A copy of the made-up case, free to break, under the project's ontology and shapes."""
    root = tmp_path / "source"
    shutil.copytree(ROOT / "tests" / "example", root)
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, root / name)
    (root / "queries").mkdir(exist_ok=True)
    return Source(root)


@dataclass(frozen=True)
class ServerProcess:
    """A running ``illicit-power serve``.

    :ivar log: what it writes to standard error
    """

    address: str
    process: subprocess.Popen[str]
    log: Path

    def lines(self) -> list[str]:
        """The lines of its log so far."""
        return self.log.read_text(encoding="utf-8").splitlines()


@contextmanager
def server_process(*arguments: str, prelude: str = "") -> Iterator[ServerProcess]:
    """Start ``illicit-power serve`` on a free port, and stop it in the end.

    :param prelude: Python to run first in its process
    """
    program = f"{prelude}\nfrom illicit_power.cli import main; raise SystemExit(main())"
    command = [sys.executable, "-c", program, "serve"]
    with tempfile.NamedTemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
        assert process.stdout is not None
        printed = []
        try:
            for line in process.stdout:
                printed.append(line)
                if found := re.search(r"is at (http://\S+?)/?$", line):
                    yield ServerProcess(found[1], process, Path(log.name))
                    return
            process.wait(STARTING_SECONDS)
            pytest.fail(f"the server did not start:\n{''.join(printed)}{Path(log.name).read_text()}")
        finally:
            process.terminate()
            process.communicate(timeout=STARTING_SECONDS)


@contextmanager
def running_server(*arguments: str) -> Iterator[str]:
    """The address of a server on which the tests are the only client, and have no budget."""
    unlimited = [word for name in ("queries", "seconds", "errors", "connections") for word in (f"--client-{name}", "0")]
    with server_process(*unlimited, *arguments) as server:
        yield server.address


@pytest.fixture(scope="session")
def server(snapshot: Snapshot) -> Iterator[str]:
    """The address of a server of the real dataset."""
    with running_server("--source", str(ROOT), "--snapshots", str(snapshot.path.parent)) as address:
        yield address


@pytest.fixture(scope="session")
def client(server: str) -> Iterator[httpx.Client]:
    """An HTTP client of that server; it does not follow redirects."""
    with httpx.Client(base_url=server, timeout=STARTING_SECONDS) as client:
        yield client


@pytest.fixture(scope="session")
def ask(client: httpx.Client) -> Callable[[str], list[dict[str, str]]]:
    """Ask a SELECT query over HTTP; gives the solutions as dictionaries of strings."""

    def solutions(query: str) -> list[dict[str, str]]:
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
        assert answer.status_code == httpx.codes.OK, answer.text
        rows = answer.json()["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    return solutions

"""How long small queries take over one connection that is kept open, beside a peer on the same work.

The peer is ``oxigraph serve``: the same engine behind a server in Rust, so that the difference is what this server
adds. Both hold the same data in memory and are asked the same queries in turn. A *fresh* query differs from all before
it in a comment, so that no cache has its answer; a *repeated* one is the same each time. A server that lets the kernel
hold back the end of an answer (Nagle's algorithm, RFC 896) is 40 ms slower on every line.

    python -m bench.keep_alive [--data FILE] [--rounds N]
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import sysconfig
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlencode, urlsplit

from illicit_power.dataset.snapshot import SnapshotStore
from tests.conftest import running_server

PREFIXES: Final = """PREFIX ips: <https://w3id.org/illicit-power/ontology#>
PREFIX entity: <https://w3id.org/illicit-power/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
QUERIES: Final = {
    "ask": "ASK { entity:asaib-ahl-al-haq ips:splinterOf entity:jaish-al-mahdi }",
    "lookup": "SELECT ?name { entity:jaish-al-mahdi skos:prefLabel ?name }",
    "join": "SELECT ?who ?page { ?claim a ips:SplinterOf ; ips:subject ?who ; ips:evidence/ips:page ?page }",
    "describe": "DESCRIBE entity:promised-day-brigade",
}
_STARTING_SECONDS: Final = 30.0


@contextmanager
def oxigraph(data: Path) -> Iterator[str]:
    """The address of an Oxigraph server of some N-Quads."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    process = subprocess.Popen(
        [program, "serve", "--union-default-graph", "--bind", place],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        connection = _connected(place)
        connection.request("POST", "/store", data.read_bytes(), {"Content-Type": "application/n-quads"})
        answer = connection.getresponse()
        if answer.status >= 300:
            raise RuntimeError(f"the data could not be loaded: {answer.status} {answer.read()!r}")
        connection.close()
        yield f"http://{place}/query"
    finally:
        process.terminate()
        process.wait()


def _connected(place: str) -> HTTPConnection:
    """A connection to a server that is just starting."""
    connection = HTTPConnection(place)
    end = time.monotonic() + _STARTING_SECONDS
    while True:
        try:
            connection.connect()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return connection


class Client:
    """A client of a SPARQL endpoint that keeps its connection."""

    def __init__(self, endpoint: str) -> None:
        address = urlsplit(endpoint)
        self._path = address.path
        self._connection = HTTPConnection(address.netloc)

    def seconds(self, query: str) -> float:
        """How long a query takes, from the first byte sent to the last received."""
        headers = {"Accept": "application/sparql-results+json, application/n-triples"}
        start = time.perf_counter()
        self._connection.request("GET", f"{self._path}?{urlencode({'query': PREFIXES + query})}", headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        end = time.perf_counter()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {body.decode()}")
        return end - start


def measure(clients: dict[str, Client], rounds: int) -> dict[tuple[str, str], list[float]]:
    """Ask all servers all queries in turn.

    :return: seconds, by the name of the work and of the server
    """
    times: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for round_ in range(rounds + 1):
        for name, query in QUERIES.items():
            for work, text in ((f"{name}, fresh", f"{query} # {round_}"), (f"{name}, repeated", query)):
                for server, client in clients.items():
                    taken = client.seconds(text)
                    if round_:  # the first one warms up
                        times[work, server].append(taken)
    return times


def report(times: dict[tuple[str, str], list[float]]) -> str:
    """A table of medians in milliseconds."""
    lines = [f"{'work':20} {'ours':>8} {'oxigraph':>8} {'ratio':>6}"]
    for work in dict.fromkeys(work for work, _ in times):
        ours, peer = (1000 * median(times[work, server]) for server in ("ours", "oxigraph"))
        lines.append(f"{work:20} {ours:8.2f} {peer:8.2f} {ours / peer:6.1f}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="N-Quads (default: the current snapshot in snapshots/)")
    parser.add_argument("--rounds", type=int, default=200, help="how often each query is asked (default: %(default)s)")
    options = parser.parse_args()
    snapshot = SnapshotStore(Path("snapshots")).current()
    data: Path | None = options.data or (snapshot.quads if snapshot else None)
    if data is None:
        print("There is no snapshot: run illicit-power build, or give --data.", file=sys.stderr)
        return 2
    with running_server("--data", str(data)) as ours, oxigraph(data) as peer:
        times = measure({"ours": Client(f"{ours}/sparql"), "oxigraph": Client(peer)}, options.rounds)
    print(report(times))
    return 0


if __name__ == "__main__":
    sys.exit(main())
